"""What visits say of rules, feeds and areas, and who hears of visits that nobody made."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text, update

from chassis.identity import Actor, Role
from chassis.timers import DueTimer
from risk_service.notifications.tables import notifications
from risk_service.verification.escalating import escalate_overdue
from risk_service.verification.tables import visits
from tests.risk_service.desk import APPROVER, ELSEWHERE, STAFF, Desk, Family
from tests.risk_service.factories import NOW

TOWNSHIP = "99/01/01/031/"
NORTH, SOUTH = f"{TOWNSHIP}201/", f"{TOWNSHIP}202/"
OWN = Actor(subject="specialist-31", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(TOWNSHIP,))
PRECISION = """query P($by: PrecisionBy!, $area: AreaPath!, $since: Date!, $until: Date!) {
    visitPrecision(by: $by, area: $area, since: $since, until: $until) {
        factor level policyVersion department areaPath visits trueRisk noLastingRisk wrongData precision } }"""
REPORT = """mutation R($input: ReportVisitInput!) { reportVisit(input: $input) { __typename
    ... on Refused { code field } } }"""
OUTCOMES = ["LASTING_RISK"] * 12 + ["NO_LASTING_RISK"] * 20 + ["WRONG_DATA"] * 3


async def report(desk: Desk, family: Family, actor: Actor, outcome: str, *, manner: str = "HOME") -> dict[str, Any]:
    (alert,) = await desk.open_alerts(family)
    async with desk.begin() as uow:
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    given = {
        "idempotencyKey": str(uuid4()),
        "taskId": str(task.id),
        "visitedOn": desk.clock.at.date().isoformat(),
        "findings": "Seen.",
        "outcome": outcome,
        "manner": manner,
    }
    found: dict[str, Any] = (await desk.ask(actor, REPORT, {"input": given}))["reportVisit"]
    return found


async def precision(desk: Desk, by: str, *, actor: Actor = APPROVER, area: str = TOWNSHIP) -> list[dict[str, Any]]:
    given = {"by": by, "area": area, "since": "2020-09-01", "until": "2020-10-01"}
    rows: list[dict[str, Any]] = (await desk.ask(actor, PRECISION, given))["visitPrecision"]
    return [{key: value for key, value in row.items() if value is not None} for row in rows]


async def test_the_precision_of_rules_feeds_and_areas_hides_small_cells(desk: Desk) -> None:
    for number, seat in ((1, NORTH), (2, SOUTH)):
        officer_id = UUID(f"01890000-0000-7000-8000-0000000003{number:02d}")
        await desk.officer(officer_id, "specialist-31", Role.VILLAGE_SPECIALIST, seat=seat)
    for number, outcome in enumerate(OUTCOMES):
        family = await desk.family(area_path=NORTH if number < 30 else SOUTH, officers=())
        await desk.bill(family, "5000.00", record_id=f"J1-{number}")
        assert (await report(desk, family, OWN, outcome))["__typename"] == "VisitReport"

    # Three visits found wrong data: told of neither, nor of the twelve that would give them away.
    rule = {"factor": "ILLNESS", "level": "RED", "policyVersion": "county-990101@2020.3"}
    assert await precision(desk, "RULE") == [{**rule, "visits": 35, "noLastingRisk": 20}]
    assert await precision(desk, "FEED") == [{"department": "HEALTH_INSURANCE", "visits": 35, "noLastingRisk": 20}]
    # Five households in the south would be what the township's total leaves over: neither village is told.
    assert await precision(desk, "AREA") == [{"areaPath": NORTH}, {"areaPath": SOUTH}]
    assert await precision(desk, "AREA", area="99/01/01/") == [
        {"areaPath": TOWNSHIP, "visits": 35, "noLastingRisk": 20}
    ]


async def test_precision_is_for_offices_of_the_area_and_whole_months(desk: Desk) -> None:
    given = {"by": "RULE", "area": TOWNSHIP, "since": "2020-09-01", "until": "2020-10-01"}
    for actor in (STAFF, ELSEWHERE, OWN):
        answer = await desk.answer(actor, PRECISION, given)
        assert answer["errors"][0]["code"] == "FORBIDDEN"
    answer = await desk.answer(APPROVER, PRECISION, given | {"since": "2020-09-02"})
    assert (answer["errors"][0]["code"], answer["errors"][0]["field"]) == ("PERIOD_NOT_MONTHS", "since")


async def test_an_overdue_visit_is_told_to_the_township_and_then_to_the_county_once(desk: Desk) -> None:
    township, county = "99/01/01/032/", "99/01/01/"
    reviewer, approver = (UUID(f"01890000-0000-7000-8000-0000000003{n}") for n in (21, 22))
    await desk.officer(reviewer, "reviewer-32", Role.TOWNSHIP_REVIEWER, seat=township)
    await desk.officer(approver, "approver-32", Role.COUNTY_APPROVER, seat=county)
    family = await desk.family(area_path=f"{township}201/", officers=())
    await desk.bill(family, "5000.00", record_id="J2")
    (alert,) = await desk.open_alerts(family)

    async def told() -> list[UUID]:
        query = select(notifications.c.recipient_id).where(
            notifications.c.about_id == alert.id, notifications.c.kind == "VISIT_OVERDUE"
        )
        async with desk.begin() as uow:
            return list((await uow.connection.scalars(query.order_by(notifications.c.created_at))).all())

    # Due on Wednesday the 23rd, in the township's time zone; three working days later is the worked Sunday the 27th.
    seen: list[tuple[int, list[UUID]]] = []
    for at in (
        datetime(2020, 9, 23, 15, 59, tzinfo=UTC),
        datetime(2020, 9, 23, 16, 0, tzinfo=UTC),
        datetime(2020, 9, 27, 15, 59, tzinfo=UTC),
        datetime(2020, 9, 27, 16, 0, tzinfo=UTC),
        datetime(2020, 9, 30, 16, 0, tzinfo=UTC),
    ):
        desk.clock.at = at
        async with desk.begin() as uow:
            await escalate_overdue(uow, DueTimer(key="", due_at=NOW))
        async with desk.begin() as uow:
            task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
        seen.append((task.escalations, await told()))
    assert seen == [(0, []), (1, [reviewer]), (1, [reviewer]), (2, [reviewer, approver]), (2, [reviewer, approver])]
    assert await desk.open_alerts(family) == [alert]


async def test_the_weekend_and_the_holiday_do_not_hurry_the_county(desk: Desk) -> None:
    """Due on Friday the 25th: the three working days after it are the weekend day worked in exchange for the
    festival, Sunday the 27th, and the two that follow it.
    """
    village = "99/01/01/033/201/"
    await desk.officer(
        UUID("01890000-0000-7000-8000-000000000331"), "reviewer-33", Role.TOWNSHIP_REVIEWER, seat="99/01/01/033/"
    )
    desk.clock.at = datetime(2020, 9, 22, 2, 0, tzinfo=UTC)
    family = await desk.family(area_path=village, officers=())
    await desk.bill(family, "5000.00", record_id="J3", on="2020-09-22")
    (alert,) = await desk.open_alerts(family)
    seen: list[int] = []
    for at in (datetime(2020, 9, 29, 15, 59, tzinfo=UTC), datetime(2020, 9, 29, 16, 0, tzinfo=UTC)):
        desk.clock.at = at
        async with desk.begin() as uow:
            await escalate_overdue(uow, DueTimer(key="", due_at=NOW))
        async with desk.begin() as uow:
            seen.append((await uow.verification.newest_by_alert([alert.id]))[alert.id].escalations)
    assert seen == [1, 2]


async def test_a21_refusing_a_visit_changes_no_score_and_a_second_one_is_capped_but_for_red(desk: Desk) -> None:
    village = f"{TOWNSHIP}203/"
    specialist = Actor(subject="specialist-33", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(village,))
    await desk.officer(
        UUID("01890000-0000-7000-8000-000000000333"), "specialist-33", Role.VILLAGE_SPECIALIST, seat=village
    )
    family = await desk.family(area_path=village, officers=())
    await desk.statement(family, "40000.00")
    await desk.bill(family, "2500.00", record_id="J4")
    async with desk.begin() as uow:
        before = (await uow.assessments.many([family.id])).get(family.id)
        (alert,) = await uow.alerts.open_of_household(family.id)
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    document = """mutation R($input: RefuseVisitInput!) { refuseVisit(input: $input) { __typename
        ... on VerificationTask { preferredManner } } }"""
    given = {"taskId": str(task.id), "instead": "PHONE", "expectedVersion": task.version}
    answer = (await desk.ask(family.actor(), document, {"input": given}))["refuseVisit"]
    assert answer == {"__typename": "VerificationTask", "preferredManner": "PHONE"}
    async with desk.begin() as uow:
        assert (await uow.assessments.many([family.id])).get(family.id) == before
        assert await uow.alerts.open_of_household(family.id) == [alert]
        assert await uow.cases.live([family.id]) == {}
    assert (await report(desk, family, specialist, "NO_LASTING_RISK"))["code"] == "HOME_VISIT_REFUSED"
    answer = await report(desk, family, specialist, "NO_LASTING_RISK", manner="PHONE")
    assert answer["__typename"] == "VisitReport"


async def test_visits_of_before_learn_what_they_were_for_from_their_alert(desk: Desk) -> None:
    migration = import_module("risk_service.migrations.versions.2026_11_23_cases")
    await desk.officer(
        UUID("01890000-0000-7000-8000-000000000334"), "specialist-31", Role.VILLAGE_SPECIALIST, seat=NORTH
    )
    family = await desk.family(area_path=NORTH, officers=())
    await desk.bill(family, "5000.00", record_id="J5")
    await report(desk, family, OWN, "LASTING_RISK")
    columns = (visits.c.factor, visits.c.level, visits.c.policy_version, visits.c.departments)
    query = select(*columns).where(visits.c.household_id == family.id)
    async with desk.begin() as uow:
        known = (await uow.connection.execute(query)).one()
        assert tuple(known) == ("ILLNESS", 2, "county-990101@2020.3", ["HEALTH_INSURANCE"])
        forgotten: dict[str, object] = {"factor": None, "level": None, "policy_version": None, "departments": []}
        await uow.connection.execute(update(visits).where(visits.c.household_id == family.id).values(forgotten))
        await uow.connection.execute(text(migration.BACKFILL))
        assert tuple((await uow.connection.execute(query)).one()) == tuple(known)
