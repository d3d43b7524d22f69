"""The checklist without which no offer of work may be made in an area, and who may change it.

Where saying no is unsafe, a recorded yes proves nothing and no software repairs that: so recruitment is off
until somebody outside the local chain can be reached by every worker, and it goes off by itself when that ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound
from employment_service.placements.calendar import add_months


class SafeguardsNotActive(Conflict):
    code = "SAFEGUARDS_NOT_ACTIVE"


class SafeguardsNotFound(NotFound):
    code = "SAFEGUARDS_NOT_FOUND"


class ChecklistIncomplete(InvalidInput):
    code = "SAFEGUARDS_CHECKLIST_INCOMPLETE"


class MonitorNotRemovable(Forbidden):
    code = "MONITOR_NOT_REMOVABLE"


class MonitorNotIndependent(Forbidden):
    code = "MONITOR_NOT_INDEPENDENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """`monitor_subject` is the token subject of the independent monitor, a person outside the local chain."""

    monitor_subject: str
    monitor_organisation: str
    monitor_contact: str
    grievance_line: str
    languages: tuple[str, ...]
    refusal_rule_published_on: date | None
    """Since when it is published that refusing an offer has no effect on anything."""
    next_audit_on: date | None
    valid_until: date

    def missing(self, *, on: date) -> tuple[str, ...]:
        """The items that do not hold on that day, by field name; empty when all hold."""
        items = {
            "monitorSubject": bool(self.monitor_subject.strip()),
            "monitorOrganisation": bool(self.monitor_organisation.strip()),
            "monitorContact": bool(self.monitor_contact.strip()),
            "grievanceLine": bool(self.grievance_line.strip()),
            "languages": bool(self.languages),
            "refusalRulePublishedOn": (
                self.refusal_rule_published_on is not None and self.refusal_rule_published_on <= on
            ),
            "nextAuditOn": self.next_audit_on is not None and self.next_audit_on >= on,
            "validUntil": self.valid_until >= on,
        }
        return tuple(name for name, holds in items.items() if not holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitmentSafeguards:
    id: UUID
    area_path: str
    checklist: Checklist
    activated_on: date
    activated_by: str
    monitor_stepped_down_at: datetime | None = None
    suspended_at: datetime | None = None
    superseded_at: datetime | None = None
    version: int = 1

    def missing(self, *, on: date) -> tuple[str, ...]:
        gone = () if self.monitor_stepped_down_at is None else ("monitorSubject",)
        halted = () if self.suspended_at is None else ("suspended",)
        old = () if self.superseded_at is None else ("superseded",)
        return (*gone, *halted, *old, *self.checklist.missing(on=on))

    def active(self, *, on: date) -> bool:
        return self.activated_on <= on and not self.missing(on=on)


def require_active(records: tuple[RecruitmentSafeguards, ...], *, on: date) -> None:
    """`records`: those that lie at or above the worker's village. One active one suffices, and none may be suspended:
    no county opens a second record beside the one that its monitor stopped.
    """
    halted = any(record.suspended_at is not None for record in records)
    if halted or not any(record.active(on=on) for record in records):
        raise SafeguardsNotActive(
            "Offers of work are off here: no recruitment safeguards are active. "
            "Household support and the vacancy board go on."
        )


def activate(
    *,
    id: UUID,  # noqa: A002 - the field's own name
    area_path: str,
    checklist: Checklist,
    previous: RecruitmentSafeguards | None,
    by: str,
    on: date,
    longest_months: int,
    overlapping: tuple[RecruitmentSafeguards, ...] = (),
) -> RecruitmentSafeguards:
    """A renewal keeps the monitor: whoever is watched cannot dismiss the watcher, nor put another beside them.

    `overlapping`: records of areas above or below this one. Another monitor may be named only after the present one
    stepped down themselves, there as here.
    """
    missing = checklist.missing(on=on)
    if missing:
        raise ChecklistIncomplete(f"Missing or past: {', '.join(missing)}.", field=missing[0])
    if checklist.valid_until > add_months(on, longest_months):
        raise ChecklistIncomplete(
            f"A record holds for at most {longest_months} months; renew it then.", field="validUntil"
        )
    if checklist.monitor_subject == by:
        raise MonitorNotIndependent("Whoever activates the safeguards cannot be their monitor.", field="monitorSubject")
    if any(
        one.monitor_stepped_down_at is None and one.checklist.monitor_subject != checklist.monitor_subject
        for one in (*(() if previous is None else (previous,)), *overlapping)
    ):
        raise MonitorNotRemovable("Only the monitor can end their own task.", field="monitorSubject")
    return RecruitmentSafeguards(id=id, area_path=area_path, checklist=checklist, activated_on=on, activated_by=by)


def step_down(record: RecruitmentSafeguards, *, by: str, at: datetime) -> RecruitmentSafeguards:
    _require_monitor(record, by)
    return replace(record, monitor_stepped_down_at=at, version=record.version + 1)


def suspend(record: RecruitmentSafeguards, *, by: str, at: datetime) -> RecruitmentSafeguards:
    """The monitor stops all offers at once and owes the county no reason."""
    _require_monitor(record, by)
    return replace(record, suspended_at=at, version=record.version + 1)


def resume(record: RecruitmentSafeguards, *, by: str) -> RecruitmentSafeguards:
    _require_monitor(record, by)
    return replace(record, suspended_at=None, version=record.version + 1)


def _require_monitor(record: RecruitmentSafeguards, by: str) -> None:
    if record.checklist.monitor_subject != by:
        raise Forbidden("Only the monitor named in the record may do this.")
