"""Out again: leaving at once, going home, another post; and the worker's power to take every step back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from employment_service.follow_ups.planning import reopen
from employment_service.offers.resuming import ask_anew_where_terms_changed, resume_acceptance
from employment_service.placements.access import changeable
from employment_service.placements.care import plan_stability
from employment_service.placements.domain import (
    AT_WORK,
    BEFORE_ARRIVAL,
    CURRENT,
    NOT_VOLUNTARY,
    Placement,
    PlacementState,
    StepNotPossible,
)
from employment_service.placements.ending import end, tell, want_trip_home
from employment_service.placements.reasons import StepReason
from employment_service.placements.reversal import OWN_ENDINGS, taken_back, transfer_undone, wage_taken_back
from employment_service.placements.service import step, tell_step
from employment_service.trips.domain import Direction, TripState
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import VacancyChanged
from employment_service.vacancies.places import with_place_taken_again
from employment_service.wages.clock import look_at_wages
from employment_service.workers.domain import Worker

P = PlacementState
ENDED = frozenset({P.RESIGNED, P.ENDED, P.EMPLOYER_TERMINATED})


async def resign(
    uow: EmploymentUnitOfWork,
    *,
    placement_id: UUID,
    return_trip: bool,
    reason: StepReason = StepReason.NOT_SAID,
    expected_version: int | None = None,
) -> Placement:
    """At once, from every state, without approval. A reason is never asked for. No version is asked for: a change by
    others must not delay it.
    """
    placement, worker = await changeable(uow, "resign", placement_id, expected_version)
    if placement.state is P.RESIGNED:
        return await _wants_trip(uow, placement) if return_trip else placement
    today = await uow.today(worker.area_path)
    return await end(uow, placement, worker, P.RESIGNED, on=today, reason=reason, return_trip=return_trip)


async def ask_for_return_trip(uow: EmploymentUnitOfWork, *, placement_id: UUID) -> Placement:
    """The funded trip home, after every kind of end: that somebody goes home does not say why."""
    placement, _ = await changeable(uow, "resign", placement_id, None)
    if placement.state not in ENDED:
        raise StepNotPossible("The trip home is for after the work.")
    return await _wants_trip(uow, placement)


async def _wants_trip(uow: EmploymentUnitOfWork, placement: Placement) -> Placement:
    """A second tap changes nothing."""
    if placement.return_trip_wanted:
        return placement
    changed = replace(placement, return_trip_wanted=True, version=placement.version + 1)
    await uow.placements.save(changed)
    await want_trip_home(uow, changed)
    return changed


async def ask_for_another_post(uow: EmploymentUnitOfWork, *, placement_id: UUID) -> Placement:
    """Work elsewhere, with a new offer and a new decision. Nothing ends before the other work has begun."""
    placement, worker = await changeable(uow, "resign", placement_id, None)
    if placement.state not in CURRENT:
        raise StepNotPossible("This placement has ended. Ask for work nearby instead.")
    asking = replace(worker, seeking=True, asked_nearby_at=uow.now, version=worker.version + 1)
    await uow.workers.save(asking)
    await uow.offers.end_quiet(worker.id)
    await uow.calls.search_anew(worker.id)
    if placement.another_post_asked_at is not None:
        return placement
    changed = replace(placement, another_post_asked_at=uow.now, version=placement.version + 1)
    await uow.placements.save(changed)
    return changed


async def confirm_return(uow: EmploymentUnitOfWork, *, placement_id: UUID, expected_version: int) -> Placement:
    placement, worker = await changeable(uow, "resign", placement_id, expected_version)
    home = await step(uow, placement, worker, P.RETURNED, on=None, reason=StepReason.SAID_BY_WORKER)
    await uow.trips.settle(placement.id, Direction.HOME, TripState.DONE)
    return home


async def end_placement(
    uow: EmploymentUnitOfWork,
    *,
    placement_id: UUID,
    how: PlacementState,
    on: date | None,
    expected_version: int,
    reason: StepReason = StepReason.NOT_SAID,
) -> Placement:
    """By the employer: the contract ran out (ENDED) or was ended (EMPLOYER_TERMINATED)."""
    placement, worker = await changeable(uow, "endPlacement", placement_id, expected_version)
    if how not in NOT_VOLUNTARY:
        raise StepNotPossible("An employer can only record that work ended or that they ended it.")
    return await end(uow, placement, worker, how, on=on or await uow.today(worker.area_path), reason=reason)


async def take_back_step(uow: EmploymentUnitOfWork, *, placement_id: UUID, expected_version: int) -> Placement:
    """Every step after the offer can be reversed by the worker, whoever recorded it."""
    placement, worker = await changeable(uow, "takeBackStep", placement_id, expected_version, with_others=True)
    policy, today = await uow.policy(worker.area_path), await uow.today(worker.area_path)
    changed = taken_back(placement, today=today, at=uow.now, by=uow.actor.subject, regret_days=policy.regret_days)
    if changed.state in CURRENT and placement.state not in CURRENT:
        return await _goes_on(uow, placement, changed, worker)
    if placement.state is P.STARTED:
        return await _not_started(uow, placement, changed, worker)
    await uow.placements.save(changed)
    if placement.state is P.TRAVEL_BOOKED:
        await uow.trips.settle(placement.id, Direction.OUT, TripState.CANCELLED)
    elif changed.state is P.TRAVEL_BOOKED:
        await uow.trips.reopen(placement.id, Direction.OUT)
    elif placement.state is P.RETURNED:
        await uow.trips.reopen(placement.id, Direction.HOME)
    await tell_step(uow, placement, changed, worker)
    return changed


async def take_back_wage(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, month: date, expected_version: int
) -> Placement:
    """Confirmed in error or under pressure: the wage has not come, and its clock runs again."""
    placement, worker = await changeable(uow, "confirmWage", placement_id, expected_version)
    policy, today = await uow.policy(worker.area_path), await uow.today(worker.area_path)
    changed = wage_taken_back(
        placement, month, today=today, at=uow.now, by=uow.actor.subject, months=policy.stable_months
    )
    await uow.placements.unconfirm_wage(placement.id, month)
    await uow.placements.save(changed)
    await tell_step(uow, placement, changed, worker)
    await look_at_wages(uow, changed)
    return changed


async def _goes_on(uow: EmploymentUnitOfWork, ended: Placement, changed: Placement, worker: Worker) -> Placement:
    """The end did not happen. Who left by their own choice needs a place that is still free; whoever was said to have
    been let go does not: nobody loses a place by a false record.
    """
    before = await uow.placements.current_of_worker(worker.id)
    if changed.state not in BEFORE_ARRIVAL and any(each.state in AT_WORK for each in before):
        raise StepNotPossible("You have started elsewhere. Take that start back first.")
    own = ended.state in OWN_ENDINGS
    vacancy = await uow.vacancies.locked(ended.vacancy_id)
    if vacancy is not None:
        vacancy = with_place_taken_again(vacancy, only_if_free=own)
        await uow.vacancies.save_places(vacancy)
        uow.emit(VacancyChanged(vacancy=vacancy))
    await uow.placements.save(changed)
    await uow.trips.settle(changed.id, Direction.HOME, TripState.CANCELLED)
    if own:
        await resume_acceptance(uow, changed)
    if changed.state is P.TRAVEL_BOOKED:
        await uow.trips.reopen(changed.id, Direction.OUT)
    if changed.state in AT_WORK:
        await _work_goes_on(uow, changed, worker)
    await tell(uow, worker, before=before, after=[changed, *before], today=await uow.today(worker.area_path))
    if changed.state in BEFORE_ARRIVAL and vacancy is not None:
        return await ask_anew_where_terms_changed(uow, vacancy, changed)
    return changed


async def _work_goes_on(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker) -> None:
    """What stopped with the end runs again: follow-ups, the day of steadiness, and the clock of wages."""
    await reopen(uow, placement, worker)
    await plan_stability(uow, placement)
    await look_at_wages(uow, placement)


async def _not_started(uow: EmploymentUnitOfWork, started: Placement, changed: Placement, worker: Worker) -> Placement:
    """What the start brought with it goes; every post that it ended goes on."""
    before = await uow.placements.current_of_worker(worker.id)
    changed = replace(changed, follows_id=None, worked_since=None)
    await uow.placements.save(changed)
    await uow.follow_ups.drop_unanswered(started.id)
    await uow.trips.owe_no_more(started.id)
    await look_at_wages(uow, changed)
    after = [changed, *(each for each in before if each.id != changed.id)]
    recorded_at = started.standing_log()[-1].recorded_at
    for earlier in await uow.placements.of_worker(worker.id):
        if earlier.state is not P.TRANSFERRED or earlier.log[-1].recorded_at != recorded_at:
            continue
        again = transfer_undone(earlier, at=uow.now, by=uow.actor.subject)
        vacancy = await uow.vacancies.locked(earlier.vacancy_id)
        if vacancy is not None:
            vacancy = with_place_taken_again(vacancy, only_if_free=False)
            await uow.vacancies.save_places(vacancy)
            uow.emit(VacancyChanged(vacancy=vacancy))
        await uow.placements.save(again)
        if again.state in AT_WORK:
            await _work_goes_on(uow, again, worker)
        after.append(again)
    await tell(uow, worker, before=before, after=after, today=await uow.today(worker.area_path))
    return changed
