"""Whether a service's database already has the schema its code was written for.

Asked before each start, because starting a service's own `migrate` to find nothing to do costs seconds.
The migration files are read as text: importing them would import the service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from chassis.embedded.provision import plain_url
from holdfast.settings import ROOT

_REVISION = re.compile(r'^(revision|down_revision)(?:: [^=]+)? = (?:"([^"]+)"|None)', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Migrations that follow each other, and the PostgreSQL schema that holds the table with their state."""

    schema: str
    revisions: frozenset[str]
    head: str | None

    def reaches(self, version: str | None) -> bool:
        """A version that is not ours was made by a newer release, which keeps what this one needs."""
        return version is not None and (version == self.head or version not in self.revisions)


def chain(schema: str, files: Iterable[str]) -> Chain:
    """From the texts of the migration files."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for text in files:
        for name, value in _REVISION.findall(text):
            if value:
                (revisions if name == "revision" else followed).add(value)
    heads = revisions - followed
    return Chain(schema=schema, revisions=frozenset(revisions), head=heads.pop() if len(heads) == 1 else None)


def chains_of(service: str, *, root: Path = ROOT) -> list[Chain]:
    folders = {"chassis": root / "chassis", "public": root / f"{service}_service"}
    return [
        chain(schema, [file.read_text(encoding="utf-8") for file in (folder / "migrations" / "versions").glob("*.py")])
        for schema, folder in folders.items()
    ]


async def up_to_date(database_url: str, chains: Iterable[Chain]) -> bool:
    """False also where the database cannot say: then the service's own `migrate` decides."""
    try:
        connection = await asyncpg.connect(plain_url(database_url), timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    try:
        for each in chains:
            version = await connection.fetchval(f"select max(version_num) from {each.schema}.alembic_version")  # noqa: S608 - ours
            if not each.reaches(version):
                return False
    except asyncpg.PostgresError:
        return False
    finally:
        await connection.close()
    return True
