from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from risk_service.alerts.domain import (
    Alert,
    AlertAmountChanged,
    AlertEscalated,
    AlertEvent,
    AlertRaised,
    AlertStatus,
    PolicyUsed,
    Priority,
    clear,
    prioritised,
    raise_alert,
    require_clearable,
    visit,
    weigh,
)
from risk_service.alerts.refusals import AlertAlreadyCleared, AlertChanged, SecondPersonRequired, VerificationRequired
from risk_service.policy.domain import AlertLevel, RiskFactor
from risk_service.signals.domain import Signal, Standing, standings
from tests.risk_service.factories import HOUSEHOLD, NOW, VILLAGE, cost, default_pack

ALERT = UUID("01890000-0000-7000-8000-0000000000f1")
STATEMENT = UUID("01890000-0000-7000-8000-0000000000e1")
POLICY = PolicyUsed(rule=default_pack().rules[0], version="everywhere@2020.2", content_hash="0" * 64, currency="CNY")


def standing(*signals: Signal) -> Standing:
    pack = default_pack()
    (found,) = standings(signals, [], rule=pack.rules[0], year=pack.policy_year)
    return found


def raised(*signals: Signal) -> Alert:
    result = raise_alert(
        id=ALERT,
        household_id=HOUSEHOLD,
        area_path=VILLAGE,
        standing=standing(*signals),
        policy=POLICY,
        at=NOW,
        on=date(2020, 9, 18),
    )
    assert result is not None
    return result[0]


@pytest.mark.parametrize(
    ("amount", "level"),
    [("2000.00", None), ("2000.01", AlertLevel.YELLOW), ("3000.00", AlertLevel.YELLOW), ("3000.01", AlertLevel.RED)],
)
def test_a02_an_alert_needs_costs_over_a_line(amount: str, level: AlertLevel | None) -> None:
    result = raise_alert(
        id=ALERT,
        household_id=HOUSEHOLD,
        area_path=VILLAGE,
        standing=standing(cost("R1", amount)),
        policy=POLICY,
        at=NOW,
        on=date(2020, 9, 18),
    )
    assert (result and result[0].level) == level
    if result:
        assert isinstance(result[1], AlertRaised)


def test_a03_one_alert_escalates_and_keeps_its_id() -> None:
    march, may, june = (
        cost("R1", "1500.00", on=date(2020, 3, 3)),
        cost("R2", "700.00", on=date(2020, 5, 5)),
        cost("R3", "900.00", on=date(2020, 6, 6)),
    )
    yellow = raised(march, may)
    red, events = weigh(yellow, standing(march, may, june), POLICY)
    assert (yellow.level, yellow.amount) == (AlertLevel.YELLOW, Decimal("2200.00"))
    assert (red.id, red.level, red.amount, red.version) == (yellow.id, AlertLevel.RED, Decimal("3100.00"), 2)
    assert [type(event) for event in events] == [AlertEscalated]


def test_a04_a_reimbursement_lowers_the_amount_and_never_the_level() -> None:
    red = raised(cost("R1", "3100.00"))
    after, events = weigh(red, standing(cost("R1", "3100.00"), cost("R2", "-1000.00", corrects="R1")), POLICY)
    assert (after.level, after.status, after.amount) == (AlertLevel.RED, AlertStatus.OPEN, Decimal("2100.00"))
    assert [type(event) for event in events] == [AlertAmountChanged]


def test_weighing_the_same_costs_again_changes_nothing() -> None:
    red = raised(cost("R1", "3100.00"))
    assert weigh(red, standing(cost("R1", "3100.00")), POLICY) == (red, ())


def test_an_escalation_asks_for_a_visit_again() -> None:
    seen, _ = visit(raised(cost("R1", "2500.00")))
    red, _ = weigh(seen, standing(cost("R1", "2500.00"), cost("R2", "600.00")), POLICY)
    assert (seen.status, red.status) == (AlertStatus.VISITED, AlertStatus.OPEN)


def test_the_household_can_be_told_which_records_count() -> None:
    alert = raised(cost("R1", "1500.00", on=date(2020, 3, 3)), cost("R2", "700.00", on=date(2020, 5, 5)))
    assert [(entry.record_id, entry.amount) for entry in alert.counted] == [
        ("R1", Decimal("1500.00")),
        ("R2", Decimal("700.00")),
    ]
    assert alert.rule_texts[0].locale == "en"


def test_a11_clearing_without_a_visit_is_refused() -> None:
    with pytest.raises(VerificationRequired) as refused:
        require_clearable(
            raised(cost("R1", "10318.18")),
            clearer_subject="county-1",
            visitor_subjects=frozenset(),
            expected_version=1,
        )
    assert refused.value.code == "VERIFICATION_REQUIRED"


def test_a10_the_visitor_may_not_clear() -> None:
    seen, _ = visit(raised(cost("R1", "10318.18")))
    with pytest.raises(SecondPersonRequired) as refused:
        require_clearable(
            seen, clearer_subject="s-1", visitor_subjects=frozenset({"s-1"}), expected_version=seen.version
        )
    assert refused.value.code == "FORBIDDEN"


def test_a_decision_on_an_older_version_is_refused() -> None:
    seen, _ = visit(raised(cost("R1", "10318.18")))
    with pytest.raises(AlertChanged):
        require_clearable(seen, clearer_subject="c-1", visitor_subjects=frozenset({"s-1"}), expected_version=1)


def test_a_cleared_alert_is_neither_cleared_nor_visited_nor_weighed_again() -> None:
    seen, _ = visit(raised(cost("R1", "10318.18")))
    done, event = clear(seen, at=NOW, statement_id=STATEMENT, watch_until=date(2020, 12, 17))
    assert (done.status, done.watch_until, done.version, event.statement_id) == (
        AlertStatus.CLEARED,
        date(2020, 12, 17),
        3,
        STATEMENT,
    )
    with pytest.raises(AlertAlreadyCleared):
        require_clearable(done, clearer_subject="c-1", visitor_subjects=frozenset(), expected_version=3)
    with pytest.raises(AlertAlreadyCleared):
        visit(done)
    assert weigh(done, standing(cost("R1", "20000.00")), POLICY) == (done, ())


def test_two_factors_open_at_once_make_both_urgent() -> None:
    yellow = raised(cost("R1", "2500.00"))
    other = replace(yellow, id=STATEMENT, factor=RiskFactor.DISASTER)
    assert [alert.priority for alert in prioritised([yellow])] == [Priority.NORMAL]
    assert [alert.priority for alert in prioritised([yellow, other])] == [Priority.HIGH, Priority.HIGH]


def test_a_red_alert_is_urgent_alone() -> None:
    assert [alert.priority for alert in prioritised([raised(cost("R1", "3000.01"))])] == [Priority.HIGH]


def test_every_event_has_a_kind_of_history() -> None:
    from typing import get_args

    from risk_service.alerts.domain import _KIND_OF

    assert set(_KIND_OF) == set(get_args(AlertEvent))
