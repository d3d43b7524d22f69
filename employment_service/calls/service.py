"""Reading the call list, and having a worker to oneself for the time of a call."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.graph import Page, PageRequest, page_of
from chassis.idempotency import once
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.calls import domain
from employment_service.calls.domain import CallClaim, CallEntry, CallReason, lease_until, require_few
from employment_service.calls.listing import Place, Wanted
from employment_service.calls.refusals import CallClaimedByAnother, CallClaimNotHeld, NobodyToCall, NotOnCallList
from employment_service.policies.domain import EmploymentPolicy
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy
from employment_service.workers.domain import Worker
from employment_service.workers.service import get_worker, visible

AT_A_TIME = 5
"""Entries looked at to find one that nobody takes in the same instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """`worker`: where the caller may see them. `vacancies`: of the reasons, and of others', by id."""

    entry: CallEntry
    worker: Worker | None
    vacancies: Mapping[UUID, Vacancy]


async def list_calls(
    uow: EmploymentUnitOfWork, *, area_path: str, reasons: Collection[CallReason], request: PageRequest
) -> Page[Listed]:
    """With the workers and the work that the reasons name, in the same transaction."""
    POLICY.require(uow.actor, "readCallList").require(area_path=area_path)
    wanted = await _wanted(uow, area_path, reasons)
    found = await uow.call_list.page(wanted, after=Place.behind(request.after), count=request.first + 1)
    page = page_of(found, request, lambda row: row[0].cursor)
    read = await uow.workers.by_id([entry.worker_id for _, (_, entry) in page.items])
    workers = {key: worker for key, worker in read.items() if visible(uow.actor, worker)}
    named = {why.vacancy_id for _, (_, entry) in page.items for why in entry.whys if why.vacancy_id is not None}
    vacancies = await uow.vacancies.by_id(named) if named else {}
    return Page(
        items=[
            (
                cursor,
                Listed(entry=entry, worker=workers.get(entry.worker_id), vacancies=vacancies),
            )
            for cursor, (_, entry) in page.items
        ],
        has_next=page.has_next,
    )


async def count_calls(uow: EmploymentUnitOfWork, *, area_path: str, reasons: Collection[CallReason]) -> int:
    POLICY.require(uow.actor, "readCallList").require(area_path=area_path)
    return await uow.call_list.count(await _wanted(uow, area_path, reasons))


async def claim_next(
    uow: EmploymentUnitOfWork, *, area_path: str, reasons: Collection[CallReason], idempotency_key: str
) -> CallClaim:
    """Whoever is most urgent and nobody's; of two callers at the same instant each has another worker.

    Raises NobodyToCall.
    """
    POLICY.require(uow.actor, "callWorkers").require(area_path=area_path)

    fresh: list[CallClaim] = []

    async def make() -> UUID:
        wanted = replace(await _wanted(uow, area_path, reasons), but_of=None)
        after: Place | None = None
        while rows := await uow.call_list.page(wanted, after=after, count=AT_A_TIME):
            for place, entry in rows:
                after = place
                claim = await _claim(uow, entry, wanted.policy)
                if claim is not None:
                    fresh.append(claim)
                    return claim.id
        raise NobodyToCall("Nobody is left to call here now.")

    request = f"{area_path} {' '.join(sorted(reasons))}".encode()
    claim_id = await once(uow, "claimNextCall", idempotency_key, request, make)
    return fresh[0] if fresh else await _kept(uow, claim_id)


async def claim_worker(uow: EmploymentUnitOfWork, *, worker_id: UUID, idempotency_key: str) -> CallClaim:
    """Raises NotOnCallList, the same for every worker who is not, and CallClaimedByAnother."""
    scope = POLICY.require(uow.actor, "callWorkers")
    worker = await get_worker(uow, worker_id)
    scope.require(area_path=worker.area_path)

    async def make() -> UUID:
        held = await uow.calls.claim_on(worker.id, now=uow.now)
        if held is not None and held.claimed_by != uow.actor.subject:
            raise CallClaimedByAnother("A colleague has this worker now.", field="workerId")
        wanted = await _wanted(uow, worker.area_path, ())
        entry = (await uow.call_list.entries(wanted, [worker.id])).get(worker.id)
        if entry is None:
            raise NotOnCallList("This worker is not on the call list now.", field="workerId")
        claim = await _claim(uow, entry, wanted.policy)
        if claim is None:
            raise CallClaimedByAnother("A colleague has this worker now.", field="workerId")
        return claim.id

    return await _kept(uow, await once(uow, "claimCall", idempotency_key, str(worker_id).encode(), make))


async def my_claims(uow: EmploymentUnitOfWork) -> Sequence[CallClaim]:
    POLICY.require(uow.actor, "callWorkers")
    return await uow.calls.claims_of(uow.actor.subject, now=uow.now)


async def renew_claims(uow: EmploymentUnitOfWork, *, claim_ids: Sequence[UUID]) -> tuple[list[CallClaim], list[UUID]]:
    """Those that are longer now, and those that are not the caller's any more."""
    POLICY.require(uow.actor, "callWorkers")
    require_few(len(claim_ids), field="claimIds")
    held = await uow.calls.claims(claim_ids, by=uow.actor.subject)
    renewed: dict[UUID, CallClaim] = {}
    for claim in held.values():
        renewed[claim.id] = replace(claim, until=lease_until(uow.now, await uow.policy(claim.area_path)))
        await uow.calls.renew([claim.id], until=renewed[claim.id].until)
    return _sorted_out(renewed, claim_ids)


async def release_claims(uow: EmploymentUnitOfWork, *, claim_ids: Sequence[UUID]) -> tuple[list[CallClaim], list[UUID]]:
    """Without a call: the worker is on the list again. What is not held any more is named, and nothing is lost."""
    POLICY.require(uow.actor, "callWorkers")
    require_few(len(claim_ids), field="claimIds")
    held = await uow.calls.claims(claim_ids, by=uow.actor.subject)
    await uow.calls.release(list(held))
    return _sorted_out(held, claim_ids)


def _sorted_out(held: dict[UUID, CallClaim], asked: Sequence[UUID]) -> tuple[list[CallClaim], list[UUID]]:
    named = list(dict.fromkeys(asked))
    return [held[each] for each in named if each in held], [each for each in named if each not in held]


async def _claim(uow: EmploymentUnitOfWork, entry: CallEntry, policy: EmploymentPolicy) -> CallClaim | None:
    """`policy`: of the list that was read."""
    claim = await uow.calls.claim(
        domain.CallClaim(
            id=new_id(),
            worker_id=entry.worker_id,
            area_path=entry.area_path,
            claimed_by=uow.actor.subject,
            claimed_at=uow.now,
            until=lease_until(uow.now, policy),
            reasons=entry.reasons,
        )
    )
    if claim is not None:
        await uow.audit(action="claimCall", subject_id=str(entry.worker_id), purpose=" ".join(claim.reasons))
    return claim


async def _kept(uow: EmploymentUnitOfWork, claim_id: UUID) -> CallClaim:
    claim = (await uow.calls.claims([claim_id], by=uow.actor.subject)).get(claim_id)
    if claim is None:
        raise CallClaimNotHeld("This claim has ended.", field="idempotencyKey")
    return claim


async def _wanted(uow: EmploymentUnitOfWork, area_path: str, reasons: Collection[CallReason]) -> Wanted:
    return Wanted(
        area_path=area_path,
        but_of=uow.actor.subject,
        now=uow.now,
        today=await uow.today(area_path),
        policy=await uow.policy(area_path),
        reasons=frozenset(reasons) or frozenset(CallReason),
    )
