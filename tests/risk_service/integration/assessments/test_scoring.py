"""Fitting and scoring over the copies, and what the graph and gRPC show of it."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from chassis.errors import Forbidden
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.jobs import JobKind, Jobs
from chassis.tables import jobs
from chassis.timers import DueTimer
from contracts.risk.v1 import risk_service_pb2 as messages
from risk_service.assessments.batches import JOB, NobodyToAssess, keep_model_fresh, refit, start_scoring, work_scoring
from risk_service.assessments.service import read_assessments, rescore
from risk_service.likelihood.declared import declared
from risk_service.likelihood.starting import starting_table
from risk_service.policy.domain import AlertLevel, RiskFactor
from risk_service.training.prior import TooFewHouseholds
from risk_service.uow import RiskUnitOfWork
from tests.risk_service.desk import ADMIN, APPROVER, ELSEWHERE, STAFF, Desk, Family
from tests.risk_service.factories import COUNTY

ASSESSMENT = """query A($id: ID!) { _entities(representations: [{__typename: "Household", id: $id}]) {
    ... on Household { assessment { likelihood band horizonMonths level model asOf line { amount }
      withoutSupport low high byHorizon { months likelihood }
      agreement agreementNote changes { name value to likelihood }
      reasons { note logit base raising { name contribution value typicalValue unit } lowering { name contribution }
        all { contribution } } }
      recommendedMeasures { type reason factor band } } } }"""


async def work_off(desk: Desk) -> None:
    """The jobs role, until nothing waits."""
    role: Jobs[RiskUnitOfWork] = Jobs(begin=desk.begin, kinds=[JobKind(name=JOB, work=work_scoring)])
    while await role.work_one():
        pass


@pytest.fixture(scope="module")
async def registry(module_desk: Desk) -> list[Family]:
    """Eighty families whose income falls with their number of children; nobody is scored yet."""
    families: list[Family] = []
    for number in range(80):
        size = 2 + number % 5
        family = await module_desk.family(members=size)
        net = 9000 * size - 1500 * (size - 2) * size + (number * 37 % 23) * 120 * size
        await module_desk.statement(family, f"{max(net, 3000)}.00")
        families.append(family)
    return families


async def test_from_the_first_day_on_the_assumed_table_tells(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "24000.00")
    async with desk.begin() as uow:
        found = (await uow.assessments.many([family.id]))[family.id]
    assert found.model_version == starting_table().version
    assert 0.0 < found.likelihood < 1.0


async def test_before_there_are_enough_households_nothing_is_fitted(desk: Desk) -> None:
    with pytest.raises(TooFewHouseholds):
        async with desk.begin() as uow:
            await refit(uow)


async def test_the_model_is_asked_for_once_enough_incomes_are_recorded(desk: Desk, registry: list[Family]) -> None:
    due = DueTimer(key="", due_at=desk.clock.now())
    async with desk.begin() as uow:
        await keep_model_fresh(uow, due)
        await keep_model_fresh(uow, due)
    async with desk.begin() as uow:
        waiting = list(await uow.connection.execute(select(jobs.c.kind, jobs.c.state)))
    assert [(row.kind, row.state) for row in waiting] == [(JOB, "QUEUED")]

    await work_off(desk)
    async with desk.begin() as uow:
        finished = (await uow.connection.execute(select(jobs.c.state, jobs.c.result))).one()
        assessed = await uow.assessments.many([family.id for family in registry])
        await keep_model_fresh(uow, due)
    assert (finished.state, finished.result) == ("DONE", {"households": 81})
    assert len(assessed) == 80
    async with desk.begin() as uow:
        assert len(list(await uow.connection.execute(select(jobs.c.id)))) == 1


async def test_the_model_is_fitted_anew_when_it_has_grown_old(desk: Desk, registry: list[Family]) -> None:
    desk.clock.advance(timedelta(days=90))
    async with desk.begin() as uow:
        await keep_model_fresh(uow, DueTimer(key="", due_at=desk.clock.now()))
    async with desk.begin() as uow:
        waiting = await uow.assessments.is_job_waiting(JOB)
    assert waiting
    await work_off(desk)


async def test_a_poorer_household_is_likelier_and_reasons_add_up(desk: Desk, registry: list[Family]) -> None:
    poor, rich = await desk.family(), await desk.family()
    await desk.statement(poor, "14000.00")
    await desk.statement(rich, "60000.00")
    found = {}
    for name, family in (("poor", poor), ("rich", rich)):
        data = await desk.ask(APPROVER, ASSESSMENT, {"id": str(family.id)})
        found[name] = data["_entities"][0]["assessment"]

    assert 0.0 < found["rich"]["likelihood"] < found["poor"]["likelihood"] < 1.0
    assert (found["poor"]["horizonMonths"], found["poor"]["level"], found["poor"]["asOf"]) == (12, "RED", "2020-09-18")
    assert found["poor"]["line"] == {"amount": "5000.00"}
    assert found["poor"]["model"].startswith("prior-")
    reasons = found["poor"]["reasons"]
    total = reasons["base"] + sum(one["contribution"] for one in reasons["all"])
    assert math.isclose(total, reasons["logit"], abs_tol=1e-9)
    assert reasons["raising"][0]["name"] == "log_income"
    assert reasons["raising"][0]["value"] == 3500.0
    assert reasons["raising"][0]["unit"] == "yuan, income per person after unavoidable expenses"
    assert all(one["value"] != one["typicalValue"] for one in reasons["raising"])
    assert len(reasons["all"]) == len(declared().names)
    assert "not the cause" in reasons["note"]
    assert [one["months"] for one in found["poor"]["byHorizon"]] == [3, 6, 12]
    assert found["poor"]["byHorizon"][-1]["likelihood"] == found["poor"]["likelihood"]
    assert found["poor"]["low"] < found["poor"]["likelihood"] < found["poor"]["high"]
    assert found["poor"]["withoutSupport"] == found["poor"]["likelihood"]
    assert found["poor"]["changes"][0]["name"] == "log_income"


async def test_a_new_expense_raises_the_likelihood_as_it_arrives(desk: Desk, registry: list[Family]) -> None:
    family = await desk.family()
    await desk.statement(family, "21900.00")
    async with desk.begin() as uow:
        before = (await uow.assessments.many([family.id]))[family.id]
    await desk.statement(family, "21900.00", expenses="10318.18")
    async with desk.begin() as uow:
        after = (await uow.assessments.many([family.id]))[family.id]
    assert after.likelihood > before.likelihood
    assert after.model_version == before.model_version


async def test_an_older_statement_that_comes_late_does_not_replace_a_newer_one(
    desk: Desk, registry: list[Family]
) -> None:
    family = await desk.family()
    await desk.statement(family, "21900.00", as_of="2020-09-18")
    await desk.statement(family, "99999.00", as_of="2020-09-17")
    async with desk.begin() as uow:
        assert (await uow.copies.received([family.id]))[family.id].net == 2_190_000


async def test_a_household_without_a_recorded_income_is_scored_by_its_features_alone(
    desk: Desk, registry: list[Family]
) -> None:
    family = await desk.family()
    async with desk.begin() as uow:
        found = (await uow.assessments.many([family.id]))[family.id]
    assert math.isnan(found.inputs[declared().place_of("log_income")])
    assert 0.0 < found.likelihood < 1.0


async def test_measures_answer_to_the_level_of_the_alert(desk: Desk, registry: list[Family]) -> None:
    family = await desk.family()
    await desk.statement(family, "60000.00")
    await desk.bill(family, "10318.18", record_id="M1")
    data = await desk.ask(family.actor(), ASSESSMENT, {"id": str(family.id)})
    entity = data["_entities"][0]

    assert entity["assessment"]["level"] == "RED"
    assert entity["recommendedMeasures"] == [
        {"type": kind, "reason": "An open RED alert for ILLNESS.", "factor": "ILLNESS", "band": None}
        for kind in ("HEALTH_AID", "TEMPORARY_RELIEF", "ANTI_POVERTY_INSURANCE")
    ]


async def test_refusing_a_visit_leaves_the_likelihood_unchanged_bit_for_bit(desk: Desk, registry: list[Family]) -> None:
    family = await desk.family()
    await desk.statement(family, "14000.00")
    await desk.bill(family, "2500.00", record_id="M2")
    (alert,) = [one for one in await desk.open_alerts(family) if one.factor is RiskFactor.ILLNESS]
    async with desk.begin() as uow:
        before = (await uow.assessments.many([family.id]))[family.id]
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    mutation = """mutation R($input: RefuseVisitInput!) { refuseVisit(input: $input) { __typename } }"""
    given = {"taskId": str(task.id), "instead": "PHONE", "expectedVersion": task.version}
    await desk.ask(family.actor(), mutation, {"input": given})
    await desk.statement(family, "14000.00")
    async with desk.begin() as uow:
        after = (await uow.assessments.many([family.id]))[family.id]
    assert (after.likelihood, after.inputs, after.contributions) == (
        before.likelihood,
        before.inputs,
        before.contributions,
    )


@pytest.mark.parametrize("actor", [ELSEWHERE, STAFF])
async def test_who_may_not_read_a_likelihood(desk: Desk, registry: list[Family], actor: Actor) -> None:
    answer = await desk.answer(actor, ASSESSMENT, {"id": str(registry[0].id)})
    assert answer["data"] == {"_entities": [{"assessment": None, "recommendedMeasures": None}]}
    assert {error["code"] for error in answer["errors"]} == {"FORBIDDEN"}


async def test_a_household_that_left_the_registry_leaves_no_copy_and_no_likelihood(
    desk: Desk, registry: list[Family]
) -> None:
    from contracts.households.v1.events_pb2 import HouseholdChanged

    family = await desk.family()
    await desk.statement(family, "14000.00")
    gone = HouseholdChanged(household_id=str(family.id), area_path=family.area_path, removed=True)
    await desk.hear(gone, subject=family.id, area_path=family.area_path)
    async with desk.begin() as uow:
        assert await uow.copies.household(family.id) is None
        assert await uow.copies.received([family.id]) == {}
        assert await uow.assessments.many([family.id]) == {}


async def test_assessments_for_other_services_leave_out_what_is_unknown(desk: Desk, registry: list[Family]) -> None:
    from uuid import uuid4

    family = await desk.family()
    await desk.statement(family, "14000.00")
    await desk.bill(family, "3500.00", record_id="M3")
    async with desk.begin() as uow:
        found = await read_assessments(uow, SYSTEM_ACTOR, household_ids=[uuid4(), family.id])
        away = await read_assessments(uow, ELSEWHERE, household_ids=[family.id])
    assert [(assessment.household_id, level) for assessment, level in found] == [(family.id, AlertLevel.RED)]
    assert away == []
    with pytest.raises(Forbidden):
        async with desk.begin() as uow:
            await read_assessments(uow, STAFF, household_ids=[family.id])


async def test_scoring_is_asked_for_by_those_who_may_and_can_be_followed(desk: Desk, registry: list[Family]) -> None:
    mutation = """mutation S($input: AssessHouseholdsInput!) { assessHouseholds(input: $input) {
        __typename ... on ScoringJob { id state done } ... on Refused { code } } }"""
    given = {"input": {"idempotencyKey": "score-1", "area": COUNTY}}
    refused = await desk.ask(APPROVER, mutation, given)
    assert refused["assessHouseholds"] == {"__typename": "Refused", "code": "FORBIDDEN"}

    first = (await desk.ask(ADMIN, mutation, given))["assessHouseholds"]
    assert (await desk.ask(ADMIN, mutation, given))["assessHouseholds"] == first
    await work_off(desk)
    query = "query J($id: ID!) { scoringJob(id: $id) { state done total } }"
    async with desk.begin() as uow:
        known = len(await uow.copies.household_ids(area_path=COUNTY, after=None, limit=1000))
    data = await desk.ask(ADMIN, query, {"id": first["id"]})
    assert data["scoringJob"] == {"state": "DONE", "done": known, "total": known}


async def test_a_job_of_another_area_is_not_shown(desk: Desk, registry: list[Family]) -> None:
    await desk.place("99/01/02/001/201/")
    await desk.family(area_path="99/01/02/001/201/")
    async with desk.begin() as uow:
        job_id = await start_scoring(uow, SYSTEM_ACTOR, area_path="99/01/02/")
    data = await desk.ask(ADMIN, "query J($id: ID!) { scoringJob(id: $id) { state } }", {"id": str(job_id)})
    assert data["scoringJob"] is None
    await work_off(desk)


async def test_an_area_without_a_household_is_refused_at_once(desk: Desk, registry: list[Family]) -> None:
    async with desk.begin() as uow:
        with pytest.raises(NobodyToAssess):
            await start_scoring(uow, SYSTEM_ACTOR, area_path="99/01/77/")


def test_the_contract_of_an_assessment_has_a_place_for_everything() -> None:
    entry = messages.Assessment(household_id="h", likelihood=0.5, horizon_months=12, model_version="vep-1")
    entry.as_of.FromDatetime(datetime(2020, 9, 18, tzinfo=UTC))
    assert messages.Assessment.FromString(entry.SerializeToString()) == entry


async def test_households_of_many_villages_are_assessed_in_as_many_statements_as_those_of_one(
    desk: Desk, registry: list[Family]
) -> None:
    async with desk.begin() as uow:
        await refit(uow)
    counts = []
    for villages in (["99/01/01/001/201/"] * 6, [f"99/01/01/001/20{number}/" for number in range(1, 7)]):
        families = [await desk.family(area_path=village) for village in villages]
        for family in families:
            await desk.statement(family, "20000.00")
        with desk.statements() as sent:
            async with desk.begin() as uow:
                assert await rescore(uow, [family.id for family in families]) == 6
        counts.append(len(sent))
    assert counts[0] == counts[1]
