"""Looks, in the background, for work that suits workers who asked to hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis.timers import DueTimer, TimerKind
from employment_service.pairing import Pairs, pairs_of
from employment_service.safeguards.domain import RecruitmentSafeguards
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy
from employment_service.workers.domain import Worker

EVERY = timedelta(minutes=10)
REFRESHED = timedelta(minutes=3)
OVERLAP = timedelta(hours=1)
"""A vacancy is there some time after the instant it was published at; what was found before is not found anew."""
WORKERS_AT_ONCE = 100
WORKERS_A_TURN = 1_000
BEST = 3
"""So many a worker are kept of one search; the whole list is on their own page."""


async def find_new_matches(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    """Work that was published since the last search, or all of it since the worker asked. Where no safeguards are
    active there are no job calls, as there are no offers.
    """
    del due
    policy = await uow.policy("")
    await uow.calls.forget_past(now=uow.now)
    searches = (await uow.calls.to_search_for(now=uow.now, policy=policy))[:WORKERS_A_TURN]
    if not searches:
        return
    vacancies = [each for each in await uow.vacancies.open_ones() if each.places_left > each.reserved]
    since = dict(searches)
    workers = list((await uow.workers.by_id(since)).values())
    active = await _with_safeguards(uow, {worker.area_path for worker in workers})
    wanted = [worker for worker in workers if worker.area_path in active]
    fresh = [worker for worker in wanted if since[worker.id] is None]
    known = [worker for worker in wanted if since[worker.id] is not None]
    oldest = min((at for at in since.values() if at is not None), default=uow.now) - OVERLAP
    await _search(uow, fresh, vacancies, since)
    await _search(uow, known, [each for each in vacancies if each.published_at > oldest], since)
    await uow.calls.note_searched([(worker.id, worker.area_path) for worker in workers], at=uow.now)


async def refresh_call_list(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    """Also when nothing new was found: follow-ups fall due and pay days pass."""
    del due
    await uow.call_list.refresh(now=uow.now, today=await uow.today(""), policy=await uow.policy(""))


async def _search(
    uow: EmploymentUnitOfWork,
    workers: Sequence[Worker],
    vacancies: Sequence[Vacancy],
    since: dict[UUID, datetime | None],
) -> None:
    if not vacancies:
        return
    for start in range(0, len(workers), WORKERS_AT_ONCE):
        part = workers[start : start + WORKERS_AT_ONCE]
        pairs = await pairs_of(uow, part, vacancies)
        found = await asyncio.to_thread(_best, pairs, part, vacancies, since)
        await uow.calls.add_matches(found, at=uow.now)


def _best(
    pairs: Pairs, workers: Sequence[Worker], vacancies: Sequence[Vacancy], since: dict[UUID, datetime | None]
) -> list[tuple[UUID, str, UUID]]:
    matches = pairs.matches()
    found: list[tuple[UUID, str, UUID]] = []
    for row, worker in enumerate(workers):
        seen = since[worker.id]
        new = [
            vacancies[column].id
            for column in matches.order_for_worker(row)
            if seen is None or vacancies[column].published_at > seen - OVERLAP
        ]
        found += ((worker.id, worker.area_path, vacancy) for vacancy in new[:BEST])
    return found


async def _with_safeguards(uow: EmploymentUnitOfWork, area_paths: set[str]) -> set[str]:
    """The areas in which offers may be made today."""
    found: set[str] = set()
    for area_path in sorted(area_paths):
        today = await uow.today(area_path)
        records: tuple[RecruitmentSafeguards, ...] = await uow.safeguards.at_or_above(area_path)
        if any(record.active(on=today) for record in records):
            found.add(area_path)
    return found


KINDS = (
    TimerKind(name="new-matches", handle=find_new_matches, every=EVERY),
    TimerKind(name="call-list", handle=refresh_call_list, every=REFRESHED),
)
