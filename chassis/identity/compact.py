"""Compact JWTs (RFC 7515, 3.1) of our own making: one algorithm, one key, and each request has one.

Login tokens come from elsewhere and go through a library; a signature between the parts costs little beside Ed25519.
"""

from __future__ import annotations

import base64
from functools import lru_cache

import orjson
from cryptography.exceptions import InvalidSignature

from chassis.identity.keys import PrivateKey, PublicKey

ALGORITHM = "EdDSA"


def seal_compact(claims: dict[str, object], key: PrivateKey) -> str:
    signed = f"{_head(key.kid)}.{unpadded(orjson.dumps(claims))}"
    return f"{signed}.{unpadded(key.key.sign(signed.encode('ascii')))}"


def open_compact(token: str, key: PublicKey) -> dict[str, object] | None:
    """The claims; None unless `key` signed the token. Whom and when they are for is not looked at."""
    signed, _, signature = token.rpartition(".")
    _, _, claims = signed.partition(".")
    try:
        key.key.verify(_decoded(signature), signed.encode("ascii"))
        return _object(claims)
    except (InvalidSignature, ValueError):
        return None


def head_of(part: str) -> dict[str, object] | None:
    """What the first part of a token says of itself, unproved."""
    try:
        return _object(part)
    except ValueError:
        return None


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


@lru_cache(maxsize=16)
def _head(kid: str) -> str:
    return unpadded(orjson.dumps({"alg": ALGORITHM, "kid": kid, "typ": "JWT"}))


def _object(part: str) -> dict[str, object] | None:
    value: object = orjson.loads(_decoded(part))
    return value if isinstance(value, dict) else None


def _decoded(part: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
