"""Which schema the code was written for.

The migration files are read as text: neither a serving process nor the console needs alembic to know their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from chassis.migrations import FOLDER

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

    @property
    def version_query(self) -> str:
        return f"select max(version_num) from {self.schema}.alembic_version"  # noqa: S608 - a schema of ours


def chain(schema: str, files: Iterable[str]) -> Chain:
    """From the texts of the migration files."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for source in files:
        for name, value in _REVISION.findall(source):
            if value:
                (revisions if name == "revision" else followed).add(value)
    heads = revisions - followed
    return Chain(schema=schema, revisions=frozenset(revisions), head=heads.pop() if len(heads) == 1 else None)


def chains_in(migrations: Path) -> list[Chain]:
    """The chassis' chain, and the service's in its `migrations` folder."""
    folders = {"chassis": FOLDER, "public": migrations}
    return [
        chain(schema, [file.read_text(encoding="utf-8") for file in (folder / "versions").glob("*.py")])
        for schema, folder in folders.items()
    ]
