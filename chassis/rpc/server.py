"""The gRPC face of a service: health and reflection open to probes, everything else with a deadline and either signed
by another process or, where a face is for callers from outside, with their own login token.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic, perf_counter
from typing import NoReturn, TypeVar, cast

import grpc
import structlog
from google.protobuf.message import DecodeError
from grpc.aio import Server, ServerInterceptor, ServicerContext
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from opentelemetry.trace import Span, SpanKind

from chassis import correlation, telemetry
from chassis.database import breakdown_code
from chassis.errors import InvalidInput, Refusal
from chassis.identity import Actor, BadCredential, RequestVerifier, Role, TokenVerifier
from chassis.metrics import Metrics
from chassis.rpc import statuses
from chassis.rpc.client import AUTHORIZATION, CORRELATION, deadline, signed_part

OPEN = ("/grpc.health.v1.Health/", "/grpc.reflection.")
LONGEST_DEADLINE_SECONDS = 24 * 3600
_caller: ContextVar[Actor | None] = ContextVar("caller_of_call", default=None)

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")
logger = structlog.get_logger(__name__)


class DeadlineRequired(InvalidInput):
    code = "DEADLINE_REQUIRED"


def caller_of_call() -> Actor:
    """On whose behalf the call is made that this task answers."""
    actor = _caller.get()
    if actor is None:
        raise TypeError("Only a gRPC method has a caller.")
    return actor


class RpcServer:
    """`verifiers`: which processes may call, by the full name of the gRPC service. `tokens`: of the services that
    callers from outside call with their login token, which take streams of requests.
    """

    def __init__(
        self,
        verifiers: Mapping[str, RequestVerifier],
        metrics: Metrics,
        *,
        tokens: Mapping[str, TokenVerifier] | None = None,
    ) -> None:
        outside = tokens or {}
        self.server: Server = grpc.aio.server(
            interceptors=[_Admission(verifiers, outside, metrics)], options=[("grpc.so_reuseport", 0)]
        )
        self._health = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self.server)
        self._names = [*verifiers, *outside, health.SERVICE_NAME]
        reflection.enable_server_reflection((*self._names, reflection.SERVICE_NAME), self.server)

    async def start(self, host: str, port: int) -> int:
        """The port that is listened on. Raises OSError when the port is taken."""
        try:
            bound = self.server.add_insecure_port(f"{host}:{port}")
        except RuntimeError:
            raise OSError(f"Port {port} cannot be listened on.") from None
        await self.server.start()
        for name in ("", *self._names):
            await self._health.set(name, health_pb2.HealthCheckResponse.SERVING)
        return bound

    async def drain(self) -> None:
        """Tells probes that this process is going; calls are still answered."""
        await self._health.enter_graceful_shutdown()

    async def stop(self, grace_seconds: float) -> None:
        await self.server.stop(grace_seconds)


@dataclass(frozen=True, slots=True)
class _Refused:
    """Who called, how the call ended; kept while the transport is told."""

    status: grpc.StatusCode
    message: str
    trailing: tuple[tuple[str, str], ...]


class _Admission(ServerInterceptor):
    def __init__(
        self, verifiers: Mapping[str, RequestVerifier], tokens: Mapping[str, TokenVerifier], metrics: Metrics
    ) -> None:
        self._verifiers = verifiers
        self._tokens = tokens
        self._metrics = metrics

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Asked, Answered] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Asked, Answered] | None:
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith(OPEN):
            return handler
        metadata = {str(name): str(value) for name, value in handler_call_details.invocation_metadata or ()}
        if (tokens := self._tokens.get(method.split("/")[1])) is not None:
            return _Gathering(method, metadata, tokens, self._metrics).guarded(handler)
        call = _Call(method, metadata, self._verifiers[method.split("/")[1]], self._metrics)
        if handler.unary_unary is not None:
            guarded: object = grpc.unary_unary_rpc_method_handler(
                call.unary(handler), request_deserializer=None, response_serializer=handler.response_serializer
            )
        elif handler.unary_stream is not None:
            guarded = grpc.unary_stream_rpc_method_handler(
                call.stream(handler), request_deserializer=None, response_serializer=handler.response_serializer
            )
        else:
            raise TypeError("A method takes one request; streams of requests are not guarded.")
        return cast("grpc.RpcMethodHandler[Asked, Answered]", guarded)


class _Answering:
    """One call: its span, its measurement, and the translation of whatever it raises."""

    def __init__(self, method: str, metadata: dict[str, str], metrics: Metrics) -> None:
        self._method = method
        self._metadata = metadata
        self._metrics = metrics
        self._started = perf_counter()

    def _span(self) -> AbstractContextManager[Span]:
        parent = {telemetry.TRACEPARENT: self._metadata.get(telemetry.TRACEPARENT, "")}
        return telemetry.span(self._method.lstrip("/"), kind=SpanKind.SERVER, parent=parent)

    def _keep_deadline(self, context: ServicerContext[Asked, Answered]) -> None:
        """For calls made on the way. Raises DeadlineRequired."""
        known: float | None = context.time_remaining()
        # Without a deadline the engine reports one some hundred years away.
        remaining = math.inf if known is None else known
        if remaining > LONGEST_DEADLINE_SECONDS:
            raise DeadlineRequired("Every call must carry a deadline.")
        deadline.set(monotonic() + remaining)

    def _failure(self, error: Exception) -> _Refused:
        status = statuses.status_of(error)
        self._done(status.name)
        if isinstance(error, Refusal):
            if isinstance(error, BadCredential):
                logger.warning("rpc.bad_signature", method=self._method, reason=error.code)
            field = ((statuses.FIELD, error.field),) if error.field else ()
            return _Refused(status, error.message, ((statuses.CODE, error.code), *field))
        logger.error("rpc.failed", method=self._method, exc_info=error)
        trailing = ((statuses.CODE, breakdown_code(error)),)
        return _Refused(status, f"Something went wrong on our side ({correlation.correlation_id()}).", trailing)

    async def _abort(self, context: ServicerContext[Asked, Answered], failure: _Refused) -> NoReturn:
        await context.abort(failure.status, failure.message, failure.trailing)
        raise AssertionError

    def _done(self, outcome: str) -> None:
        self._metrics.answered("grpc", self._method, outcome, seconds=perf_counter() - self._started)


class _Call(_Answering):
    """Made by another process of ours."""

    def __init__(self, method: str, metadata: dict[str, str], verifier: RequestVerifier, metrics: Metrics) -> None:
        super().__init__(method, metadata, metrics)
        self._verifier = verifier

    def unary(self, handler: grpc.RpcMethodHandler[Asked, Answered]) -> Callable[..., Awaitable[Answered]]:
        async def answer(raw: bytes, context: ServicerContext[Asked, Answered]) -> Answered:
            with self._span():
                try:
                    request = self._admit(raw, context, handler)
                    behaviour = cast("Callable[..., Awaitable[Answered]]", handler.unary_unary)
                    result = await behaviour(request, context)
                except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told by a status
                    failure = self._failure(error)
                else:
                    self._done("OK")
                    return result
            return await self._abort(context, failure)

        return answer

    def stream(self, handler: grpc.RpcMethodHandler[Asked, Answered]) -> Callable[..., AsyncIterator[Answered]]:
        async def answer(raw: bytes, context: ServicerContext[Asked, Answered]) -> AsyncIterator[Answered]:
            failure = None
            with self._span():
                try:
                    request = self._admit(raw, context, handler)
                    behaviour = cast("Callable[..., AsyncIterator[Answered]]", handler.unary_stream)
                    async for part in behaviour(request, context):
                        yield part
                except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told by a status
                    failure = self._failure(error)
            if failure is not None:
                await self._abort(context, failure)
            self._done("OK")

        return answer

    def _admit(
        self,
        raw: bytes,
        context: ServicerContext[Asked, Answered],
        handler: grpc.RpcMethodHandler[Asked, Answered],
    ) -> Asked:
        correlation.bind(self._metadata.get(CORRELATION) or correlation.correlation_id())
        body = signed_part(self._method, raw)
        _caller.set(self._verifier.verify_header(self._metadata.get(AUTHORIZATION), body=body))
        self._keep_deadline(context)
        return _read(raw, handler)


class _Gathering(_Answering):
    """A stream of requests from outside, with the caller's login token."""

    def __init__(self, method: str, metadata: dict[str, str], tokens: TokenVerifier, metrics: Metrics) -> None:
        super().__init__(method, metadata, metrics)
        self._tokens = tokens

    def guarded(self, handler: grpc.RpcMethodHandler[Asked, Answered]) -> grpc.RpcMethodHandler[Asked, Answered]:
        if handler.stream_unary is None:
            raise TypeError("A method for callers from outside takes a stream of requests and answers once.")
        made: object = grpc.stream_unary_rpc_method_handler(
            self._gather(handler), request_deserializer=None, response_serializer=handler.response_serializer
        )
        return cast("grpc.RpcMethodHandler[Asked, Answered]", made)

    def _gather(self, handler: grpc.RpcMethodHandler[Asked, Answered]) -> Callable[..., Awaitable[Answered]]:
        async def requests(raw: AsyncIterator[bytes]) -> AsyncIterator[Asked]:
            async for one in raw:
                yield _read(one, handler)

        async def answer(raw: AsyncIterator[bytes], context: ServicerContext[Asked, Answered]) -> Answered:
            with self._span():
                try:
                    self._admit()
                    self._keep_deadline(context)
                    behaviour = cast("Callable[..., Awaitable[Answered]]", handler.stream_unary)
                    result = await behaviour(requests(raw), context)
                except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told by a status
                    failure = self._failure(error)
                else:
                    self._done("OK")
                    return result
            return await self._abort(context, failure)

        return answer

    def _admit(self) -> None:
        correlation.bind(correlation.correlation_id())
        scheme, _, token = self._metadata.get(AUTHORIZATION, "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise BadCredential("A login token is needed.")
        actor = self._tokens.verify(token).actor
        if actor.has(Role.SYSTEM):
            raise BadCredential("No caller from outside is the system.")
        _caller.set(actor)


def _read(raw: bytes, handler: grpc.RpcMethodHandler[Asked, Answered]) -> Asked:
    try:
        return cast("Callable[[bytes], Asked]", handler.request_deserializer)(raw)
    except DecodeError:
        raise InvalidInput("The request is not a message of this method.") from None
