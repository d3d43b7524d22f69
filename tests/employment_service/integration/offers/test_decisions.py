"""The worker's own decision, on a real database (domain scenarios A27, A28, A31)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chassis.errors import Forbidden
from chassis.identity import Actor, Role
from employment_service.offers.domain import (
    CoolingPeriodNotOver,
    OfferAlreadyMade,
    OfferNotFound,
    OfferState,
    TermsNotShown,
)
from employment_service.offers.service import accept, decline, readable_offers, show_terms, withdraw
from employment_service.placements.domain import PlacementState
from employment_service.vacancies.domain import NoPlacesLeft
from employment_service.workers.service import ask_for_nearby_work
from tests.employment_service.factories import MORNING, id_of, vacancy
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    HEAD,
    MONITOR,
    SPECIALIST,
    STAFF,
    SUPERVISOR,
    Town,
    as_worker,
)


async def test_an_offer_can_be_accepted_72_hours_after_its_terms_were_shown_and_no_second_before(town: Town) -> None:
    await town.ready()
    made = await town.offer()
    shown = await town.understood(made)
    town.clock.at = MORNING + timedelta(hours=72) - timedelta(seconds=1)

    with pytest.raises(CoolingPeriodNotOver) as refused:
        await accept(
            town.begin, as_worker(), offer_id=made.id, terms_hash=made.terms_hash, expected_version=shown.version
        )

    assert refused.value.code == "COOLING_PERIOD_NOT_OVER"
    assert await town.count("placements") == 0

    town.clock.at = MORNING + timedelta(hours=72)
    decided, placement = await accept(
        town.begin, as_worker(), offer_id=made.id, terms_hash=made.terms_hash, expected_version=shown.version
    )

    assert decided.state is OfferState.ACCEPTED
    assert placement.state is PlacementState.ACCEPTED
    assert await town.count("consents", f"terms_hash = '{made.terms_hash}'") == 1
    assert await town.count("vacancy_places", "taken = 1 and reserved = 0") == 1


async def test_opening_the_terms_again_does_not_start_the_72_hours_anew(town: Town) -> None:
    await town.ready()
    made = await town.offer()
    await show_terms(town.begin, as_worker(), offer_id=made.id)
    town.clock.advance(timedelta(hours=71))

    again = await show_terms(town.begin, as_worker(), offer_id=made.id)

    assert again.terms_shown_at == MORNING


async def test_terms_never_shown_cannot_be_accepted(town: Town) -> None:
    await town.ready()
    made = await town.offer()
    town.clock.advance(timedelta(hours=100))

    with pytest.raises(TermsNotShown):
        await accept(town.begin, as_worker(), offer_id=made.id, terms_hash=made.terms_hash, expected_version=1)


@pytest.mark.parametrize(
    "other",
    [
        STAFF,
        SPECIALIST,
        HEAD,
        EMPLOYER,
        ADMIN,
        MONITOR,
        as_worker(2),
        Actor(subject="worker-1", roles=frozenset({Role.WORKER}), member_id=id_of(402)),
        Actor(subject="system", roles=frozenset({Role.SYSTEM})),
    ],
    ids=["staff", "specialist", "head", "employer", "admin", "monitor", "other worker", "other member", "system"],
)
async def test_nobody_else_accepts_for_a_worker_and_the_attempt_is_logged(town: Town, other: Actor) -> None:
    await town.ready(workers=2)
    made = await town.offer()
    shown = await town.understood(made)
    town.clock.advance(timedelta(hours=72))

    with pytest.raises(Forbidden) as refused:
        await accept(town.begin, other, offer_id=made.id, terms_hash=made.terms_hash, expected_version=shown.version)

    assert refused.value.code == "FORBIDDEN"
    assert await town.audited("acceptOffer.refused") == [(other.subject, str(made.id))]
    assert await town.count("placements") == 0
    assert await town.count("offers", "state = 'TERMS_SHOWN'") == 1


async def test_nobody_else_declines_for_a_worker_either(town: Town) -> None:
    await town.ready()
    made = await town.offer()

    with pytest.raises(Forbidden):
        await decline(town.begin, STAFF, offer_id=made.id)

    assert await town.count("offers", "state = 'MADE'") == 1


async def test_a_decline_tells_nobody_anything(town: Town) -> None:
    await town.ready(places=2)
    made = await town.offer()
    events, audits = await town.total_events(), await town.count("chassis.audit")

    await decline(town.begin, as_worker(), offer_id=made.id)

    assert await town.total_events() == events
    assert await town.count("chassis.audit") == audits
    async with town.begin(STAFF) as uow:
        known = await uow.vacancies.get(id_of(201))
        assert known is not None
        assert known.places_left == 2
    for other in (STAFF, SPECIALIST, HEAD, EMPLOYER, ADMIN, SUPERVISOR):
        async with town.begin(other) as uow:
            assert await readable_offers(uow, [made]) == {}


async def test_staff_cannot_tell_a_decline_from_silence_by_offering_again(town: Town) -> None:
    await town.ready(workers=2)
    silent = await town.offer(worker_number=1)
    said_no = await town.offer(worker_number=2)
    await decline(town.begin, as_worker(2), offer_id=said_no.id)

    for number in (1, 2):
        with pytest.raises(OfferAlreadyMade):
            await town.offer(worker_number=number)

    town.set_clock(date(2020, 10, 3))
    await town.fire_timers()
    again_silent = await town.offer(worker_number=1)
    again_declined = await town.offer(worker_number=2)

    assert (again_silent.withheld, again_declined.withheld) == (False, True)
    assert await town.count("vacancy_places", "reserved = 2") == 1
    with pytest.raises(OfferNotFound):
        await show_terms(town.begin, as_worker(2), offer_id=again_declined.id)
    shown = await town.understood(again_silent, worker_number=1)
    assert shown.state is OfferState.TERMS_SHOWN
    assert silent.id != again_silent.id


async def test_a_declined_place_stays_held_until_the_offer_runs_out(town: Town) -> None:
    await town.ready(workers=2, places=1)
    made = await town.offer(worker_number=1)
    await decline(town.begin, as_worker(1), offer_id=made.id)

    with pytest.raises(NoPlacesLeft):
        await town.offer(worker_number=2)

    town.clock.at = made.expires_at
    await town.fire_timers()
    assert (await town.offer(worker_number=2)).place_held


async def test_after_a_decline_no_job_message_reaches_the_worker_for_90_days(town: Town) -> None:
    await town.ready()
    await town.add(vacancy(2), vacancy(3))
    made = await town.offer()
    await decline(town.begin, as_worker(), offer_id=made.id)

    town.set_clock(date(2020, 12, 16))
    last_quiet_day = await town.offer(vacancy_number=2)
    town.set_clock(date(2020, 12, 17))
    first_open_day = await town.offer(vacancy_number=3)

    assert (last_quiet_day.withheld, first_open_day.withheld) == (True, False)
    async with town.begin(as_worker()) as uow:
        seen = await uow.offers.of_worker(id_of(301), after=None, count=10)
    assert [offer.id for offer in seen] == [first_open_day.id, made.id]


async def test_a_workers_own_new_request_ends_the_quiet_but_not_for_the_same_vacancy(town: Town) -> None:
    await town.ready()
    await town.add(vacancy(2))
    made = await town.offer()
    await decline(town.begin, as_worker(), offer_id=made.id)
    town.set_clock(date(2020, 10, 20))
    await town.fire_timers()
    answer = await town.mutate(
        as_worker(),
        "mutation($input: AskForNearbyWorkInput!) { result: askForNearbyWork(input: $input) { ... on Worker { seeking } } }",
        {"maxDistanceKm": 20.0},
    )

    assert answer == {"seeking": True}
    assert not (await town.offer(vacancy_number=2)).withheld
    assert (await town.offer(vacancy_number=1)).withheld


async def test_only_a_request_after_the_no_ends_the_quiet_on_the_same_day_too(town: Town) -> None:
    await town.ready()
    await town.add(vacancy(2), vacancy(3))

    async def ask() -> None:
        async with town.begin(as_worker()) as uow:
            await ask_for_nearby_work(uow, max_distance_km=20.0, max_commute_minutes=None)
        town.clock.advance(timedelta(minutes=5))

    await ask()
    made = await town.offer()
    await decline(town.begin, as_worker(), offer_id=made.id)
    town.clock.advance(timedelta(minutes=5))
    assert (await town.offer(vacancy_number=2)).withheld

    await ask()
    assert not (await town.offer(vacancy_number=3)).withheld


async def test_what_a_decline_said_is_deleted_after_30_days_and_its_trace_after_180(town: Town) -> None:
    await town.ready()
    made = await town.offer()
    await decline(town.begin, as_worker(), offer_id=made.id)

    town.set_clock(date(2020, 10, 17))
    await town.fire_timers()
    assert await town.count("offers", "state = 'DECLINED'") == 1

    town.set_clock(date(2020, 10, 19))
    await town.fire_timers()
    assert await town.count("offers", "state = 'DECLINED' or decided_at is not null") == 0

    town.set_clock(date(2020, 11, 2))
    await town.fire_timers()
    assert await town.count("offers") == 0
    assert await town.count("silences") == 1

    async with town.begin() as uow:
        await uow.offers.forget_silences(declined_before=date(2020, 9, 18))
        assert len(await uow.offers.silences_of(id_of(301))) == 1
        await uow.offers.forget_silences(declined_before=date(2020, 9, 19))
        assert len(await uow.offers.silences_of(id_of(301))) == 0


async def test_an_acceptance_can_be_taken_back_and_the_place_returns(town: Town) -> None:
    await town.ready(places=1)
    made, placed = await town.accepted()

    taken_back = await withdraw(town.begin, as_worker(), offer_id=made.id)

    assert taken_back.state is OfferState.WITHDRAWN
    assert await town.count("placements", f"id = '{placed.id}' and state = 'WITHDRAWN'") == 1
    assert await town.count("vacancy_places", "taken = 0 and reserved = 0") == 1
