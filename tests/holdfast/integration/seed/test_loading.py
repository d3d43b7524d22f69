"""The sample county in real databases: what is there afterwards, and that a second load changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from chassis.clock import FixedClock
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.tables import outbox
from chassis.vault import Vault
from contracts.households.v1 import events_pb2
from employment_service.uow import EmploymentUnitOfWork
from holdfast.seed import story
from holdfast.seed.loading import STEPS, Loaded, holds_data, load_county
from holdfast.seed.places import VILLAGES
from households_service.events import household_message, statement_message
from households_service.ledger.tables import ledger_entries
from households_service.members.tables import members
from households_service.officers.tables import officers, pairings
from households_service.registry.assembly import states_of
from households_service.registry.tables import households
from households_service.statements.domain import IncomeBasis
from households_service.statements.service import statements_of
from households_service.uow import HouseholdsUnitOfWork, RegistryRules

NOW = datetime(2020, 9, 18, 1, 0, tzinfo=UTC)


@dataclass(slots=True)
class Sample:
    households: Database
    employment: Database

    def begin(self, actor: Actor = SYSTEM_ACTOR) -> HouseholdsUnitOfWork:
        return HouseholdsUnitOfWork(
            self.households, actor, FixedClock(NOW), Vault.of_key(b"k" * 32), RegistryRules(samples_allowed=True)
        )

    def begin_employment(self, actor: Actor = SYSTEM_ACTOR) -> EmploymentUnitOfWork:
        return EmploymentUnitOfWork(
            self.employment, actor, FixedClock(NOW), vault=Vault.of_key(b"e" * 32), zone=ZoneInfo("Asia/Shanghai")
        )

    async def load(self) -> tuple[Loaded, list[str]]:
        steps: list[str] = []
        loaded = await load_county(self.begin, self.begin_employment, with_story_ledger=True, progress=steps.append)
        return loaded, steps


@pytest.fixture(scope="module")
async def sample(households_database_url: str, employment_database_url: str) -> AsyncIterator[Sample]:
    opened = Sample(Database.connect(households_database_url), Database.connect(employment_database_url))
    yield opened
    await opened.households.close()
    await opened.employment.close()


@pytest.fixture(scope="module")
async def loaded(sample: Sample) -> Loaded:
    assert not await holds_data(sample.begin)
    loaded, steps = await sample.load()
    assert len(steps) == STEPS
    assert await holds_data(sample.begin)
    return loaded


@pytest.mark.slow
async def test_the_county_is_there_in_full_with_its_events(sample: Sample, loaded: Loaded) -> None:
    assert (loaded.areas, loaded.officers, loaded.households, loaded.members) == (26, 69, 5_000, 18_000)
    assert (loaded.workers, loaded.employers, loaded.vacancies, loaded.waiting_records) == (600, 60, 300, 4)
    async with sample.begin() as uow:
        counts = [
            await uow.connection.scalar(select(func.count()).select_from(table))
            for table in (households, members, officers, pairings, ledger_entries)
        ]
        events = {
            row[0].rpartition(".")[2]: row[1]
            for row in await uow.connection.execute(
                select(outbox.c.event_type, func.count()).group_by(outbox.c.event_type)
            )
        }
    assert counts == [5_000, 18_000, 69, 400, loaded.income_entries]
    assert events == {
        "AreaChanged": 26,
        "OfficerChanged": 69,
        "HouseholdChanged": 5_000,
        "IncomeStatementChanged": 5_000,
    }


async def test_what_was_told_is_what_a_copy_would_be_told_now(sample: Sample, loaded: Loaded) -> None:
    codes = [f"{village.code}-{order:04d}" for village in VILLAGES for order in (1, 2, 21, 250)]
    async with sample.begin() as uow:
        found = list((await uow.households.by_codes(codes)).values())
        states = await states_of(uow, found)
        statements = await statements_of(uow, found)
        query = select(outbox).where(outbox.c.subject_id.in_([str(household.id) for household in found]))
        told = {(row.subject_id, row.subject_sequence): row.payload for row in await uow.connection.execute(query)}
    assert len(found) == 80
    for household in found:
        changed = events_pb2.HouseholdChanged.FromString(told[str(household.id), 1])
        assert changed == household_message(states[household.id])
        counted = events_pb2.IncomeStatementChanged.FromString(told[str(household.id), 2])
        assert counted.statement == statement_message(str(household.id), statements[household.id])


async def test_the_family_of_the_story_has_its_figures(sample: Sample, loaded: Loaded) -> None:
    async with sample.begin() as uow:
        household = await uow.households.get(story.HOUSEHOLD_ID)
        statements = (await statements_of(uow, [household], as_of=story.STORY_DAY))[household.id]
        paired = (await uow.officers.pairings_of([household.id], story.STORY_DAY))[household.id]
        officer = await uow.officers.get(paired[0].officer_id)
    assert household.code == story.HOUSEHOLD_CODE
    assert {statement.basis: str(statement.per_capita_net) for statement in statements} == {
        IncomeBasis.RUN_RATE_12M: "8100.00",
        IncomeBasis.CALENDAR_YEAR_PROJECTED: "6975.00",
        IncomeBasis.RECEIVED_12M: "5475.00",
    }
    assert [officer.subject] == [story.SUPPORT_OFFICER]


async def test_the_mother_can_prove_who_she_is(sample: Sample, loaded: Loaded) -> None:
    async with sample.begin() as uow:
        found = await uow.members.verify(
            id_number=story.MOTHER.id_number, name=story.MOTHER.name, date_of_birth=story.MOTHER.date_of_birth
        )
    assert found is not None
    assert (found.id, found.household_id) == (story.MOTHER.id, story.HOUSEHOLD_ID)


@pytest.mark.slow
async def test_a_second_load_changes_nothing(sample: Sample, loaded: Loaded) -> None:
    async def written() -> list[int]:
        counts = []
        for begin in (sample.begin, sample.begin_employment):
            async with begin() as uow:
                counts.append(int(await uow.connection.scalar(select(func.count()).select_from(outbox)) or 0))
        async with sample.begin() as uow:
            versions = text("select coalesce(sum(version), 0) from households")
            counts.append(int(await uow.connection.scalar(versions) or 0))
        return counts

    before = await written()
    again, _ = await sample.load()
    assert again == Loaded()
    assert await written() == before
