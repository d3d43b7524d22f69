"""A create that is sent twice makes one thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from chassis.errors import InvalidInput
from chassis.uow import UnitOfWork

LONGEST_KEY = 200


async def once(uow: UnitOfWork, mutation: str, key: str, request: bytes, make: Callable[[], Awaitable[UUID]]) -> UUID:
    """The id of what `make` made, or of what it made when the same caller sent this key before.

    Raises InvalidInput and IdempotencyKeyReused.
    """
    if not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidInput(f"A key has 1 to {LONGEST_KEY} characters.", field="idempotencyKey")
    before = await uow.recall(mutation, key, request)
    if before is not None:
        return UUID(before)
    made = await make()
    await uow.remember(mutation, key, request, str(made))
    return made
