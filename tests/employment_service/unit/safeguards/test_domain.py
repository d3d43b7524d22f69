"""When offers are on, and who keeps the monitor (A37, G17)."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.errors import Forbidden
from employment_service.safeguards.domain import (
    ChecklistIncomplete,
    MonitorNotIndependent,
    MonitorNotRemovable,
    RecruitmentSafeguards,
    SafeguardsNotActive,
    activate,
    require_active,
    resume,
    step_down,
    suspend,
)
from tests.employment_service.factories import COUNTY, MORNING, checklist, id_of

ON = date(2020, 9, 18)


def record(
    previous: RecruitmentSafeguards | None = None, /, *, activated_by: str = "admin-1", **changes: object
) -> RecruitmentSafeguards:
    return activate(
        id=id_of(1),
        area_path=COUNTY,
        checklist=checklist(**changes),
        previous=previous,
        by=activated_by,
        on=ON,
        longest_months=12,
    )


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("monitor_subject", " ", "monitorSubject"),
        ("monitor_contact", "", "monitorContact"),
        ("grievance_line", "", "grievanceLine"),
        ("languages", (), "languages"),
        ("refusal_rule_published_on", None, "refusalRulePublishedOn"),
        ("refusal_rule_published_on", date(2020, 9, 19), "refusalRulePublishedOn"),
        ("next_audit_on", None, "nextAuditOn"),
        ("next_audit_on", date(2020, 9, 17), "nextAuditOn"),
        ("valid_until", date(2020, 9, 17), "validUntil"),
        ("valid_until", date(2021, 9, 19), "validUntil"),
    ],
)
def test_a_gap_in_the_checklist_is_named(field: str, value: object, named: str) -> None:
    with pytest.raises(ChecklistIncomplete) as refused:
        record(None, activated_by="admin-1", **{field: value})

    assert refused.value.field == named


@pytest.mark.parametrize(
    ("on", "active"),
    [
        (date(2020, 9, 17), False),
        (ON, True),
        (date(2021, 2, 1), True),
        (date(2021, 2, 2), False),
        (date(2021, 8, 1), False),
    ],
)
def test_a_missed_audit_or_the_end_switches_offers_off_by_itself(on: date, active: bool) -> None:
    assert record().active(on=on) is active


def test_without_any_record_offers_are_off() -> None:
    with pytest.raises(SafeguardsNotActive):
        require_active((), on=ON)


def test_the_county_cannot_replace_the_monitor() -> None:
    with pytest.raises(MonitorNotRemovable):
        record(record(), monitor_subject="monitor-2")

    gone = step_down(record(), by="monitor-1", at=MORNING)
    assert not gone.active(on=ON)
    assert record(gone, monitor_subject="monitor-2").active(on=ON)


def test_whoever_activates_is_not_the_monitor() -> None:
    with pytest.raises(MonitorNotIndependent):
        record(activated_by="monitor-1")


def test_only_the_monitor_suspends_resumes_and_steps_down() -> None:
    suspended = suspend(record(), by="monitor-1", at=MORNING)
    assert suspended.missing(on=ON) == ("suspended",)
    assert resume(suspended, by="monitor-1").active(on=ON)
    with pytest.raises(Forbidden):
        suspend(record(), by="admin-1", at=MORNING)
    with pytest.raises(Forbidden):
        resume(suspended, by="admin-1")
    with pytest.raises(Forbidden):
        step_down(record(), by="admin-1", at=MORNING)
