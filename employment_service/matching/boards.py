"""The public board made ready for matching, kept in the process between requests.

Reading some thousand vacancies for every request would cost a hundred times what judging them costs. A stamp over all
of them tells in one light statement whether anything changed; only what changed is read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import numpy as np

from employment_service.employers.domain import Employer
from employment_service.employers.repository import EmployerRepository
from employment_service.matching.engine import Limits, MatchVacancy, Worth, vacancy_columns
from employment_service.matching.market.arrays import Ints
from employment_service.matching.market.builder import Board, board_of
from employment_service.matching.repository import MatchingRepository, Posting, Stamp
from employment_service.matching.runs.repository import RunRepository
from employment_service.policies.domain import EmploymentPolicy
from employment_service.vacancies.domain import Housing, Vacancy
from employment_service.vacancies.repository import VacancyRepository

KEPT = 4
"""Boards of so many policies at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyBoard:
    vacancies: tuple[MatchVacancy, ...]
    keys: tuple[str, ...]
    columns: dict[UUID, int]
    board: Board

    def prices(self, by_vacancy: Mapping[UUID, int]) -> Ints:
        """By column; 0 where none is known."""
        found = np.zeros(len(self.keys), dtype=np.int64)
        for vacancy_id, price in by_vacancy.items():
            column = self.columns.get(vacancy_id)
            if column is not None:
                found[column] = price
        return found


@dataclass(slots=True)
class Boards:
    """One for a process. What is public and nothing else: no offer, no answer, nobody's wishes."""

    _vacancies: dict[UUID, tuple[Posting, Vacancy]] = field(default_factory=dict)
    _employers: dict[UUID, Employer] = field(default_factory=dict)
    _stamps: tuple[Stamp, Stamp] | None = None
    _ready: dict[tuple[object, ...], ReadyBoard] = field(default_factory=dict)
    _prices: dict[UUID, dict[UUID, int]] = field(default_factory=dict)
    """By run: what a run left behind never changes."""

    async def ready(
        self,
        matching: MatchingRepository,
        vacancies: VacancyRepository,
        employers: EmployerRepository,
        *,
        policy: EmploymentPolicy,
        limits: Limits,
        worth: Worth,
        today: date,
    ) -> ReadyBoard:
        stamps = await matching.board_stamp()
        if stamps != self._stamps:
            await self._refresh(matching, vacancies, employers)
            self._stamps, self._ready = stamps, {}
        key = (policy, worth, today)
        if key not in self._ready:
            while len(self._ready) >= KEPT:
                self._ready.pop(next(iter(self._ready)))
            self._ready[key] = self._made(policy, limits, worth, today)
        return self._ready[key]

    async def prices(self, runs: RunRepository, area_path: str) -> dict[UUID, int] | None:
        """By vacancy, of the last run that covered the area; only prices above zero. `None`: no run ever did."""
        newest = await runs.newest_for(area_path)
        if newest is None:
            return None
        if newest not in self._prices:
            while len(self._prices) >= KEPT:
                self._prices.pop(next(iter(self._prices)))
            self._prices[newest] = await runs.prices_above_zero(newest)
        return self._prices[newest]

    async def _refresh(
        self, matching: MatchingRepository, vacancies: VacancyRepository, employers: EmployerRepository
    ) -> None:
        postings = await matching.postings()
        stale = [each.id for each in postings if self._vacancies.get(each.id, (None,))[0] != each]
        fresh = await vacancies.by_id(stale) if stale else {}
        self._vacancies = {
            each.id: (each, fresh[each.id]) if each.id in fresh else self._vacancies[each.id]
            for each in postings
            if each.id in fresh or each.id in self._vacancies
        }
        self._employers = await employers.by_id({vacancy.employer_id for _, vacancy in self._vacancies.values()})

    def _made(self, policy: EmploymentPolicy, limits: Limits, worth: Worth, today: date) -> ReadyBoard:
        found = [
            match_vacancy(vacancy, self._employers[vacancy.employer_id], today, policy)
            for _, vacancy in self._vacancies.values()
            if vacancy.employer_id in self._employers
        ]
        return ready_board(found, limits=limits, worth=worth)


def ready_board(vacancies: Sequence[MatchVacancy], *, limits: Limits, worth: Worth) -> ReadyBoard:
    return ReadyBoard(
        vacancies=tuple(vacancies),
        keys=tuple(each.key for each in vacancies),
        columns={UUID(each.key): column for column, each in enumerate(vacancies)},
        board=board_of(vacancy_columns(vacancies), limits=limits, worth=worth),
    )


def match_vacancy(vacancy: Vacancy, employer: Employer, today: date, policy: EmploymentPolicy) -> MatchVacancy:
    terms = vacancy.terms.terms
    return MatchVacancy(
        key=str(vacancy.id),
        lat=terms.workplace.place.lat,
        lon=terms.workplace.place.lon,
        monthly_wage_cents=terms.monthly_wage_cents,
        shift_from_minutes=terms.shift_from_minutes,
        shift_to_minutes=terms.shift_to_minutes,
        weekly_hours=terms.weekly_hours,
        housed=terms.housing is not Housing.NONE,
        at_night=terms.works_at_night,
        qualifications=vacancy.requirements.qualifications,
        languages=vacancy.requirements.languages,
        demands=frozenset(str(demand) for demand in vacancy.requirements.demands),
        occupation=vacancy.occupation,
        least_age=vacancy.requirements.least_age,
        group=vacancy.requirements.group,
        # A start that has passed counts as today: whoever is free now can begin.
        starts_on=max(terms.starts_on, today),
        contract_months=terms.contract_months,
        farm_leave=vacancy.requirements.farm_leave,
        places_left=vacancy.places_left,
        employer_in_standing=employer.in_standing(on=today, inspection_months=policy.inspection_months),
        open=vacancy.open,
        minimum_batch=vacancy.minimum_batch,
    )
