"""Every query on vacancies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Join, Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.errors import Conflict
from employment_service.copies.domain import Point
from employment_service.metadata import one_of
from employment_service.vacancies.domain import (
    Deduction,
    DeductionKind,
    Housing,
    Requirements,
    Terms,
    TermsVersion,
    Vacancy,
    VacancyState,
    Workplace,
)
from employment_service.vacancies.tables import vacancies, vacancy_places, vacancy_terms
from employment_service.vacancies.words import TermsText
from employment_service.workers.domain import PhysicalDemand

ROWS = 500
Values = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyFilter:
    """`open_only`: still published and with a place left. The rest narrows further; `None`: not asked."""

    area_path: str | None = None
    employer_id: UUID | None = None
    open_only: bool = True
    least_wage_cents: int | None = None


@dataclass(frozen=True, slots=True)
class VacancyRepository:
    connection: AsyncConnection

    async def add(self, *fresh: Vacancy) -> None:
        for start in range(0, len(fresh), ROWS):
            part = fresh[start : start + ROWS]
            await self.connection.execute(insert(vacancies), [_values(vacancy) for vacancy in part])
            await self.connection.execute(
                insert(vacancy_terms), [_terms_values(vacancy.id, vacancy.terms) for vacancy in part]
            )
            await self.connection.execute(
                insert(vacancy_places),
                [{"vacancy_id": vacancy.id, "reserved": vacancy.reserved, "taken": vacancy.taken} for vacancy in part],
            )

    async def save(self, vacancy: Vacancy) -> None:
        """The vacancy itself, not its counters. A new terms version is kept beside the old ones."""
        saved = await self.connection.execute(
            update(vacancies)
            .where(vacancies.c.id == vacancy.id, vacancies.c.version == vacancy.version - 1)
            .values(**_values(vacancy))
        )
        if saved.rowcount != 1:
            raise Conflict("The vacancy was changed meanwhile. Read it again.", field="expectedVersion")
        if await self.terms_version(vacancy.id, vacancy.terms.number) is None:
            await self.add_terms(vacancy.id, vacancy.terms)

    async def add_terms(self, vacancy_id: UUID, version: TermsVersion) -> None:
        await self.connection.execute(insert(vacancy_terms).values(**_terms_values(vacancy_id, version)))

    async def next_terms_number(self, vacancy_id: UUID) -> int:
        """Only after `locked`."""
        known = await self.connection.scalar(
            select(func.max(vacancy_terms.c.number)).where(vacancy_terms.c.vacancy_id == vacancy_id)
        )
        return int(known or 0) + 1

    async def save_places(self, vacancy: Vacancy) -> None:
        """Only after `locked`: the counters have no version."""
        await self.connection.execute(
            update(vacancy_places)
            .where(vacancy_places.c.vacancy_id == vacancy.id)
            .values(reserved=vacancy.reserved, taken=vacancy.taken)
        )

    async def lock_places(self, ids: Collection[UUID]) -> None:
        """The counters of several vacancies, in one order for everybody, so that no two wait for each other."""
        await self.connection.execute(
            select(vacancy_places.c.vacancy_id)
            .where(one_of(vacancy_places.c.vacancy_id, ids))
            .order_by(vacancy_places.c.vacancy_id)
            .with_for_update()
        )

    async def locked(self, vacancy_id: UUID) -> Vacancy | None:
        """With its counters locked until the commit: places are given out one after the other."""
        await self.connection.execute(
            select(vacancy_places.c.vacancy_id).where(vacancy_places.c.vacancy_id == vacancy_id).with_for_update()
        )
        return await self.get(vacancy_id)

    async def get(self, vacancy_id: UUID) -> Vacancy | None:
        return (await self.by_id([vacancy_id])).get(vacancy_id)

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, Vacancy]:
        rows = await self.connection.execute(_query().where(one_of(vacancies.c.id, ids)))
        return {row.id: _vacancy(row) for row in rows}

    async def terms_number_at(self, vacancy_id: UUID, at: datetime) -> int | None:
        """Of the vacancy's own terms in force at an instant."""
        number = await self.connection.scalar(
            select(func.max(vacancy_terms.c.number)).where(
                vacancy_terms.c.vacancy_id == vacancy_id,
                vacancy_terms.c.offer_id.is_(None),
                vacancy_terms.c.set_at <= at,
            )
        )
        return None if number is None else int(number)

    async def terms_version(self, vacancy_id: UUID, number: int) -> TermsVersion | None:
        row = (
            await self.connection.execute(
                select(vacancy_terms).where(vacancy_terms.c.vacancy_id == vacancy_id, vacancy_terms.c.number == number)
            )
        ).first()
        return None if row is None else _terms(row)

    async def terms_versions(self, keys: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], TermsVersion]:
        rows = await self.connection.execute(
            select(vacancy_terms).where(one_of(vacancy_terms.c.vacancy_id, {vacancy for vacancy, _ in keys}))
        )
        return {(row.vacancy_id, row.number): _terms(row) for row in rows if (row.vacancy_id, row.number) in keys}

    async def page(self, wanted: VacancyFilter, *, after: UUID | None, count: int) -> Sequence[Vacancy]:
        query = _query().where(*_conditions(wanted))
        if after is not None:
            query = query.where(vacancies.c.id > after)
        rows = await self.connection.execute(query.order_by(vacancies.c.id).limit(count))
        return [_vacancy(row) for row in rows]

    async def count(self, wanted: VacancyFilter) -> int:
        query = select(func.count()).select_from(_joined()).where(*_conditions(wanted))
        return int(await self.connection.scalar(query) or 0)

    async def open_ones(self) -> Sequence[Vacancy]:
        """Everything published, in every area: work lies beyond county borders too."""
        rows = await self.connection.execute(
            _query().where(vacancies.c.state == VacancyState.PUBLISHED).order_by(vacancies.c.id)
        )
        return [_vacancy(row) for row in rows]


def _joined() -> Join:
    return vacancies.join(
        vacancy_terms,
        (vacancy_terms.c.vacancy_id == vacancies.c.id) & (vacancy_terms.c.number == vacancies.c.terms_number),
    ).join(vacancy_places, vacancy_places.c.vacancy_id == vacancies.c.id)


def _query() -> Select[tuple[object, ...]]:
    terms = [column for column in vacancy_terms.c if column.name != "vacancy_id"]
    return select(vacancies, *terms, vacancy_places.c.reserved, vacancy_places.c.taken).select_from(_joined())


def _conditions(wanted: VacancyFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.area_path is not None:
        found += [vacancies.c.area_path >= wanted.area_path, vacancies.c.area_path < wanted.area_path + "~"]
    if wanted.employer_id is not None:
        found.append(vacancies.c.employer_id == wanted.employer_id)
    if wanted.open_only:
        found += [vacancies.c.state == VacancyState.PUBLISHED, vacancies.c.places > vacancy_places.c.taken]
    if wanted.least_wage_cents is not None:
        found.append(vacancy_terms.c.monthly_wage_cents >= wanted.least_wage_cents)
    return found


def _values(vacancy: Vacancy) -> Values:
    return {
        "id": vacancy.id,
        "employer_id": vacancy.employer_id,
        "area_path": vacancy.area_path,
        "terms_number": vacancy.terms.number,
        "qualifications": sorted(vacancy.requirements.qualifications),
        "demands": sorted(vacancy.requirements.demands),
        "least_age": vacancy.requirements.least_age,
        "group_recruitment": vacancy.requirements.group,
        "languages": sorted(vacancy.requirements.languages),
        "farm_leave": vacancy.requirements.farm_leave,
        "places": vacancy.places,
        "least_batch": vacancy.minimum_batch,
        "state": vacancy.state,
        "occupation": vacancy.occupation,
        "published_at": vacancy.published_at,
        "version": vacancy.version,
    }


def _terms_values(vacancy_id: UUID, version: TermsVersion) -> Values:
    terms = version.terms
    return {
        "vacancy_id": vacancy_id,
        "number": version.number,
        "hash": version.hash,
        "set_at": version.set_at,
        "employer_name": terms.employer_name,
        "workplace_name": terms.workplace.name,
        "workplace_lat": terms.workplace.place.lat,
        "workplace_lon": terms.workplace.place.lon,
        "task": terms.task,
        "monthly_wage_cents": terms.monthly_wage_cents,
        "currency": terms.currency,
        "pay_day": terms.pay_day,
        "shift_from_minutes": terms.shift_from_minutes,
        "shift_to_minutes": terms.shift_to_minutes,
        "weekly_hours": terms.weekly_hours,
        "housing": terms.housing,
        "contract_months": terms.contract_months,
        "notice_days": terms.notice_days,
        "help_contact": terms.help_contact,
        "starts_on": terms.starts_on,
        "deductions": [[item.kind, item.monthly_cents] for item in terms.deductions],
        "offer_id": version.offer_id,
        "texts": [asdict(text) for text in version.texts],
    }


def _terms(row: Row[tuple[object, ...]]) -> TermsVersion:
    return TermsVersion(
        number=row.number,
        hash=row.hash,
        set_at=row.set_at,
        offer_id=row.offer_id,
        texts=tuple(TermsText(**text) for text in row.texts),
        terms=Terms(
            employer_name=row.employer_name,
            workplace=Workplace(name=row.workplace_name, place=Point(lat=row.workplace_lat, lon=row.workplace_lon)),
            task=row.task,
            monthly_wage_cents=row.monthly_wage_cents,
            currency=row.currency,
            pay_day=row.pay_day,
            shift_from_minutes=row.shift_from_minutes,
            shift_to_minutes=row.shift_to_minutes,
            weekly_hours=row.weekly_hours,
            housing=Housing(row.housing),
            contract_months=row.contract_months,
            notice_days=row.notice_days,
            help_contact=row.help_contact,
            starts_on=row.starts_on,
            deductions=tuple(
                Deduction(kind=DeductionKind(kind), monthly_cents=cents) for kind, cents in row.deductions
            ),
        ),
    )


def _vacancy(row: Row[tuple[object, ...]]) -> Vacancy:
    return Vacancy(
        id=row.id,
        employer_id=row.employer_id,
        area_path=row.area_path,
        terms=_terms(row),
        requirements=Requirements(
            qualifications=frozenset(row.qualifications),
            demands=frozenset(PhysicalDemand(each) for each in row.demands),
            least_age=row.least_age,
            group=row.group_recruitment,
            languages=frozenset(row.languages),
            farm_leave=row.farm_leave,
        ),
        places=row.places,
        reserved=row.reserved,
        taken=row.taken,
        state=VacancyState(row.state),
        published_at=row.published_at,
        occupation=row.occupation,
        minimum_batch=row.least_batch,
        version=row.version,
    )
