"""The steps of a case, each by whom it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from chassis.identity import Actor
from chassis.ids import new_id
from risk_service.access import CHECK_CASE, DECLINE_CASE, PROPOSE_CASE, RECORD_CASE, policy
from risk_service.alerts.refusals import AlertNotFound
from risk_service.cases.categories import MonitoringCategory, require_category
from risk_service.cases.circumstances import Setting, household_of, income_of, setting_at
from risk_service.cases.domain import Act, CaseMoved, CaseStep, MonitoringCase, advance, begin_case, publish
from risk_service.cases.notice import require_publishable
from risk_service.cases.refusals import CaseAlreadyOpen, CaseDateInvalid, CaseNotFound, RiskNotConfirmed
from risk_service.cases.states import CaseStatus, CaseStepKind, DiscoveryChannel
from risk_service.cases.telling import tell_of_case
from risk_service.copies.domain import HouseholdCopy
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.domain import VisitOutcome

# Of the steps that are only recorded. The county's decision and the resolution: `deciding`.
ACTION_OF: Mapping[CaseStepKind, str] = MappingProxyType(
    {
        CaseStepKind.HOLD_REVIEW: RECORD_CASE,
        CaseStepKind.PUBLISH_NOTICE: RECORD_CASE,
        CaseStepKind.CHECK: CHECK_CASE,
        CaseStepKind.DECLINE: DECLINE_CASE,
        CaseStepKind.REOPEN: DECLINE_CASE,
        CaseStepKind.PROPOSE_RESOLUTION: PROPOSE_CASE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`clue_on` is the alert's own day where one is named. `emergency`: help first, papers later."""

    household_id: UUID
    channel: DiscoveryChannel
    alert_id: UUID | None
    clue_on: date | None
    serious_difficulty: bool
    emergency: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A step of a case that is there."""

    case_id: UUID
    note: str
    expected_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A case, locked, with its log and the policy of the day."""

    case: MonitoringCase
    log: tuple[CaseStep, ...]
    setting: Setting


async def propose_case(uow: RiskUnitOfWork, actor: Actor, *, proposal: Proposal) -> MonitoringCase:
    """Raises Forbidden, HouseholdNotFound, CaseAlreadyOpen, RiskNotConfirmed, IncomeNotKnown, CategoryNotFound,
    CaseDateInvalid or NoteRequired; then nothing is stored.
    """
    scope = policy.require(actor, PROPOSE_CASE)
    household = await household_of(uow, proposal.household_id)
    scope.require(area_path=household.area_path)
    await uow.lock(f"case {household.id}")
    if household.id in await uow.cases.live([household.id]):
        raise CaseAlreadyOpen("This household has a case; a resolved one is reopened.", field="householdId")
    setting = await setting_at(uow, household.area_path)
    clue_on = await _clue(uow, proposal, setting)
    category = await _category(uow, household, setting, proposal=proposal)
    case, moved = begin_case(
        MonitoringCase(
            id=new_id(),
            number=await uow.cases.next_number(setting.today.year),
            household_id=household.id,
            area_path=household.area_path,
            status=CaseStatus.PROPOSED,
            round=1,
            category=category,
            channel=proposal.channel,
            alert_id=proposal.alert_id,
            clue_on=clue_on,
            decision_due_on=setting.clocks.decision_due(clue_on),
            serious_difficulty=proposal.serious_difficulty,
            green_channel=proposal.emergency,
            closed_review=False,
            notice_from=None,
            identified_on=None,
            supported_since=None,
            first_measure_due_on=None,
            first_measure_on=None,
            resolved_on=None,
            watch_until=None,
            policy_version=setting.pack.label,
            version=1,
        ),
        act_of(uow, actor, setting, proposal.note),
    )
    await uow.cases.add(case, at=uow.now)
    await keep_step(uow, moved)
    return case


async def _clue(uow: RiskUnitOfWork, proposal: Proposal, setting: Setting) -> date:
    """The day the household's trouble was first heard of. Raises RiskNotConfirmed, AlertNotFound, CaseDateInvalid."""
    if proposal.alert_id is None:
        if proposal.channel is DiscoveryChannel.DEPARTMENT_SIGNAL:
            raise RiskNotConfirmed("What a department reported is visited first; name the alert.", field="alertId")
        if proposal.clue_on is None:
            raise CaseDateInvalid("Say on which day the household was heard of.", field="clueOn")
        if proposal.clue_on > setting.today:
            raise CaseDateInvalid("The clue cannot come after today.", field="clueOn")
        return proposal.clue_on
    alert = await uow.alerts.get(proposal.alert_id)
    if alert is None or alert.household_id != proposal.household_id:
        raise AlertNotFound("There is no such alert of this household.", field="alertId")
    visits = (await uow.verification.visits_by_alert([alert.id])).get(alert.id, [])
    if not proposal.emergency and (not visits or visits[0].outcome is not VisitOutcome.LASTING_RISK):
        raise RiskNotConfirmed("The newest visit of this alert has not found a lasting risk.", field="alertId")
    return alert.raised_on


async def _category(
    uow: RiskUnitOfWork, household: HouseholdCopy, setting: Setting, *, proposal: Proposal
) -> MonitoringCategory | None:
    """In an emergency it may be found later, but before the decision."""
    income = await income_of(uow, household.id, setting.pack, today=setting.today)
    if proposal.emergency and income is None and not proposal.serious_difficulty:
        return None
    return require_category(
        registration_history=household.registration_history,
        income=income,
        risk_confirmed=True,
        serious_difficulty=proposal.serious_difficulty,
    )


async def take_step(uow: RiskUnitOfWork, actor: Actor, *, kind: CaseStepKind, asked: Asked) -> MonitoringCase:
    """A review that was held, the township's check, a no, or a reopening by a person."""
    found = await considered(uow, actor, ACTION_OF[kind], asked.case_id)
    case = found.case
    after, moved = advance(
        case,
        kind,
        act_of(uow, actor, found.setting, asked.note),
        log=found.log,
        visitors=await uow.verification.visitors_of(case.household_id, since=case.clue_on),
        clocks=found.setting.clocks,
        expected_version=asked.expected_version,
    )
    await keep(uow, after, moved)
    return after


async def publish_notice(uow: RiskUnitOfWork, actor: Actor, *, asked: Asked, text: str, closed: bool) -> MonitoringCase:
    """`text` hangs beside number, village and category. Raises NoticeNotAllowed besides what a step may raise."""
    found = await considered(uow, actor, RECORD_CASE, asked.case_id)
    require_publishable(text, field="text")
    after, moved = publish(
        found.case,
        act_of(uow, actor, found.setting, asked.note),
        closed=closed,
        log=found.log,
        clocks=found.setting.clocks,
        expected_version=asked.expected_version,
    )
    await keep(uow, after, moved)
    return after


async def considered(uow: RiskUnitOfWork, actor: Actor, action: str, case_id: UUID) -> Considered:
    """The case, locked, its log and today's policy, if this caller may act on it. Raises Forbidden, CaseNotFound."""
    scope = policy.require(actor, action)
    case = await uow.cases.get(case_id, lock=True)
    if case is None:
        raise CaseNotFound("There is no such case.", field="caseId")
    scope.require(area_path=case.area_path)
    log = (await uow.cases.steps([case.id])).get(case.id, [])
    return Considered(case=case, log=tuple(log), setting=await setting_at(uow, case.area_path))


def act_of(uow: RiskUnitOfWork, actor: Actor, setting: Setting, note: str) -> Act:
    return Act(by=actor.subject, at=uow.now, on=setting.today, note=note)


async def keep(uow: RiskUnitOfWork, after: MonitoringCase, moved: CaseMoved) -> None:
    await uow.cases.put(after)
    uow.arrivals.likelihood(after.household_id)
    await keep_step(uow, moved)


async def keep_step(uow: RiskUnitOfWork, moved: CaseMoved) -> None:
    """Log, event, audit, and the household is told of what was decided about it."""
    case, step = moved.case, moved.step
    await uow.cases.add_step(step, area_path=case.area_path)
    uow.emit(moved)
    await tell_of_case(uow, case, step)
    await uow.audit(action=f"CASE_{step.kind.value}", subject_id=str(case.id), purpose="MONITORING")
