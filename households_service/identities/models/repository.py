from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

import orjson
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.identities.models.domain import LinkModel, from_json, to_json
from households_service.identities.tables import link_models

# A version names its content: whatever was read of it once stays true.
_read: dict[str, LinkModel] = {}
_SHIPPED = Path(__file__).with_name("shipped.json")


class LinkModelRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def in_force(self) -> LinkModel:
        """The newest one fitted here, else the one that came with the product."""
        newest = select(link_models.c.version).order_by(link_models.c.fitted_at.desc(), link_models.c.version).limit(1)
        return await self.of_version(await self._connection.scalar(newest))

    async def of_version(self, version: str | None) -> LinkModel:
        """None: the one that came with the product."""
        if version is None:
            return shipped()
        known = _read.get(version)
        if known is None:
            content = await self._connection.scalar(
                select(link_models.c.content).where(link_models.c.version == version)
            )
            known = _read[version] = from_json(content)
        return known

    async def add(self, model: LinkModel, *, at: datetime) -> None:
        await self._connection.execute(
            insert(link_models).values(version=model.version, fitted_at=at, content=to_json(model))
        )


@cache
def shipped() -> LinkModel:
    return from_json(orjson.loads(_SHIPPED.read_bytes()))
