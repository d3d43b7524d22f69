"""What matching reads across slices, in a few statements for any number of people and vacancies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Text, cast, delete, func, literal, select, true
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.employers.tables import employers
from employment_service.matching.market.stability import PRIOR, Calibration
from employment_service.matching.tables import household_warnings, stability_calibrations
from employment_service.metadata import one_of
from employment_service.offers.tables import offers
from employment_service.placements.domain import CURRENT
from employment_service.placements.tables import placements
from employment_service.vacancies.domain import VacancyState
from employment_service.vacancies.tables import vacancies, vacancy_places

Stamp = tuple[int, str]
PLAIN = 100
SPREAD = 1_000_003
"""Keeps a version and a count of places apart in one number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A published vacancy, as light as tells whether it changed."""

    id: UUID
    version: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`free`: neither taken nor held for an offer that runs; `held`: one or the other."""

    free: int
    held: int


NO_PLACES = Places(free=0, held=0)


@dataclass(frozen=True, slots=True)
class MatchingRepository:
    connection: AsyncConnection

    async def board_stamp(self) -> tuple[Stamp, Stamp]:
        """Of all published vacancies and of all employers: another stamp, another board."""
        posted = func.uuid_hash_extended(
            vacancies.c.id, cast(vacancies.c.version, BigInteger) * SPREAD + vacancy_places.c.taken
        )
        boss = func.uuid_hash_extended(employers.c.id, cast(employers.c.version, BigInteger))
        board = (
            select(func.count().label("posted"), cast(func.coalesce(func.sum(posted), 0), Text).label("sum"))
            .select_from(vacancies.join(vacancy_places, vacancy_places.c.vacancy_id == vacancies.c.id))
            .where(vacancies.c.state == VacancyState.PUBLISHED)
            .subquery()
        )
        bosses = select(
            func.count().label("bosses"), cast(func.coalesce(func.sum(boss), 0), Text).label("sum")
        ).subquery()
        both = select(board.c.posted, board.c.sum, bosses.c.bosses, bosses.c.sum).select_from(
            board.join(bosses, true())  # one row beside one row
        )
        row = (await self.connection.execute(both)).one()
        return (int(row[0]), str(row[1])), (int(row[2]), str(row[3]))

    async def postings(self) -> list[Posting]:
        rows = await self.connection.execute(
            select(vacancies.c.id, vacancies.c.version, vacancy_places.c.taken)
            .select_from(vacancies.join(vacancy_places, vacancy_places.c.vacancy_id == vacancies.c.id))
            .where(vacancies.c.state == VacancyState.PUBLISHED)
            .order_by(vacancies.c.id)
        )
        return [Posting(id=row.id, version=row.version, taken=row.taken) for row in rows]

    async def places(self) -> dict[UUID, Places]:
        """By published vacancy. For runs alone; never shown."""
        held = (vacancy_places.c.taken + vacancy_places.c.reserved).label("held")
        rows = await self.connection.execute(
            select(vacancies.c.id, vacancies.c.places, held)
            .select_from(vacancies.join(vacancy_places, vacancy_places.c.vacancy_id == vacancies.c.id))
            .where(vacancies.c.state == VacancyState.PUBLISHED)
        )
        return {row.id: Places(free=max(row.places - row.held, 0), held=row.held) for row in rows}

    async def weights(self, household_ids: Collection[UUID]) -> dict[UUID, float]:
        """1.0 where nothing warns; by the highest open level otherwise."""
        rows = await self.connection.execute(
            select(household_warnings.c.household_id, func.max(household_warnings.c.hundredths).label("most"))
            .where(one_of(household_warnings.c.household_id, set(household_ids)))
            .group_by(household_warnings.c.household_id)
        )
        return {row.household_id: row.most / PLAIN for row in rows}

    async def put_warning(self, *, alert_id: UUID, household_id: UUID, hundredths: int) -> None:
        fresh = upsert(household_warnings).values(alert_id=alert_id, household_id=household_id, hundredths=hundredths)
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[household_warnings.c.alert_id], set_={"hundredths": fresh.excluded.hundredths}
            )
        )

    async def end_warning(self, alert_id: UUID) -> None:
        await self.connection.execute(delete(household_warnings).where(household_warnings.c.alert_id == alert_id))

    async def bound_workers(self, worker_ids: Collection[UUID], *, at: datetime) -> frozenset[UUID]:
        """With an offer that has not run out, whatever was answered to it, or with work now: no plan moves them.

        An answer must not show: whoever declined stays here as long as whoever has not answered.
        """
        offered = await self.connection.execute(
            select(offers.c.worker_id).where(
                one_of(offers.c.worker_id, worker_ids),
                offers.c.expires_at > at,
            )
        )
        working = await self.connection.execute(
            select(placements.c.worker_id).where(
                one_of(placements.c.worker_id, worker_ids), placements.c.state.in_(CURRENT)
            )
        )
        return frozenset(row.worker_id for row in (*offered, *working))

    async def calibration(self, area_path: str, *, on: date) -> Calibration:
        """Of the nearest area that has one, the latest; else the prior."""
        row = (
            await self.connection.execute(
                select(stability_calibrations)
                .where(
                    literal(area_path).startswith(stability_calibrations.c.area_path),
                    stability_calibrations.c.fitted_on <= on,
                )
                .order_by(
                    func.length(stability_calibrations.c.area_path).desc(), stability_calibrations.c.fitted_on.desc()
                )
                .limit(1)
            )
        ).first()
        return PRIOR if row is None else Calibration(level=row.level, slope=row.slope, outcomes=row.outcomes)

    async def put_calibration(self, area_path: str, fitted: Calibration, *, on: date) -> None:
        fresh = upsert(stability_calibrations).values(
            area_path=area_path, fitted_on=on, level=fitted.level, slope=fitted.slope, outcomes=fitted.outcomes
        )
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[stability_calibrations.c.area_path, stability_calibrations.c.fitted_on],
                set_={name: fresh.excluded[name] for name in ("level", "slope", "outcomes")},
            )
        )
