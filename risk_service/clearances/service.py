"""Clearing an alert: a second person decides, on figures that are frozen for the decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from uuid import UUID

from chassis.clock import civil_date
from chassis.errors import DependencyDown
from chassis.identity import Actor
from chassis.ids import new_id
from risk_service.access import CLEAR_ALERT, policy
from risk_service.alerts.domain import (
    Alert,
    change_of,
    clear,
    require_clearable,
)
from risk_service.alerts.refusals import AlertNotFound
from risk_service.alerts.service import renew_priorities
from risk_service.clearances.domain import (
    Clearance,
    FrozenStatement,
    StatementFrozenForOtherDay,
    StatementUnavailable,
    dates_after,
    require_as_of,
    require_grounds,
    require_income,
    weigh_income,
)
from risk_service.copies.reach import zone_of
from risk_service.notifications.domain import NotificationKind
from risk_service.notifications.service import tell_household, tell_support_officers
from risk_service.policy.domain import IncomeBasis, PolicyPack
from risk_service.policy.service import in_force
from risk_service.signals.domain import sums_to_clear
from risk_service.signals.facts.clearing import clear_facts
from risk_service.uow import Begin, RiskUnitOfWork


class StatementFreezer(Protocol):
    """The households service, as far as a clearing needs it."""

    async def freeze(self, *, household_id: UUID, as_of: date, decision_id: UUID) -> FrozenStatement:
        """The statement frozen for a decision; the same one when asked again. Raises DependencyDown."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the decider says. `as_of` None: today where the household lives."""

    alert_id: UUID
    reason: str
    how_bill_was_paid: str
    basis: IncomeBasis | None
    as_of: date | None
    expected_version: int


async def clear_alert(begin: Begin, freezer: StatementFreezer, actor: Actor, *, decision: Decision) -> Alert:
    """Everything is checked, the statement frozen without a transaction open, and
    everything checked again before the one commit.

    Raises Forbidden, SecondPersonRequired, VerificationRequired, AlertChanged, the refusals of the grounds,
    IncomeTestNotMet, or StatementUnavailable when the households service is away; then nothing is stored.
    """
    async with begin(actor) as uow:
        alert, _, as_of = await _considered(uow, actor, decision)
    try:
        statement = await freezer.freeze(household_id=alert.household_id, as_of=as_of, decision_id=alert.id)
    except DependencyDown:
        raise StatementUnavailable(
            "The income statement could not be frozen just now; nothing was changed, try again."
        ) from None
    if statement.as_of != as_of:
        raise StatementFrozenForOtherDay(
            f"The statement of {statement.as_of} was frozen for this alert; decide on that day.", field="asOf"
        )
    async with begin(actor) as uow:
        alert, pack, _ = await _considered(uow, actor, decision)
        return await _decide(uow, actor=actor, alert=alert, pack=pack, decision=decision, statement=statement)


async def _considered(uow: RiskUnitOfWork, actor: Actor, decision: Decision) -> tuple[Alert, PolicyPack, date]:
    """The alert, locked, if this caller may clear it now; the pack in force and the day of the statement."""
    scope = policy.require(actor, CLEAR_ALERT)
    alert = await uow.alerts.get(decision.alert_id, lock=True)
    if alert is None:
        raise AlertNotFound("There is no such alert.", field="alertId")
    scope.require(area_path=alert.area_path)
    visits = (await uow.verification.visits_by_alert([alert.id])).get(alert.id, [])
    require_clearable(
        alert,
        clearer_subject=actor.subject,
        visitor_subjects=frozenset(visit.visitor_subject for visit in visits),
        expected_version=decision.expected_version,
    )
    today = civil_date(uow.now, await zone_of(uow, alert.area_path))
    pack = await in_force(uow, area_path=alert.area_path, day=today)
    require_grounds(
        # Where no bill is, nobody says how it was paid.
        pack.clearing if alert.thresholds is not None else replace(pack.clearing, note_on_bill_required=False),
        reason=decision.reason,
        how_bill_was_paid=decision.how_bill_was_paid,
        basis=decision.basis,
    )
    as_of = decision.as_of or today
    require_as_of(as_of, raised_on=alert.raised_on, today=today)
    return alert, pack, as_of


async def _decide(
    uow: RiskUnitOfWork,
    *,
    actor: Actor,
    alert: Alert,
    pack: PolicyPack,
    decision: Decision,
    statement: FrozenStatement,
) -> Alert:
    result = weigh_income(statement, pack.clearing, line=pack.line_on(statement.as_of))
    if alert.thresholds is not None:
        require_income(result, pack.clearing, level_now=alert.thresholds.level_of(alert.amount))
    today = civil_date(uow.now, await zone_of(uow, alert.area_path))
    watch_until, contestable_until = dates_after(pack.clearing, decided_on=today)
    done, cleared = clear(alert, at=uow.now, statement_id=statement.id, watch_until=watch_until)
    await uow.alerts.put(done)
    change = change_of(cleared, number=done.version, at=uow.now)
    await uow.alerts.add_change(change, area_path=done.area_path)
    await uow.feed.add_all([(done, change.kind)], at=uow.now)
    signals = await uow.signals.current(alert.household_id, alert.factor)
    sums = sums_to_clear(signals, year=pack.cost_year(alert.factor, today))
    await uow.signals.put_cleared(alert.household_id, alert.factor, alert.area_path, sums)
    await clear_facts(uow, alert)
    await uow.clearances.add(
        Clearance(
            id=new_id(),
            alert_id=alert.id,
            household_id=alert.household_id,
            area_path=alert.area_path,
            decided_by=actor.subject,
            decided_at=uow.now,
            reason=decision.reason.strip(),
            how_bill_was_paid=decision.how_bill_was_paid.strip(),
            statement=statement,
            received=statement.figures(IncomeBasis.RECEIVED_12M),
            run_rate=statement.figures(IncomeBasis.RUN_RATE_12M),
            test=result,
            watch_until=watch_until,
            contestable_until=contestable_until,
        )
    )
    uow.emit(cleared)
    uow.arrivals.likelihood(alert.household_id)
    await renew_priorities(uow, alert.household_id)
    await tell_household(uow, done, NotificationKind.ALERT_CLEARED)
    await tell_support_officers(uow, done, NotificationKind.ALERT_CLEARED)
    await uow.audit(action="ALERT_CLEARED", subject_id=str(alert.id), purpose="CLEARING")
    return done
