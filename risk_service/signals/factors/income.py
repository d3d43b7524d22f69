"""Income that fell or lies under the line, benefits that were lowered, and prices that fell. Pure.

Shares are compared by multiplying, never by dividing: no rounding stands between a household and a warning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from risk_service.policy.domain import NoMonitoringLine, PolicyPack, RigidExpenseMode
from risk_service.policy.factors import AlertLevel, IncomeBasis, IncomeDropRule, LivelihoodRule
from risk_service.signals.factors.facts import Benefit, Fact, Income, Price, RecordVersion, Window
from risk_service.signals.factors.verdict import Finding, figure, keys

WHOLE = Decimal(100)
Statement = tuple[Fact, Income]


def income_drop(window: Window, rule: IncomeDropRule, pack: PolicyPack, day: date) -> Iterator[Finding]:
    known = statements(window.told(), rule.basis, day)
    if known and not _was_decided_about(known, window.cleared):
        yield from _fell(known, rule)
        yield _under_line(known[-1], rule, pack, day)
    yield from _benefits(window, rule, day)


def _was_decided_about(known: Sequence[Statement], cleared: Collection[RecordVersion]) -> bool:
    """A ledger changes often: after a person cleared an income, only a lower one by head warns again."""
    before = [income for fact, income in known if fact.key in cleared]
    now = known[-1][1]
    return bool(before) and now.net * before[-1].members >= before[-1].net * now.members


def statements(facts: Sequence[Fact], basis: IncomeBasis, day: date) -> list[Statement]:
    """Of one basis, known by `day`, in their order. A ledger without an entry is not known, not empty."""
    return [
        (fact, fact.detail)
        for fact in facts
        if isinstance(fact.detail, Income)
        and fact.detail.basis is basis
        and fact.detail.recorded
        and fact.detail.members > 0
        and fact.occurred_on <= day
    ]


def _counted(income: Income, pack: PolicyPack) -> Decimal:
    if pack.clearing.rigid_expense_mode is RigidExpenseMode.DEDUCT:
        return income.net - income.rigid_expenses
    return income.net


def _fell(known: Sequence[Statement], rule: IncomeDropRule) -> Iterator[Finding]:
    """Against the statement that held twelve months before the newest."""
    fact, now = known[-1]
    a_year_ago = year_before(fact.occurred_on)
    held = [one for one in known if one[0].occurred_on <= a_year_ago]
    if not held or held[-1][1].net <= 0:
        return
    then_fact, then = held[-1]
    # now/members <= then/members x (100 - fall)/100, multiplied out.
    left = now.net * then.members * WHOLE
    before = then.net * now.members
    level = AlertLevel.NONE
    if left <= before * (WHOLE - rule.yellow_fall_percent):
        level = AlertLevel.YELLOW
    if left <= before * (WHOLE - rule.red_fall_percent):
        level = AlertLevel.RED
    yield Finding(
        level=level,
        texts=rule.told(),
        inputs=(
            figure("per_capita", f"{now.net / now.members:.2f}"),
            figure("per_capita_a_year_before", f"{then.net / then.members:.2f}"),
            figure("basis", rule.basis),
        ),
        records=keys([then_fact, fact]),
    )


def _under_line(newest: Statement, rule: IncomeDropRule, pack: PolicyPack, day: date) -> Finding:
    fact, income = newest
    ahead = [line.effective_from for line in pack.lines if line.effective_from > day]
    again = min(ahead, default=None)
    try:
        line = pack.line_on(day)
    except NoMonitoringLine:
        return Finding(level=AlertLevel.NONE, again_on=again)
    net = _counted(income, pack)
    total = net * WHOLE
    whole_line = line * income.members
    level = AlertLevel.NONE
    if total < whole_line * rule.yellow_under_line_percent:
        level = AlertLevel.YELLOW
    if total < whole_line * rule.red_under_line_percent:
        level = AlertLevel.RED
    return Finding(
        level=level,
        texts=rule.told(),
        inputs=(
            figure("per_capita", f"{net / income.members:.2f}"),
            figure("monitoring_line", f"{line:.2f}"),
            figure("basis", rule.basis),
            figure("rigid_expenses", pack.clearing.rigid_expense_mode),
        ),
        records=keys([fact]),
        again_on=again if level is not AlertLevel.RED else None,
    )


def _benefits(window: Window, rule: IncomeDropRule, day: date) -> Iterator[Finding]:
    """A benefit is lowered when the newest period pays less than the one before, or when it ended and none followed."""
    for periods in _benefit_periods(window, day).values():
        fact, newest = periods[-1]
        if fact.key in window.cleared:
            continue
        before = periods[-2][1] if len(periods) > 1 else None
        has_ended = newest.ends_on is not None and newest.ends_on <= day
        is_less = before is not None and newest.monthly < before.monthly
        yield Finding(
            level=rule.benefit_cut if has_ended or is_less else AlertLevel.NONE,
            texts=rule.told(),
            inputs=(
                figure("benefit", newest.code),
                figure("monthly", f"{newest.monthly:.2f}"),
                figure("monthly_before", f"{before.monthly:.2f}" if before is not None else "not known"),
                figure("ended", "yes" if has_ended else "no"),
            ),
            records=keys([fact]),
            again_on=None if has_ended or newest.ends_on is None else newest.ends_on,
        )


def _benefit_periods(window: Window, day: date) -> dict[tuple[UUID | None, str], list[tuple[Fact, Benefit]]]:
    found: dict[tuple[UUID | None, str], list[tuple[Fact, Benefit]]] = {}
    for fact in window.told():
        if isinstance(fact.detail, Benefit) and fact.occurred_on <= day:
            found.setdefault((fact.member_id, fact.detail.code), []).append((fact, fact.detail))
    for periods in found.values():
        periods.sort(key=lambda one: (one[1].begins_on, one[0].occurred_on))
    return found


def livelihood(window: Window, rule: LivelihoodRule, day: date) -> Iterator[Finding]:
    """The newest price of each product. The household's production stands for the product: what share of it each
    product has is not told to us. Where no income is known, nothing is said.
    """
    known = statements(window.told(), IncomeBasis.RECEIVED_12M, day)
    if not known or known[-1][1].gross <= 0:
        return
    income = known[-1][1]
    if income.production * WHOLE < income.gross * rule.least_income_percent:
        return
    newest: dict[str, tuple[Fact, Price]] = {}
    for fact in window.standing():
        if isinstance(fact.detail, Price) and fact.occurred_on <= day:
            newest[fact.detail.commodity] = (fact, fact.detail)
    for fact, price in newest.values():
        fall = WHOLE - price.index
        level = AlertLevel.NONE
        if fall >= rule.yellow_fall_percent:
            level = AlertLevel.YELLOW
        if fall >= rule.red_fall_percent or fall * income.production >= income.gross * rule.red_loss_percent:
            level = AlertLevel.RED
        yield Finding(
            level=level,
            texts=rule.told(),
            inputs=(
                figure("product", price.commodity),
                figure("fall_percent", fall),
                figure("production", f"{income.production:.2f}"),
                figure("income", f"{income.gross:.2f}"),
            ),
            records=keys([fact]),
        )


def year_before(day: date) -> date:
    """29 February becomes 28 February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
