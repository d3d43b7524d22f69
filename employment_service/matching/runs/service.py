"""Asking for runs, making them as a job, following them up after an event, and reading them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from chassis.access import Scope
from chassis.graph import PageRequest, decode_cursor
from chassis.idempotency import once
from chassis.ids import new_id
from chassis.jobs import JobRecord, find_job
from employment_service.access import POLICY
from employment_service.matching.gathering import board_in, match_workers
from employment_service.matching.repository import NO_PLACES
from employment_service.matching.runs.domain import (
    Cause,
    MatchingRun,
    MatchingRunNotFound,
    NobodyToMatch,
    PlacePrice,
    Proposal,
    Rule,
)
from employment_service.matching.runs.gathered import Gathered
from employment_service.matching.runs.repository import ProposalFilter
from employment_service.safeguards.domain import require_active
from employment_service.uow import EmploymentUnitOfWork

JOB = "matching-run"
STEPS = 5
"""Gathered, paired and assigned, told, audited, written."""


async def start_run(
    uow: EmploymentUnitOfWork,
    *,
    area_path: str,
    follows: UUID | None,
    idempotency_key: str,
    rule: Rule = Rule.BY_SURPLUS,
) -> JobRecord:
    """As a job, under active safeguards. Raises MatchingRunNotFound where the run to follow is another area's."""
    scope = POLICY.require(uow.actor, "startMatchingRun")
    scope.require(area_path=area_path)
    await uow.require_area(area_path, field="area")

    async def start() -> UUID:
        require_active(await uow.safeguards.at_or_above(area_path), on=await uow.today(area_path))
        payload: dict[str, object] = {"run_id": str(new_id()), "rule": rule}
        if follows is not None:
            before = await uow.runs.one(follows)
            if before is None or before.area_path != area_path:
                raise MatchingRunNotFound("There is no such run of this area.", field="follows")
            payload |= {"follows": str(follows), "cause": Cause.ASKED}
        job_id = await uow.enqueue_job(JOB, payload, area_path=area_path)
        await uow.audit(action="startMatchingRun", subject_id=area_path, purpose="MATCHING")
        return job_id

    request = f"{area_path} {follows} {rule}".encode()
    job_id = await once(uow, "startMatchingRun", idempotency_key, request, start)
    found = await find_job(uow.connection, job_id)
    if found is None:
        raise MatchingRunNotFound("This job is past and deleted.")
    return found


async def follow_up(
    uow: EmploymentUnitOfWork,
    cause: Cause,
    *,
    vacancy_id: UUID | None = None,
    worker_ids: Collection[UUID] = (),
    office: str | None = None,
) -> None:
    """After an event: the last run of each area that it touches is followed by another. One for all that come first.

    `office`: of new work, which everybody in areas above and below it may want, whom no run proposes it to yet.
    """
    if office is None:
        touched = await uow.runs.newest_proposing(vacancy_id=vacancy_id, worker_ids=worker_ids)
    else:
        touched = await uow.runs.newest_around(office)
    for run_id in sorted(touched):
        run = await uow.runs.one(run_id)
        if run is not None and not await uow.runs.is_following(JOB, run_id):
            payload: dict[str, object] = {
                "run_id": str(new_id()),
                "follows": str(run_id),
                "cause": cause,
                "rule": run.totals.rule,
            }
            await uow.enqueue_job(JOB, payload, area_path=run.area_path)


async def gather(
    uow: EmploymentUnitOfWork, area_path: str, *, follows: UUID | None, rule: Rule = Rule.BY_SURPLUS
) -> Gathered:
    """Everybody below the area who looks for work and is free. Raises NobodyToMatch.

    Left out are pairs that an offer was made for, whatever came of it, and people to whom one still runs: an answer
    must not show in what a run proposes.
    """
    workers = await uow.workers.seeking_under(area_path)
    bound = await uow.matching.bound_workers([worker.id for worker in workers], at=uow.now)
    free = [worker for worker in workers if worker.id not in bound]
    board = await board_in(uow, area_path)
    if not free or not board.keys:
        raise NobodyToMatch("Nobody here looks for work and is free, or no work is published.", field="area")
    policy = await uow.policy(area_path)
    known = await uow.matching.places()
    places = [known.get(UUID(key), NO_PLACES) for key in board.keys]
    needed = [each.minimum_batch for each in board.vacancies]
    centre = await uow.areas.nearest(area_path)
    return Gathered(
        people=tuple(await match_workers(uow, free, await uow.today(area_path))),
        areas=tuple(worker.area_path for worker in free),
        board=board,
        places=tuple(each.free for each in places),
        least=tuple(max(least - each.held, 0) for least, each in zip(needed, places, strict=True)),
        companions=await uow.companions.pairs_of([worker.id for worker in free]),
        left_out=await uow.offers.pairs_of(worker_ids=[worker.id for worker in free]),
        bound=bound,
        centre=None if centre is None else (centre.centre.lat, centre.centre.lon),
        before=None if follows is None else await uow.runs.proposed_to(follows),
        prices={} if follows is None else {each.vacancy_id: each.price for each in await uow.runs.prices_of(follows)},
        keep_bonus=policy.keep_bonus_points,
        rule=rule,
    )


async def read_run(uow: EmploymentUnitOfWork, run_id: UUID) -> MatchingRun:
    """Raises MatchingRunNotFound, also for a run of another area."""
    scope = POLICY.require(uow.actor, "readMatchingRun")
    run = await uow.runs.one(run_id)
    if run is None or not scope.covers(area_path=run.area_path):
        raise MatchingRunNotFound("There is no such run, or not for you.")
    return run


async def list_runs(
    uow: EmploymentUnitOfWork, area_path: str, request: PageRequest
) -> Sequence[tuple[int, MatchingRun]]:
    _may_list(uow, area_path)
    after = None if request.after is None else int(str(decode_cursor(request.after, int)[0]))
    return await uow.runs.page(area_path, after=after, count=request.first + 1)


async def count_runs(uow: EmploymentUnitOfWork, area_path: str) -> int:
    _may_list(uow, area_path)
    return await uow.runs.count(area_path)


async def list_proposals(
    uow: EmploymentUnitOfWork, run_id: UUID, wanted: ProposalFilter, request: PageRequest
) -> list[Proposal]:
    """Names of workers with work proposed to them: for the employment staff of the area, and noted in the audit."""
    await _proposals_of(uow, run_id)
    await uow.audit(action="readMatchingRun", subject_id=str(run_id), purpose="MATCHING", fields=["proposals"])
    after = None if request.after is None else int(str(decode_cursor(request.after, int)[0]))
    return await uow.runs.proposals(run_id, wanted, after=after, count=request.first + 1)


async def count_proposals(uow: EmploymentUnitOfWork, run_id: UUID, wanted: ProposalFilter) -> int:
    await _proposals_of(uow, run_id)
    return await uow.runs.count_proposals(run_id, wanted)


async def list_prices(uow: EmploymentUnitOfWork, run_id: UUID, request: PageRequest) -> list[PlacePrice]:
    await read_run(uow, run_id)
    after = None if request.after is None else UUID(str(decode_cursor(request.after, str)[0]))
    return await uow.runs.price_page(run_id, after=after, count=request.first + 1)


async def count_prices(uow: EmploymentUnitOfWork, run_id: UUID) -> int:
    await read_run(uow, run_id)
    return await uow.runs.count_prices(run_id)


async def read_job(uow: EmploymentUnitOfWork, job_id: UUID) -> JobRecord | None:
    """None for a job that is not there, or not for this caller."""
    scope = POLICY.require(uow.actor, "startMatchingRun")
    found = await find_job(uow.connection, job_id)
    if found is None or found.kind != JOB or not scope.covers(area_path=found.area_path):
        return None
    return found


def may_read_proposals(uow: EmploymentUnitOfWork) -> bool:
    return POLICY.allows(uow.actor, "readProposals")


async def _proposals_of(uow: EmploymentUnitOfWork, run_id: UUID) -> Scope:
    scope = POLICY.require(uow.actor, "readProposals")
    run = await read_run(uow, run_id)
    scope.require(area_path=run.area_path)
    return scope


def _may_list(uow: EmploymentUnitOfWork, area_path: str) -> None:
    POLICY.require(uow.actor, "readMatchingRun").require(area_path=area_path)
