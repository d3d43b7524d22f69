"""Wages that do not come, and the help a worker asks for (A36, second half)."""

from __future__ import annotations

from datetime import date

from employment_service.placements.domain import Placement
from tests.employment_service.factories import COUNTY
from tests.employment_service.integration.documents import nodes
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.town import EMPLOYER, HEAD, MONITOR, STAFF, Json, Town, as_worker

LATE = """query($id: ID!) { placement(id: $id) { version
    lateWages { month level dueOn raisedOn saidByWorker settledOn } } }"""
REPORT = """mutation($input: ReportMissingWageInput!) { result: reportMissingWage(input: $input) {
    __typename ... on LateWage { level saidByWorker helpAskedAt } ... on Refused { code field } } }"""
CONFIRM = """mutation($input: ConfirmWageInput!) { result: confirmWage(input: $input) {
    __typename ... on Placement { version confirmedWageMonths } ... on Refused { code } } }"""
CLAIMS = """query($area: AreaPath!) { wageClaims(area: $area) { totalCount
    edges { node { workerName wage { month level helpGivenAt } placement { state } } } } }"""
HELP = """mutation($input: GiveWageHelpInput!) { result: giveWageHelp(input: $input) {
    __typename ... on WageClaim { wage { helpGivenAt } } ... on Refused { code } } }"""


async def late(town: Town, placed: Placement) -> Json:
    found: Json = (await town.ask(as_worker(), LATE, {"id": str(placed.id)}))["placement"]
    return found


async def test_pay_day_10_october_unpaid_is_yellow_on_the_26th_and_red_on_10_november(town: Town) -> None:
    placed = await started(town)
    seen: dict[date, list[str]] = {}
    for day in (date(2020, 10, 25), date(2020, 10, 26), date(2020, 11, 9), date(2020, 11, 10)):
        town.set_clock(day, hour=0)
        await town.fire_timers()
        seen[day] = [each["level"] for each in (await late(town, placed))["lateWages"]]

    assert seen == {
        date(2020, 10, 25): [],
        date(2020, 10, 26): ["YELLOW"],
        date(2020, 11, 9): ["YELLOW"],
        date(2020, 11, 10): ["RED"],
    }
    assert (await late(town, placed))["lateWages"] == [
        {
            "month": "2020-09",
            "level": "RED",
            "dueOn": "2020-10-10",
            "raisedOn": "2020-11-10",
            "saidByWorker": False,
            "settledOn": None,
        }
    ]


async def test_the_clock_runs_on_month_after_month_and_a_confirmed_wage_settles_it(town: Town) -> None:
    placed = await started(town)
    town.set_clock(date(2020, 10, 12))
    given = {"placementId": str(placed.id), "month": "2020-09", "expectedVersion": placed.version}
    confirmed = await town.mutate(as_worker(), CONFIRM, given)
    town.set_clock(date(2020, 11, 26))
    await town.fire_timers()
    assert [(each["month"], each["level"]) for each in (await late(town, placed))["lateWages"]] == [
        ("2020-10", "YELLOW")
    ]

    paid = {"placementId": str(placed.id), "month": "2020-10", "expectedVersion": confirmed["version"]}
    await town.mutate(as_worker(), CONFIRM, paid)
    town.set_clock(date(2020, 12, 27))
    await town.fire_timers()

    found = (await late(town, placed))["lateWages"]
    assert [(each["month"], each["level"], each["settledOn"]) for each in found] == [
        ("2020-10", "YELLOW", "2020-11-26"),
        ("2020-11", "YELLOW", None),
    ]


async def test_wages_of_months_worked_are_owed_after_leaving_too(town: Town) -> None:
    placed = await started(town)
    town.set_clock(date(2020, 9, 25))
    await town.mutate(
        as_worker(),
        "mutation($input: ResignInput!) { result: resign(input: $input) { __typename } }",
        {"placementId": str(placed.id)},
    )
    town.set_clock(date(2020, 10, 26))
    await town.fire_timers()
    found = await late(town, placed)
    assert [(each["month"], each["level"]) for each in found["lateWages"]] == [("2020-09", "YELLOW")]

    given = {"placementId": str(placed.id), "month": "2020-09", "expectedVersion": found["version"]}
    assert (await town.mutate(as_worker(), CONFIRM, given))["confirmedWageMonths"] == ["2020-09"]
    assert (await late(town, placed))["lateWages"][0]["settledOn"] == "2020-10-26"


async def test_a_worker_says_a_wage_is_missing_and_the_office_helps_only_who_asked(town: Town) -> None:
    placed = await started(town)
    report = {"placementId": str(placed.id), "month": "2020-09"}
    town.set_clock(date(2020, 10, 10))
    assert (await town.mutate(as_worker(), REPORT, report))["code"] == "WAGE_NOT_DUE"
    town.set_clock(date(2020, 10, 11))
    for other in (STAFF, EMPLOYER, HEAD, as_worker(2)):
        assert (await town.mutate(other, REPORT, report))["code"] == "FORBIDDEN"
    said = await town.mutate(as_worker(), REPORT, report)
    assert (said["level"], said["saidByWorker"], said["helpAskedAt"]) == ("REPORTED", True, None)
    assert await town.ask(STAFF, CLAIMS, {"area": COUNTY}) == {"wageClaims": {"totalCount": 0, "edges": []}}
    assert (await town.mutate(STAFF, HELP, report))["code"] == "WAGE_CLAIM_NOT_FOUND"

    town.set_clock(date(2020, 10, 27))
    await town.fire_timers()
    await town.mutate(as_worker(), REPORT, report | {"askForHelp": True})
    (claim,) = nodes((await town.ask(STAFF, CLAIMS, {"area": COUNTY}))["wageClaims"])
    assert claim == {
        "workerName": "Invented Person 1",
        "wage": {"month": "2020-09", "level": "YELLOW", "helpGivenAt": None},
        "placement": {"state": "STARTED"},
    }
    assert (await town.answer(EMPLOYER, CLAIMS, {"area": COUNTY}))[1] == ["FORBIDDEN"]
    assert (await town.mutate(STAFF, HELP, report))["__typename"] == "WageClaim"
    assert (await town.ask(MONITOR, CLAIMS, {"area": COUNTY}))["wageClaims"]["totalCount"] == 1


async def test_less_than_the_accepted_wage_of_a_whole_month_is_written_down_as_a_mismatch(town: Town) -> None:
    placed = await started(town)
    town.set_clock(date(2020, 11, 11))
    for month, amount in (("2020-09", "1900"), ("2020-10", "2500.50")):
        version = (await late(town, placed))["version"]
        given = {"placementId": str(placed.id), "month": month, "amount": amount, "expectedVersion": version}
        assert (await town.mutate(as_worker(), CONFIRM, given))["__typename"] == "Placement"

    assert await town.count("terms_mismatches") == 1
    assert (
        await town.count("terms_mismatches", "figure = 'WAGE_PAID' and accepted = '3000.00' and written = '2500.50'")
        == 1
    )


UNSAY = """mutation($input: TakeBackWageInput!) { result: takeBackWage(input: $input) {
    __typename ... on Placement { state version confirmedWageMonths steps { state reason } }
    ... on Refused { code field } } }"""


async def test_a_wage_confirmed_in_error_is_unsaid_by_its_worker_and_its_clock_runs_again(town: Town) -> None:
    placed = await started(town)
    town.set_clock(date(2020, 12, 12))
    version = placed.version
    for month in ("2020-09", "2020-10", "2020-11"):
        given = {"placementId": str(placed.id), "month": month, "expectedVersion": version}
        version = (await town.mutate(as_worker(), CONFIRM, given))["version"]
    assert await town.count("placements", "state = 'STABLE'") == 1
    given = {"placementId": str(placed.id), "month": "2020-10", "expectedVersion": version}
    for other in (EMPLOYER, STAFF, MONITOR, as_worker(2)):
        assert (await town.mutate(other, UNSAY, given))["code"] == "FORBIDDEN"

    unsaid = await town.mutate(as_worker(), UNSAY, given)

    assert (unsaid["state"], unsaid["confirmedWageMonths"]) == ("STARTED", ["2020-09", "2020-11"])
    assert unsaid["steps"][-1] == {"state": "STARTED", "reason": "TAKEN_BACK_BY_WORKER"}
    assert [(each["month"], each["level"]) for each in (await late(town, placed))["lateWages"]] == [("2020-10", "RED")]
    given["expectedVersion"] = unsaid["version"]
    assert (await town.mutate(as_worker(), UNSAY, given))["code"] == "WAGE_NOT_CONFIRMED"
    again = await town.mutate(as_worker(), CONFIRM, given)
    assert again["confirmedWageMonths"] == ["2020-09", "2020-10", "2020-11"]
    assert await town.count("placements", "state = 'STABLE'") == 1
    assert await town.count("wage_arrears", "settled_on is not null") == 1
