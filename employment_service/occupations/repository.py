"""Every query on confirmed titles and imported classifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.occupations.domain import Classification, ConfirmedTitle, Occupation
from employment_service.occupations.tables import confirmed_titles, imported_classifications

Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A confirmed title and where it stands in the order of confirming."""

    n: int
    confirmed: ConfirmedTitle


@dataclass(frozen=True, slots=True)
class OccupationRepository:
    connection: AsyncConnection

    async def confirm(
        self, *, area_path: str, classification: str, key: str, title: str, code: str, at: datetime
    ) -> bool:
        """Whether anything changed: the same title with the same code again is not news."""
        row = upsert(confirmed_titles).values(
            area_path=area_path, classification=classification, key=key, title=title, code=code, confirmed_at=at
        )
        changed = await self.connection.execute(
            row.on_conflict_do_update(
                index_elements=["area_path", "classification", "key"],
                set_={"title": title, "code": code, "confirmed_at": at, "n": text("default")},
                where=confirmed_titles.c.code != code,
            )
        )
        return changed.rowcount == 1

    async def lessons(self, classification: str, *, after: int = 0) -> list[Lesson]:
        """In the order of confirming."""
        rows = await self.connection.execute(
            select(confirmed_titles.c.n, confirmed_titles.c.title, confirmed_titles.c.code)
            .where(confirmed_titles.c.classification == classification, confirmed_titles.c.n > after)
            .order_by(confirmed_titles.c.n)
        )
        return [Lesson(n=row.n, confirmed=ConfirmedTitle(title=row.title, code=row.code)) for row in rows]

    async def count(self, classification: str) -> int:
        query = select(func.count()).select_from(confirmed_titles)
        return int(await self.connection.scalar(query.where(confirmed_titles.c.classification == classification)) or 0)

    async def imported(self, name: str) -> tuple[Classification, datetime] | None:
        row = (
            await self.connection.execute(
                select(imported_classifications).where(imported_classifications.c.name == name)
            )
        ).first()
        if row is None:
            return None
        stored = cast("list[Mapping[str, object]]", row.occupations)
        return Classification.of(name, (_occupation(each) for each in stored)), row.imported_at

    async def imported_at(self, name: str) -> datetime | None:
        found: datetime | None = await self.connection.scalar(
            select(imported_classifications.c.imported_at).where(imported_classifications.c.name == name)
        )
        return found

    async def put(self, classification: Classification, *, at: datetime) -> None:
        """In place of what was imported under this name."""
        values = {"imported_at": at, "occupations": [_stored(each) for each in classification.occupations]}
        row = upsert(imported_classifications).values(name=classification.name, **values)
        await self.connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))


def _stored(each: Occupation) -> dict[str, object]:
    return {
        "code": each.code,
        "labels": {language: list(titles) for language, titles in each.labels.items()},
        "alternatives": {language: list(titles) for language, titles in each.alternatives.items()},
        "definition": each.definition,
    }


def _occupation(stored: Mapping[str, object]) -> Occupation:
    labels, alternatives = cast("Names", stored["labels"]), cast("Names", stored["alternatives"])
    return Occupation(
        code=str(stored["code"]),
        labels={language: tuple(titles) for language, titles in labels.items()},
        alternatives={language: tuple(titles) for language, titles in alternatives.items()},
        definition=str(stored["definition"]),
    )
