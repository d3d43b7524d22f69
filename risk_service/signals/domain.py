"""Costs that departments reported, and where they stand against a rule. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.errors import InvalidInput
from risk_service.policy.domain import AlertLevel, CostRule, CostScope, PolicyYear, RiskFactor

REIMBURSEMENT = "REIMBURSEMENT"
WITHDRAWAL = "WITHDRAWAL"
# Of a version in whose place nothing stands: its link was undone. Linked anew, the record may come as the same version.
UNLINKED = "UNLINKED"
# What takes money off another record.
LOWERING = frozenset({REIMBURSEMENT, WITHDRAWAL})


class SignalCurrencyDiffers(InvalidInput):
    code = "SIGNAL_CURRENCY_DIFFERS"


class NegativeAmount(InvalidInput):
    code = "NEGATIVE_AMOUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One version of one department record that speaks of a cost. The newest version of a record counts alone.

    `amount` is negative only for a reimbursement or withdrawal of another record.
    """

    id: UUID
    department: str
    record_id: str
    version: int
    household_id: UUID
    member_id: UUID
    area_path: str
    factor: RiskFactor
    kind: str
    occurred_on: date
    amount: Decimal
    currency: str
    corrects: str | None

    def __post_init__(self) -> None:
        if self.amount.is_nan():
            raise InvalidInput("A cost must be a number.", field="amount")
        if self.amount < 0 and (self.kind not in LOWERING or not self.corrects):
            raise NegativeAmount("Only what corrects or withdraws a record may be negative.", field="amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose costs of which policy year are added up; `member_id` None: the whole household's."""

    member_id: UUID | None
    period_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearedSum:
    """What had been added up for a subject when a person cleared its alert: it never warns again."""

    subject: Subject
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much of a subject's costs counts against the lines, and which signals it is made of."""

    subject: Subject
    cumulative: Decimal
    cleared: Decimal
    signals: tuple[Signal, ...]

    @property
    def counted(self) -> Decimal:
        return self.cumulative - self.cleared


def subject_of(signal: Signal, *, rule: CostRule, year: PolicyYear) -> Subject:
    member_id = signal.member_id if rule.scope is CostScope.PERSON else None
    return Subject(member_id=member_id, period_from=year.start_of(signal.occurred_on))


def standings(
    signals: Iterable[Signal], cleared: Iterable[ClearedSum], *, rule: CostRule, year: PolicyYear
) -> tuple[Standing, ...]:
    """One standing per subject that the signals of one household and factor speak of, in subject order.

    `signals` hold only the newest version of each record.
    """
    by_subject: dict[Subject, list[Signal]] = {}
    for signal in signals:
        by_subject.setdefault(subject_of(signal, rule=rule, year=year), []).append(signal)
    known = {entry.subject: entry.amount for entry in cleared}
    return tuple(
        Standing(
            subject=subject,
            cumulative=sum((signal.amount for signal in own), Decimal(0)),
            cleared=known.get(subject, Decimal(0)),
            signals=tuple(sorted(own, key=lambda signal: (signal.occurred_on, signal.record_id))),
        )
        for subject, own in sorted(by_subject.items(), key=lambda item: (item[0].period_from, str(item[0].member_id)))
    )


def weightiest_first(found: Iterable[Standing], *, periods: frozenset[date]) -> list[Standing]:
    """The subjects of the given policy years, the one that weighs most first; of equals the earliest."""
    eligible = [standing for standing in found if standing.subject.period_from in periods]
    return sorted(eligible, key=lambda standing: -standing.counted)


def lowered(cleared: Iterable[ClearedSum], found: Iterable[Standing]) -> tuple[ClearedSum, ...]:
    """Cleared sums that a later reimbursement or correction made smaller: never more than what is there now.

    Otherwise a reimbursement of an old bill would hide part of the next one.
    """
    now = {standing.subject: standing.cumulative for standing in found}
    return tuple(
        ClearedSum(subject=entry.subject, amount=max(Decimal(0), now[entry.subject]))
        for entry in cleared
        if entry.subject in now and now[entry.subject] < entry.amount
    )


def sums_to_clear(signals: Iterable[Signal], *, year: PolicyYear) -> tuple[ClearedSum, ...]:
    """What a clearing covers: all that is known of the household now, per member and for the household, so that
    a later change of the rule's scope does not bring a cleared cost back.
    """
    totals: dict[Subject, Decimal] = {}
    for signal in signals:
        period = year.start_of(signal.occurred_on)
        for member_id in (signal.member_id, None):
            subject = Subject(member_id=member_id, period_from=period)
            totals[subject] = totals.get(subject, Decimal(0)) + signal.amount
    return tuple(ClearedSum(subject=subject, amount=max(Decimal(0), total)) for subject, total in totals.items())


def level_of(standing: Standing, rule: CostRule) -> AlertLevel:
    return rule.thresholds.level_of(standing.counted)
