"""A contract that says something else than the worker accepted (A36, first half)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from employment_service.vacancies.service import revise_terms
from tests.employment_service.factories import MORNING, employer, id_of, terms, vacancy, worker
from tests.employment_service.integration.documents import ACCEPT, contracted, offers_of, understand
from tests.employment_service.town import EMPLOYER, MONITOR, OTHER_EMPLOYER, STAFF, Json, Town, as_worker

PLACEMENT = """query($id: ID!) { placement(id: $id) { state steps { state reason }
    mismatches { figure accepted written } terms { version monthlyWage { amount } } } }"""


async def accepted_at(town: Town, cents: int) -> Json:
    await town.add_areas()
    await town.add_safeguards()
    offered = vacancy(terms=vacancy().terms.of(terms(monthly_wage_cents=cents), number=1, at=MORNING))
    await town.add(employer(), offered, worker(1), worker(2))
    made = await town.offer()
    given = await understand(town, 1, str(made.id))
    town.clock.advance(timedelta(hours=72))
    return await town.mutate(as_worker(), ACCEPT, given)


async def test_offered_at_3500_and_written_at_3000_the_yes_is_void_and_the_worker_is_asked_anew(town: Town) -> None:
    offer = await accepted_at(town, 350_000)
    written = await contracted(town, offer, monthlyWage="3000")

    assert written["state"] == "VOIDED"
    assert written["steps"][-1] == {"state": "VOIDED", "reason": "CONTRACT_DIFFERS"}
    difference = {"figure": "MONTHLY_WAGE", "accepted": "3500.00", "written": "3000.00"}
    for actor in (as_worker(), EMPLOYER, MONITOR):
        seen = (await town.ask(actor, PLACEMENT, {"id": written["id"]}))["placement"]
        assert seen["mismatches"] == [difference]
    assert (await town.ask(STAFF, PLACEMENT, {"id": written["id"]}))["placement"]["mismatches"] is None
    assert (await town.ask(OTHER_EMPLOYER, PLACEMENT, {"id": written["id"]}))["placement"] is None
    assert await town.count("terms_mismatches", f"employer_id = '{id_of(101)}' and figure = 'MONTHLY_WAGE'") == 1
    # The place stays held, and the vacancy itself stays as it is for everybody else.
    assert await town.count("vacancy_places", "reserved = 1 and taken = 0") == 1
    (asked,) = await offers_of(town, 1)
    assert (asked["id"], asked["state"]) == (offer["id"], "MADE")
    stale = await town.mutate(
        as_worker(),
        ACCEPT,
        {"offerId": offer["id"], "termsHash": offer["termsHash"], "expectedVersion": asked["version"]},
    )
    assert stale["code"] == "TERMS_NOT_SHOWN"

    given = await understand(town, 1, offer["id"])
    early = await town.mutate(as_worker(), ACCEPT, given)
    town.clock.advance(timedelta(hours=72))
    again = await town.mutate(as_worker(), ACCEPT, given)

    assert early["code"] == "COOLING_PERIOD_NOT_OVER"
    assert again["state"] == "ACCEPTED"
    assert (await contracted(town, again, monthlyWage="3000"))["state"] == "CONTRACTED"
    board = await town.ask(
        as_worker(2),
        "query($id: ID!) { vacancy(id: $id) { terms { version monthlyWage { amount } } } }",
        {"id": str(id_of(201))},
    )
    assert board["vacancy"]["terms"] == {"version": 1, "monthlyWage": {"amount": "3500.00"}}


@pytest.mark.parametrize(
    ("figures", "figure"),
    [
        ({"weeklyHours": 48}, "WEEKLY_HOURS"),
        ({"startsOn": "2020-10-02"}, "STARTS_ON"),
        ({"contractMonths": 6}, "CONTRACT_MONTHS"),
        ({"payDay": 25}, "PAY_DAY"),
        ({"shiftFrom": "07:00", "shiftTo": "17:00"}, "SHIFT_FROM"),
        ({"noticeDays": 3}, "NOTICE_DAYS"),
        ({"housing": "FREE"}, "HOUSING"),
        ({"deductions": [{"kind": "MEALS_CHOSEN", "monthly": "300"}]}, "DEDUCTIONS"),
        ({"weeklyHours": 75}, "WEEKLY_HOURS"),
        ({"monthlyWage": "3100"}, "MONTHLY_WAGE"),
    ],
)
async def test_each_figure_that_differs_voids_the_yes(town: Town, figures: dict[str, object], figure: str) -> None:
    offer = await accepted_at(town, 300_000)
    written = await contracted(town, offer, **figures)

    assert written["state"] == "VOIDED"
    assert await town.count("terms_mismatches", f"figure = '{figure}'") == 1
    assert await town.count("terms_mismatches") == 1


async def test_a_contract_that_no_terms_could_say_asks_anew_with_the_accepted_ones(town: Town) -> None:
    offer = await accepted_at(town, 300_000)
    assert (await contracted(town, offer, weeklyHours=75))["state"] == "VOIDED"
    given = await understand(town, 1, offer["id"])
    assert given["termsHash"] == offer["termsHash"]
    town.clock.advance(timedelta(hours=72))

    again = await town.mutate(as_worker(), ACCEPT, given)

    assert again["state"] == "ACCEPTED"
    assert await town.count("consents", "accepted_at = '2020-09-24T01:00:00Z'") == await town.count("consents") == 1
    assert (await contracted(town, again))["state"] == "CONTRACTED"


async def test_a_contract_that_says_all_the_same_is_recorded(town: Town) -> None:
    offer = await accepted_at(town, 300_000)
    same = {
        "payDay": 10,
        "shiftFrom": "08:00",
        "shiftTo": "17:00",
        "noticeDays": 30,
        "housing": "NONE",
        "deductions": [],
    }

    assert (await contracted(town, offer, **same))["state"] == "CONTRACTED"
    assert await town.count("terms_mismatches") == 0


async def test_terms_revised_after_a_mismatch_take_the_next_number(town: Town) -> None:
    offer = await accepted_at(town, 350_000)
    await contracted(town, offer, monthlyWage="3000")
    async with town.begin(EMPLOYER) as uow:
        moved = await revise_terms(uow, vacancy_id=id_of(201), terms=terms(pay_day=15), expected_version=1)

    assert moved.terms.number == 3
    shown = await understand(town, 1, offer["id"])
    assert shown["termsHash"] == moved.terms.hash
