"""A create that is sent twice makes one thing; what was asked is remembered as a keyed token only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from chassis import idempotency
from households_service.uow import HouseholdsUnitOfWork

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


async def once(
    uow: HouseholdsUnitOfWork,
    mutation: str,
    key: str,
    request: DataclassInstance,
    make: Callable[[], Awaitable[UUID]],
) -> UUID:
    """As `chassis.idempotency.once`, for a request that may hold personal values."""
    token = uow.vault.index(orjson.dumps(asdict(request), default=str).decode(), kind=f"request.{mutation}")
    return await idempotency.once(uow, mutation, key, token, make)
