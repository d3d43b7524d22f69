"""What the rules are told: each use case that can raise a flag says here what happened, in its own transaction.

Whoever builds another such use case (a call list, a wage clock, a contract book) calls the function that fits and
learns nothing back.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from chassis.clock import civil_date
from chassis.errors import InvalidInput
from chassis.identity import Actor
from chassis.ids import new_id
from employment_service.follow_ups.domain import FollowUpAnswer
from employment_service.guarding import guarding
from employment_service.offers.domain import Offer
from employment_service.placements.domain import NOT_VOLUNTARY, Placement, PlacementState
from employment_service.safeguards.flags import domain
from employment_service.safeguards.flags.domain import ConsentLanguageDiffers, FlagCode, Trace
from employment_service.safeguards.flags.service import About, add_call_back, raise_flag
from employment_service.uow import Begin, EmploymentUnitOfWork
from employment_service.vacancies.words import spoken
from employment_service.workers.domain import Worker

TOLD_BY_WORKER = "WORKER"
TOLD_BY_CALL_LIST = "CALL_LIST"


async def after_terms_opened(uow: EmploymentUnitOfWork, offer: Offer, *, language: str | None) -> None:
    async with guarding(uow.connection):
        await uow.traces.open_reading(offer.id, offer.area_path, at=uow.now, language=language)


async def after_terms_closed(uow: EmploymentUnitOfWork, offer: Offer) -> None:
    async with guarding(uow.connection):
        await uow.traces.close_reading(offer.id, at=uow.now)


async def require_understood(uow: EmploymentUnitOfWork, offer: Offer, worker: Worker) -> None:
    """CF16. A language that terms cannot be shown in yet stands in nobody's way. Raises ConsentLanguageDiffers."""
    if offer.terms_shown_at is None:
        return
    async with guarding(uow.connection):
        readings = await uow.traces.readings_of(offer.id, since=offer.terms_shown_at)
    # An offer whose terms were opened before readings were kept has none: nothing speaks against it.
    if readings and not domain.speaks_as_wished(readings, spoken(worker.contact.language)):
        raise ConsentLanguageDiffers("Open the terms in the language you chose, then decide.", field="termsHash")


async def after_void_consent(begin: Begin, actor: Actor, offer_id: UUID) -> None:
    """CF16: told apart from the refused acceptance, which left nothing."""
    async with begin(actor) as uow:
        offer = await uow.offers.get(offer_id)
        if offer is not None:
            about = About(area_path=offer.area_path, vacancy_id=offer.vacancy_id, worker_id=offer.worker_id)
            await raise_flag(uow, FlagCode.CF16, about, key=f"offer {offer.id}")


async def after_acceptance(uow: EmploymentUnitOfWork, offer: Offer, placement: Placement, worker: Worker) -> None:
    """CF1, CF4 and CF6; and who is called back."""
    await _look_for_bulk(uow, placement, worker)
    await _look_for_haste(uow, offer, placement)
    await _look_for_aid(uow, placement, worker)
    policy = await uow.policy(placement.area_path)
    async with guarding(uow.connection):
        helped = await uow.witnesses.of_offer(offer.id)
    chance = uow.vault.number(str(placement.id), kind="call-back")
    if helped or domain.drawn(chance, percent=policy.call_back_share_percent):
        await add_call_back(uow, placement)


async def _look_for_bulk(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker) -> None:
    policy = await uow.policy(placement.area_path)
    session, today = uow.actor.session, civil_date(uow.now, await uow.zone_of(worker.area_path))
    tokens = [uow.traces.session_token(session, day) for day in (today, today - timedelta(days=1))] if session else []
    newest = Trace(
        placement_id=placement.id,
        vacancy_id=placement.vacancy_id,
        area_path=placement.area_path,
        accepted_at=uow.now,
        session=tokens[0] if tokens else None,
    )
    hours = max(policy.bulk_village_hours, policy.bulk_session_minutes / 60)
    async with guarding(uow.connection):
        if tokens:
            await uow.traces.wait_for_session(tokens[0])
        await uow.traces.add(newest)
        traces = await uow.traces.beside(newest, tokens, since=uow.now - timedelta(hours=hours))
        let_go = await uow.flags.lifted(FlagCode.CF1, [trace.placement_id for trace in traces])
    village = domain.bulk_in_village(traces, newest, policy)
    together = domain.bulk_in_session(traces, newest, frozenset(tokens), policy)
    about = About(area_path=placement.area_path, vacancy_id=placement.vacancy_id, employer_id=placement.employer_id)
    for found, key in (
        (village, f"village {placement.area_path} vacancy {placement.vacancy_id}"),
        (together, f"session {tokens[0].hex()}" if tokens else ""),
    ):
        if found:
            hold = [(one.placement_id, one.area_path) for one in found if one.placement_id not in let_go]
            await raise_flag(uow, FlagCode.CF1, about, key=key, figure=len(found), hold=hold)


async def _look_for_haste(uow: EmploymentUnitOfWork, offer: Offer, placement: Placement) -> None:
    if offer.terms_shown_at is None:
        return
    policy = await uow.policy(placement.area_path)
    async with guarding(uow.connection):
        readings = await uow.traces.readings_of(offer.id, since=offer.terms_shown_at)
    seconds = domain.reading_seconds(readings, until=uow.now)
    if readings and seconds < policy.least_reading_seconds:
        await raise_flag(uow, FlagCode.CF4, About.of(placement), key=f"placement {placement.id}", figure=int(seconds))


async def _look_for_aid(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker) -> None:
    policy = await uow.policy(placement.area_path)
    async with guarding(uow.connection):
        entered = await uow.benefit_reviews.entered_since(
            worker.household_id, uow.now - timedelta(days=policy.aid_link_days)
        )
    if entered:
        hold = [(placement.id, placement.area_path)]
        await raise_flag(uow, FlagCode.CF6, About.of(placement), key=f"placement {placement.id}", hold=hold)


async def after_job_contact(uow: EmploymentUnitOfWork, worker: Worker, *, happened_on: date, told_by: str) -> None:
    """CF5: a contact about work that the worker had not asked for, told by them or seen in our own call list."""
    today = await uow.today(worker.area_path)
    policy = await uow.policy(worker.area_path)
    if not today - timedelta(days=policy.repeat_contact_days) < happened_on <= today:
        raise InvalidInput("A contact lies in the past, and not long ago.", field="happenedOn")
    async with guarding(uow.connection):
        await uow.traces.add_contact(new_id(), worker.id, worker.area_path, happened_on=happened_on, told_by=told_by)
        days = await uow.traces.contact_days(worker.id)
    if domain.repeated_contact(days, today=today, policy=policy):
        about = About(area_path=worker.area_path, worker_id=worker.id)
        await raise_flag(uow, FlagCode.CF5, about, key=f"worker {worker.id}", figure=len(days))


async def after_follow_up(uow: EmploymentUnitOfWork, placement: Placement, answer: FollowUpAnswer) -> None:
    """CF8, CF9, CF11, CF12 and CF13, by the worker's own word."""
    told = (
        (FlagCode.CF8, not answer.documents_with_me),
        (FlagCode.CF9, answer.paid_a_fee),
        (FlagCode.CF11, not answer.free_to_leave),
        (FlagCode.CF12, not answer.wages_on_time),
    )
    for code, happened in told:
        if happened:
            cents = answer.fee_cents if code is FlagCode.CF9 else None
            await raise_flag(uow, code, About.of(placement), key=f"placement {placement.id}", cents=cents)
    if answer.weekly_hours is not None:
        today = await uow.today(placement.area_path)
        monday = today - timedelta(days=today.weekday() + 7)
        await after_hours_told(uow, placement, monday=monday, hours=answer.weekly_hours)


async def after_terms_differ(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    """CF10: the written contract or the wage paid is not what was accepted."""
    await raise_flag(uow, FlagCode.CF10, About.of(placement), key=f"placement {placement.id}")


async def after_wages_late(uow: EmploymentUnitOfWork, placement: Placement, *, days_late: int) -> None:
    """CF12: for the wage clock. Up to `wages_yellow_days` nothing is raised; the figure is the days."""
    policy = await uow.policy(placement.area_path)
    if days_late > policy.wages_yellow_days:
        key = f"placement {placement.id}"
        await raise_flag(uow, FlagCode.CF12, About.of(placement), key=key, figure=days_late)


async def after_hours_told(uow: EmploymentUnitOfWork, placement: Placement, *, monday: date, hours: int) -> None:
    """CF13."""
    if monday.weekday() != 0:
        raise InvalidInput("A week is named by its Monday.", field="monday")
    if not 0 <= hours <= 7 * 24:
        raise InvalidInput("A week has 0 to 168 hours.", field="hours")
    if monday > await uow.today(placement.area_path):
        raise InvalidInput("This week lies ahead.", field="monday")
    policy = await uow.policy(placement.area_path)
    async with guarding(uow.connection):
        await uow.traces.put_hours(placement.id, placement.area_path, monday=monday, hours=hours)
        told = await uow.traces.hours_of(placement.id)
    if domain.too_long_weeks(told, policy):
        about = About.of(placement)
        await raise_flag(uow, FlagCode.CF13, about, key=f"employer {placement.employer_id}", figure=hours)


async def after_end(uow: EmploymentUnitOfWork, placement: Placement, how: PlacementState) -> None:
    """Retaliation: the employer ends work while a grievance is watched over."""
    if how not in NOT_VOLUNTARY:
        return
    async with guarding(uow.connection):
        watched = await uow.grievances.watched(worker_id=placement.worker_id, at=uow.now)
    if watched:
        await raise_flag(uow, FlagCode.RETALIATION, About.of(placement), key=f"placement {placement.id}")


async def own_noes(uow: EmploymentUnitOfWork, worker_ids: list[UUID], *, since: date) -> bool:
    """CF7: whether somebody said no or left since that day. Inside `guarding`, or for timers and events only."""
    for worker_id in worker_ids:
        if any(silence.declined_on >= since for silence in await uow.offers.silences_of(worker_id)):
            return True
    return await uow.traces.left_since(worker_ids, since)
