from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from households_service.ledger.amounts import AmountNotWholeCents, CurrencyMismatch, cents_of
from households_service.ledger.domain import (
    AmountNotPositive,
    AmountTooLarge,
    EntryChangedMeanwhile,
    IncomeFact,
    KindNotOfGroup,
    NotAPossibleDuplicate,
    PeriodNotWholeMonths,
    PeriodOutOfOrder,
    ReceiptInFuture,
    place,
    require_received,
    resolve,
)
from households_service.ledger.kinds import KINDS_OF, DuplicateDecision, EntryStatus, IncomeKind, PayerType, Rhythm
from tests.households_service.factories import MOTHER_ID, POST_WAGE, SECOND_WAGE, entry, fact

AT = datetime(2020, 9, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(SECOND_WAGE, id="the same amount for the same months"),
        pytest.param(fact(amount_cents=1_800_00), id="the same kind of work"),
        pytest.param(fact(kind=IncomeKind.OTHER_WAGE, payer_type=PayerType.EMPLOYER, amount_cents=1), id="unsaid work"),
        pytest.param(fact(kind=IncomeKind.LOCAL_JOB, amount_cents=900_00), id="the same sort of payer"),
        pytest.param(replace(SECOND_WAGE, member_id=None), id="nobody said whose"),
    ],
)
def test_a_second_wage_that_looks_like_the_first_waits_for_a_person(second: IncomeFact) -> None:
    first = entry(POST_WAGE)

    assert place(second, [first]) == (EntryStatus.POSSIBLE_DUPLICATE_INCOME, first.id)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(replace(SECOND_WAGE, member_id=MOTHER_ID), id="another person's"),
        pytest.param(
            replace(SECOND_WAGE, period_from=date(2019, 1, 1), period_to=date(2020, 3, 31)), id="earlier months"
        ),
        pytest.param(
            fact(kind=IncomeKind.ODD_JOBS, payer_type=PayerType.FAMILY, amount_cents=200_00), id="another job"
        ),
    ],
)
def test_another_wage_counts(second: IncomeFact) -> None:
    assert place(second, [entry(POST_WAGE)]) == (EntryStatus.COUNTED, None)


def test_a_dropped_row_makes_nothing_a_duplicate() -> None:
    assert place(SECOND_WAGE, [entry(POST_WAGE, status=EntryStatus.DROPPED)]) == (EntryStatus.COUNTED, None)


@pytest.mark.parametrize(
    ("decision", "this", "other"),
    [
        pytest.param(DuplicateDecision.KEEP_BOTH, EntryStatus.COUNTED, None, id="two incomes"),
        pytest.param(DuplicateDecision.DROP_THIS, EntryStatus.DROPPED, None, id="the new row is the copy"),
        pytest.param(DuplicateDecision.DROP_OTHER, EntryStatus.COUNTED, EntryStatus.DROPPED, id="the old one is"),
    ],
)
def test_a_person_decides_over_a_possible_duplicate(
    decision: DuplicateDecision, this: EntryStatus, other: EntryStatus | None
) -> None:
    first = entry(POST_WAGE)
    second = entry(SECOND_WAGE, number=102, status=EntryStatus.POSSIBLE_DUPLICATE_INCOME, duplicate_of=first.id)

    versions = resolve(second, first, decision, at=AT, by="reviewer-1", reason="one post, written twice")

    assert (versions[0].id, versions[0].version, versions[0].status) == (second.id, 2, this)
    assert [version.status for version in versions[1:]] == ([] if other is None else [other])
    assert all(version.recorded_by == "reviewer-1" for version in versions)


def test_there_is_nothing_to_decide_over_an_entry_that_counts() -> None:
    with pytest.raises(NotAPossibleDuplicate):
        resolve(entry(POST_WAGE), entry(POST_WAGE), DuplicateDecision.DROP_THIS, at=AT, by="x", reason="y")


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        pytest.param({"amount_cents": 0}, AmountNotPositive, "amount", id="nothing"),
        pytest.param({"amount_cents": -1}, AmountNotPositive, "amount", id="less than nothing"),
        pytest.param({"amount_cents": 10**12 + 1}, AmountTooLarge, "amount", id="beyond belief"),
        pytest.param({"kind": IncomeKind.CROPS}, KindNotOfGroup, "kind", id="a crop is no wage"),
        pytest.param({"period_from": date(2020, 4, 2)}, PeriodNotWholeMonths, "periodFrom", id="mid-month start"),
        pytest.param({"period_to": date(2020, 12, 30)}, PeriodNotWholeMonths, "periodTo", id="mid-month end"),
        pytest.param({"period_to": date(2020, 3, 31)}, PeriodOutOfOrder, "periodTo", id="ends before it begins"),
        pytest.param({"rhythm": Rhythm.ONCE}, PeriodOutOfOrder, "periodTo", id="received on no day"),
    ],
)
def test_what_cannot_be_an_income_is_refused(
    changes: dict[str, object], refusal: type[AmountNotPositive], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        fact(**changes)

    assert refused.value.field == field


def test_a_receipt_in_the_future_is_refused() -> None:
    later = fact(rhythm=Rhythm.ONCE, period_from=date(2020, 9, 19), period_to=date(2020, 9, 19))

    with pytest.raises(ReceiptInFuture):
        require_received(later, today=date(2020, 9, 18))


def test_every_kind_belongs_to_one_group() -> None:
    assert sorted(kind for kinds in KINDS_OF.values() for kind in kinds) == sorted(IncomeKind)


def test_the_loser_of_two_changes_is_told() -> None:
    with pytest.raises(EntryChangedMeanwhile):
        entry(POST_WAGE, version=3).expect(2)


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        pytest.param("1500", 150000, id="whole"),
        pytest.param("10318.18", 1031818, id="cents"),
        pytest.param("1E+3", 100000, id="a spreadsheet's way"),
    ],
)
def test_amounts_become_cents(amount: str, cents: int) -> None:
    assert cents_of(Decimal(amount)) == cents


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity", "1E+30"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(AmountNotWholeCents):
        cents_of(Decimal(amount))


def test_another_currency_is_refused() -> None:
    with pytest.raises(CurrencyMismatch):
        cents_of(Decimal(1), "USD")
