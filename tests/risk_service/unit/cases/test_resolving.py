from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from chassis.errors import Conflict
from risk_service.cases.categories import Income
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
from risk_service.cases.resolving import CaseMeasure, Circumstances, Findings, require_resolvable
from risk_service.policy.domain import IncomeBasis, MeasureType
from risk_service.verification.domain import CheckResult, CheckSubject, GuaranteeCheck
from tests.risk_service.unit.cases.invented import CASE, CLOCKS, identified

IDENTIFIED = date(2021, 3, 10)
MEASURE = CaseMeasure(
    id=UUID(int=7),
    case_id=CASE,
    type=MeasureType.HEALTH_AID,
    delivered_on=date(2021, 4, 1),
    recorded_by="support-1",
    confirmed_by="member-1",
)
INCOME = Income(
    basis=IncomeBasis.RECEIVED_12M,
    as_of=date(2021, 8, 31),
    total=Decimal("27600.00"),
    member_count=4,
    line=Decimal("6000.00"),
)
NOW = Circumstances(income=INCOME, anybody_able_to_work=True, open_alerts=0, safe_housing=True, safe_water=True)
FINDINGS = Findings(
    income_stable_since=date(2021, 2, 1),
    large_expenses_settled=True,
    checks=tuple(GuaranteeCheck(subject=one, result=CheckResult.OK, note="") for one in CheckSubject),
)


def judge(
    *,
    on: date = date(2021, 9, 10),
    findings: Findings = FINDINGS,
    now: Circumstances = NOW,
    measures: tuple[CaseMeasure, ...] = (MEASURE,),
) -> None:
    require_resolvable(
        identified(IDENTIFIED, first_measure_on=date(2021, 4, 1)),
        on=on,
        findings=findings,
        now=now,
        measures=measures,
        clocks=CLOCKS,
    )


def checks(subject: CheckSubject, result: CheckResult) -> Findings:
    return replace(
        FINDINGS,
        checks=tuple(replace(one, result=result) if one.subject is subject else one for one in FINDINGS.checks),
    )


def test_a18_six_months_to_the_day() -> None:
    for day in (date(2021, 8, 10), date(2021, 9, 9)):
        with pytest.raises(ResolutionTooEarly):
            judge(on=day)
    judge(on=date(2021, 9, 10))


@pytest.mark.parametrize(
    ("_case", "findings", "now", "measures", "refusal"),
    [
        (
            "A18: water has a problem",
            checks(CheckSubject.DRINKING_WATER, CheckResult.PROBLEM),
            NOW,
            (MEASURE,),
            ChecksNotAllOk,
        ),
        (
            "a check that was not made",
            checks(CheckSubject.FOOD, CheckResult.NOT_CHECKED),
            NOW,
            (MEASURE,),
            ChecksNotAllOk,
        ),
        ("a check that is missing", replace(FINDINGS, checks=FINDINGS.checks[:5]), NOW, (MEASURE,), ChecksNotAllOk),
        ("the registry knows better", FINDINGS, replace(NOW, safe_water=False), (MEASURE,), ChecksNotAllOk),
        ("housing in the registry", FINDINGS, replace(NOW, safe_housing=False), (MEASURE,), ChecksNotAllOk),
        (
            "A18: nobody able to work",
            FINDINGS,
            replace(NOW, anybody_able_to_work=False),
            (MEASURE,),
            NobodyAbleToWork,
        ),
        ("no measure", FINDINGS, NOW, (), MeasureNotDelivered),
        ("not confirmed", FINDINGS, NOW, (replace(MEASURE, confirmed_by=None),), MeasureNotDelivered),
        ("income unknown", FINDINGS, replace(NOW, income=None), (MEASURE,), IncomeNotKnown),
        (
            "exactly the line",
            FINDINGS,
            replace(NOW, income=replace(INCOME, total=Decimal("24000.00"))),
            (MEASURE,),
            IncomeNotOverLine,
        ),
        (
            "stable for less than six months",
            replace(FINDINGS, income_stable_since=date(2021, 3, 11)),
            NOW,
            (MEASURE,),
            IncomeNotStable,
        ),
        ("nobody said since when", replace(FINDINGS, income_stable_since=None), NOW, (MEASURE,), IncomeNotStable),
        (
            "bills are open",
            replace(FINDINGS, large_expenses_settled=False),
            NOW,
            (MEASURE,),
            ExpensesNotSettled,
        ),
        ("a new risk", FINDINGS, replace(NOW, open_alerts=1), (MEASURE,), RiskStillOpen),
    ],
)
def test_a_resolution_needs_every_condition(
    _case: str,
    findings: Findings,
    now: Circumstances,
    measures: tuple[CaseMeasure, ...],
    refusal: type[Conflict],
) -> None:
    with pytest.raises(refusal):
        judge(findings=findings, now=now, measures=measures)


def test_a_policy_may_ask_for_two_measures() -> None:
    two = replace(CLOCKS, measures_to_resolution=2)
    for measures, allowed in (((MEASURE,), False), ((MEASURE, replace(MEASURE, id=UUID(int=8))), True)):
        case = identified(IDENTIFIED)
        if allowed:
            require_resolvable(case, on=date(2021, 9, 10), findings=FINDINGS, now=NOW, measures=measures, clocks=two)
        else:
            with pytest.raises(MeasureNotDelivered):
                require_resolvable(
                    case, on=date(2021, 9, 10), findings=FINDINGS, now=NOW, measures=measures, clocks=two
                )


def test_after_a_reopening_six_months_and_a_measure_are_asked_for_anew() -> None:
    case = replace(identified(IDENTIFIED), supported_since=date(2022, 1, 20))
    for day, refusal in ((date(2022, 7, 19), ResolutionTooEarly), (date(2022, 7, 20), MeasureNotDelivered)):
        with pytest.raises(refusal):
            require_resolvable(case, on=day, findings=FINDINGS, now=NOW, measures=(MEASURE,), clocks=CLOCKS)
    again = replace(MEASURE, delivered_on=date(2022, 2, 1))
    require_resolvable(case, on=date(2022, 7, 20), findings=FINDINGS, now=NOW, measures=(MEASURE, again), clocks=CLOCKS)


def test_help_that_came_before_the_papers_counts() -> None:
    early = replace(MEASURE, delivered_on=IDENTIFIED)
    judge(measures=(early,))
