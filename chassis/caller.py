"""What a signed request says about the one it is made for."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from chassis.identity import Actor

LOCALES = ("en", "zh-CN", "ug")
_STATE = "caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    actor: Actor
    locale: str = LOCALES[0]
    correlation_id: str = ""


def caller_of(request: Request) -> Caller:
    """For `Depends` of a route under /files: the signature was checked before the route is reached."""
    caller = getattr(request.state, _STATE, None)
    if not isinstance(caller, Caller):
        raise TypeError("A route that asks for its caller stands behind the signature wall.")
    return caller


def locale_of(accept_language: str) -> str:
    """The best of an Accept-Language header (RFC 9110, 12.5.4) that the product speaks; English otherwise."""
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _, parameter = part.strip().partition(";")
        try:
            quality = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if tag and 0 < quality <= 1:
            wishes.append((-quality, position, tag.strip().lower()))
    for _, _, tag in sorted(wishes):
        for locale in LOCALES:
            if tag.partition("-")[0] == locale.lower().partition("-")[0]:
                return locale
    return LOCALES[0]
