"""Calls to another service: signed for it, with a deadline that never outlives our own, and with the trace."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from time import monotonic
from typing import TypeVar

import grpc
from google.protobuf.message import Message
from grpc.aio import (
    AioRpcError,
    Channel,
    ClientCallDetails,
    ClientInterceptor,
    Metadata,
    UnaryStreamCall,
    UnaryStreamClientInterceptor,
    UnaryUnaryCall,
    UnaryUnaryClientInterceptor,
)
from opentelemetry.trace import SpanKind

from chassis import correlation, telemetry
from chassis.identity import Actor, RequestSigner, Role
from chassis.rpc.statuses import error_of

CALL_SECONDS = 5.0
STREAM_SECONDS = 120.0
AUTHORIZATION = "authorization"
CORRELATION = "x-correlation-id"
# When the call that we are answering gives up, on the monotonic clock.
deadline: ContextVar[float | None] = ContextVar("deadline", default=None)

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


def signed_part(method: str, request: bytes) -> bytes:
    """What a call's signature covers: the method and the message as it travels."""
    return method.encode() + b"\n" + request


def method_name(given: object) -> str:
    """Typed as text, handed over as bytes."""
    return given.decode() if isinstance(given, bytes) else str(given)


class RpcClient:
    """A channel to one service. `channel` is for the generated stubs; their calls raise our own errors.

    Calls are made as the calling service itself, with the role SYSTEM; what a person may do is checked before.
    """

    def __init__(self, *, target: str, audience: str, signer: RequestSigner) -> None:
        self.audience = audience
        self._signer = signer
        self._actor = Actor(subject=signer.key.signer, roles=frozenset({Role.SYSTEM}))
        interceptors: list[ClientInterceptor] = [_Calls(self), _Streams(self)]
        self.channel: Channel = grpc.aio.insecure_channel(
            target,
            interceptors=interceptors,
            options=[("grpc.initial_reconnect_backoff_ms", 200), ("grpc.max_reconnect_backoff_ms", 3000)],
        )

    async def close(self) -> None:
        await self.channel.close()

    def details(self, given: ClientCallDetails, request: object, *, seconds: float) -> ClientCallDetails:
        if not isinstance(request, Message):
            raise TypeError("A call carries a protobuf message.")
        method = method_name(given.method)
        metadata = Metadata(*(given.metadata or ()))
        body = signed_part(method, request.SerializeToString())
        metadata.add(AUTHORIZATION, self._signer.header(self._actor, audience=self.audience, body=body))
        metadata.add(CORRELATION, correlation.correlation_id())
        for name, value in telemetry.carrier().items():
            metadata.add(name, value)
        timeout = given.timeout if given.timeout is not None else seconds
        ours = deadline.get()
        if ours is not None:
            timeout = max(0.001, min(timeout, ours - monotonic()))
        return ClientCallDetails(given.method, timeout, metadata, given.credentials, given.wait_for_ready)


class _Calls(UnaryUnaryClientInterceptor):
    def __init__(self, client: RpcClient) -> None:
        self._client = client

    async def intercept_unary_unary(
        self,
        continuation: Callable[[ClientCallDetails, Asked], Awaitable[UnaryUnaryCall[Asked, Answered]]],
        client_call_details: ClientCallDetails,
        request: Asked,
    ) -> Answered | UnaryUnaryCall[Asked, Answered]:
        with telemetry.span(_name(client_call_details), kind=SpanKind.CLIENT):
            details = self._client.details(client_call_details, request, seconds=CALL_SECONDS)
            call = await continuation(details, request)
            try:
                await call
            except AioRpcError as error:
                raise error_of(error, audience=self._client.audience) from None
            return call


class _Streams(UnaryStreamClientInterceptor):
    def __init__(self, client: RpcClient) -> None:
        self._client = client

    async def intercept_unary_stream(
        self,
        continuation: Callable[[ClientCallDetails, Asked], Awaitable[UnaryStreamCall[Asked, Answered]]],
        client_call_details: ClientCallDetails,
        request: Asked,
    ) -> AsyncIterator[Answered] | UnaryStreamCall[Asked, Answered]:
        with telemetry.span(_name(client_call_details), kind=SpanKind.CLIENT):
            details = self._client.details(client_call_details, request, seconds=STREAM_SECONDS)
            call = await continuation(details, request)
        return _translated(call, self._client.audience)


async def _translated(call: AsyncIterable[Answered], audience: str) -> AsyncIterator[Answered]:
    try:
        async for answer in call:
            yield answer
    except AioRpcError as error:
        raise error_of(error, audience=audience) from None


def _name(details: ClientCallDetails) -> str:
    return f"call {method_name(details.method).lstrip('/')}"
