"""What changed since a kept plan was made: by stamps first, then only of whom or what it is."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from employment_service.matching.boards import match_vacancy
from employment_service.matching.engine import MatchVacancy, MatchWorker
from employment_service.matching.gathering import match_workers, worth_in
from employment_service.matching.repository import NO_PLACES, Change
from employment_service.matching.runs.gathered import Gathered
from employment_service.matching.runs.kept import KeptPlan, News, Stamps
from employment_service.matching.runs.stamps import StampRepository
from employment_service.uow import EmploymentUnitOfWork


async def stamps_of(uow: EmploymentUnitOfWork, area_path: str) -> Stamps:
    stamps = StampRepository(uow.connection)
    policy, today = await uow.policy(area_path), await uow.today(area_path)
    return Stamps(
        frame=(policy, today, await worth_in(uow, area_path), await stamps.areas()),
        board=await uow.matching.board_stamp(),
        people=await stamps.people(area_path, at=uow.now),
    )


async def postings_of(uow: EmploymentUnitOfWork) -> dict[UUID, Change]:
    return dict(await uow.matching.postings())


async def buckets_of(uow: EmploymentUnitOfWork, area_path: str) -> dict[UUID, int]:
    return await StampRepository(uow.connection).buckets(area_path)


def left_out_of(gathered: Gathered) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = {}
    for worker, vacancy in gathered.left_out:
        found.setdefault(UUID(worker), set()).add(vacancy)
    return {worker: frozenset(vacancies) for worker, vacancies in found.items()}


async def news_since(uow: EmploymentUnitOfWork, kept: KeptPlan) -> News | None:
    """`None`: something that a kept plan cannot follow, and everything has to be read."""
    stamps = await stamps_of(uow, kept.area_path)
    if stamps.frame != kept.stamps.frame or stamps.board.bosses != kept.stamps.board.bosses:
        return None
    postings = kept.postings
    if stamps.board != kept.stamps.board:
        postings = await postings_of(uow)
        if not await _only_places(uow, kept, postings):
            return None
    known = await uow.matching.places()
    keys = [UUID(key) for key in kept.board.keys]
    places = [known.get(key, NO_PLACES) for key in keys]
    changed = {
        bucket
        for bucket in stamps.people.keys() | kept.stamps.people.keys()
        if stamps.people.get(bucket) != kept.stamps.people.get(bucket)
    }
    people = await _people(uow, kept, changed)
    if people is None:
        return None
    needed = [each.minimum_batch for each in kept.board.vacancies]
    return replace(
        people,
        stamps=stamps,
        postings=postings,
        places=tuple(each.free for each in places),
        least=tuple(max(least - each.held, 0) for least, each in zip(needed, places, strict=True)),
        published=tuple(key in postings for key in keys),
    )


async def _only_places(uow: EmploymentUnitOfWork, kept: KeptPlan, postings: dict[UUID, Change]) -> bool:
    """Whether work was closed or got places, and nothing else of it changed."""
    if postings.keys() - kept.board.columns.keys():
        return False
    differing = [
        vacancy_id
        for vacancy_id, (version, _) in postings.items()
        if vacancy_id in kept.postings and version != kept.postings[vacancy_id][0]
    ]
    if postings.keys() - kept.postings.keys():
        return False
    fresh = await uow.vacancies.by_id(differing) if differing else {}
    employers = await uow.employers.by_id({each.employer_id for each in fresh.values()})
    policy, today = await uow.policy(kept.area_path), await uow.today(kept.area_path)
    for each in fresh.values():
        now = match_vacancy(each, employers[each.employer_id], today, policy)
        if _terms(now) != _terms(kept.board.vacancies[kept.board.columns[each.id]]):
            return False
    return True


def _terms(vacancy: MatchVacancy) -> MatchVacancy:
    return replace(vacancy, places_left=1)


async def _people(uow: EmploymentUnitOfWork, kept: KeptPlan, changed: set[int]) -> News | None:
    """`None` where somebody with a companion is concerned, before or now."""
    buckets = {who: bucket for who, bucket in kept.buckets.items() if bucket not in changed}
    again = await StampRepository(uow.connection).buckets(kept.area_path, within=changed) if changed else {}
    workers = sorted((await uow.workers.by_id(again.keys())).values(), key=lambda worker: worker.id) if again else []
    bound = await uow.matching.bound_workers(again.keys(), at=uow.now) if again else frozenset()
    free = [worker for worker in workers if worker.id not in bound]
    today = await uow.today(kept.area_path)
    met = dict(zip([worker.id for worker in free], await match_workers(uow, free, today), strict=True)) if free else {}
    offered: dict[UUID, set[str]] = {}
    if met:
        for worker, vacancy in await uow.offers.pairs_of(worker_ids=met.keys()):
            offered.setdefault(UUID(worker), set()).add(vacancy)
    companions = await uow.companions.pairs_of(met.keys()) if met else {}
    read = {who for who, bucket in kept.buckets.items() if bucket in changed} | again.keys()
    gone = tuple(sorted(who for who in read if who in kept.people and who not in met))
    fresh: list[MatchWorker] = []
    for who, person in met.items():
        left = frozenset(offered.get(who, ()))
        if kept.people.get(who) != person or kept.left_out.get(who, frozenset()) != left:
            fresh.append(person)
    concerned = {UUID(person.key) for person in fresh} | set(gone)
    couples = {who: other for who, other in kept.companions.items() if who in read}
    if couples != companions or any(who in couples or who in kept.companions.values() for who in concerned):
        return None
    areas = {worker.id: worker.area_path for worker in free}
    return News(
        stamps=kept.stamps,
        postings=kept.postings,
        buckets=buckets | again,
        fresh=tuple(fresh),
        areas=tuple(areas[UUID(person.key)] for person in fresh),
        gone=gone,
        bound=(kept.bound - read) | bound,
        left_out={UUID(person.key): frozenset(offered.get(UUID(person.key), ())) for person in fresh},
        places=(),
        least=(),
        published=(),
    )
