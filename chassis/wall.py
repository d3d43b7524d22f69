"""What every HTTP request passes before it reaches a service: measuring, tracing, and the signature wall."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import jwt
import structlog
from fastapi.responses import JSONResponse
from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import correlation, telemetry
from chassis.caller import Caller, locale_of
from chassis.database import breakdown_code
from chassis.errors import DependencyDown
from chassis.identity import UNSIGNED_STREAM, BadCredential, RequestVerifier
from chassis.identity.signatures import SCHEME
from chassis.ids import new_id
from chassis.metrics import Metrics

LARGEST_BODY = 8 * 1024 * 1024
CORRELATION_HEADER = "x-correlation-id"
_CORRELATION = re.compile(r"[0-9A-Za-z-]{8,64}")

logger = structlog.get_logger(__name__)


def refusal_response(code: str, message: str, *, status: int, field: str | None = None) -> JSONResponse:
    extensions = {"code": code} | ({"field": field} if field else {})
    return JSONResponse({"errors": [{"message": message, "extensions": extensions}]}, status_code=status)


def failure_response(error: Exception) -> JSONResponse:
    """A failure of ours: 503 when the same request may succeed later, else 500; its text is for the log alone."""
    code = breakdown_code(error)
    extensions = {"code": code, "correlationId": correlation.correlation_id()}
    return JSONResponse(
        {"errors": [{"message": "Something went wrong on our side.", "extensions": extensions}]},
        status_code=503 if isinstance(error, DependencyDown) or code == DependencyDown.code else 500,
    )


@dataclass(frozen=True, slots=True)
class Observed:
    """One span and one measurement per request; what fails unexpectedly is answered with a correlation id."""

    app: ASGIApp
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get(CORRELATION_HEADER, "")
        correlation.bind(given if _CORRELATION.fullmatch(given) else str(new_id()))
        operation = _operation(scope["path"])
        status, started = 500, False
        began_at = perf_counter()

        async def note(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
            await send(message)

        parent = {telemetry.TRACEPARENT: headers.get(telemetry.TRACEPARENT, "")}
        name = f"{scope['method']} {operation}"
        with telemetry.span(name, kind=SpanKind.SERVER, parent=parent) as span:
            try:
                await self.app(scope, receive, note)
            except Exception as error:
                logger.exception("http.failed", operation=operation, exc_info=error)
                if not started:
                    await failure_response(error)(scope, receive, note)
            finally:
                span.set_attribute("http.response.status_code", status)
                outcome = f"{status // 100}xx"
                self.metrics.answered("http", operation, outcome, seconds=perf_counter() - began_at)


def _operation(path: str) -> str:
    """The path with ids taken out, short enough for a label."""
    parts = ["{id}" if any(sign.isdigit() for sign in part) else part for part in path.split("/")[:5]]
    return "/".join(parts).rstrip("/")[:80] or "/"


@dataclass(frozen=True, slots=True)
class SignatureWall:
    """Lets through what was signed for this service, over exactly this body, and says for whom it was.

    `streamed(path)`: whether a body that the signature does not cover, such as an upload, is accepted there.
    """

    app: ASGIApp
    verifier: RequestVerifier
    open_paths: frozenset[str]
    streamed: Callable[[str], bool]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
            return
        if scope["type"] != "http" or scope["path"] in self.open_paths:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("authorization", "")
        if not given.startswith(SCHEME + " "):
            answer = refusal_response(
                "UNSIGNED_REQUEST", "Only requests signed by the gateway are answered here.", status=401
            )
            await answer(scope, receive, send)
            return
        covered = not (self.streamed(scope["path"]) and _is_stream(given))
        body = await _read(receive) if covered else None
        if covered and body is None:
            answer = refusal_response("BODY_TOO_LARGE", "The request is too large.", status=413)
            await answer(scope, receive, send)
            return
        try:
            actor = self.verifier.verify_header(given, body=body)
        except BadCredential as refusal:
            logger.warning("http.bad_signature", reason=refusal.code)
            answer = refusal_response("BAD_SIGNATURE", "The request's signature is not valid.", status=401)
            await answer(scope, receive, send)
            return
        caller = Caller(
            actor=actor,
            locale=locale_of(headers.get("accept-language", "")),
            correlation_id=correlation.correlation_id(),
        )
        state = {**scope.get("state", {}), "caller": caller}
        again = receive if body is None else _replay(body, receive)
        await self.app({**scope, "state": state}, again, send)


def _is_stream(header: str) -> bool:
    """What the signature says of itself; whether it is genuine is checked afterwards."""
    try:
        claims = jwt.decode(header.partition(" ")[2], options={"verify_signature": False, "verify_aud": False})
    except jwt.InvalidTokenError:
        return False
    return claims.get("bdg") == UNSIGNED_STREAM


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None when it is too large or the caller left."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read once more, then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
