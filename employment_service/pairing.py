"""The one place where other slices ask the matching engine about pairs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.engine import Limits, Matches, MatchVacancy, MatchWorker, WhyNot, match
from employment_service.matching.service import limits_of, match_vacancy, match_workers
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy
from employment_service.workers.domain import Worker

Flags = NDArray[np.bool_]
CARE_BITS = int(WhyNot.CARE_TOO_FAR | WhyNot.CARE_HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """What the engine needs, gathered; `matches` computes, and needs no database."""

    workers: Sequence[MatchWorker]
    vacancies: Sequence[MatchVacancy]
    limits: Limits
    offered: frozenset[tuple[str, str]]

    def matches(self) -> Matches:
        return match(self.workers, self.vacancies, limits=self.limits, already_offered=self.offered)

    def without_care_at(self, places: Mapping[str, Collection[tuple[float, float]]]) -> Pairs:
        """As if these workers (by key) had no care to give at these (lat, lon)."""
        freed = [
            replace(
                worker,
                care_places=tuple(place for place in worker.care_places if place not in places.get(worker.key, ())),
            )
            for worker in self.workers
        ]
        return replace(self, workers=freed)


async def pairs_of(uow: EmploymentUnitOfWork, workers: Sequence[Worker], vacancies: Sequence[Vacancy]) -> Pairs:
    """Of any number on either side; the policy and the day are those of the first worker."""
    policy = await uow.policy(workers[0].area_path)
    today = await uow.today(workers[0].area_path)
    ids: list[UUID] = [worker.id for worker in workers]
    employers = await uow.employers.by_id({vacancy.employer_id for vacancy in vacancies})
    return Pairs(
        workers=await match_workers(uow, workers, today),
        vacancies=[match_vacancy(each, employers[each.employer_id], today, policy) for each in vacancies],
        limits=limits_of(policy),
        offered=await uow.offers.pairs_of(worker_ids=ids),
    )
