"""Shortlists: what the engine needs, gathered; what it says, explained in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from chassis.errors import Forbidden
from employment_service.access import POLICY
from employment_service.employers.domain import Employer
from employment_service.matching.boards import ReadyBoard
from employment_service.matching.engine import Matches, MatchWorker, match_on
from employment_service.matching.gathering import (
    around,
    board_as_of,
    board_of_one,
    limits_of,
    match_worker,
    match_workers,
    worth_of,
)
from employment_service.matching.reasons import Suitability, explain
from employment_service.recruitments.domain import RecruitedAsAGroup
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy
from employment_service.vacancies.service import get_vacancy
from employment_service.workers.domain import Worker
from employment_service.workers.service import get_worker, is_self


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """`entries`: the part asked for, of `total` pairs: possible ones, best first; then, if asked for, the others.

    `vacancies`: those of the entries, where they were read for the list; `employers`: theirs, and of others, by id.
    """

    entries: tuple[Suitability, ...]
    total: int
    vacancies: tuple[Vacancy, ...] = ()
    employers: Mapping[UUID, Employer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which part of a list is explained. `locale`: in which language."""

    start: int = 0
    count: int = 100
    with_unmatched: bool = False
    locale: str = "en"


async def shortlist_for_worker(uow: EmploymentUnitOfWork, *, worker_id: UUID, wanted: Slice) -> Shortlist:
    """For the worker and for the employment staff of their area; nobody else can tell that it exists.

    Sorted by score less price: what a place there is worth to whoever else wants it, by the area's last plan, so that
    a list and a plan say the same. For whoever does not look for work now, staff find nothing possible.
    """
    worker = await _listed_worker(uow, worker_id)
    own = is_self(uow.actor, worker)
    policy, today = await uow.policy(worker.area_path), await uow.today(worker.area_path)
    near = await around(uow, worker)
    board = await board_as_of(uow, worker.area_path, stamp=near.stamp, worth=worth_of(policy, near.calibration))
    known = await uow.boards.prices(uow.runs, near.newest_run)
    prices = board.priced(known)
    person = match_worker(worker, near, today)
    if own:
        # Looking at one's own list is an own act.
        person = replace(person, opted_in=True)
    # Whatever became of an offer, the pair is no longer proposed: a list that lost only the refused pairs
    # would say who refused.
    offered = frozenset((person.key, str(vacancy_id)) for vacancy_id in near.offered)
    matches = match_on(board.board, board.keys, [person], already_offered=offered)
    # Where the platform asks a group, a list that lacks the work would say who was asked.
    hidden = frozenset[UUID]() if own else near.asked_as_a_group
    order = matches.ranked(0, prices=prices, with_unmatched=wanted.with_unmatched, without=board.among(hidden))
    limits = limits_of(policy)
    shown: list[int] = order[wanted.start : wanted.start + wanted.count].tolist()
    return Shortlist(
        entries=tuple(
            explain(
                matches,
                0,
                column,
                worker=person,
                vacancy=board.vacancies[column],
                limits=limits,
                locale=wanted.locale,
                price=None if known is None else int(prices[column]),
            )
            for column in shown
        ),
        total=len(order),
        vacancies=tuple(board.records[column] for column in shown),
        employers=board.employers,
    )


async def explain_match(uow: EmploymentUnitOfWork, *, worker_id: UUID, vacancy_id: UUID, locale: str) -> Suitability:
    """One pair in full, for the worker and the employment staff of their area."""
    worker = await _listed_worker(uow, worker_id)
    vacancy = await get_vacancy(uow, vacancy_id)
    if not is_self(uow.actor, worker):
        await _require_no_group(uow, vacancy)
    prices = await uow.boards.prices(uow.runs, await uow.runs.newest_for(worker.area_path))
    offered = await uow.offers.pairs_of(worker_ids=[worker.id])
    return await _pair(
        uow,
        worker,
        vacancy,
        offered=offered,
        locale=locale,
        price=None if prices is None else prices.by_vacancy.get(vacancy.id, 0),
    )


async def shortlist_for_vacancy(uow: EmploymentUnitOfWork, *, vacancy_id: UUID, wanted: Slice) -> Shortlist:
    """Only workers who registered themselves and want offers now, of the caller's own areas."""
    POLICY.require(uow.actor, "readVacancyShortlist")
    vacancy = await get_vacancy(uow, vacancy_id)
    await _require_no_group(uow, vacancy)
    workers: dict[UUID, Worker] = {}
    for area in uow.actor.areas:
        workers |= {worker.id: worker for worker in await uow.workers.seeking_under(area)}
    if not workers:
        return Shortlist(entries=(), total=0)
    listed = list(workers.values())
    board = await board_of_one(uow, listed[0].area_path, vacancy)
    offered = await uow.offers.pairs_of(vacancy_ids=[vacancy.id])
    matches, people = await _on_board(uow, listed, board, offered=offered)
    order = matches.order_for_vacancy(0)
    if wanted.with_unmatched:
        order += matches.order_for_vacancy(0, possible=False)
    policy = await uow.policy(listed[0].area_path)
    return Shortlist(
        entries=tuple(
            explain(
                matches,
                row,
                0,
                worker=people[row],
                vacancy=board.vacancies[0],
                limits=limits_of(policy),
                locale=wanted.locale,
            )
            for row in order[wanted.start : wanted.start + wanted.count]
        ),
        total=len(order),
    )


async def suitable_workers(uow: EmploymentUnitOfWork, vacancy: Vacancy, area_path: str) -> list[Worker]:
    """Of an area, those who want offers and whom this vacancy suits, best pairs first."""
    workers = await uow.workers.seeking_under(area_path)
    if not workers:
        return []
    board = await board_of_one(uow, workers[0].area_path, vacancy)
    matches, _ = await _on_board(uow, workers, board, offered=frozenset())
    return [workers[row] for row in matches.order_for_vacancy(0)]


async def suitability(uow: EmploymentUnitOfWork, worker: Worker, vacancy: Vacancy) -> Suitability:
    """One pair, whether or not it was offered before."""
    return await _pair(uow, worker, vacancy, offered=frozenset(), locale="en", price=None)


async def _require_no_group(uow: EmploymentUnitOfWork, vacancy: Vacancy) -> None:
    if await uow.recruitments.is_open(vacancy.id):
        raise RecruitedAsAGroup("The platform asks everybody whom this work suits; there is no list.")


async def _listed_worker(uow: EmploymentUnitOfWork, worker_id: UUID) -> Worker:
    scope = POLICY.require(uow.actor, "readShortlist")
    worker = await get_worker(uow, worker_id)
    scope.require(area_path=worker.area_path, own=is_self(uow.actor, worker))
    return worker


async def _pair(
    uow: EmploymentUnitOfWork,
    worker: Worker,
    vacancy: Vacancy,
    *,
    offered: frozenset[tuple[str, str]],
    locale: str,
    price: int | None,
) -> Suitability:
    board = await board_of_one(uow, worker.area_path, vacancy)
    matches, people = await _on_board(uow, [worker], board, offered=offered)
    return explain(
        matches,
        0,
        0,
        worker=people[0],
        vacancy=board.vacancies[0],
        limits=limits_of(await uow.policy(worker.area_path)),
        locale=locale,
        price=price,
    )


async def _on_board(
    uow: EmploymentUnitOfWork,
    workers: Sequence[Worker],
    board: ReadyBoard,
    *,
    offered: frozenset[tuple[str, str]],
) -> tuple[Matches, list[MatchWorker]]:
    people = await match_workers(uow, workers, await uow.today(workers[0].area_path))
    # Looking at one's own list is an own act.
    people = [
        replace(each, opted_in=True) if is_self(uow.actor, worker) else each
        for each, worker in zip(people, workers, strict=True)
    ]
    return match_on(board.board, board.keys, people, already_offered=offered), people


def may_see_shortlist(uow: EmploymentUnitOfWork, worker: Worker) -> bool:
    try:
        scope = POLICY.require(uow.actor, "readShortlist")
    except Forbidden:
        return False
    return scope.covers(area_path=worker.area_path, own=is_self(uow.actor, worker))
