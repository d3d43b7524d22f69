"""Scenarios of the feeds through the public endpoint: what a department sends, and what an office then sees."""

from __future__ import annotations

from itertools import chain

import pytest

from chassis.identity import Role
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import COUNTY
from holdfast.demo.waiting import until
from holdfast.seed.families import Family, families
from tests.e2e.county import County

TOLD = """
  id level status amount { amount } household { id } history { level }
  countedCosts { recordId } conditions { recordId }
"""
ALERTS = f"""
query Alerts($area: AreaPath!, $factor: RiskFactor!) {{
  alerts(area: $area, filter: {{ factor: [$factor] }}, first: 100) {{ edges {{ node {{ {TOLD} }} }} }}
}}
"""
SERVE = """
mutation Serve($point: RegisterSupplyPointInput!, $serve: ServeHouseholdsInput!) {
  registerSupplyPoint(input: $point) { __typename }
  serveHouseholds(input: $serve) { ... on SupplyPoint { householdCount } ... on Refused { code message } }
}
"""
ESTIMATES = """
query Estimates($id: ID!) { household(id: $id) { insuranceEstimates { cause loss { amount } payable { amount } } } }
"""


@pytest.fixture
def everybody() -> list[Family]:
    """Of the sample county, without the story's own families."""
    found = chain.from_iterable(own for _, own in families())
    return [family for family in found if any(one.details.id_number for one in family.members)][-40:]


def person(family: Family) -> dict[str, object]:
    return {"idNumber": next(one.details.id_number for one in family.members if one.details.id_number)}


def bill(number: str, family: Family, day: str, amount: str, **more: object) -> dict[str, object]:
    return {
        "recordId": number,
        "person": person(family),
        "eventType": "SETTLEMENT",
        "eventDate": day,
        "purposeCode": "MONITORING",
        "oopAmount": amount,
    } | more


async def alerts(approver: Caller, factor: str, record_id: str) -> list[Answer]:
    """Those that rest on a record."""
    answer = await approver.ask(ALERTS, {"area": COUNTY, "factor": factor})
    found = [edge.at("node") for edge in answer.items("alerts.edges")]
    return [
        one
        for one in found
        if record_id in {*one.texts("countedCosts", "recordId"), *one.texts("conditions", "recordId")}
    ]


async def test_a03_a04_a22_three_bills_are_one_alert_and_a_reimbursement_closes_nothing(
    county: County, everybody: list[Family]
) -> None:
    family = everybody[0]
    approver = county.caller(Role.COUNTY_APPROVER, COUNTY)

    async def shown(*, level: str, amount: str) -> Answer | None:
        found = await alerts(approver, "ILLNESS", "A03-1")
        assert len(found) <= 1
        fits = [one for one in found if (one.text("level"), one.text("amount.amount")) == (level, amount)]
        return fits[0] if fits else None

    await county.send(
        "HEALTH_INSURANCE",
        "A03-spring",
        bill("A03-1", family, "2020-03-10", "1500"),
        bill("A03-2", family, "2020-05-10", "700"),
    )
    yellow = await until("the yellow alert", lambda: shown(level="YELLOW", amount="2200.00"))
    june = bill("A03-3", family, "2020-06-10", "900")
    await county.send("HEALTH_INSURANCE", "A03-summer", june)
    red = await until("the red alert", lambda: shown(level="RED", amount="3100.00"))
    assert red.text("id") == yellow.text("id")
    assert red.texts("history", "level") == ["YELLOW", "RED"]

    assert await county.send("HEALTH_INSURANCE", "A04-again", june) == (1, 0, 0, 0, 1)
    back = bill("A04-back", family, "2020-07-01", "-1000", eventType="REIMBURSEMENT", corrects="A03-3")
    assert await county.send("HEALTH_INSURANCE", "A04-more", back) == (1, 0, 0, 1, 0)
    back = bill("A04-back", family, "2020-07-01", "-1000", eventType="REIMBURSEMENT", corrects="A03-1")
    assert await county.send("HEALTH_INSURANCE", "A04-back", back) == (1, 1, 0, 0, 0)
    lighter = await until("the lower amount", lambda: shown(level="RED", amount="2100.00"))
    assert (lighter.text("id"), lighter.text("status")) == (yellow.text("id"), "OPEN")

    # A22: the loss of the year is below the sample product's trigger.
    estimates = await approver.ask(ESTIMATES, {"id": red.text("household.id")})
    assert [
        (one.text("cause"), one.text("loss.amount"), one.text("payable.amount"))
        for one in estimates.items("household.insuranceEstimates")
    ] == [("ILLNESS", "2100.00", "0.00")]


async def test_a25_one_report_about_a_supply_point_warns_thirty_homes_and_a_resend_adds_none(
    county: County, everybody: list[Family]
) -> None:
    admin, approver = county.caller(Role.COUNTY_ADMIN, COUNTY), county.caller(Role.COUNTY_APPROVER, COUNTY)
    homes = [str(family.household.id) for family in everybody[1:31]]
    place = everybody[1].household.area_path
    served = await admin.ask(
        SERVE,
        {
            "point": {"number": "E2E-WP-1", "name": "Lower well", "areaPath": place},
            "serve": {"number": "E2E-WP-1", "householdIds": homes, "since": "2020-01-01"},
        },
    )
    assert served.number("serveHouseholds.householdCount") == 30
    report = {
        "recordId": "A25-1",
        "eventType": "OUTAGE",
        "eventDate": "2020-09-10",
        "purposeCode": "MONITORING",
        "supplyPointId": "E2E-WP-1",
        "outageDays": 7,
    }

    async def warned() -> list[Answer] | None:
        found = await alerts(approver, "WATER_SAFETY", "A25-1")
        return found if len(found) >= 30 else None

    assert await county.send("WATER", "A25", report) == (1, 1, 0, 0, 0)
    found = await until("thirty warnings", warned)
    assert sorted(one.text("household.id") for one in found) == sorted(homes)
    assert {one.text("level") for one in found} == {"RED"}

    assert await county.send("WATER", "A25-again", report) == (1, 0, 0, 0, 1)
    # Longer by a day: a new version moves the same alerts, and adds none.
    assert await county.send("WATER", "A25-longer", report | {"outageDays": 8}) == (1, 1, 0, 0, 0)
    assert sorted(one.text("id") for one in await alerts(approver, "WATER_SAFETY", "A25-1")) == sorted(
        one.text("id") for one in found
    )


async def test_a24_a33_records_of_other_departments_warn_and_bring_nothing_but_a_visit(
    county: County, everybody: list[Family]
) -> None:
    homeless, unpaid = everybody[31], everybody[32]
    approver = county.caller(Role.COUNTY_APPROVER, COUNTY)
    told = {"eventDate": "2020-09-10", "purposeCode": "MONITORING"}
    records = (
        ("HOUSING", "HOUSING_SAFETY", homeless, {"eventType": "INSPECTION", "grade": "D", "inspectedOn": "2020-09-10"}),
        (
            "HUMAN_RESOURCES",
            "UNEMPLOYMENT",
            unpaid,
            {"eventType": "WAGE_ARREARS", "wageArrearsMonths": 2, "month": "2020-08"},
        ),
    )
    for department, factor, family, said in records:
        record = {"recordId": f"E2E-{factor}", "person": person(family)} | told | said
        assert await county.send(department, f"E2E-{factor}", record) == (1, 1, 0, 0, 0)

        async def warned(factor: str = factor) -> list[Answer] | None:
            return await alerts(approver, factor, f"E2E-{factor}") or None

        (alert,) = await until(f"the warning of {factor}", warned)
        assert (alert.text("level"), alert.text("status"), alert.at("amount").value) == ("RED", "OPEN", None)
        assert alert.text("household.id") == str(family.household.id)
        assert (await county.send(department, f"E2E-again-{factor}", record))[4] == 1
        assert [one.text("id") for one in await alerts(approver, factor, f"E2E-{factor}")] == [alert.text("id")]
