"""Rigid expenses: costs a family cannot avoid. Shown beside its income, deducted only where the policy says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound

LARGEST_CENTS = 10**12


class ExpenseKind(StrEnum):
    MEDICAL = "MEDICAL"
    SCHOOLING = "SCHOOLING"
    DISASTER_REPAIR = "DISASTER_REPAIR"


class UnknownExpense(NotFound):
    code = "UNKNOWN_EXPENSE"


class ExpenseOutOfRange(InvalidInput):
    code = "EXPENSE_OUT_OF_RANGE"


class ExpenseInFuture(InvalidInput):
    code = "EXPENSE_IN_FUTURE"


class ExpenseSourceReused(Conflict):
    """The same source record came with other content; a change is sent as a correction."""

    code = "EXPENSE_SOURCE_REUSED"


class ExpenseChangedMeanwhile(Conflict):
    code = "VERSION_CONFLICT"


class Spent(NamedTuple):
    """What a statement needs of a household's expenses: cents in all, of one day."""

    spent_on: date
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RigidExpense:
    """One version. `source` names the department record it came from ("HEALTH_INSURANCE/R-17"), once per record.

    A reimbursement lowers the amount by a new version; nought is what is left when all was paid back.
    """

    id: UUID
    version: int
    household_id: UUID
    area_path: str
    member_id: UUID | None
    kind: ExpenseKind
    amount_cents: int
    spent_on: date
    source: str | None
    recorded_at: datetime
    recorded_by: str
    reason: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.amount_cents <= LARGEST_CENTS:
            raise ExpenseOutOfRange("An expense is nought to 10,000,000,000.00.", field="amount")

    def expect(self, version: int | None) -> None:
        if version is not None and version != self.version:
            raise ExpenseChangedMeanwhile("The expense was changed meanwhile; read it again.", field="expectedVersion")

    def correct(self, amount_cents: int, *, at: datetime, by: str, reason: str) -> RigidExpense:
        return replace(
            self, version=self.version + 1, amount_cents=amount_cents, recorded_at=at, recorded_by=by, reason=reason
        )

    def same_as(self, other: RigidExpense) -> bool:
        """Whether a replayed record says what the first one said."""
        return (self.household_id, self.member_id, self.kind, self.amount_cents, self.spent_on) == (
            other.household_id,
            other.member_id,
            other.kind,
            other.amount_cents,
            other.spent_on,
        )


def require_spent(spent_on: date, *, today: date) -> None:
    if spent_on > today:
        raise ExpenseInFuture("This expense lies in the future.", field="spentOn")
