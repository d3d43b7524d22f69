"""A points table from proposal to serving, by two persons, and only if it was better on what was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.errors import Forbidden
from chassis.identity import Actor, Role
from risk_service.likelihood.starting import starting_table
from risk_service.publishing.domain import (
    ModelDecidedByPublisher,
    ModelNotAhead,
    ModelNotTested,
    ModelState,
    ModelStateWrong,
)
from risk_service.publishing.service import decide, publish, serving
from risk_service.scoring.points import PointsTable, PointsTableDamaged
from tests.risk_service.desk import ADMIN, APPROVER, STAFF, Desk
from tests.risk_service.factories import COUNTY

PLANNER = Actor(subject="planner-1", roles=frozenset({Role.PLANNER}), areas=(COUNTY,))
CARD = """query C { modelCard { version stage state labels publishedBy decidedBy limits words
    features { name label sign source helpable } horizons { months share } } }"""


def worse() -> PointsTable:
    """Income counts for nothing."""
    table = starting_table()
    features = tuple(
        replace(one, points=tuple(0 for _ in one.points)) if one.name == "log_income" else one for one in table.features
    )
    return replace(table, stage="ridge", features=features)


def reverse() -> PointsTable:
    """Says of whoever has more children that they are safer: allowed by no sign, so it is made by the level only."""
    return replace(starting_table(), stage="ridge", base=starting_table().base + 3_000)


async def promoted_to_shadow(desk: Desk, table: PointsTable) -> None:
    async with desk.begin() as uow:
        await publish(uow, PLANNER, body=table.to_json(), why="invented")
    async with desk.begin() as uow:
        await decide(uow, ADMIN, version=table.version, to=ModelState.SHADOW, reason="To be watched.")


async def test_a_changed_table_is_refused_by_its_hash(desk: Desk) -> None:
    body = worse().to_json().replace('"labels": 0', '"labels": 9000')
    with pytest.raises(PointsTableDamaged):
        async with desk.begin() as uow:
            await publish(uow, PLANNER, body=body, why="invented")
    async with desk.begin() as uow:
        assert await uow.models.newest(10) == []


async def test_who_may_not_publish(desk: Desk) -> None:
    for actor in (STAFF, APPROVER):
        with pytest.raises(Forbidden):
            async with desk.begin() as uow:
                await publish(uow, actor, body=worse().to_json(), why="invented")


async def test_the_publisher_decides_nothing_and_no_step_is_left_out(desk: Desk) -> None:
    table = worse()
    async with desk.begin() as uow:
        await publish(uow, ADMIN, body=table.to_json(), why="invented")
    with pytest.raises(ModelDecidedByPublisher):
        async with desk.begin() as uow:
            await decide(uow, ADMIN, version=table.version, to=ModelState.SHADOW, reason="Mine.")
    with pytest.raises(ModelStateWrong):
        async with desk.begin() as uow:
            await decide(uow, APPROVER, version=table.version, to=ModelState.ACTIVE, reason="At once.")
    async with desk.begin() as uow:
        found = await uow.models.find(table.version)
        assert found is not None
        assert found.state is ModelState.PROPOSED
        assert (await serving(uow)).version == starting_table().version


async def test_a_shadow_is_told_beside_and_shown_to_nobody(desk: Desk) -> None:
    table = replace(worse(), base=worse().base + 10_000)
    await promoted_to_shadow(desk, table)
    family = await desk.family()
    await desk.statement(family, "22000.00")
    async with desk.begin() as uow:
        told = (await uow.assessments.many([family.id]))[family.id]
        pairs = await uow.watch.pairs(table.version, area_path=COUNTY)
    assert told.model_version == starting_table().version
    assert [served for served, _ in pairs] == [told.likelihood]
    assert pairs[0][1] != told.likelihood


async def test_without_outcomes_nothing_is_promoted(desk: Desk) -> None:
    table = replace(worse(), base=worse().base + 20_000)
    await promoted_to_shadow(desk, table)
    with pytest.raises(ModelNotTested):
        async with desk.begin() as uow:
            await decide(uow, ADMIN, version=table.version, to=ModelState.ACTIVE, reason="It looks better.")


async def test_only_what_told_better_of_what_was_seen_since_takes_the_place(desk: Desk) -> None:
    families = [await desk.family(members=2) for _ in range(120)]
    for number, family in enumerate(families):
        await desk.statement(family, f"{10_400 + 150 * number}.00")
    desk.clock.advance(timedelta(days=95))
    for number, family in enumerate(families):
        # The poorer half fell below the line, and nothing else could have told.
        after = "7000.00" if number < 60 else f"{10_400 + 150 * number}.00"
        await desk.statement(family, after, as_of="2020-12-20")

    poor = replace(worse(), base=worse().base + 1)
    await promoted_to_shadow(desk, poor)
    with pytest.raises(ModelNotAhead):
        async with desk.begin() as uow:
            await decide(uow, ADMIN, version=poor.version, to=ModelState.ACTIVE, reason="Try.")

    # Half of them fell within three months: a table that tells more of it is nearer to what was seen.
    better = replace(reverse(), base=starting_table().base + 25_000)
    await promoted_to_shadow(desk, better)
    async with desk.begin() as uow:
        found = await decide(uow, ADMIN, version=better.version, to=ModelState.ACTIVE, reason="Better level.")
        assert found.state is ModelState.ACTIVE
        assert "Brier better by" in found.why
        former = await uow.models.find(starting_table().version)
        assert former is not None
        assert former.state is ModelState.RETIRED
    again = await desk.family()
    async with desk.begin() as uow:
        assert (await uow.assessments.many([again.id]))[again.id].model_version == better.version


async def test_the_card_says_what_is_looked_at_and_what_not(desk: Desk) -> None:
    family = await desk.family()
    card = (await desk.ask(family.actor(), CARD, locale="zh-CN"))["modelCard"]
    assert card["words"] == "模型依据,并非真实原因"
    assert len(card["features"]) == 21
    assert {one["sign"] for one in card["features"]} == {"raises", "lowers", "free"}
    assert (await desk.answer(STAFF, CARD))["errors"][0]["code"] == "FORBIDDEN"
