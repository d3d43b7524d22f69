"""The steps of a placement, each by whom it concerns, and the worker's power to undo and to leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.errors import Conflict, Forbidden
from employment_service.access import POLICY
from employment_service.placements import domain
from employment_service.placements.care import begin_follow_ups, plan_stability
from employment_service.placements.domain import (
    NOT_VOLUNTARY,
    Placement,
    PlacementNotFound,
    PlacementState,
    StepNotPossible,
    stepped,
)
from employment_service.placements.ending import end
from employment_service.placements.reading import covers
from employment_service.placements.sharing import change_of
from employment_service.safeguards.flags.service import require_not_held
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import VacancyChanged
from employment_service.workers.domain import Worker, WorkerNotFound

P = PlacementState


class ContractDiffers(Conflict):
    """The written contract says something else than the worker agreed to."""

    code = "CONTRACT_DIFFERS_FROM_TERMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the signed paper says; the paper itself stays with the worker."""

    monthly_wage_cents: int
    contract_months: int
    starts_on: date


async def record_contract(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, contract: Contract, expected_version: int
) -> Placement:
    """The employer confirms by a contract that says what the worker accepted, to the cent and the day."""
    placement, worker = await _for(uow, "recordContract", placement_id, expected_version)
    accepted = await uow.vacancies.terms_version(placement.vacancy_id, placement.terms_version)
    if accepted is None:
        raise PlacementNotFound("The terms of this placement are not known.")
    for field, written, agreed in (
        ("monthlyWage", contract.monthly_wage_cents, accepted.terms.monthly_wage_cents),
        ("contractMonths", contract.contract_months, accepted.terms.contract_months),
        ("startsOn", contract.starts_on, accepted.terms.starts_on),
    ):
        if written != agreed:
            raise ContractDiffers(
                "The contract is not what the worker accepted. Revise the terms; the worker then decides anew.",
                field=field,
            )
    changed = await _step(uow, placement, worker, P.CONTRACTED, on=None)
    vacancy = await uow.vacancies.get(placement.vacancy_id)
    if vacancy is not None:
        uow.emit(VacancyChanged(vacancy=vacancy))
    return changed


async def book_travel(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, on: date | None, expected_version: int
) -> Placement:
    placement, worker = await _for(uow, "bookTravel", placement_id, expected_version)
    return await _step(uow, placement, worker, P.TRAVEL_BOOKED, on=on)


async def confirm_arrival(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, on: date | None, expected_version: int
) -> Placement:
    placement, worker = await _for(uow, "confirmArrival", placement_id, expected_version)
    return await _step(uow, placement, worker, P.ARRIVED, on=on)


async def confirm_start(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, on: date | None, expected_version: int
) -> Placement:
    """Work has begun: follow-ups are planned, and an earlier job ends as a transfer."""
    placement, worker = await _for(uow, "confirmStart", placement_id, expected_version)
    started = await _step(uow, placement, worker, P.STARTED, on=on)
    for other in await uow.placements.current_of_worker(worker.id):
        if other.id != started.id and other.day_of(P.ARRIVED) is not None:
            await end(uow, other, worker, P.TRANSFERRED, on=max(started.since, other.since))
    await begin_follow_ups(uow, started, worker)
    await plan_stability(uow, started)
    return started


async def confirm_wage(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, month: date, cents: int | None, expected_version: int
) -> Placement:
    """The third month's wage makes the placement stable, once three months have passed since the start."""
    placement, worker = await _for(uow, "confirmWage", placement_id, expected_version)
    today = await uow.today(worker.area_path)
    changed = domain.wage_confirmed(placement, month, cents=cents, today=today, at=uow.now)
    return await settle(uow, placement, changed, worker)


async def settle(uow: EmploymentUnitOfWork, placement: Placement, changed: Placement, worker: Worker) -> Placement:
    """Saves `changed`, as STABLE if it is; `placement` is what the database holds."""
    policy, today = await uow.policy(worker.area_path), await uow.today(worker.area_path)
    steady = domain.settled(changed, today=today, at=uow.now, by=uow.actor.subject, months=policy.stable_months)
    if steady is placement:
        return placement
    if changed is not placement:
        await uow.placements.save(changed)
    if steady is not changed:
        await uow.placements.save(steady)
        await _tell(uow, placement, steady, worker)
    return steady


async def take_back_step(uow: EmploymentUnitOfWork, *, placement_id: UUID, expected_version: int) -> Placement:
    """Every step after the offer can be reversed by the worker, whoever recorded it."""
    placement, worker = await _for(uow, "takeBackStep", placement_id, expected_version)
    changed = domain.taken_back(placement, at=uow.now, by=uow.actor.subject)
    await uow.placements.save(changed)
    if placement.state is P.STARTED:
        await uow.follow_ups.drop_unanswered(placement.id)
    await _tell(uow, placement, changed, worker)
    return changed


async def resign(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, return_trip: bool, expected_version: int | None = None
) -> Placement:
    """At once, from every state, without approval or reason. No version is asked for: a change by others must not
    delay it.
    """
    placement, worker = await _for(uow, "resign", placement_id, expected_version)
    if placement.state is P.RESIGNED:
        return await _resigned_before(uow, placement, return_trip=return_trip)
    today = await uow.today(worker.area_path)
    return await end(uow, placement, worker, P.RESIGNED, on=today, return_trip=return_trip)


async def _resigned_before(uow: EmploymentUnitOfWork, placement: Placement, *, return_trip: bool) -> Placement:
    """A second tap changes nothing, but may still ask for the trip home."""
    if placement.return_trip_wanted or not return_trip:
        return placement
    changed = replace(placement, return_trip_wanted=True, version=placement.version + 1)
    await uow.placements.save(changed)
    return changed


async def confirm_return(uow: EmploymentUnitOfWork, *, placement_id: UUID, expected_version: int) -> Placement:
    placement, worker = await _for(uow, "resign", placement_id, expected_version)
    return await _step(uow, placement, worker, P.RETURNED, on=None)


async def end_placement(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, how: PlacementState, on: date | None, expected_version: int
) -> Placement:
    """By the employer: the contract ran out (ENDED) or was ended (EMPLOYER_TERMINATED)."""
    placement, worker = await _for(uow, "endPlacement", placement_id, expected_version)
    if how not in NOT_VOLUNTARY:
        raise StepNotPossible("An employer can only record that work ended or that they ended it.")
    return await end(uow, placement, worker, how, on=on or await uow.today(worker.area_path))


async def _for(
    uow: EmploymentUnitOfWork, action: str, placement_id: UUID, expected_version: int | None
) -> tuple[Placement, Worker]:
    """The placement, locked behind its vacancy's counters, if the caller may do this to it."""
    scope = POLICY.require(uow.actor, action)
    placement = await uow.placements.get(placement_id)
    if placement is None:
        raise PlacementNotFound("There is no such placement.", field="placementId")
    worker = await _worker(uow, placement)
    if not covers(scope, placement, worker):
        raise Forbidden("This placement is not yours to change.")
    await uow.vacancies.locked(placement.vacancy_id)
    locked = await uow.placements.get(placement_id, lock=True)
    if locked is None or (expected_version is not None and locked.version != expected_version):
        raise Conflict("The placement was changed meanwhile. Read it again.", field="expectedVersion")
    return locked, worker


async def _step(
    uow: EmploymentUnitOfWork, placement: Placement, worker: Worker, to: PlacementState, *, on: date | None
) -> Placement:
    if to in domain.STOPPED_BY_HOLD:
        await require_not_held(uow, placement.id)
    today = await uow.today(worker.area_path)
    changed = stepped(placement, to, on=on or today, today=today, at=uow.now, by=uow.actor.subject)
    await uow.placements.save(changed)
    await _tell(uow, placement, changed, worker)
    return changed


async def _tell(uow: EmploymentUnitOfWork, before: Placement, after: Placement, worker: Worker) -> None:
    others = [each for each in await uow.placements.current_of_worker(worker.id) if each.id != after.id]
    told = change_of(worker, before=[before, *others], after=[after, *others], today=await uow.today(worker.area_path))
    if told is not None:
        uow.emit(told)


async def _worker(uow: EmploymentUnitOfWork, placement: Placement) -> Worker:
    worker = await uow.workers.get(placement.worker_id)
    if worker is None:
        raise WorkerNotFound("There is no such worker.")
    return worker
