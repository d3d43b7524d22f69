"""Making offers: under which conditions, to whom, for how long (domain scenario A37), and what staff learn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.errors import Forbidden, NotFound
from contracts.employment.v1 import events_pb2
from employment_service.offers.domain import OutsideTheWorkersLimits, TermsChanged
from employment_service.offers.making import make_offer
from employment_service.offers.service import accept, decline
from employment_service.placements.domain import PlacementState
from employment_service.safeguards.domain import SafeguardsNotActive
from employment_service.trips.service import book_travel
from employment_service.vacancies.service import revise_terms
from tests.employment_service.factories import MORNING, employer, id_of, terms, vacancy, worker
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    Town,
    as_worker,
)


async def test_without_active_safeguards_no_offer_is_made_and_nothing_is_written(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), vacancy(), worker())

    with pytest.raises(SafeguardsNotActive) as refused:
        await town.offer()

    assert refused.value.code == "SAFEGUARDS_NOT_ACTIVE"
    assert await town.count("offers") == 0
    assert await town.count("chassis.timers") == 0
    assert await town.count("chassis.idempotency_keys") == 0
    assert await town.count("vacancy_places", "reserved > 0") == 0


async def test_safeguards_that_ran_out_stop_offers_by_themselves(town: Town) -> None:
    await town.ready()
    town.set_clock(date(2021, 9, 1))

    with pytest.raises(SafeguardsNotActive):
        await town.offer()


async def test_new_terms_void_an_acceptance_and_travel_waits_for_a_new_one(town: Town) -> None:
    await town.ready(workers=2)
    first, placed = await town.accepted(worker_number=1)
    town.clock.at = MORNING
    await town.accepted(worker_number=2)
    async with town.begin(EMPLOYER) as uow:
        moved = await revise_terms(
            uow, vacancy_id=id_of(201), terms=terms(starts_on=date(2020, 12, 1)), expected_version=1
        )

    assert moved.terms.number == 2
    assert await town.count("placements", "state = 'VOIDED'") == 2
    assert await town.count("vacancy_places", "taken = 0 and reserved = 2") == 1
    with pytest.raises(Exception, match="VOIDED"):
        async with town.begin(as_worker(1)) as uow:
            await book_travel(uow, placement_id=placed.id, on=None, expected_version=placed.version + 1)

    shown = await town.understood(first, worker_number=1)
    with pytest.raises(TermsChanged):
        await accept(
            town.begin, as_worker(1), offer_id=first.id, terms_hash=first.terms_hash, expected_version=shown.version
        )
    town.clock.advance(timedelta(hours=72))
    _, again = await accept(
        town.begin, as_worker(1), offer_id=first.id, terms_hash=moved.terms.hash, expected_version=shown.version
    )

    assert (again.state, again.terms_version) == (PlacementState.ACCEPTED, 2)
    assert await town.count("consents") == 3
    assert await town.count("vacancy_places", "taken = 1 and reserved = 1") == 1


async def test_staff_see_confirmed_placements_only_and_cannot_count_noes(town: Town) -> None:
    """46 offers of one employer: 41 accepted, 3 declined, 2 silent."""
    await town.ready(workers=46, places=60)
    made = [await town.offer(worker_number=number) for number in range(1, 47)]
    for number in range(1, 45):
        await town.understood(made[number - 1], worker_number=number)
    town.clock.advance(timedelta(hours=72))
    for number in range(1, 42):
        await accept(
            town.begin,
            as_worker(number),
            offer_id=made[number - 1].id,
            terms_hash=made[number - 1].terms_hash,
            expected_version=3,
        )
    for number in range(42, 45):
        await decline(town.begin, as_worker(number), offer_id=made[number - 1].id)

    seen = await town.ask(
        STAFF,
        """query($vacancy: ID!, $declined: ID!) {
             placements(area: "99/01/01/", filter: {vacancyId: $vacancy}, first: 100) { totalCount }
             vacancy(id: $vacancy) { places placesLeft }
             offer(id: $declined) { state }
           }""",
        {"vacancy": str(id_of(201)), "declined": str(made[41].id)},
    )

    assert seen == {"placements": {"totalCount": 41}, "vacancy": {"places": 60, "placesLeft": 19}, "offer": None}
    assert [type(each) for each in await town.events(events_pb2.WorkStateChanged)] == []


async def test_staff_of_another_county_and_other_roles_make_no_offers(town: Town) -> None:
    await town.ready()

    for other in (STRANGE_STAFF, ADMIN, SPECIALIST, EMPLOYER, as_worker()):
        with pytest.raises((Forbidden, NotFound)):
            async with town.begin(other) as uow:
                await make_offer(uow, worker_id=id_of(301), vacancy_id=id_of(201), idempotency_key="k")
    assert await town.count("offers") == 0


async def test_an_offer_outside_the_workers_own_limits_is_refused_with_the_reason(town: Town) -> None:
    await town.ready()
    await town.add(vacancy(2, terms=vacancy().terms.of(terms(monthly_wage_cents=150_000), number=1, at=MORNING)))

    with pytest.raises(OutsideTheWorkersLimits, match="WAGE_BELOW_FLOOR"):
        await town.offer(vacancy_number=2)


async def test_the_same_key_makes_one_offer(town: Town) -> None:
    await town.ready()

    first = await town.offer(key="once")
    second = await town.offer(key="once")

    assert first.id == second.id
    assert await town.count("offers") == 1
    assert await town.count("vacancy_places", "reserved = 1") == 1


async def test_an_offer_runs_out_after_14_days_but_leaves_time_to_decide(town: Town) -> None:
    await town.ready()
    made = await town.offer()
    assert made.expires_at == datetime(2020, 10, 2, 1, 0, tzinfo=UTC)
    town.clock.at = datetime(2020, 10, 1, 1, 0, tzinfo=UTC)

    shown = await town.understood(made)

    assert shown.expires_at == datetime(2020, 10, 8, 1, 0, tzinfo=UTC)
