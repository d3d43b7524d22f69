"""Automatic links that a person looks at again: without them nobody could know how many are right."""

from __future__ import annotations

from hashlib import sha256

ONE_IN = 100


def sampled(record: str) -> bool:
    """Is this one of the hundred links that a person looks at again? The same answer for the same record always."""
    return int.from_bytes(sha256(record.encode()).digest()[:8]) % ONE_IN == 0
