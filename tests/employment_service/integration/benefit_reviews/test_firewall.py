"""The guard between an answer and the aid of a household (A33, the employment side)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import text

from chassis.identity import Actor
from chassis.subscription import ReceivedEvent
from chassis.vault import Vault
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.employment.v1 import events_pb2
from contracts.households.v1.events_pb2 import BenefitReductionProposed
from employment_service.copies.subscribers import HOUSEHOLDS
from employment_service.offers.service import decline, withdraw
from employment_service.placements.leaving import resign
from tests.employment_service.factories import COUNTY, VILLAGE, id_of
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.integration.safeguards.questions import REFUSED, accept, flags, shown
from tests.employment_service.town import ADMIN, EMPLOYER, MONITOR, STAFF, Town, as_worker

Json = Mapping[str, Any]
REVIEWS = """query($area: AreaPath!) { benefitReviews(area: $area, openOnly: false) { edges { node {
  proposalId state followsAnAnswer current { amount } proposed { amount } toldAt } } } }"""
OF_SPRING: dict[str, Any] = {
    "since": date(2020, 5, 2),
    "refusal_rule_published_on": date(2020, 5, 1),
    "valid_until": date(2021, 5, 1),
    "next_audit_on": date(2021, 4, 1),
}
DECIDE = (
    "mutation($input: DecideBenefitReviewInput!) { result: decideBenefitReview(input: $input) "
    f"{{ ... on BenefitReview {{ state }} {REFUSED} }} }}"
)


async def enter(town: Town, number: int, *, household: int = 1, at: datetime | None = None) -> UUID:
    """A cut of the household's 500 a month to 200 is entered, and told of."""
    proposal, occurred = id_of(900 + number), Timestamp()
    occurred.FromDatetime(at or town.clock.now())
    message = BenefitReductionProposed(
        proposal_id=str(proposal),
        household_id=str(id_of(500 + household)),
        area_path=VILLAGE,
        benefit="SUBSISTENCE_ALLOWANCE",
        current_cents=50_000,
        proposed_cents=20_000,
        effective_from="2020-10-01",
    )
    envelope = Envelope(event_id=str(proposal), area_path=VILLAGE, occurred_at=occurred)
    async with town.begin() as uow:
        await HOUSEHOLDS.handlers[BenefitReductionProposed](uow, ReceivedEvent(envelope=envelope, message=message))
    return proposal


async def words(town: Town) -> list[tuple[str, str]]:
    """(proposal, verdict) of every word that left, in order."""
    return [
        (
            each.proposal_id,
            events_pb2.BenefitReductionVerdict.Name(each.verdict).removeprefix("BENEFIT_REDUCTION_VERDICT_"),
        )
        for each in await town.events(events_pb2.BenefitReductionGuarded)
        if isinstance(each, events_pb2.BenefitReductionGuarded)
    ]


async def reviews(town: Town) -> list[Json]:
    data = await town.ask(MONITOR, REVIEWS, {"area": COUNTY})
    return [edge["node"] for edge in data["benefitReviews"]["edges"]]


def undrawn(town: Town, day: date) -> list[int]:
    """Workers whose household is not drawn by chance on that day: for them only an answer leads to a review."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = []
    for number in range(1, 41):
        household = str(id_of(500 + number))
        phase = town.vault.number(household, kind="benefit-review.phase")
        period = (int(at.timestamp()) // 86_400 + phase % 180) // 180
        if town.vault.number(f"{household} {period}", kind="benefit-review") % (1 << 64) * 100 >= 20 << 64:
            found.append(number)
    return found


async def test_a33_a_cut_ninety_two_days_after_a_no_is_reviewed_and_the_monitor_alone_sees_why(town: Town) -> None:
    quiet, said_no = undrawn(town, date(2020, 9, 1))[:2]
    town.set_clock(date(2020, 5, 31))
    await town.add_areas()
    await town.add_safeguards(**OF_SPRING)
    await town.ready_people(quiet, said_no)
    offers = await shown(town, quiet, said_no)
    town.set_clock(date(2020, 6, 1))
    await decline(town.begin, as_worker(said_no), offer_id=UUID(offers[said_no]["id"]))
    town.set_clock(date(2020, 9, 1))
    await town.fire_timers()
    # By then the no itself is deleted: two tokens and a day are left of it.
    assert await town.count("offers", "state = 'DECLINED'") == 0

    unrelated = await enter(town, 1, household=quiet)
    after_no = await enter(town, 2, household=said_no)

    assert await words(town) == [(str(unrelated), "PASSED"), (str(after_no), "UNDER_REVIEW")]
    assert [(one["proposalId"], one["state"], one["followsAnAnswer"]) for one in await reviews(town)] == [
        (str(after_no), "UNDER_REVIEW", True)
    ]
    (flag,) = await flags(town, "CF7")
    assert flag["effects"] == ["REVIEW"]
    for other in (STAFF, ADMIN, EMPLOYER, as_worker(said_no)):
        assert await town.answer(other, REVIEWS, {"area": COUNTY}) == (None, ["FORBIDDEN"])
    for event in await town.events(events_pb2.BenefitReductionGuarded):
        assert {field.name for field, _ in event.ListFields()} == {"proposal_id", "household_id", "verdict"}


@pytest.mark.parametrize(("days", "verdict"), [(180, "UNDER_REVIEW"), (181, "PASSED")])
async def test_the_wall_stands_for_180_days(town: Town, days: int, verdict: str) -> None:
    entered = date(2020, 6, 1) + timedelta(days=days)
    number = undrawn(town, entered)[0]
    town.set_clock(date(2020, 5, 31))
    await town.add_areas()
    await town.add_safeguards(**OF_SPRING)
    await town.ready_people(number)
    offers = await shown(town, number)
    town.set_clock(date(2020, 6, 1))
    await decline(town.begin, as_worker(number), offer_id=UUID(offers[number]["id"]))
    town.set_clock(entered)

    await enter(town, 1, household=number)

    assert [each for _, each in await words(town)] == [verdict]


async def test_a_resignation_and_a_yes_taken_back_count_like_a_no(town: Town) -> None:
    placed = await started(town)
    async with town.begin(as_worker()) as uow:
        await resign(uow, placement_id=placed.id, return_trip=False)
    await enter(town, 1)
    assert [(one["state"], one["followsAnAnswer"]) for one in await reviews(town)] == [("UNDER_REVIEW", True)]

    await town.ready_people(2)
    offer = (await shown(town, 2))[2]
    town.clock.advance(timedelta(hours=72))
    await accept(town, 2, offer)
    await withdraw(town.begin, as_worker(2), offer_id=UUID(offer["id"]))
    await enter(town, 2, household=2)
    assert [one["followsAnAnswer"] for one in await reviews(town)] == [True, True]


@pytest.mark.parametrize(("entered", "sooner"), [(date(2021, 9, 12), True), (date(2021, 9, 13), False)])
async def test_a_cut_sooner_after_work_began_than_the_terms_promise_is_reviewed(
    town: Town, entered: date, sooner: bool
) -> None:
    """Whoever takes work is told that a wage changes no aid for twelve months; a feed that ends it breaks that."""
    await started(town)
    # Drawn by chance as well, so that the word that leaves is the same on both days.
    assert 1 not in undrawn(town, entered)
    town.set_clock(entered)

    await enter(town, 1)

    assert [each for _, each in await words(town)] == ["UNDER_REVIEW"]
    assert [one["followsAnAnswer"] for one in await reviews(town)] == [sooner]
    assert len(await flags(town, "CF7")) == sooner


async def test_a_fifth_of_unrelated_cuts_is_reviewed_and_entering_again_draws_nothing_new(town: Town) -> None:
    await town.add_areas()
    for number in range(1, 301):
        await enter(town, number, household=number)
    first = dict(await words(town))
    reviewed = [proposal for proposal, verdict in first.items() if verdict == "UNDER_REVIEW"]
    assert 40 <= len(reviewed) <= 85, "About 60 of 300."
    assert not any(one["followsAnAnswer"] for one in await reviews(town))

    # The same households once more, the next day: everybody gets the word they got, so asking again tells nothing.
    town.clock.advance(timedelta(days=1))
    for number in range(1, 301):
        await enter(town, 1000 + number, household=number)
    again = dict(await words(town))
    changed = sum(first[str(id_of(900 + n))] != again[str(id_of(1900 + n))] for n in range(1, 301))
    assert changed <= 3, "But for the few whose own period of 180 days ended that night."


async def test_the_draw_cannot_be_told_without_the_key(town: Town) -> None:
    other = Vault.of_key(b"x" * 32)
    drawn = [town.vault.number(f"household-{n}", kind="benefit-review") for n in range(100)]
    assert drawn != [other.number(f"household-{n}", kind="benefit-review") for n in range(100)]


async def test_an_answer_comes_on_its_day_whatever_was_found_and_however_soon(town: Town) -> None:
    placed = await started(town)
    async with town.begin(as_worker()) as uow:
        await resign(uow, placement_id=placed.id, return_trip=False)
    entered = town.clock.now()
    proposal = await enter(town, 1)
    given = {"proposalId": str(proposal), "letThrough": False, "reason": "It follows a resignation."}
    for other in (STAFF, ADMIN, as_worker()):
        assert (await town.mutate(other, DECIDE, given))["code"] == "FORBIDDEN"
    town.clock.advance(timedelta(hours=1))
    assert await town.mutate(MONITOR, DECIDE, given) == {"state": "KEPT_BACK"}
    assert (await town.mutate(MONITOR, DECIDE, given))["code"] == "BENEFIT_REVIEW_DECIDED"

    town.clock.at = entered + timedelta(days=15) - timedelta(seconds=1)
    await town.fire_timers()
    assert [verdict for _, verdict in await words(town)] == ["UNDER_REVIEW"]
    town.clock.at = entered + timedelta(days=15)
    await town.fire_timers()
    await town.fire_timers()

    assert [verdict for _, verdict in await words(town)] == ["UNDER_REVIEW", "KEPT_BACK"]
    assert [one["toldAt"] for one in await reviews(town)] == [town.clock.at.isoformat()]


async def test_an_event_that_comes_twice_is_weighed_once(town: Town) -> None:
    await town.add_areas()
    await enter(town, 1)
    await enter(town, 1)

    assert len(await words(town)) == 1


async def test_a_yes_soon_after_a_cut_was_entered_waits_for_the_monitor(town: Town) -> None:
    """CF6."""
    await town.ready(workers=2)
    offers = await shown(town, 1, 2)
    await enter(town, 1, household=1)
    town.clock.advance(timedelta(days=13))
    await accept(town, 2, offers[2])
    assert await flags(town, "CF6") == []
    placement = (await accept(town, 1, offers[1]))["placement"]

    (flag,) = await flags(town, "CF6")
    assert [hold["placementId"] for hold in flag["holds"]] == [placement["id"]]


@pytest.mark.parametrize("other", [STAFF, ADMIN, EMPLOYER, as_worker()], ids=lambda actor: actor.subject)
async def test_the_database_shows_reviews_and_the_rest_of_a_no_to_nobody_else(town: Town, other: Actor) -> None:
    placed = await started(town)
    async with town.begin(as_worker()) as uow:
        await resign(uow, placement_id=placed.id, return_trip=False)
    await enter(town, 1)
    await town.ready_people(2)
    offer = (await shown(town, 2))[2]
    await decline(town.begin, as_worker(2), offer_id=UUID(offer["id"]))
    assert (await town.count("benefit_reviews"), await town.count("silences")) == (1, 1)

    async with town.begin(other) as uow:
        for table in ("benefit_reviews", "silences"):
            assert await uow.connection.scalar(text(f"select count(*) from {table}")) == 0
