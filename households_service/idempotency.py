"""A create that is sent twice makes one thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from chassis.errors import InvalidInput
from households_service.uow import HouseholdsUnitOfWork

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LARGEST_KEY = 200


async def once(
    uow: HouseholdsUnitOfWork,
    mutation: str,
    key: str,
    request: DataclassInstance,
    make: Callable[[], Awaitable[UUID]],
) -> UUID:
    """The id of what `make` made, or of what it made when the same caller sent this key before.

    The request is kept as a keyed token only: it may hold personal values. Raises IdempotencyKeyReused or InvalidInput.
    """
    if not 0 < len(key) <= LARGEST_KEY:
        raise InvalidInput(f"A key has 1 to {LARGEST_KEY} characters.", field="idempotencyKey")
    fingerprint = uow.vault.index(orjson.dumps(asdict(request), default=str).decode(), kind=f"request.{mutation}")
    before = await uow.recall(mutation, key, fingerprint)
    if before is not None:
        return UUID(before)
    made = await make()
    await uow.remember(mutation, key, fingerprint, str(made))
    return made
