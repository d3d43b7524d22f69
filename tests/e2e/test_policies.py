"""A policy pack beside a running system: checked, compared, tried on what was reported, and put into force."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.identity import Role
from holdfast.demo.chapters.visit import VISIT
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import COUNTY, made
from holdfast.demo.waiting import until
from holdfast.seed.families import Family
from holdfast.settings import ROOT
from tests.e2e.county import County, families_of

VILLAGE, NEXT_VILLAGE = "99/01/01/002/207/", "99/01/01/002/206/"
IN_FORCE = ROOT / "risk_service" / "policy" / "packs" / "county-990101.toml"
TRIED = (
    IN_FORCE.read_text(encoding="utf-8")
    .replace('area = "99/01/01/"', f'area = "{VILLAGE}"')
    .replace('name = "county-990101"', 'name = "garden-village"')
    .replace('yellow_over = "2000.00"\nred_over = "3000.00"', 'yellow_over = "3000.00"\nred_over = "9000.00"')
)
LAB = """
query Lab($pack: String!) {
  thresholdLab(pack: $pack, since: "2020-01-01", until: "2020-12-31") {
    tried changes confirmed missed gained missedCases { household { id } factor }
    inForce { visits officerHours byFactor { factor yellow red escalated } }
    underTrial { visits officerHours byFactor { factor yellow red escalated } }
  }
}
"""
ALERTS = """
query Alerts($id: ID!) {
  household(id: $id) { openAlerts { id factor level policyVersion ruleText thresholds { redOver { amount } } task { id } } }
}
"""
PACK = 'query Pack($area: AreaPath!) { policyPack(area: $area, on: "2020-09-18") { name version approvedBy } }'


@pytest.fixture
def tried(tmp_path: Path) -> Path:
    file = tmp_path / "garden-village.toml"
    file.write_text(TRIED, encoding="utf-8")
    return file


@pytest.fixture
def admin(county: County) -> Caller:
    return county.caller(Role.COUNTY_ADMIN, COUNTY, subject="county-admin-1")


def bill(family: Family, amount: str) -> Mapping[str, object]:
    return {
        "recordId": f"E2E-POLICY-{family.household.code}-{amount}",
        "person": {"idNumber": next(one.details.id_number for one in family.members if one.details.id_number)},
        "eventType": "SETTLEMENT",
        "eventDate": "2020-09-10",
        "purposeCode": "MONITORING",
        "oopAmount": amount,
    }


async def illness(admin: Caller, family: Family) -> Answer | None:
    household = (await admin.ask(ALERTS, {"id": str(family.household.id)})).at("household")
    found = [one for one in household.items("openAlerts") if one.text("factor") == "ILLNESS"]
    return found[0] if found and found[0].at("task").value is not None else None


def of_illness(effect: Answer) -> tuple[float, float]:
    """Yellow and red of one policy."""
    found = [one for one in effect.items("byFactor") if one.text("factor") == "ILLNESS"]
    return (found[0].number("yellow"), found[0].number("red")) if found else (0, 0)


async def test_a_trial_says_what_other_lines_would_have_cost_and_whom_they_would_have_missed(
    county: County, admin: Caller, tried: Path
) -> None:
    light, heavy = families_of(VILLAGE)[100:102]
    assert (await county.send("HEALTH_INSURANCE", "E2E-LAB", bill(light, "2500"), bill(heavy, "10318.18")))[1] == 2
    alert = await until("The lighter warning", lambda: illness(admin, light))
    await until("The heavier warning", lambda: illness(admin, heavy))
    report = {
        "idempotencyKey": str(uuid4()),
        "taskId": alert.text("task.id"),
        "visitedOn": county.stage.today(),
        "findings": "They sold their ox to pay.",
        "outcome": "LASTING_RISK",
    }
    specialist = county.caller(Role.VILLAGE_SPECIALIST, VILLAGE, subject="village-specialist-002-207")
    made(await specialist.ask(VISIT, {"input": report}), "reportVisit")

    lab = (await admin.ask(LAB, {"pack": TRIED})).at("thresholdLab")
    assert [str(one.value) for one in lab.items("changes")][-2:] == [
        "ILLNESS: yellow over 2,000.00 CNY becomes 3,000.00 CNY: fewer households are warned.",
        "ILLNESS: red over 3,000.00 CNY becomes 9,000.00 CNY: fewer households are warned.",
    ]
    assert (of_illness(lab.at("inForce")), of_illness(lab.at("underTrial"))) == ((1, 1), (0, 1))
    assert lab.number("inForce.visits") == lab.number("underTrial.visits") + 1
    assert lab.at("missedCases").value == [{"household": {"id": str(light.household.id)}, "factor": "ILLNESS"}]

    given = ("policy", "dry-run", str(tried), "--since", "2020-01-01", "--until", "2020-12-31")
    said = await county.console(*given)
    lines = [line.split() for line in said.text.splitlines()]
    assert said.code == 2
    assert ["ILLNESS", "yellow", "1", "0"] in lines
    assert ["missed:", "household", f"{light.household.id},", "ILLNESS,", "confirmed", county.stage.today()] in lines
    # Nobody was warned by it, and nothing of it holds.
    assert (await admin.ask(PACK, {"area": VILLAGE})).text("policyPack.name") == "county-990101"


async def test_a_pack_is_checked_compared_and_put_into_force_and_warns_by_its_own_lines_from_then_on(
    county: County, admin: Caller, tried: Path
) -> None:
    checked, compared = await asyncio.gather(
        county.console("policy", "check", str(tried)), county.console("policy", "diff", str(IN_FORCE), str(tried))
    )
    assert (checked.code, "yellow over 3,000.00 CNY" in checked.text) == (0, True)
    assert (compared.code, "ILLNESS: red over 3,000.00 CNY becomes 9,000.00 CNY" in compared.text) == (2, True)

    applied = await county.console("policy", "apply", str(tried))
    again = await county.console("policy", "apply", str(tried))
    tried.write_text(TRIED.replace('"9000.00"', '"9999.00"'), encoding="utf-8")
    other = await county.console("policy", "apply", str(tried))
    assert (applied.code, applied.text) == (0, f"garden-village@2020.3 applied: {VILLAGE} from 2020-01-01.")
    assert (again.code, "was applied before, unchanged" in again.text) == (0, True)
    assert (other.code, other.text.partition(":")[0]) == (1, "POLICY_VERSION_TAKEN")
    for area, name in ((VILLAGE, "garden-village"), (NEXT_VILLAGE, "county-990101")):
        assert (await admin.ask(PACK, {"area": area})).text("policyPack.name") == name

    calm, warned = families_of(VILLAGE)[110:112]
    elsewhere = families_of(NEXT_VILLAGE)[110]
    bills = bill(calm, "3000.00"), bill(warned, "3000.01"), bill(elsewhere, "2000.01")
    assert (await county.send("HEALTH_INSURANCE", "E2E-APPLIED", *bills))[1] == 3
    here = await until("The warning by the new lines", lambda: illness(admin, warned))
    there = await until("The warning by the old lines", lambda: illness(admin, elsewhere))
    assert (here.text("level"), here.text("policyVersion")) == ("YELLOW", "garden-village@2020.3")
    assert here.text("thresholds.redOver.amount") == "9000.00"
    assert "9,000.00" in here.text("ruleText")
    assert (there.text("level"), there.text("policyVersion")) == ("YELLOW", "county-990101@2020.3")
    assert await illness(admin, calm) is None


async def test_only_who_may_put_a_pack_into_force_may_try_one_and_a_wrong_one_is_named_by_its_key(
    county: County, admin: Caller
) -> None:
    approver = county.caller(Role.COUNTY_APPROVER, COUNTY)
    whole = await approver.ask_whole(LAB, {"pack": TRIED})
    assert whole.text("errors.0.extensions.code") == "FORBIDDEN"
    wrong = await admin.ask_whole(LAB, {"pack": TRIED.replace('scope = "PERSON"', 'scope = "VILLAGE"', 1)})
    assert wrong.text("errors.0.extensions.code") == "POLICY_PACK_MALFORMED"
    assert "scope" in wrong.text("errors.0.message")
