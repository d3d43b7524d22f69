"""Ids and chance of the sample: the same everywhere and every time."""

from __future__ import annotations

from hashlib import sha256
from random import Random
from uuid import UUID

SEED = "holdfast sample county 1"
# 2020-01-01T00:00Z: a version 7 id begins with a time, and this one must not depend on when it is made.
_MADE_MS = 1_577_836_800_000


def sample_id(kind: str, name: str, order: int = 0) -> UUID:
    """Version 7 in form (RFC 9562), its random part taken from the name. Ids of a higher `order` sort behind."""
    digest = int.from_bytes(sha256(f"{SEED}\0{kind}\0{name}".encode()).digest()[:16])
    value = ((_MADE_MS + order) << 80) | (digest & ((1 << 80) - 1))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def chance(*names: str | int) -> Random:
    """A source of chance of its own for each thing, so that adding one thing does not change another."""
    return Random("\0".join((SEED, *(str(name) for name in names))))
