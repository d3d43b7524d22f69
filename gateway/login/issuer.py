"""Tokens for trying out, signed with the embedded issuer's key. Production has an identity provider instead."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from chassis.errors import Forbidden, InvalidInput
from chassis.identity import Actor, Role, TokenIssuer, load_private_key
from chassis.identity.actor import AREA_PATH

MAX_HOURS = 24 * 30
SEGMENTS = (2, 2, 2, 3, 3)


class NotForProduction(Forbidden):
    code = "NOT_FOR_PRODUCTION"


def area_path(text: str) -> str:
    """An area path from either spelling: "99/01/01/" or the digits "990101" (cut 2/2/2/3/3).

    A code equals a path only until the code is changed, so this is for trying out. Raises InvalidInput.
    """
    if not text.isascii():
        raise InvalidInput("An area reads 99/01/01/ or 990101.", field="area")
    if text.isdigit():
        segments: list[str] = []
        rest = text
        for width in SEGMENTS:
            if rest:
                segments.append(rest[:width])
                rest = rest[width:]
        path = "".join(f"{segment}/" for segment in segments)
        if rest or not AREA_PATH.fullmatch(path):
            raise InvalidInput("An area has 2, 4, 6, 9 or 12 digits.", field="area")
        return path
    path = text if text.endswith("/") else f"{text}/"
    if not AREA_PATH.fullmatch(path):
        raise InvalidInput("An area reads 99/01/01/ or 990101.", field="area")
    return path


def issue_token(*, mode: Literal["production", "development", "demo"], keys: Path, actor: Actor, hours: float) -> str:
    """A login token for `actor`. Raises NotForProduction, InvalidInput, or KeyMissing without issuer.pem."""
    if mode == "production":
        raise NotForProduction("Tokens for trying out are not given in production mode.")
    if not actor.roles or Role.SYSTEM in actor.roles:
        raise InvalidInput("A token needs a role, and no person is SYSTEM.", field="role")
    if not 0 < hours <= MAX_HOURS:
        raise InvalidInput(f"A token lasts up to {MAX_HOURS} hours.", field="hours")
    return TokenIssuer(key=load_private_key(keys, "issuer")).issue(actor, seconds=round(hours * 3600))
