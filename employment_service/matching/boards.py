"""The public board made ready for matching, kept in the process between requests.

Reading some thousand vacancies for every request would cost a hundred times what judging them costs. A stamp over all
of them tells in one light statement whether anything changed; only what changed is read again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

import numpy as np

from employment_service.employers.domain import Employer
from employment_service.employers.repository import EmployerRepository
from employment_service.matching.board_changes import board_with
from employment_service.matching.engine import Limits, MatchVacancy, Worth, vacancy_columns
from employment_service.matching.market.arrays import Flags, Ints
from employment_service.matching.market.builder import Board, board_of
from employment_service.matching.repository import Change, MatchingRepository, Stamp
from employment_service.matching.runs.repository import RunRepository
from employment_service.policies.domain import EmploymentPolicy
from employment_service.vacancies.domain import Housing, Vacancy
from employment_service.vacancies.repository import VacancyRepository

Kept = TypeVar("Kept")
Value = TypeVar("Value")

KEPT = 4
"""Boards of so many policies at once."""
MANY = 4
"""Where more than this part of a board changed, all of it is made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What a place was worth in the last run that covered an area, by vacancy; only prices above zero."""

    run_id: UUID
    by_vacancy: Mapping[UUID, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyBoard:
    """`records`, `employers`: what the vacancies were made from, as the board shows them."""

    vacancies: tuple[MatchVacancy, ...]
    keys: tuple[str, ...]
    columns: Mapping[UUID, int]
    board: Board
    records: tuple[Vacancy, ...] = ()
    employers: Mapping[UUID, Employer] = field(default_factory=dict)
    _prices: dict[UUID, Ints] = field(default_factory=dict)
    """By run."""

    def prices(self, by_vacancy: Mapping[UUID, int]) -> Ints:
        """By column; 0 where none is known."""
        found = np.zeros(len(self.keys), dtype=np.int64)
        for vacancy_id, price in by_vacancy.items():
            column = self.columns.get(vacancy_id)
            if column is not None:
                found[column] = price
        return found

    def priced(self, known: Priced | None) -> Ints:
        """The same of a run, made once. Not to be changed."""
        if known is None:
            return self.prices({})
        if known.run_id not in self._prices:
            _keep_few(self._prices, KEPT - 1)
            self._prices[known.run_id] = self.prices(known.by_vacancy)
        return self._prices[known.run_id]

    def among(self, vacancy_ids: Collection[UUID]) -> Flags:
        """By column, whether it is one of these."""
        found = np.zeros(len(self.keys), dtype=bool)
        found[[self.columns[each] for each in vacancy_ids if each in self.columns]] = True
        return found


Key = tuple[EmploymentPolicy, Worth, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What was public when the stamp was taken, or a little later; never changed, so that nobody meets half of it.

    `ready`: boards made of it; `before`: boards made of what was public earlier.
    """

    stamp: Stamp | None = None
    vacancies: Mapping[UUID, tuple[Change, Vacancy]] = field(default_factory=dict)
    employers: Mapping[UUID, Employer] = field(default_factory=dict)
    ready: dict[Key, ReadyBoard] = field(default_factory=dict)
    before: Mapping[Key, ReadyBoard] = field(default_factory=dict)


@dataclass(slots=True)
class Boards:
    """One for a process. What is public and nothing else: no offer, no answer, nobody's wishes."""

    _posted: Posted = field(default_factory=Posted)
    _prices: dict[UUID, Priced] = field(default_factory=dict)
    """By run: what a run left behind never changes."""
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ready(
        self,
        matching: MatchingRepository,
        vacancies: VacancyRepository,
        employers: EmployerRepository,
        *,
        stamp: Stamp,
        policy: EmploymentPolicy,
        limits: Limits,
        worth: Worth,
        today: date,
    ) -> ReadyBoard:
        """`stamp`: read in the caller's transaction; nothing older than it is given out."""
        posted = self._posted
        if posted.stamp != stamp:
            async with self._reading:
                posted = self._posted
                if posted.stamp != stamp:
                    posted = await self._read_anew(posted, stamp, matching, vacancies, employers)
                    self._posted = posted
        key = (policy, worth, today)
        found = posted.ready.get(key)
        if found is None:
            found = _made(posted, posted.before.get(key), policy, limits, worth, today)
            _keep_few(posted.ready, KEPT - 1)
            posted.ready[key] = found
        return found

    async def prices(self, runs: RunRepository, newest: UUID | None) -> Priced | None:
        """Of the last run that covered an area. `None`: no run ever did."""
        if newest is None:
            return None
        if newest not in self._prices:
            found = Priced(run_id=newest, by_vacancy=await runs.prices_above_zero(newest))
            _keep_few(self._prices, KEPT - 1)
            self._prices[newest] = found
        return self._prices[newest]

    @staticmethod
    async def _read_anew(
        known: Posted,
        stamp: Stamp,
        matching: MatchingRepository,
        vacancies: VacancyRepository,
        employers: EmployerRepository,
    ) -> Posted:
        postings = await matching.postings()
        stale = [key for key, change in postings if known.vacancies.get(key, (None,))[0] != change]
        fresh = await vacancies.by_id(stale) if stale else {}
        found = {
            key: (change, fresh[key]) if key in fresh else known.vacancies[key]
            for key, change in postings
            if key in fresh or key in known.vacancies
        }
        bosses = {vacancy.employer_id for _, vacancy in found.values()}
        if known.stamp is None or known.stamp.bosses != stamp.bosses or not bosses <= known.employers.keys():
            read = await employers.by_id(bosses)
            employed: Mapping[UUID, Employer] = {
                key: known.employers[key] if known.employers.get(key) == boss else boss for key, boss in read.items()
            }
        else:
            employed = known.employers
        before = {**known.before, **known.ready}
        _keep_few(before, KEPT)
        return Posted(stamp=stamp, vacancies=found, employers=employed, before=before)


def _keep_few(kept: dict[Kept, Value], most: int) -> None:
    """The oldest goes first."""
    while len(kept) > most:
        kept.pop(next(iter(kept)))


def _made(  # noqa: PLR0917 - one private call
    posted: Posted, before: ReadyBoard | None, policy: EmploymentPolicy, limits: Limits, worth: Worth, today: date
) -> ReadyBoard:
    records = [vacancy for _, vacancy in posted.vacancies.values() if vacancy.employer_id in posted.employers]

    def judged(record: Vacancy) -> MatchVacancy:
        return match_vacancy(record, posted.employers[record.employer_id], today, policy)

    if before is not None:
        others = {key for key, boss in posted.employers.items() if before.employers.get(key) is not boss}
        # What was judged stays as it is while vacancy and employer are the very same.
        taken = [
            -1 if place is None or before.records[place] is not record or record.employer_id in others else place
            for record in records
            for place in (before.columns.get(record.id),)
        ]
        changed = [column for column, place in enumerate(taken) if place < 0]
        if len(changed) <= len(records) // MANY:
            fresh = [judged(records[column]) for column in changed]
            places = np.array(taken, dtype=np.int64)
            board = board_with(before.board, taken=places, columns=np.array(changed, dtype=np.int64), fresh=fresh)
            if board is not None:
                of = dict(zip(changed, fresh, strict=True))
                found = [of[column] if place < 0 else before.vacancies[place] for column, place in enumerate(taken)]
                return _ready(found, board, records, posted.employers)
    found = [judged(record) for record in records]
    return _ready(found, board_of(vacancy_columns(found), limits=limits, worth=worth), records, posted.employers)


def ready_board(vacancies: Sequence[MatchVacancy], *, limits: Limits, worth: Worth) -> ReadyBoard:
    return _ready(vacancies, board_of(vacancy_columns(vacancies), limits=limits, worth=worth), (), {})


def _ready(
    vacancies: Sequence[MatchVacancy], board: Board, records: Sequence[Vacancy], employers: Mapping[UUID, Employer]
) -> ReadyBoard:
    return ReadyBoard(
        vacancies=tuple(vacancies),
        keys=tuple(each.key for each in vacancies),
        columns={each.id: column for column, each in enumerate(records)}
        if records
        else {UUID(each.key): column for column, each in enumerate(vacancies)},
        board=board,
        records=tuple(records),
        employers=employers,
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
