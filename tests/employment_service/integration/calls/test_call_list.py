"""Whom to call next and why; and that no answer to an offer shows in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chassis.identity import Actor
from employment_service.offers.service import decline, show_terms
from employment_service.placements.service import confirm_wage
from tests.employment_service.factories import (
    COUNTY,
    FAR_VILLAGE,
    OTHER_COUNTY_VILLAGE,
    TOWNSHIP,
    employer,
    id_of,
    terms,
    vacancy,
    worker,
)
from tests.employment_service.integration.calls.phoning import (
    LIST,
    TAKE_BACK,
    UPDATE,
    ask_for_call,
    ask_for_nearby_work,
    find_matches,
    gather,
    listed,
    phoned,
    wants_calls,
)
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    HEAD,
    MONITOR,
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    TOWNSHIP_STAFF,
    Town,
    as_worker,
)


async def test_a_worker_who_did_not_ask_to_be_called_is_never_listed(town: Town) -> None:
    await started(town)
    town.set_clock(date(2020, 12, 30))
    await town.fire_timers()
    assert await listed(town) == []

    await wants_calls(town)

    assert await listed(town) == [("1", ["SILENT", "FOLLOW_UP_OVERDUE", "FOLLOW_UP_OVERDUE", "FOLLOW_UP_OVERDUE"])]


async def test_an_overdue_follow_up_leads_to_a_call_after_three_days(town: Town) -> None:
    await started(town)
    await wants_calls(town)
    town.set_clock(date(2020, 9, 22))
    await town.fire_timers()
    assert await listed(town) == []

    town.set_clock(date(2020, 9, 23))

    assert await listed(town) == [("1", ["FOLLOW_UP_OVERDUE"])]


async def test_a_wage_nobody_confirmed_leads_to_a_call_fifteen_days_after_pay_day(town: Town) -> None:
    placed = await started(town)
    await wants_calls(town)
    town.set_clock(date(2020, 10, 25))
    assert await listed(town, reasons=["SILENT"]) == []

    town.set_clock(date(2020, 10, 26))
    assert await listed(town, reasons=["SILENT"]) == [("1", ["SILENT"])]

    async with town.begin(as_worker()) as uow:
        await confirm_wage(
            uow, placement_id=placed.id, month=date(2020, 9, 1), cents=150_000, expected_version=placed.version
        )
    assert await listed(town, reasons=["SILENT"]) == []


async def test_whoever_wants_no_follow_up_is_not_called_for_silence(town: Town) -> None:
    await started(town)
    await wants_calls(town)
    async with town.begin() as uow:
        version = (await uow.workers.by_id([id_of(301)]))[id_of(301)].version
    await town.mutate(as_worker(), UPDATE, {"followUpWanted": False, "expectedVersion": version})
    town.set_clock(date(2020, 12, 30))
    await town.fire_timers()

    assert await listed(town) == []


async def test_a_wage_below_the_terms_leads_to_a_call_without_the_amount(town: Town) -> None:
    placed = await started(town)
    await wants_calls(town)
    town.set_clock(date(2020, 11, 12))
    async with town.begin(as_worker()) as uow:
        for month, cents in ((9, 150_000), (10, 300_000)):
            placed = await confirm_wage(
                uow, placement_id=placed.id, month=date(2020, month, 1), cents=cents, expected_version=placed.version
            )
    assert await listed(town, reasons=["WAGE_BELOW_TERMS"]) == []

    town.set_clock(date(2020, 12, 11))
    async with town.begin(as_worker()) as uow:
        await confirm_wage(
            uow, placement_id=placed.id, month=date(2020, 11, 1), cents=240_000, expected_version=placed.version
        )

    await gather(town)
    data = await town.ask(STAFF, LIST, {"area": COUNTY, "reasons": ["WAGE_BELOW_TERMS"]}, locale="zh-CN")
    why = data["callList"]["edges"][0]["node"]["whys"][0]
    assert (why["reason"], why["text"], why["placement"]) == (
        "WAGE_BELOW_TERMS",
        "最近一个月的工资低于约定",
        {"id": str(placed.id)},
    )
    assert "240" not in str(data)


async def test_a_month_begun_in_its_middle_is_not_below_the_terms(town: Town) -> None:
    placed = await started(town)
    await wants_calls(town)
    town.set_clock(date(2020, 10, 11))
    async with town.begin(as_worker()) as uow:
        await confirm_wage(
            uow, placement_id=placed.id, month=date(2020, 9, 1), cents=150_000, expected_version=placed.version
        )

    assert await listed(town, reasons=["WAGE_BELOW_TERMS"]) == []


async def offered_to(town: Town, *numbers: int) -> list[object]:
    await town.add_areas()
    await town.add_safeguards()
    await town.add(employer(), vacancy(places=9), *(phoned(number) for number in numbers))
    return [(await town.offer(worker_number=number)).id for number in numbers]


async def test_an_offer_that_runs_out_leads_to_a_call_only_where_the_worker_asked_for_it(town: Town) -> None:
    offers = await offered_to(town, 1, 2)
    assert (await ask_for_call(town, as_worker(2), offer_id=offers[1]))["about"] == "OFFER"
    assert await listed(town) == []

    town.clock.advance(timedelta(days=11))

    assert await listed(town) == [("2", ["OFFER_EXPIRING"])]
    town.clock.advance(timedelta(days=3))
    assert await listed(town) == []


async def test_a_no_changes_nothing_on_the_list_at_any_instant(town: Town) -> None:
    """Four workers with the same offer: one silent, one says no, and two more of each who asked for a call before."""
    offers = await offered_to(town, 1, 2, 3, 4)
    for number in (3, 4):
        await ask_for_call(town, as_worker(number), offer_id=offers[number - 1])
    for number in (2, 4):
        await decline(town.begin, as_worker(number), offer_id=offers[number - 1])  # type: ignore[arg-type]  # ids of offers
    seen: list[tuple[list[str], list[str]]] = []

    for _ in range(40):
        town.clock.advance(timedelta(days=1))
        await town.fire_timers()
        found = dict(await listed(town))
        assert found.get("1") == found.get("2")
        assert found.get("3") == found.get("4")
        seen += [(found.get("1", []), found.get("3", []))]

    assert seen.count(([], ["OFFER_EXPIRING"])) == 3
    assert seen.count(([], [])) == 37


async def test_a_no_and_silence_rest_alike_also_for_new_matches(town: Town) -> None:
    await town.add_areas()
    await town.add_safeguards(valid_until=date(2021, 7, 31))
    await town.add(employer(), vacancy(1, places=9), *(phoned(number) for number in (1, 2, 3)))
    for number in (1, 2, 3):
        await ask_for_nearby_work(town, as_worker(number))
    town.clock.advance(timedelta(hours=1))
    said_no = await town.offer(worker_number=1)
    await town.offer(worker_number=2)
    await decline(town.begin, as_worker(1), offer_id=said_no.id)
    await town.add(vacancy(2))
    await find_matches(town)
    assert await listed(town) == [("3", ["NEW_MATCH", "NEW_MATCH"])]

    for days in (20, 90):
        town.clock.advance(timedelta(days=days))
        await town.fire_timers()
        await find_matches(town)
        assert [number for number, _ in await listed(town)] == ["3"], days

    town.clock.advance(timedelta(days=2))
    await find_matches(town)
    assert [number for number, _ in await listed(town)] == ["3", "1", "2"]


async def test_whoever_asks_anew_after_the_offer_is_over_hears_of_new_work_at_once(town: Town) -> None:
    offers = await offered_to(town, 1)
    await decline(town.begin, as_worker(), offer_id=offers[0])  # type: ignore[arg-type]  # ids of offers
    await ask_for_nearby_work(town, as_worker())
    await town.add(vacancy(2))
    await find_matches(town)
    assert await listed(town) == []

    town.clock.advance(timedelta(days=21))
    await ask_for_nearby_work(town, as_worker())
    await find_matches(town)

    assert [number for number, _ in await listed(town)] == ["1"]


async def test_a_worker_may_ask_to_be_called_soon_and_take_it_back(town: Town) -> None:
    await offered_to(town, 1)
    asked = await ask_for_call(town, as_worker())
    assert await listed(town) == [("1", ["CALL_ASKED"])]

    left = await town.ask(as_worker(), TAKE_BACK, {"id": asked["id"]})

    assert left["result"] == {"requests": []}
    assert await listed(town) == []


async def test_a_wish_for_a_call_lapses_after_fourteen_days(town: Town) -> None:
    await offered_to(town, 1)
    await ask_for_call(town, as_worker())
    town.clock.advance(timedelta(days=14))

    assert await listed(town) == []


async def test_nobody_asks_for_a_call_about_an_offer_of_another_or_without_a_number(town: Town) -> None:
    offers = await offered_to(town, 1)
    await town.add(worker(2), phoned(3))

    assert await ask_for_call(town, as_worker(3), offer_id=offers[0]) == {"code": "OFFER_NOT_FOUND"}
    assert await ask_for_call(town, as_worker(2)) == {"code": "DID_NOT_ASK_TO_BE_CALLED"}
    assert await town.count("call_requests") == 0


async def test_without_safeguards_no_job_call_is_proposed(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), vacancy(1), phoned(1))
    await ask_for_nearby_work(town, as_worker())

    await find_matches(town)

    assert await listed(town) == []
    assert await town.count("new_matches") == 0


async def test_the_most_urgent_comes_first_and_pages_go_on_where_the_last_ended(town: Town) -> None:
    await town.add_areas()
    await town.add_safeguards()
    await town.add(employer(), vacancy(1), *(phoned(number) for number in range(1, 8)))
    for number in (5, 3, 6):
        await ask_for_nearby_work(town, as_worker(number))
    await find_matches(town)
    for number in (7, 2):
        town.clock.advance(timedelta(minutes=1))
        await ask_for_call(town, as_worker(number))
    first = (await town.ask(STAFF, LIST, {"area": COUNTY, "first": 3}))["callList"]
    rest = (await town.ask(STAFF, LIST, {"area": COUNTY, "first": 3, "after": first["pageInfo"]["endCursor"]}))[
        "callList"
    ]

    names = [edge["node"]["worker"]["displayName"][-1] for page in (first, rest) for edge in page["edges"]]
    assert names == ["7", "2", "3", "5", "6"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (5, True, False)


async def test_staff_read_the_list_of_their_own_area_only(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), phoned(1), phoned(2, area_path=FAR_VILLAGE), phoned(3, area_path=OTHER_COUNTY_VILLAGE))
    for number in (1, 2, 3):
        await ask_for_call(town, as_worker(number))

    assert [number for number, _ in await listed(town)] == ["1", "2"]
    assert [number for number, _ in await listed(town, TOWNSHIP_STAFF, area=TOWNSHIP)] == ["1"]
    assert [number for number, _ in await listed(town, STRANGE_STAFF, area="99/01/02/")] == ["3"]
    assert (await town.answer(TOWNSHIP_STAFF, LIST, {"area": COUNTY}))[1] == ["FORBIDDEN"]


@pytest.mark.parametrize(
    "other", [ADMIN, EMPLOYER, HEAD, SPECIALIST, MONITOR, as_worker()], ids=lambda actor: actor.subject
)
async def test_nobody_else_reads_the_list(town: Town, other: Actor) -> None:
    await offered_to(town, 1)
    await ask_for_call(town, as_worker())

    assert (await town.answer(other, LIST, {"area": COUNTY}))[1] == ["FORBIDDEN"]


async def test_the_list_is_read_with_a_fixed_number_of_queries(town: Town) -> None:
    await offered_to(town, 1, 2)
    for number in (1, 2):
        await ask_for_call(town, as_worker(number))
    with town.counted_queries() as two:
        await listed(town)
    await town.add(*(phoned(number) for number in range(3, 30)))
    for number in range(3, 30):
        await ask_for_call(town, as_worker(number))

    with town.counted_queries() as many:
        assert len(await listed(town)) == 29

    assert len(many) == len(two)


async def test_opened_terms_do_not_show_either(town: Town) -> None:
    offers = await offered_to(town, 1, 2)
    for number in (1, 2):
        await ask_for_call(town, as_worker(number), offer_id=offers[number - 1])
    await show_terms(town.begin, as_worker(1), offer_id=offers[0])  # type: ignore[arg-type]  # ids of offers

    town.clock.advance(timedelta(days=12))

    assert await listed(town) == [("1", ["OFFER_EXPIRING"]), ("2", ["OFFER_EXPIRING"])]
    assert terms().monthly_wage_cents == 300_000
