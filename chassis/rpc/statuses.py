"""Errors on the wire: a status for the transport, the code and the field in the trailing metadata."""

from __future__ import annotations

import grpc
from grpc.aio import AioRpcError

from chassis.database import breakdown_code
from chassis.errors import (
    Breakdown,
    Conflict,
    DependencyDown,
    Forbidden,
    HoldfastError,
    InvalidInput,
    NotFound,
    Refusal,
)
from chassis.identity import BadCredential

CODE = "holdfast-code"
FIELD = "holdfast-field"

_KINDS: tuple[tuple[type[Refusal], grpc.StatusCode], ...] = (
    (BadCredential, grpc.StatusCode.UNAUTHENTICATED),
    (InvalidInput, grpc.StatusCode.INVALID_ARGUMENT),
    (NotFound, grpc.StatusCode.NOT_FOUND),
    (Conflict, grpc.StatusCode.FAILED_PRECONDITION),
    (Forbidden, grpc.StatusCode.PERMISSION_DENIED),
)
_PASSING = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.CANCELLED,
    }
)


def status_of(error: Exception) -> grpc.StatusCode:
    if isinstance(error, Refusal):
        return next((status for kind, status in _KINDS if isinstance(error, kind)), grpc.StatusCode.FAILED_PRECONDITION)
    away = breakdown_code(error) == DependencyDown.code or isinstance(error, DependencyDown)
    return grpc.StatusCode.UNAVAILABLE if away else grpc.StatusCode.INTERNAL


def error_of(error: AioRpcError, *, audience: str) -> HoldfastError:
    """What the other side raised, as one of ours: a Refusal keeps code, message and field."""
    status = error.code()
    trailing = {str(key): value for key, value in error.trailing_metadata() or ()}
    kind = next((kind for kind, known in _KINDS if known is status), None)
    code = trailing.get(CODE)
    if kind is not None and isinstance(code, str):
        field = trailing.get(FIELD)
        return _named(kind, code)(error.details() or code, field=field if isinstance(field, str) else None)
    if status in _PASSING:
        return DependencyDown(f"{audience} did not answer: {status.name}.")
    return Breakdown(f"{audience} failed: {status.name}.")


def _named(kind: type[Refusal], code: str) -> type[Refusal]:
    """The refusal class for a code of another service, whose own classes are not known here."""
    if kind.code == code:
        return kind
    return type("".join(word.title() for word in code.split("_")), (kind,), {"code": code})
