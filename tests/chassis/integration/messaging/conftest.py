"""An intake on a real database, and what it left there."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR
from chassis.intake import Intake, Patience
from chassis.parked import list_parked, resumable_subjects
from tests.chassis.rig import Begin, Ear, RigWork


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def intake(begin: Begin, ear: Ear) -> Intake[RigWork]:
    return Intake(subscription=ear.subscription(), begin=begin, patience=Patience(gap_tries=2))


async def words(begin: Begin, subject: str) -> list[str]:
    async with begin(SYSTEM_ACTOR) as work:
        return await work.words(subject)


async def parked_of(begin: Begin) -> list[tuple[str, int, str, str]]:
    async with begin(SYSTEM_ACTOR) as work:
        found = await list_parked(work.connection)
    return [(event.subject_id, event.subject_sequence, event.code, event.reason) for event in found]


async def position(database: Database, subject: str) -> int | None:
    async with database.engine.connect() as connection:
        found: int | None = await connection.scalar(
            text("select last_sequence from chassis.positions where subject_id = :s"), {"s": subject}
        )
        return found


async def resumable(begin: Begin) -> list[str]:
    async with begin(SYSTEM_ACTOR) as work:
        return list(await resumable_subjects(work.connection, "households"))
