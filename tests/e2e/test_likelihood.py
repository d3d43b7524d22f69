"""The likelihood through the public endpoint: who reads it, why it is what it is, and how a table is published."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from chassis.identity import Actor, Role
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import COUNTY
from holdfast.demo.waiting import until
from holdfast.seed.families import Family
from risk_service.likelihood.starting import starting_table
from tests.e2e.county import County, families_of

VILLAGE = "99/01/01/002/205/"
OTHER_VILLAGE = "99/01/01/002/206/"
BOUNDS = {"LOW": (0.0, 0.15), "MEDIUM": (0.15, 0.4), "HIGH": (0.4, 1.0)}
# What somebody may do is not what somebody does: nothing of these speaks into a likelihood.
NEVER_ASKED = ("declin", "refus", "resign", "complain", "sex", "ethnic", "relig", "name")

ASSESSMENT = """
query Told($id: ID!, $asOf: Date) {
  household(id: $id) {
    assessment(asOf: $asOf) {
      likelihood low high withoutSupport band horizonMonths model level agreement agreementNote asOf
      byHorizon { months likelihood }
      reasons {
        note logit base all { name contribution }
        raising { name label value typicalValue contribution } lowering { label contribution }
      }
      changes { label value to likelihood }
    }
    assessmentReadings { reader roles readOn }
    recommendedMeasures { type reason }
  }
}
"""
LIST = """
query List($area: AreaPath!, $band: LikelihoodBand, $order: AssessmentOrder!) {
  assessments(area: $area, band: $band, orderBy: $order, first: 100) {
    totalCount edges { node { household { id } assessment { likelihood band } } }
  }
}
"""
CARD = """
{ modelCard { version stage state households labels features { name source sign helpable weight } limits words } }
"""
WATCH = """
query Watch($area: AreaPath!) {
  modelMonitoring(area: $area) {
    model households alarms drift { feature index missing concern } feeds { department records medianDays }
    toldAndSeen { group households ratio concern }
  }
}
"""
OVERRIDE = """
mutation Disagree($input: OverrideAssessmentInput!) {
  overrideAssessment(input: $input) { __typename ... on AssessmentOverride { notedBy likelihood } ... on Refused { code } }
}
"""
DECIDE = """
mutation Decide($input: DecideModelInput!) {
  decideModel(input: $input) { __typename ... on ModelCard { version state decidedBy } ... on Refused { code } }
}
"""
PUBLISH = """
mutation Publish($input: PublishModelInput!) {
  publishModel(input: $input) { __typename ... on ModelCard { version state publishedBy } ... on Refused { code } }
}
"""
VERSIONS = "{ modelVersions { version state publishedBy why } }"


@pytest.fixture
def family() -> Family:
    return families_of(VILLAGE)[40]


@pytest.fixture
def specialist(county: County) -> Caller:
    return county.caller(Role.VILLAGE_SPECIALIST, VILLAGE, subject="village-specialist-002-205")


async def told(caller: Caller, family: Family, as_of: str | None = None) -> Answer:
    """Once the sample's households have been assessed for the first time."""

    async def look() -> Answer | None:
        found = (await caller.ask(ASSESSMENT, {"id": str(family.household.id), "asOf": as_of})).at("household")
        return found if found.at("assessment").value is not None else None

    return await until("The likelihood", look, seconds=90)


async def test_the_likelihood_comes_with_its_reasons_its_range_and_what_support_is_worth(
    specialist: Caller, family: Family
) -> None:
    household = await told(specialist, family)
    one = household.at("assessment")
    likelihood, reasons = one.number("likelihood"), one.at("reasons")

    low, high = BOUNDS[one.text("band")]
    assert low <= likelihood <= high
    assert one.number("low") <= likelihood <= one.number("high")
    assert one.number("withoutSupport") >= likelihood
    months = [item.number("months") for item in one.items("byHorizon")]
    chances = [item.number("likelihood") for item in one.items("byHorizon")]
    assert (months, chances, chances[-1]) == ([3, 6, 12], sorted(chances), likelihood)

    parts = [item.number("contribution") for item in reasons.items("all")]
    assert math.isclose(reasons.number("base") + sum(parts), reasons.number("logit"), abs_tol=1e-6)
    assert math.isclose(1 / (1 + math.exp(-reasons.number("logit"))), likelihood, abs_tol=1e-6)
    assert len(reasons.items("raising")) <= 3
    assert len(reasons.items("lowering")) <= 2
    assert all(item.number("contribution") > 0 for item in reasons.items("raising"))
    assert "not the cause" in reasons.text("note")
    names = " ".join(reasons.texts("all", "name"))
    assert [word for word in NEVER_ASKED if word in names] == []


async def test_level_and_likelihood_stand_side_by_side_and_the_answer_says_where_they_disagree(
    specialist: Caller, family: Family
) -> None:
    one = (await told(specialist, family)).at("assessment")
    level, band = one.text("level"), one.text("band")
    fitting = {"NONE": {"LOW", "MEDIUM"}, "YELLOW": {"MEDIUM", "HIGH"}, "RED": {"HIGH"}}[level]
    higher = "LIKELIHOOD_HIGHER" if level in {"NONE", "YELLOW"} and band == "HIGH" else "LEVEL_HIGHER"
    assert one.text("agreement") == ("AGREE" if band in fitting else higher)
    assert one.text("agreementNote")


async def test_a_day_before_anything_was_told_has_no_likelihood(specialist: Caller, family: Family) -> None:
    await told(specialist, family)
    given = {"id": str(family.household.id), "asOf": "2019-01-01"}
    assert (await specialist.ask(ASSESSMENT, given)).at("household.assessment").value is None


async def test_the_household_reads_its_own_and_who_read_it_and_nobody_else_s(
    county: County, specialist: Caller, family: Family
) -> None:
    await told(specialist, family)
    member = county.member(family.members[0].id)
    own = await told(member, family)

    readers = {(item.text("reader"), item.text("readOn")) for item in own.items("assessmentReadings")}
    assert ("village-specialist-002-205", county.stage.today()) in readers
    assert own.at("assessment.reasons.raising").value is not None

    neighbour = families_of(VILLAGE)[41]
    whole = await member.ask_whole(ASSESSMENT, {"id": str(neighbour.household.id)})
    assert whole.at("data.household").value is None


@pytest.mark.parametrize(
    ("role", "more"), [(Role.EMPLOYER, "employer"), (Role.EMPLOYMENT_STAFF, "staff"), (Role.DEPARTMENT, "department")]
)
async def test_nobody_who_hires_or_sends_records_reads_a_likelihood(
    county: County, family: Family, role: Role, more: str
) -> None:
    actor = Actor(
        subject=f"somebody-{more}",
        roles=frozenset({role}),
        areas=(COUNTY,) if role is not Role.EMPLOYER else (),
        department="HEALTH_INSURANCE" if role is Role.DEPARTMENT else None,
        employer_id="016f5e66-e800-76cd-9c85-3427dbc0573d" if role is Role.EMPLOYER else None,
    )
    caller = county.stage.endpoint.caller(actor)
    given = {"area": VILLAGE, "order": "VISITS_FIRST"}
    for query, variables in ((LIST, given), (CARD, {}), (ASSESSMENT, {"id": str(family.household.id)})):
        whole = await caller.ask_whole(query, variables)
        assert whole.text("errors.0.extensions.code") == "FORBIDDEN", query


async def test_the_list_for_visits_goes_by_area_and_band_and_its_reading_is_told_the_households(
    county: County, specialist: Caller, family: Family
) -> None:
    await told(specialist, family)
    reviewer = county.caller(Role.TOWNSHIP_REVIEWER, "99/01/01/002/", subject="township-reviewer-002")
    counts = {}
    for band in BOUNDS:
        page = (await reviewer.ask(LIST, {"area": VILLAGE, "band": band, "order": "VISITS_FIRST"})).at("assessments")
        counts[band] = page.number("totalCount")
        assert set(page.texts("edges", "node.assessment.band")) <= {band}
    whole = (await reviewer.ask(LIST, {"area": VILLAGE, "order": "VISITS_FIRST"})).at("assessments")
    chances = [edge.number("node.assessment.likelihood") for edge in whole.items("edges")]
    assert sum(counts.values()) == whole.number("totalCount") == len(families_of(VILLAGE))
    assert chances == sorted(chances, reverse=True)

    first = next(
        one for one in families_of(VILLAGE) if str(one.household.id) == whole.text("edges.0.node.household.id")
    )
    own = await told(county.member(first.members[0].id), first)
    assert "township-reviewer-002" in own.texts("assessmentReadings", "reader")

    elsewhere = await specialist.ask_whole(LIST, {"area": OTHER_VILLAGE, "order": "VISITS_FIRST"})
    assert elsewhere.text("errors.0.extensions.code") == "FORBIDDEN"


async def test_the_card_and_the_watch_say_what_the_table_is_and_how_far_it_can_be_trusted(
    county: County, specialist: Caller, family: Family
) -> None:
    one = (await told(specialist, family)).at("assessment")
    planner = county.caller(Role.PLANNER, COUNTY, subject="planner-1")
    card = (await planner.ask(CARD)).at("modelCard")
    watch = (await planner.ask(WATCH, {"area": COUNTY})).at("modelMonitoring")

    assert (card.text("stage"), card.text("state")) == ("prior", "ACTIVE")
    assert card.text("version") == one.text("model") == watch.text("model")
    assert card.number("labels") == 0
    weights = [item.number("weight") for item in card.items("features")]
    assert weights == sorted(weights, reverse=True)
    assert {item.text("sign") for item in card.items("features")} <= {"raises", "lowers", "free"}
    assert "not the cause" in card.text("words")
    assert {item.text("feature") for item in watch.items("drift")} <= set(card.texts("features", "name"))
    # No outcome is known yet: nothing is held against anything, and nothing is claimed.
    assert {item.text("concern") for item in watch.items("toldAndSeen")} <= {"UNTOLD"}


async def test_who_disagrees_is_written_down_and_the_likelihood_stays_as_it_is(
    specialist: Caller, family: Family
) -> None:
    before = (await told(specialist, family)).at("assessment")
    given = {
        "householdId": str(family.household.id),
        "direction": "MORE_LIKELY",
        "reason": "NOT_IN_ANY_RECORD",
        "note": "The daughter who sent money has lost her work.",
    }
    noted = (await specialist.ask(OVERRIDE, {"input": given})).at("overrideAssessment")
    assert (noted.text("notedBy"), noted.number("likelihood")) == (
        "village-specialist-002-205",
        before.number("likelihood"),
    )
    after = (await told(specialist, family)).at("assessment")
    assert after.number("likelihood") == before.number("likelihood")
    assert after.at("reasons.all").value == before.at("reasons.all").value


async def test_the_console_scores_an_area_anew_and_refuses_one_that_is_not_there(
    county: County, specialist: Caller, family: Family
) -> None:
    await told(specialist, family)
    scored, wrong = await asyncio.gather(
        county.console("risk", "rescore", "--area", VILLAGE), county.console("risk", "rescore", "--area", "99/01/77/")
    )
    assert (scored.code, scored.text) == (0, f"{len(families_of(VILLAGE))} households are assessed anew.")
    assert (wrong.code, "NOBODY_TO_ASSESS" in wrong.text) == (1, True), wrong.text


async def test_a_table_from_the_console_is_a_proposal_and_another_person_decides(
    county: County, specialist: Caller, family: Family, tmp_path: Path
) -> None:
    await told(specialist, family)
    admin = county.caller(Role.COUNTY_ADMIN, COUNTY, subject="county-admin-1")
    approver = county.caller(Role.COUNTY_APPROVER, COUNTY, subject="county-approver-1")
    file = tmp_path / "points.json"
    file.write_text(json.dumps({"version": "no-table"}), encoding="utf-8")

    wrong = await county.console("risk", "publish", str(file), "--by", "county-admin-1")
    assert (wrong.code, wrong.text.partition(":")[0]) == (1, "POINTS_TABLE_DAMAGED")

    challenger = replace(starting_table(), stage="ridge", base=starting_table().base + 3_000)
    file.write_text(challenger.to_json(), encoding="utf-8")
    published = await county.console("risk", "publish", str(file), "--by", "county-admin-1", "--note", "A trial")
    assert published.code == 0, published.text
    version = published.text.partition(" ")[0]
    assert published.text == f"{version} is PROPOSED: another person decides with decideModel."
    found = (await admin.ask(VERSIONS)).items("modelVersions")
    assert [
        (one.text("state"), one.text("publishedBy"), one.text("why")) for one in found if one.text("version") == version
    ] == [("PROPOSED", "county-admin-1", "A trial")]

    wanted = {"version": version, "state": "SHADOW", "reason": "To be seen beside what serves."}
    own = (await admin.ask(DECIDE, {"input": wanted})).at("decideModel")
    assert own.text("code") == "MODEL_DECIDED_BY_PUBLISHER"
    early = (await approver.ask(DECIDE, {"input": wanted | {"state": "ACTIVE"}})).at("decideModel")
    assert early.text("code") == "MODEL_STATE_WRONG"
    shadow = (await approver.ask(DECIDE, {"input": wanted})).at("decideModel")
    assert (shadow.text("state"), shadow.text("decidedBy")) == ("SHADOW", "county-approver-1")
    untested = (await approver.ask(DECIDE, {"input": wanted | {"state": "ACTIVE"}})).at("decideModel")
    assert untested.text("code") == "MODEL_NOT_TESTED"
    rejected = (await approver.ask(DECIDE, {"input": wanted | {"state": "REJECTED"}})).at("decideModel")
    assert rejected.text("state") == "REJECTED"


async def test_a_whole_table_passes_the_endpoint_and_a_changed_one_is_refused_by_its_hash(county: County) -> None:
    planner = county.caller(Role.PLANNER, COUNTY, subject="planner-1")
    table = replace(starting_table(), stage="ridge", base=starting_table().base + 4_000)
    # Longer than any reason may be.
    whole = table.to_json()
    assert len(whole) > 10_000
    published = (await planner.ask(PUBLISH, {"input": {"table": whole, "note": "A trial"}})).at("publishModel")
    assert (published.text("state"), published.text("publishedBy")) == ("PROPOSED", "planner-1")
    changed = whole.replace('"labels": 0', '"labels": 9000')
    assert changed != whole
    refused = (await planner.ask(PUBLISH, {"input": {"table": changed}})).at("publishModel")
    assert refused.text("code") == "POINTS_TABLE_DAMAGED"
