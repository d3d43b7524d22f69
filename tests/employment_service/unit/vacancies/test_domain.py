"""Terms, costs and places (A35, A36 as far as publishing goes)."""

from __future__ import annotations

from datetime import date

import pytest

from employment_service.copies.domain import Point
from employment_service.vacancies.domain import (
    Cost,
    CostKind,
    Deduction,
    DeductionKind,
    Housing,
    NoPlacesLeft,
    TermsIncomplete,
    TermsUnchanged,
    VacancyClosed,
    WorkerPaidCost,
    Workplace,
    closed,
    revised,
)
from employment_service.vacancies.places import (
    require_publishable,
    with_place_reserved,
    with_place_returned,
    with_place_taken,
)
from tests.employment_service.factories import MORNING, terms, vacancy

CHANGES: list[dict[str, object]] = [
    {"employer_name": "Another Firm"},
    {"workplace": Workplace(name="Workshop by the school", place=Point(lat=39.53, lon=76.0))},
    {"task": "Loading lorries"},
    {"monthly_wage_cents": 299_999},
    {"pay_day": 15},
    {"shift_to_minutes": 18 * 60},
    {"weekly_hours": 48},
    {"housing": Housing.FREE},
    {"deductions": (Deduction(kind=DeductionKind.SOCIAL_INSURANCE, monthly_cents=10_000),)},
    {"contract_months": 6},
    {"notice_days": 15},
    {"help_contact": "Somebody else"},
    {"starts_on": date(2020, 12, 1)},
]


@pytest.mark.parametrize("change", CHANGES, ids=[next(iter(change)) for change in CHANGES])
def test_every_change_of_terms_changes_the_hash(change: dict[str, object]) -> None:
    assert terms(**change).digest() != terms().digest()


def test_the_same_terms_have_the_same_hash() -> None:
    assert terms().digest() == terms().digest()
    assert len(terms().digest()) == 64


@pytest.mark.parametrize("kind", list(CostKind))
def test_any_cost_to_the_worker_keeps_a_vacancy_off_the_board(kind: CostKind) -> None:
    with pytest.raises(WorkerPaidCost) as refused:
        require_publishable(places=1, costs=(Cost(kind=kind, cents=30_000),))

    assert refused.value.code == "WORKER_PAID_COST"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("task", " "),
        ("help_contact", ""),
        ("monthly_wage_cents", 0),
        ("pay_day", 32),
        ("currency", "yuan"),
        ("currency", "JPY"),
        ("starts_on", date(1999, 12, 31)),
        ("starts_on", date(9999, 12, 20)),
        ("weekly_hours", 61),
        ("contract_months", 0),
        ("notice_days", 0),
        ("shift_from_minutes", 1440),
        ("deductions", (Deduction(kind=DeductionKind.MEALS_CHOSEN, monthly_cents=300_000),)),
        ("deductions", (Deduction(kind=DeductionKind.MEALS_CHOSEN, monthly_cents=-1),)),
    ],
)
def test_incomplete_or_impossible_terms_are_refused(field: str, value: object) -> None:
    with pytest.raises(TermsIncomplete):
        terms(**{field: value})


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(480, 1020, False), (360, 1320, False), (359, 900, True), (840, 1321, True), (1200, 360, True)],
)
def test_work_between_22_and_6_is_night_work(start: int, end: int, expected: bool) -> None:
    assert terms(shift_from_minutes=start, shift_to_minutes=end).works_at_night is expected


def test_an_offer_holds_a_place_without_showing_it() -> None:
    held = with_place_reserved(vacancy(places=1))

    assert (held.reserved, held.places_left) == (1, 1)
    with pytest.raises(NoPlacesLeft):
        with_place_reserved(held)
    taken = with_place_taken(held)
    assert (taken.reserved, taken.taken, taken.places_left) == (0, 1, 0)
    assert with_place_returned(taken).places_left == 1
    assert with_place_returned(taken, reserve=True).reserved == 1


def test_terms_are_revised_only_while_open_and_only_to_others() -> None:
    with pytest.raises(TermsUnchanged):
        revised(vacancy(), terms(), number=2, at=MORNING)
    with pytest.raises(VacancyClosed):
        revised(closed(vacancy()), terms(pay_day=1), number=2, at=MORNING)
    assert revised(vacancy(), terms(pay_day=1), number=2, at=MORNING).terms.number == 2
