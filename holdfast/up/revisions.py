"""Whether a service's database already has the schema its code was written for.

Asked before each start, because starting a service's own `migrate` to find nothing to do costs seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import asyncpg

from chassis.embedded.provision import plain_url
from chassis.revisions import Chain, chains_in
from holdfast.settings import ROOT


def migrations_of(service: str) -> Path:
    return ROOT / f"{service}_service" / "migrations"


def chains_of(service: str) -> list[Chain]:
    return chains_in(migrations_of(service))


async def up_to_date(database_url: str, chains: Iterable[Chain]) -> bool:
    """False also where the database cannot say: then the service's own `migrate` decides."""
    try:
        connection = await asyncpg.connect(plain_url(database_url), timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    try:
        for each in chains:
            version = await connection.fetchval(each.version_query)
            if not each.reaches(version):
                return False
    except asyncpg.PostgresError:
        return False
    finally:
        await connection.close()
    return True
