"""New terms while offers run: nobody can tell who said no, and people of other counties are asked anew as well."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from chassis.identity import Actor, Role
from chassis.ids import new_id
from employment_service.offers.service import decline
from employment_service.safeguards.domain import activate
from employment_service.vacancies.service import revise_terms
from employment_service.workers.domain import Wishes
from tests.employment_service.factories import OTHER_COUNTY_VILLAGE, checklist, id_of, terms, worker
from tests.employment_service.integration.documents import (
    ACCEPT,
    MAKE_OFFER,
    TAKE_BACK,
    WITHDRAW,
    offers_of,
    understand,
)
from tests.employment_service.town import STAFF, Town, as_worker

OTHER_COUNTY = "99/01/02/"
OTHER_STAFF = Actor(subject="staff-9", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(OTHER_COUNTY,))


async def revised(town: Town, **changes: object) -> None:
    async with town.begin(STAFF) as uow:
        vacancy = await uow.vacancies.get(id_of(201))
        assert vacancy is not None
        await revise_terms(uow, vacancy_id=id_of(201), terms=terms(**changes), expected_version=vacancy.version)


async def test_after_a_revision_a_no_and_silence_end_on_the_same_day(town: Town) -> None:
    await town.ready(workers=3)
    await town.offer(worker_number=1)
    said_no, late_no = await town.offer(worker_number=2), await town.offer(worker_number=3)
    await decline(town.begin, as_worker(2), offer_id=said_no.id)
    town.clock.advance(timedelta(days=10))
    await revised(town, pay_day=15)
    await decline(town.begin, as_worker(3), offer_id=late_no.id)

    async def offered_again(days: int) -> list[object]:
        town.clock.advance(timedelta(days=days))
        await town.fire_timers()
        answers = []
        for number in (1, 2, 3):
            given = {"workerId": str(id_of(300 + number)), "vacancyId": str(id_of(201)), "idempotencyKey": f"{number}"}
            answers.append((await town.mutate(STAFF, MAKE_OFFER, given)).get("code"))
        return answers

    # The offers were made to run out on day 14; the revision on day 10 lets all three run until day 24.
    assert await offered_again(5) == ["OFFER_ALREADY_MADE"] * 3
    assert await town.count("vacancy_places", "reserved = 3") == 1
    assert await town.count("call_rests", "until = '2020-09-18T01:00:00Z'::timestamptz + interval '121 days'") == 3
    assert await town.count("offers", "state = 'DECLINED'") == 2
    assert await offered_again(9) == [None] * 3


async def test_an_offer_asked_for_again_with_its_key_reads_as_it_was_made_whatever_was_said(town: Town) -> None:
    await town.ready(workers=2)
    document = MAKE_OFFER.replace("{ id }", "{ id vacancyId workerId termsVersion madeAt }", 1)
    given = [
        {"workerId": str(id_of(300 + number)), "vacancyId": str(id_of(201)), "idempotencyKey": f"{number}"}
        for number in (1, 2)
    ]
    made = [await town.mutate(STAFF, document, each) for each in given]
    await decline(town.begin, as_worker(2), offer_id=UUID(made[1]["id"]))
    town.clock.advance(timedelta(days=1))
    await revised(town, pay_day=15)

    assert [each["termsVersion"] for each in made] == [1, 1]
    assert [await town.mutate(STAFF, document, each) for each in given] == made
    other = given[0] | {"workerId": given[1]["workerId"]}
    assert (await town.mutate(STAFF, document, other))["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_people_of_another_county_decide_anew_too_though_the_office_cannot_see_them(town: Town) -> None:
    await town.ready()
    async with town.begin() as uow:
        record = activate(
            id=new_id(),
            area_path=OTHER_COUNTY,
            checklist=checklist(),
            previous=None,
            by="admin-1",
            on=date(2020, 8, 1),
            longest_months=12,
        )
        await uow.safeguards.add(record)
    far = Wishes(wage_floor_cents=200_000, max_distance_km=200.0, max_commute_minutes=900)
    await town.add(worker(2, area_path=OTHER_COUNTY_VILLAGE, wishes=far))
    given = {"workerId": str(id_of(302)), "vacancyId": str(id_of(201)), "idempotencyKey": "1"}
    made = await town.mutate(OTHER_STAFF, MAKE_OFFER, given)
    yes = await understand(town, 2, made["id"])
    town.clock.advance(timedelta(hours=72))
    assert (await town.mutate(as_worker(2), ACCEPT, yes))["state"] == "ACCEPTED"

    await revised(town, starts_on=date(2020, 12, 15))
    await town.fire_timers()

    assert await town.count("placement_steps", "state = 'VOIDED' and reason = 'START_MOVED'") == 1
    assert await town.count("vacancy_places", "reserved = 1 and taken = 0") == 1
    (asked,) = await offers_of(town, 2)
    assert (asked["state"], asked["termsHash"]) == ("MADE", terms(starts_on=date(2020, 12, 15)).digest())


async def test_who_had_withdrawn_when_terms_changed_and_comes_back_decides_on_the_new_ones(town: Town) -> None:
    await town.ready()
    made, placed = await town.accepted()
    await town.mutate(as_worker(), WITHDRAW, {"offerId": str(made.id)})
    await revised(town, starts_on=date(2020, 12, 15))

    back = await town.mutate(as_worker(), TAKE_BACK, {"placementId": str(placed.id), "expectedVersion": 2})

    assert back["steps"][-2:] == [
        {"state": "ACCEPTED", "reason": "TAKEN_BACK_BY_WORKER"},
        {"state": "VOIDED", "reason": "START_MOVED"},
    ]
    (asked,) = await offers_of(town, 1)
    assert (asked["state"], asked["termsHash"]) == ("MADE", terms(starts_on=date(2020, 12, 15)).digest())
    assert await town.count("vacancy_places", "reserved = 1 and taken = 0") == 1
