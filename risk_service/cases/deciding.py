"""The county's decision: opening a case, and calling it resolved on figures frozen for that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

from chassis.errors import DependencyDown
from chassis.identity import Actor
from risk_service.access import DECIDE_CASE, PROPOSE_CASE
from risk_service.cases.categories import require_category
from risk_service.cases.circumstances import Setting, circumstances_of, household_of, income_of
from risk_service.cases.domain import CaseMoved, MonitoringCase, advance
from risk_service.cases.refusals import ExpensesNotSettled
from risk_service.cases.resolving import Findings, require_resolvable
from risk_service.cases.service import Asked, Considered, act_of, considered, keep
from risk_service.cases.states import CaseStatus, CaseStepKind
from risk_service.clearances.domain import FrozenStatement, StatementUnavailable
from risk_service.clearances.service import StatementFreezer
from risk_service.uow import Begin, RiskUnitOfWork


async def propose_resolution(uow: RiskUnitOfWork, actor: Actor, *, asked: Asked, findings: Findings) -> MonitoringCase:
    """Raises what `require_resolvable` and a step may raise."""
    found = await considered(uow, actor, PROPOSE_CASE, asked.case_id)
    case, setting = found.case, found.setting
    after, moved = advance(
        case,
        CaseStepKind.PROPOSE_RESOLUTION,
        act_of(uow, actor, setting, asked.note),
        log=found.log,
        visitors=(),
        clocks=setting.clocks,
        expected_version=asked.expected_version,
    )
    await _require_resolvable(uow, case, setting, findings=findings, statement=None)
    await keep(uow, after, moved)
    await uow.cases.put_findings(case.id, findings)
    return after


async def statement_for(
    begin: Begin, freezer: StatementFreezer, actor: Actor, *, asked: Asked
) -> FrozenStatement | None:
    """The statement frozen for a resolution, which is asked for without a transaction open; None for a case that is
    to be opened, or was decided before. Raises what a decision may raise, or StatementUnavailable.
    """
    async with begin(actor) as uow:
        found = await considered(uow, actor, DECIDE_CASE, asked.case_id)
        case, today = found.case, found.setting.today
        if case.status is not CaseStatus.RESOLUTION_CHECKED:
            return None
        await _approved(uow, actor, found, asked)
    try:
        return await freezer.freeze(
            household_id=case.household_id, as_of=today, decision_id=_decision_id(case.id, today)
        )
    except DependencyDown:
        raise StatementUnavailable(
            "The income statement could not be frozen just now; nothing was changed, try again."
        ) from None


async def approve_case(
    uow: RiskUnitOfWork, actor: Actor, *, asked: Asked, statement: FrozenStatement | None
) -> MonitoringCase:
    """Opens a case, or calls it resolved. Raises what a step, a category or a resolution may raise."""
    found = await considered(uow, actor, DECIDE_CASE, asked.case_id)
    case, setting = found.case, found.setting
    after, moved = await _approved(uow, actor, found, asked)
    if after.status is CaseStatus.RESOLVED:
        if statement is None:
            raise StatementUnavailable("The income statement was not frozen for this decision; try again.")
        findings = await uow.cases.findings(case.id)
        if findings is None:
            raise ExpensesNotSettled("Nothing was found out for this resolution.")
        await _require_resolvable(uow, case, setting, findings=findings, statement=statement)
        await uow.cases.put_statement(case.id, statement.id)
    elif after.category is None:
        household = await household_of(uow, case.household_id)
        category = require_category(
            registration_history=household.registration_history,
            income=await income_of(uow, case.household_id, setting.pack, today=setting.today),
            risk_confirmed=True,
            serious_difficulty=case.serious_difficulty,
        )
        after = replace(after, category=category)
        moved = replace(moved, case=after)
    await keep(uow, after, moved)
    return after


async def _approved(
    uow: RiskUnitOfWork, actor: Actor, found: Considered, asked: Asked
) -> tuple[MonitoringCase, CaseMoved]:
    case = found.case
    return advance(
        case,
        CaseStepKind.APPROVE,
        act_of(uow, actor, found.setting, asked.note),
        log=found.log,
        visitors=await uow.verification.visitors_of(case.household_id, since=case.clue_on),
        clocks=found.setting.clocks,
        expected_version=asked.expected_version,
    )


async def _require_resolvable(
    uow: RiskUnitOfWork,
    case: MonitoringCase,
    setting: Setting,
    *,
    findings: Findings,
    statement: FrozenStatement | None,
) -> None:
    require_resolvable(
        case,
        on=setting.today,
        findings=findings,
        now=await circumstances_of(uow, case, setting, statement=statement),
        measures=(await uow.cases.measures([case.id])).get(case.id, []),
        clocks=setting.clocks,
    )


def _decision_id(case_id: UUID, day: date) -> UUID:
    """A statement is frozen once per decision: tried again on the same day it is the same one."""
    return uuid5(case_id, day.isoformat())
