"""Copies of areas and households: from events, in any order; and the walls around them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from chassis.identity import SYSTEM_ACTOR, Actor
from contracts.households.v1 import events_pb2
from contracts.households.v1.events_pb2 import AreaChanged, BenefitReductionProposed, HouseholdChanged
from employment_service.copies.domain import CareKind
from employment_service.copies.fields import UnreadableFact
from employment_service.copies.subscribers import HOUSEHOLDS, take_area
from tests.employment_service.factories import (
    COUNTY,
    FAR_VILLAGE,
    NEXT_VILLAGE,
    VILLAGE,
    employer,
    id_of,
    vacancy,
    worker,
)
from tests.employment_service.integration.copies.messages import household_message, received, take
from tests.employment_service.town import ADMIN, MONITOR, SPECIALIST, STAFF, STRANGE_STAFF, SUPERVISOR, Town


async def test_a_household_is_copied_with_its_care_duties_and_no_more(town: Town) -> None:
    await take(town, household_message())

    async with town.begin() as uow:
        member = (await uow.households.members([id_of(401)]))[id_of(401)]
        columns = (
            (
                await uow.connection.execute(
                    text(
                        "select column_name from information_schema.columns where table_name = 'copied_members' order by 1"
                    )
                )
            )
            .scalars()
            .all()
        )
    assert (member.household_id, member.area_path, member.date_of_birth) == (id_of(501), VILLAGE, date(1987, 7, 1))
    assert [(duty.kind, duty.area_path, duty.valid_from, duty.valid_to) for duty in member.care_duties] == [
        (CareKind.ELDER, NEXT_VILLAGE, date(2020, 9, 20), None)
    ]
    assert columns == ["area_path", "date_of_birth", "household_id", "id", "in_school"]


async def test_the_same_or_an_older_event_changes_nothing(town: Town) -> None:
    await take(town, household_message(care=False), sequence=5)
    await take(town, household_message(care=True), sequence=5)
    await take(town, household_message(care=True), sequence=4)

    assert await town.count("copied_care_duties") == 0


async def test_a_removed_household_leaves_no_members(town: Town) -> None:
    await take(town, household_message())
    gone = household_message()
    gone.removed = True
    await take(town, gone, sequence=2)

    assert await town.count("copied_members") == 0
    assert await town.count("copied_care_duties") == 0


async def test_a_worker_moves_with_their_registered_household(town: Town) -> None:
    await town.add(worker(1))
    await take(town, household_message(2, area_path=FAR_VILLAGE), sequence=1)

    async with town.begin() as uow:
        moved = await uow.workers.get(id_of(301))
    assert moved is not None
    assert (moved.household_id, moved.area_path) == (id_of(502), FAR_VILLAGE)
    assert await town.count("copied_members") == 1


async def test_the_registry_never_makes_a_worker(town: Town) -> None:
    await take(town, household_message(members=(1, 2, 3)))

    assert await town.count("workers") == 0


async def test_an_area_is_copied_and_recoded(town: Town) -> None:
    area = AreaChanged(
        area_id=str(id_of(2)), path=VILLAGE, code="990101001201", level=events_pb2.AREA_LEVEL_VILLAGE,
        name="First Village", time_zone="Asia/Shanghai", lat=39.5, lon=76.0, valid_from="2000-01-01",
    )  # fmt: skip
    async with town.begin() as uow:
        await take_area(uow, received(area))
        area.code = "990101001299"
        await take_area(uow, received(area, sequence=2))
        known = await uow.areas.by_path([VILLAGE])

    assert (known[VILLAGE].code, known[VILLAGE].level, known[VILLAGE].centre.lat) == ("990101001299", "VILLAGE", 39.5)


@pytest.mark.parametrize(
    ("field", "value"), [("household_id", "x"), ("members.member_id", "x"), ("members.date_of_birth", "1.1.87")]
)
async def test_an_unreadable_fact_is_refused_by_field_and_changes_nothing(town: Town, field: str, value: str) -> None:
    message = household_message()
    if field == "household_id":
        message.household_id = value
    else:
        setattr(message.members[0], field.partition(".")[2], value)

    with pytest.raises(UnreadableFact) as refused:
        await take(town, message)

    assert refused.value.field == field.rpartition(".")[2]
    assert await town.count("copied_households") == 0


def test_these_events_are_listened_to() -> None:
    assert HOUSEHOLDS.source == "households"
    assert set(HOUSEHOLDS.handlers) == {AreaChanged, HouseholdChanged, BenefitReductionProposed}


@pytest.mark.parametrize(
    ("actor", "expected"),
    [(STAFF, 2), (SPECIALIST, 1), (ADMIN, 2), (SUPERVISOR, 2), (MONITOR, 2), (STRANGE_STAFF, 0), (SYSTEM_ACTOR, 3)],
    ids=lambda value: value.subject if isinstance(value, Actor) else None,
)
async def test_row_level_security_hides_what_lies_outside_the_area(town: Town, actor: Actor, expected: int) -> None:
    await town.add(
        employer(), vacancy(), worker(1), worker(2, area_path=FAR_VILLAGE), worker(3, area_path="99/01/03/001/201/")
    )
    async with town.begin(actor) as uow:
        for table in ("workers", "copied_members", "copied_households"):
            assert await uow.connection.scalar(text(f"select count(*) from {table}")) == expected
        assert await uow.connection.scalar(text("select count(*) from vacancies")) == 1


async def test_no_row_is_written_outside_the_area(town: Town) -> None:
    await town.add(employer())
    with pytest.raises(Exception, match="row-level security"):
        async with town.begin(STRANGE_STAFF) as uow:
            await uow.vacancies.add(vacancy(area_path=COUNTY))
    async with town.begin(STRANGE_STAFF) as uow:
        changed = await uow.connection.execute(text("update employers set name = 'x'"))
        assert changed.rowcount == 0
