"""What the clock finds by itself, once a day; and what is past its clock or its time to be kept."""

from __future__ import annotations

from datetime import timedelta

from chassis.timers import DueTimer, TimerKind
from employment_service.safeguards.flags.domain import FlagCode
from employment_service.safeguards.flags.service import About, raise_flag
from employment_service.uow import EmploymentUnitOfWork

PATTERNS = "coercion-patterns"
CLOCKS = "critical-clocks"
CONTACTS = "contacts-forgotten"
TRACE_DAYS = 7
"""Longer than every window of CF1."""


async def look_for_patterns(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    """CF3, CF14 and CF15. A sign that was settled is told of again only when its window is over."""
    del due
    policy, today = await uow.policy(""), await uow.today("")
    since = uow.now - timedelta(days=policy.no_decline_days)
    for silent in await uow.traces.silent(since=since, least=policy.no_decline_offers):
        if not await uow.flags.raised_since(FlagCode.CF3, silent.by, since):
            by, _, who = silent.by.partition(" ")
            about = About(area_path=silent.area_path, staff_subject=who if by == "staff" else None)
            await raise_flag(uow, FlagCode.CF3, about, key=silent.by, figure=silent.offers)
    window = timedelta(days=policy.no_exit_days)
    for employer_id, placements in await uow.traces.without_exits(
        since=today - window, least=policy.no_exit_placements
    ):
        employer, key = await uow.employers.get(employer_id), f"employer {employer_id}"
        if employer is not None and not await uow.flags.raised_since(FlagCode.CF14, key, uow.now - window):
            about = About(area_path=employer.area_path, employer_id=employer_id)
            await raise_flag(uow, FlagCode.CF14, about, key=key, figure=placements)
    missed = today - timedelta(days=policy.follow_up_answer_days)
    for lost in await uow.traces.unreached(due_before=missed, least=policy.missed_follow_ups):
        key = f"placement {lost.placement_id} missed {lost.missed}"
        if not await uow.flags.raised_since(FlagCode.CF15, key, uow.now - window):
            about = About(
                area_path=lost.area_path,
                placement_id=lost.placement_id,
                worker_id=lost.worker_id,
                employer_id=lost.employer_id,
            )
            await raise_flag(uow, FlagCode.CF15, about, key=key, figure=lost.missed)
    await uow.traces.forget_traces(before=uow.now - timedelta(days=TRACE_DAYS))


async def escalate(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    """A critical flag or grievance past its clock is marked, so that whoever oversees the monitor sees it first."""
    del due
    await uow.flags.escalate(at=uow.now)
    await uow.grievances.escalate(at=uow.now)


async def forget_contacts(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    """Calls and contacts are kept as long as they can be a sign or be asked about. Readings of terms go as early as
    the details of a no, whose shadow they would be.
    """
    del due
    policy, today = await uow.policy(""), await uow.today("")
    kept = timedelta(days=policy.contact_days)
    read = timedelta(days=policy.offer_days + policy.decline_detail_days)
    await uow.calls.forget_contacts(before=uow.now - kept)
    await uow.traces.forget_told(before=today - kept, read_before=uow.now - read)


KINDS = (
    TimerKind(name=CONTACTS, handle=forget_contacts, every=timedelta(days=1)),
    TimerKind(name=PATTERNS, handle=look_for_patterns, every=timedelta(days=1)),
    TimerKind(name=CLOCKS, handle=escalate, every=timedelta(hours=1)),
)
