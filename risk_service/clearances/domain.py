"""The decision of a second person that an alert shows no lasting risk, and the figures it relied on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from chassis.errors import Conflict, InvalidInput
from risk_service.policy.domain import AlertLevel, ClearingRule, IncomeBasis, IncomeTest, RigidExpenseMode

MAX_TEXT = 2000
CENT = Decimal("0.01")


class ReasonRequired(InvalidInput):
    code = "REASON_REQUIRED"


class NoteOnBillRequired(InvalidInput):
    code = "NOTE_ON_BILL_REQUIRED"


class BasisNotOfPolicy(InvalidInput):
    code = "BASIS_NOT_OF_POLICY"


class AsOfInvalid(InvalidInput):
    code = "AS_OF_INVALID"


class IncomeTestNotMet(Conflict):
    """The income on the policy's basis is not over the monitoring line, and the cost is still over its own."""

    code = "INCOME_TEST_NOT_MET"


class StatementUnavailable(Conflict):
    """The households service did not answer in time. Nothing changed; the same call may succeed later."""

    code = "STATEMENT_UNAVAILABLE"


class StatementFrozenForOtherDay(Conflict):
    """An earlier attempt froze the statement of another day for this alert; decide on that one."""

    code = "STATEMENT_FROZEN_FOR_OTHER_DAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisFigures:
    """Totals of one income basis, in the statement's currency."""

    basis: IncomeBasis
    net: Decimal
    rigid_expenses: Decimal
    member_count: int

    @property
    def after_expenses(self) -> Decimal:
        return self.net - self.rigid_expenses

    @property
    def per_capita_net(self) -> Decimal:
        return _per_capita(self.net, self.member_count)

    @property
    def per_capita_after_expenses(self) -> Decimal:
        return _per_capita(self.after_expenses, self.member_count)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenStatement:
    """What the households service froze for the decision: both figures that stand side by side, and the third."""

    id: UUID
    household_id: UUID
    as_of: date
    currency: str
    bases: tuple[BasisFigures, ...]

    def figures(self, basis: IncomeBasis) -> BasisFigures:
        for found in self.bases:
            if found.basis is basis:
                return found
        raise StatementUnavailable(f"The statement holds no figures for {basis.value}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeTestResult:
    """Strict: income must exceed the line. Compared without division: total > line x members."""

    basis: IncomeBasis
    rigid_expense_mode: RigidExpenseMode
    line: Decimal
    exceeds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    id: UUID
    alert_id: UUID
    household_id: UUID
    area_path: str
    decided_by: str
    decided_at: datetime
    reason: str
    how_bill_was_paid: str
    statement: FrozenStatement
    received: BasisFigures
    run_rate: BasisFigures
    test: IncomeTestResult
    watch_until: date
    contestable_until: date


def require_grounds(rule: ClearingRule, *, reason: str, how_bill_was_paid: str, basis: IncomeBasis | None) -> None:
    """Raises ReasonRequired, NoteOnBillRequired or BasisNotOfPolicy, naming the field."""
    if not reason.strip():
        raise ReasonRequired("Say why there is no lasting risk.", field="reason")
    if rule.note_on_bill_required and not how_bill_was_paid.strip():
        raise NoteOnBillRequired("Say how the bill was paid: the policy asks for it.", field="howBillWasPaid")
    for name, text in (("reason", reason), ("howBillWasPaid", how_bill_was_paid)):
        if len(text) > MAX_TEXT:
            raise InvalidInput(f"{name} has at most {MAX_TEXT} characters.", field=name)
    if basis is not None and basis is not rule.income_basis:
        raise BasisNotOfPolicy(f"The policy's legal test uses {rule.income_basis.value}.", field="basis")


def require_as_of(as_of: date, *, raised_on: date, today: date) -> None:
    if not raised_on <= as_of <= today:
        raise AsOfInvalid("The statement's day lies between the day of the alert and today.", field="asOf")


def weigh_income(statement: FrozenStatement, rule: ClearingRule, *, line: Decimal) -> IncomeTestResult:
    figures = statement.figures(rule.income_basis)
    total = figures.net if rule.rigid_expense_mode is RigidExpenseMode.SHOW else figures.after_expenses
    return IncomeTestResult(
        basis=rule.income_basis,
        rigid_expense_mode=rule.rigid_expense_mode,
        line=line,
        exceeds=total > line * figures.member_count,
    )


def require_income(result: IncomeTestResult, rule: ClearingRule, *, level_now: AlertLevel) -> None:
    """Raises IncomeTestNotMet; not where the cost itself was corrected to below every line (`level_now`)."""
    if result.exceeds or rule.income_test is IncomeTest.SHOWN or level_now is AlertLevel.NONE:
        return
    raise IncomeTestNotMet(
        f"The income on the basis {result.basis.value} does not exceed the line of {result.line:,.2f} per person."
    )


def dates_after(rule: ClearingRule, *, decided_on: date) -> tuple[date, date]:
    """Until when the light watch lasts, and until when the household may contest."""
    return decided_on + timedelta(days=rule.watch_days), decided_on + timedelta(days=rule.contest_days)


def _per_capita(total: Decimal, members: int) -> Decimal:
    if members < 1:
        raise InvalidInput("A household without members has no income per head.")
    return (total / members).quantize(CENT, rounding=ROUND_HALF_UP)
