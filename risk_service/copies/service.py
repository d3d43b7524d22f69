"""Keeping the copies: what changes here when the households service says that something changed there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from risk_service.copies.domain import AreaCopy, BasisCopy, HouseholdCopy, OfficerCopy
from risk_service.notifications.service import tell_newly_paired
from risk_service.policy.factors import RiskFactor
from risk_service.signals.facts.service import take_in
from risk_service.signals.facts.weighing import BY_PLACE, BY_SITUATION
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.service import follow_household, take_over


async def keep_area(uow: RiskUnitOfWork, area: AreaCopy) -> None:
    await uow.copies.put_area(area)


async def keep_officer(uow: RiskUnitOfWork, officer: OfficerCopy) -> None:
    """A new specialist takes what waits; what one leaves behind finds another."""
    await uow.copies.put_officer(officer)
    await take_over(uow, officer)


async def keep_household(uow: RiskUnitOfWork, household: HouseholdCopy) -> None:
    """Written with the others of its transaction: see `settle`."""
    uow.arrivals.household(household)


async def keep_statement(uow: RiskUnitOfWork, household_id: UUID, area_path: str, bases: Sequence[BasisCopy]) -> None:
    """Written with the others of its transaction: see `settle`."""
    uow.arrivals.statement(household_id, area_path, bases)


async def drop_household(uow: RiskUnitOfWork, household_id: UUID) -> None:
    """It left the registry: the copy and the likelihood go, what people decided about it stays."""
    await take_arrivals(uow)
    await uow.copies.remove_household(household_id)
    await uow.assessments.remove(household_id)
    await uow.watch.remove(household_id)


async def settle(uow: RiskUnitOfWork) -> None:
    """Before the commit: writes and weighs what came, then asks for new likelihoods. Warnings wait for none of them,
    and no household's place in that queue is held while others are still written.
    """
    await take_arrivals(uow)
    await uow.assessments.ask_for(uow.arrivals.take_likelihoods(), at=uow.now)


async def take_arrivals(uow: RiskUnitOfWork) -> None:
    """Writes what came and weighs what was told; also before a handler reads."""
    if not uow.arrivals:
        return
    households, statements = uow.arrivals.take()
    known = await uow.copies.households([household.id for household in households]) if households else {}
    changed = [household for household in households if known.get(household.id) != household]
    await uow.copies.put_households(changed, known)
    for household in changed:
        before = known.get(household.id)
        if before is not None and before.area_path != household.area_path:
            await follow(uow, household)
    await tell_newly_paired(uow, _newly_paired(changed, known))
    await uow.copies.put_statements(statements)
    touched = {household.id for household in changed} | {statement.household_id for statement in statements}
    signals = uow.arrivals.take_signals()
    facts = uow.arrivals.take_facts()
    touched |= {signal.household_id for signal in signals} | {fact.household_id for told in facts for fact in told}
    uow.arrivals.likelihood(*touched)
    await take_in(uow, signals, facts, again=_to_weigh_again(changed, known))


def _to_weigh_again(
    changed: Sequence[HouseholdCopy], known: Mapping[UUID, HouseholdCopy]
) -> dict[UUID, Collection[RiskFactor]]:
    """Whose members or place are others than before."""
    found: dict[UUID, Collection[RiskFactor]] = {}
    for one in changed:
        before = known.get(one.id)
        if before is not None and before.area_path != one.area_path:
            found[one.id] = BY_PLACE
        elif before is not None and before.members != one.members:
            found[one.id] = BY_SITUATION
    return found


def _newly_paired(
    changed: Sequence[HouseholdCopy], known: Mapping[UUID, HouseholdCopy]
) -> dict[UUID, tuple[UUID, ...]]:
    """The officers who came, by household; of a household that was not known, all."""
    found: dict[UUID, tuple[UUID, ...]] = {}
    for household in changed:
        before = known[household.id].support_officer_ids if household.id in known else ()
        fresh = tuple(one for one in household.support_officer_ids if one not in before)
        if fresh:
            found[household.id] = fresh
    return found


async def follow(uow: RiskUnitOfWork, household: HouseholdCopy) -> None:
    """The household moved: what is known of it moves along, its open tasks to whoever is in charge there."""
    for records in (
        uow.copies,
        uow.signals,
        uow.facts,
        uow.alerts,
        uow.verification,
        uow.clearances,
        uow.cases,
        uow.notifications,
        uow.assessments,
        uow.offers,
        uow.effects,
        uow.watch,
    ):
        await records.move(household.id, household.area_path)
    await follow_household(uow, household.id)
