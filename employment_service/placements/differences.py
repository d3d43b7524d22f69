"""A written contract beside the terms that the worker accepted, figure by figure. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from employment_service.vacancies.domain import Deduction, Housing, Terms


class Figure(StrEnum):
    MONTHLY_WAGE = "MONTHLY_WAGE"
    WEEKLY_HOURS = "WEEKLY_HOURS"
    STARTS_ON = "STARTS_ON"
    CONTRACT_MONTHS = "CONTRACT_MONTHS"
    PAY_DAY = "PAY_DAY"
    SHIFT_FROM = "SHIFT_FROM"
    SHIFT_TO = "SHIFT_TO"
    NOTICE_DAYS = "NOTICE_DAYS"
    HOUSING = "HOUSING"
    DEDUCTIONS = "DEDUCTIONS"
    WAGE_PAID = "WAGE_PAID"
    """Of a whole month, less than the accepted wage without its deductions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the signed paper says; the paper itself stays with the worker. `None`: it says nothing of this."""

    monthly_wage_cents: int
    contract_months: int
    starts_on: date
    weekly_hours: int
    pay_day: int | None = None
    shift_from_minutes: int | None = None
    shift_to_minutes: int | None = None
    notice_days: int | None = None
    housing: Housing | None = None
    deductions: tuple[Deduction, ...] | None = None

    def as_terms(self, accepted: Terms) -> Terms:
        """The accepted terms with this contract's figures. Raises TermsIncomplete for figures no terms can have."""
        return replace(
            accepted,
            monthly_wage_cents=self.monthly_wage_cents,
            contract_months=self.contract_months,
            starts_on=self.starts_on,
            weekly_hours=self.weekly_hours,
            pay_day=accepted.pay_day if self.pay_day is None else self.pay_day,
            shift_from_minutes=(
                accepted.shift_from_minutes if self.shift_from_minutes is None else self.shift_from_minutes
            ),
            shift_to_minutes=accepted.shift_to_minutes if self.shift_to_minutes is None else self.shift_to_minutes,
            notice_days=accepted.notice_days if self.notice_days is None else self.notice_days,
            housing=accepted.housing if self.housing is None else self.housing,
            deductions=accepted.deductions if self.deductions is None else self.deductions,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    figure: Figure
    accepted: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsMismatch:
    """A fact for the safeguards: what was written or paid is not what this worker accepted."""

    id: UUID
    placement_id: UUID
    offer_id: UUID
    vacancy_id: UUID
    employer_id: UUID
    worker_id: UUID
    area_path: str
    figure: Figure
    accepted: str
    written: str
    found_at: datetime
    found_by: str


def differences(contract: Contract, accepted: Terms) -> tuple[Difference, ...]:
    """To the cent, the hour and the day; better figures differ too, since another paper is another agreement."""
    pairs = (
        (Figure.MONTHLY_WAGE, _money(accepted.monthly_wage_cents), _money(contract.monthly_wage_cents)),
        (Figure.WEEKLY_HOURS, str(accepted.weekly_hours), str(contract.weekly_hours)),
        (Figure.STARTS_ON, accepted.starts_on.isoformat(), contract.starts_on.isoformat()),
        (Figure.CONTRACT_MONTHS, str(accepted.contract_months), str(contract.contract_months)),
        (Figure.PAY_DAY, str(accepted.pay_day), _said(contract.pay_day)),
        (Figure.SHIFT_FROM, _time(accepted.shift_from_minutes), _time(contract.shift_from_minutes)),
        (Figure.SHIFT_TO, _time(accepted.shift_to_minutes), _time(contract.shift_to_minutes)),
        (Figure.NOTICE_DAYS, str(accepted.notice_days), _said(contract.notice_days)),
        (Figure.HOUSING, str(accepted.housing), _said(contract.housing)),
        (Figure.DEDUCTIONS, _deducted(accepted.deductions), _deducted(contract.deductions)),
    )
    return tuple(
        Difference(figure=figure, accepted=agreed, written=written)
        for figure, agreed, written in pairs
        if written not in {"", agreed}
    )


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _deducted(deductions: tuple[Deduction, ...] | None) -> str:
    """In one order, however they are listed. Empty: nothing is said of them."""
    if deductions is None:
        return ""
    listed = sorted((str(item.kind), item.monthly_cents) for item in deductions if item.monthly_cents)
    return ", ".join(f"{kind} {_money(cents)}" for kind, cents in listed) or "NONE"


def short_wage(cents: int | None, accepted: Terms) -> Difference | None:
    """What came in of a whole month against the wage without deductions; `None`: not less, or not said."""
    least = accepted.monthly_wage_cents - sum(item.monthly_cents for item in accepted.deductions)
    if cents is None or cents >= least:
        return None
    return Difference(figure=Figure.WAGE_PAID, accepted=_money(least), written=_money(cents))


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _time(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"
