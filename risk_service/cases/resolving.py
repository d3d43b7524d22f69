"""When a case may be called resolved: every condition, judged anew at the proposal and at the decision. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from risk_service.cases.categories import Income
from risk_service.cases.clocks import CaseClocks
from risk_service.cases.domain import MonitoringCase
from risk_service.cases.refusals import (
    ChecksNotAllOk,
    ExpensesNotSettled,
    IncomeNotKnown,
    IncomeNotOverLine,
    IncomeNotStable,
    MeasureNotDelivered,
    NobodyAbleToWork,
    ResolutionTooEarly,
    RiskStillOpen,
)
from risk_service.policy.domain import MeasureType
from risk_service.verification.domain import CheckResult, CheckSubject, GuaranteeCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMeasure:
    """What was delivered. It counts for a resolution once the household, or another person, confirmed it."""

    id: UUID
    case_id: UUID
    type: MeasureType
    delivered_on: date
    recorded_by: str
    confirmed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the proposer found out, kept with the case for the one who decides."""

    income_stable_since: date | None
    large_expenses_settled: bool
    checks: tuple[GuaranteeCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """How the household stands on the day. `open_alerts`: of any level."""

    income: Income | None
    anybody_able_to_work: bool
    open_alerts: int
    safe_housing: bool
    safe_water: bool


def require_resolvable(
    case: MonitoringCase,
    *,
    on: date,
    findings: Findings,
    now: Circumstances,
    measures: Sequence[CaseMeasure],
    clocks: CaseClocks,
) -> None:
    """Raises the refusal of the first condition that is not met. Support goes on in every case of a no."""
    if not now.anybody_able_to_work:
        raise NobodyAbleToWork("Nobody in this household is able to work: it is not called resolved, support goes on.")
    if case.supported_since is None or on < clocks.resolvable_from(case.supported_since):
        raise ResolutionTooEarly(f"A household is supported for at least {clocks.months_to_resolution} months.")
    helped_from = case.clue_on if case.supported_since == case.identified_on else case.supported_since
    confirmed = [one for one in measures if one.confirmed_by is not None and one.delivered_on >= helped_from]
    if len(confirmed) < clocks.measures_to_resolution:
        raise MeasureNotDelivered(f"{clocks.measures_to_resolution} delivered and confirmed measures are needed.")
    if now.income is None:
        raise IncomeNotKnown("The household's income is not recorded.")
    if not now.income.exceeds_line:
        raise IncomeNotOverLine(
            f"The income on the basis {now.income.basis.value} does not exceed {now.income.line:,.2f} per person."
        )
    since = findings.income_stable_since
    if since is None or on < clocks.stable_from(since):
        raise IncomeNotStable(
            f"The income has to be stable for {clocks.stable_income_months} months.", field="incomeStableSince"
        )
    if not findings.large_expenses_settled:
        raise ExpensesNotSettled("Large unavoidable expenses are not settled.", field="largeExpensesSettled")
    _require_checks(findings.checks, now)
    if now.open_alerts:
        raise RiskStillOpen("A warning of this household is still open.")


def _require_checks(checks: Sequence[GuaranteeCheck], now: Circumstances) -> None:
    found = {check.subject: check.result for check in checks}
    known = {CheckSubject.HOUSING: now.safe_housing, CheckSubject.DRINKING_WATER: now.safe_water}
    for subject in CheckSubject:
        if found.get(subject) is not CheckResult.OK or not known.get(subject, True):
            raise ChecksNotAllOk(f"{subject.value} is not found to be in order.", field="checks")
