"""From help that was given to measured effects, approved lists and plans made with them: on a real database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from chassis.identity import Actor, Role
from tests.risk_service.desk import ADMIN, APPROVER, STAFF, SUPPORT, Desk, Family, Json
from tests.risk_service.factories import COUNTY
from tests.risk_service.integration.cases.journey import NO_DROP, done, propose
from tests.risk_service.integration.planning.town import PLANNER, RELIEF, Town, town

EFFECTS = """query E($area: AreaPath!) { measureEffects(area: $area, months: 3) {
    code assumed basis measured { effect low high seen helped helpedFellBack compared comparedFellBack } } }"""
GIVEN = """mutation G($input: RecordAssistanceGivenInput!) { recordAssistanceGiven(input: $input) {
    __typename ... on AssistanceOffer { state givenOn } ... on Refused { code field } } }"""
PROPOSE = """mutation P($input: ProposeMeasuresInput!) { proposeMeasures(input: $input) {
    __typename ... on MeasureCatalogue { id contentHash approval { by }
      measures { code effect effectBasis assumedEffect unitCost { amount } } } ... on Refused { code field } } }"""
AGREE = """mutation A($input: ApproveMeasuresInput!) { approveMeasures(input: $input) {
    __typename ... on MeasureCatalogue { approval { by reason } } ... on Refused { code } } }"""
LISTS = "query L($area: AreaPath!) { measureCatalogues(area: $area) { edges { node { id approval { by } } } } }"
CODE = "TEMPORARY_RELIEF"


def specialist(here: Town) -> Actor:
    return Actor(subject="specialist-7", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(here.village,))


async def give(here: Town, family: Family, *, on: str = "2020-09-18", actor: Actor | None = None) -> Json:
    (offer,) = await here.offers(family)
    given = {"offerId": offer["id"], "on": on}
    data: Json = (await here.desk.ask(actor or specialist(here), GIVEN, {"input": given}))["recordAssistanceGiven"]
    return data


async def helped_half(desk: Desk, families: int = 24) -> Town:
    """Half of a township accepts relief and gets it."""
    here = await town(desk, [0.25] * families)
    await here.approve(await here.plan(budget=str(3000 * families // 2), measures=[RELIEF]), APPROVER)
    for family in here.families:
        for offer in await here.offers(family):
            await here.answer(offer, "ACCEPTED", family.actor())
            assert (await give(here, family))["givenOn"] == "2020-09-18"
    return here


async def parted(here: Town) -> tuple[list[Family], list[Family]]:
    """Who was offered something, and who was not."""
    offered = [bool(await here.offers(family)) for family in here.families]
    return (
        [family for family, one in zip(here.families, offered, strict=True) if one],
        [family for family, one in zip(here.families, offered, strict=True) if not one],
    )


async def fall_back(desk: Desk, families: Sequence[Family]) -> None:
    for family in families:
        await desk.bill(family, "9000.00", record_id=f"bill-{family.id}", on="2020-10-01")


async def come_forward(here: Town, families: Sequence[Family]) -> list[str]:
    """Cases that the families' own word begins and no warning does; on notice for five days, then checked."""
    desk, own = here.desk, specialist(here)
    reviewer = Actor(subject="reviewer-7", roles=frozenset({Role.TOWNSHIP_REVIEWER}), areas=(here.township,))
    made: list[str] = []
    for family in families:
        await desk.statement(family, "18000.00", received=NO_DROP)
        today = desk.clock.now().date().isoformat()
        case = await propose(desk, family, actor=own, channel="SELF_REPORT", clueOn=today)
        assert case["__typename"] == "MonitoringCase", case
        made.append(case["id"])
        await done(desk, own, "holdCommunityReview", case["id"], "REVIEWED")
        await done(desk, own, "publishNotice", case["id"], "ON_NOTICE", kind="PublishNoticeInput")
        await done(desk, reviewer, "checkCase", case["id"], "CHECKED")
    desk.clock.advance(timedelta(days=7))
    return made


async def effects(here: Town, actor: Actor = PLANNER) -> list[Json]:
    found: list[Json] = (await here.desk.ask(actor, EFFECTS, {"area": here.township}))["measureEffects"]
    return found


async def test_a_measure_that_was_seen_to_help_says_so_and_how_sure_it_is(desk: Desk) -> None:
    here = await helped_half(desk)
    helped, others = await parted(here)
    assert (len(helped), len(others)) == (12, 12)
    # Before the plan's months are over, nothing is measured.
    desk.clock.advance(timedelta(days=20))
    await fall_back(desk, [*helped[:2], *others[:6]])
    assert await effects(here) == []

    desk.clock.advance(timedelta(days=80))
    (told,) = await effects(here)
    assert (told["code"], told["assumed"], told["basis"]) == (CODE, 0.2, "MEASURED")
    counts = {"helped": 12, "helpedFellBack": 2, "compared": 12, "comparedFellBack": 6}
    assert {name: told["measured"][name] for name in counts} == counts
    assert told["measured"]["seen"] == pytest.approx(2 / 3)
    assert told["measured"]["effect"] == pytest.approx(0.4025, abs=1e-4)
    assert told["measured"]["low"] < 0.2 < told["measured"]["high"]


async def test_who_was_confirmed_as_a_case_fell_back_though_nothing_warned_of_it(desk: Desk) -> None:
    here = await helped_half(desk)
    helped, others = await parted(here)
    desk.clock.advance(timedelta(days=20))
    await fall_back(desk, [*helped[:2], *others[:3]])
    made = await come_forward(here, [*others[3:7], helped[5]])
    for case_id in made[:3]:
        await done(desk, APPROVER, "approveCase", case_id, "OPEN")
    for case_id in made[3:]:
        await done(desk, APPROVER, "declineCase", case_id, "NOT_IDENTIFIED")
    for family in (*helped[2:], *others[3:]):
        assert await desk.open_alerts(family) == []
    desk.clock.advance(timedelta(days=80))
    (told,) = await effects(here)
    counts = {"helped": 12, "helpedFellBack": 2, "compared": 12, "comparedFellBack": 6}
    assert {name: told["measured"][name] for name in counts} == counts


async def test_what_comes_before_the_approval_or_after_the_months_does_not_count(desk: Desk) -> None:
    here = await helped_half(desk)
    _, others = await parted(here)
    desk.clock.advance(timedelta(days=100))
    await fall_back(desk, others)
    (told,) = await effects(here)
    assert (told["basis"], told["measured"]) == ("ASSUMED", None)


async def test_of_fewer_than_ten_nothing_is_told(desk: Desk) -> None:
    here = await helped_half(desk, families=18)
    _, others = await parted(here)
    desk.clock.advance(timedelta(days=20))
    await fall_back(desk, others)
    desk.clock.advance(timedelta(days=80))
    (told,) = await effects(here)
    assert (told["basis"], told["measured"]) == ("ASSUMED", None)


async def test_whether_somebody_declined_changes_no_measured_effect(desk: Desk) -> None:
    measured: list[Json] = []
    for declines in (0, 3):
        desk.clock.at = desk.clock.at.replace(month=9, day=18, year=2020)
        here = await town(desk, [0.25] * 27)
        await here.approve(await here.plan(budget="45000", measures=[RELIEF]), APPROVER)
        offered, others = await parted(here)
        assert len(offered) == 15
        for family in offered[:12]:
            await here.answer((await here.offers(family))[0], "ACCEPTED", family.actor())
            await give(here, family)
        for family in offered[12 : 12 + declines]:
            await here.answer((await here.offers(family))[0], "DECLINED", family.actor())
        desk.clock.advance(timedelta(days=20))
        await fall_back(desk, [*offered[:2], *others[:6]])
        desk.clock.advance(timedelta(days=80))
        measured += [one["measured"] for one in await effects(here)]
    assert measured[0] == measured[1]
    assert measured[0]["compared"] == 15


async def test_a_measured_effect_enters_plans_only_through_a_list_a_second_person_approved(desk: Desk) -> None:
    here = await helped_half(desk)
    helped, others = await parted(here)
    desk.clock.advance(timedelta(days=20))
    await fall_back(desk, [*helped[:2], *others[:6]])
    desk.clock.advance(timedelta(days=80))
    given: dict[str, object] = {"area": here.township, "measures": [RELIEF], "useMeasured": [CODE], "months": 3}
    made = (await desk.ask(PLANNER, PROPOSE, {"input": given}))["proposeMeasures"]
    (measure,) = made["measures"]
    assert (measure["effectBasis"], measure["effect"], measure["assumedEffect"]) == ("MEASURED", 0.4025, 0.2)

    asked: dict[str, object] = {"measures": [], "catalogue": made["id"]}
    assert (await here.ask_for_plan(**asked))["code"] == "MEASURE_CATALOGUE_NOT_APPROVED"
    both = {**asked, "measures": [RELIEF]}
    assert (await here.ask_for_plan(**both))["code"] == "ASSISTANCE_PLAN_INVALID"
    agree = {"catalogueId": made["id"], "contentHash": made["contentHash"], "reason": "Seen in a whole township."}
    assert (await desk.ask(PLANNER, AGREE, {"input": agree}))["approveMeasures"]["code"] == "FORBIDDEN"
    agreed = (await desk.ask(APPROVER, AGREE, {"input": agree}))["approveMeasures"]
    assert agreed["approval"] == {"by": "approver-1", "reason": "Seen in a whole township."}
    again = (await desk.ask(APPROVER, AGREE, {"input": agree}))["approveMeasures"]
    assert again["code"] == "MEASURE_CATALOGUE_APPROVED"

    plan = await here.plan(**asked)
    (used,) = plan["measures"]
    assert (used["effect"], used["effectBasis"]) == (0.4025, "MEASURED")
    lists = (await desk.ask(PLANNER, LISTS, {"area": here.village}))["measureCatalogues"]["edges"]
    assert [edge["node"]["id"] for edge in lists] == [made["id"]]


async def test_nothing_unmeasured_is_proposed_as_measured(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    given: dict[str, object] = {"area": here.township, "measures": [RELIEF], "useMeasured": [CODE]}
    refused = (await desk.ask(PLANNER, PROPOSE, {"input": given}))["proposeMeasures"]
    assert refused == {"__typename": "Refused", "code": "MEASURE_NOT_MEASURED", "field": "useMeasured.0"}


async def test_help_is_given_to_who_accepted_it_once_by_an_officer_of_theirs(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    family = here.families[0]
    await here.approve(await here.plan(), APPROVER)
    assert (await give(here, family))["code"] == "ASSISTANCE_NOT_ACCEPTED"
    (offer,) = await here.offers(family)
    await here.answer(offer, "ACCEPTED", family.actor())
    for stranger in (PLANNER, APPROVER, ADMIN, STAFF, family.actor()):
        assert (await give(here, family, actor=stranger))["code"] == "FORBIDDEN"
    assert (await give(here, family, on="2020-09-17"))["field"] == "on"
    assert (await give(here, family, on="2020-09-19"))["field"] == "on"
    paired = Actor(subject=SUPPORT.subject, roles=SUPPORT.roles, areas=(COUNTY,))
    for _ in range(2):
        assert await give(here, family, actor=paired) == {
            "__typename": "AssistanceOffer",
            "state": "ACCEPTED",
            "givenOn": "2020-09-18",
        }
    assert (await here.answer(offer, "DECLINED", family.actor()))["code"] == "ASSISTANCE_ALREADY_GIVEN"
