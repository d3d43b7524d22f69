"""Which category of monitored household fits what a person found. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from risk_service.cases.refusals import CategoryNotFound, IncomeNotKnown
from risk_service.copies.domain import HouseholdCopy, LabourCapacity
from risk_service.policy.domain import IncomeBasis

WORK_FROM_AGE = 16
_REGISTERED_ONCE = frozenset({"REGISTERED", "GRADUATED"})


class MonitoringCategory(StrEnum):
    GRADUATED_UNSTABLE = "GRADUATED_UNSTABLE"
    NEAR_POOR_AT_RISK = "NEAR_POOR_AT_RISK"
    SUDDEN_HARDSHIP = "SUDDEN_HARDSHIP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """Twelve months' total on one basis, and the line per person it is held against."""

    basis: IncomeBasis
    as_of: date
    total: Decimal
    member_count: int
    line: Decimal

    @property
    def exceeds_line(self) -> bool:
        """Strict, and without division."""
        return self.total > self.line * self.member_count


def category_of(
    *, registration_history: str, income: Income | None, risk_confirmed: bool, serious_difficulty: bool
) -> MonitoringCategory | None:
    """None: nothing to monitor. Income inside the range alone does not suffice, above it alone does not exclude.

    `serious_difficulty`: a person found that illness, disaster or accident drove costs up or income down so that
    basic living is in serious difficulty. `income` None: not known.
    """
    if not risk_confirmed:
        return None
    if income is not None and not income.exceeds_line:
        if registration_history in _REGISTERED_ONCE:
            return MonitoringCategory.GRADUATED_UNSTABLE
        return MonitoringCategory.NEAR_POOR_AT_RISK
    return MonitoringCategory.SUDDEN_HARDSHIP if serious_difficulty else None


def require_category(
    *, registration_history: str, income: Income | None, risk_confirmed: bool, serious_difficulty: bool
) -> MonitoringCategory:
    """Raises IncomeNotKnown or CategoryNotFound."""
    found = category_of(
        registration_history=registration_history,
        income=income,
        risk_confirmed=risk_confirmed,
        serious_difficulty=serious_difficulty,
    )
    if found is not None:
        return found
    if income is None and risk_confirmed:
        raise IncomeNotKnown("Record the household's income first, or say that it is in serious difficulty.")
    raise CategoryNotFound("No category fits: the income is above the line and no serious difficulty was found.")


def anybody_able_to_work(household: HouseholdCopy, *, today: date) -> bool:
    """Whether a counted member of at least 16 is said to be able, fully or partly. What is unknown does not count:
    it would let a household be called resolved on a guess.
    """
    return any(
        member.counted
        and member.labour_capacity in {LabourCapacity.FULL, LabourCapacity.PARTIAL}
        and _old_enough(member.date_of_birth, today)
        for member in household.members
    )


def _old_enough(born: date | None, today: date) -> bool:
    if born is None:
        return True
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) >= WORK_FROM_AGE
