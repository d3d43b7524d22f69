"""What matching reads across slices, in a few statements for any number of people and vacancies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import orjson
from asyncpg import Record
from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import driver_of
from employment_service.copies.domain import Point
from employment_service.matching.market.stability import PRIOR, Calibration
from employment_service.matching.tables import household_warnings, stability_calibrations
from employment_service.metadata import one_of
from employment_service.offers.tables import offers
from employment_service.placements.domain import CURRENT
from employment_service.placements.tables import placements
from employment_service.vacancies.domain import VacancyState
from employment_service.vacancies.tables import vacancies, vacancy_places

PLAIN = 100

_STAMP = """
    (select coalesce(bit_xor(uuid_hash_extended(id, version)), 0) from vacancies where state = 'PUBLISHED') as posted,
    (select coalesce(bit_xor(uuid_hash_extended(vacancy_id, taken)), 0) from vacancy_places where taken > 0) as taken,
    (select coalesce(bit_xor(uuid_hash_extended(id, version)), 0) from employers) as bosses
"""
_POSTINGS = """
    select array_agg(v.id order by v.id), array_agg(v.version order by v.id), array_agg(p.taken order by v.id)
    from vacancies v join vacancy_places p on p.vacancy_id = v.id where v.state = 'PUBLISHED'
"""
_AROUND = """
    with duty as (
        select care_area_path, valid_from, id from copied_care_duties
        where member_id = $2 and valid_from <= $5 and (valid_to is null or valid_to > $5)
    )
    select
        (select in_school from copied_members where id = $2) as in_school,
        array(select care_area_path from duty order by valid_from, id) as care,
        (select jsonb_object_agg(path, jsonb_build_array(lat, lon))::text from copied_areas
            where path = any($4[1:1] || array(select care_area_path from duty))) as centres,
        (select max(hundredths) from household_warnings where household_id = $3) as hundredths,
        (select array[level, slope, outcomes::float8] from stability_calibrations
            where area_path = any($4) and fitted_on <= $5
            order by length(area_path) desc, fitted_on desc limit 1) as calibration,
        array(select vacancy_id from offers where worker_id = $1) as offered,
        (select id from matching_runs where area_path = any($4) order by n desc limit 1) as newest_run,
        array(select g.vacancy_id from group_recruitments g join vacancies v on v.id = g.vacancy_id
            where v.state = 'PUBLISHED') as asked_as_a_group,
        {stamp}
    from (select $1::uuid, $2::uuid, $3::uuid, $4::text[], $5::date) given
""".replace("{stamp}", _STAMP)
"""$1: worker, $2: member, $3: household, $4: paths of the village and of what holds it, the village first, $5: day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Of all published vacancies, of the places taken and of all employers: another stamp, another board."""

    posted: int
    taken: int
    bosses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a list for one worker needs beside the worker, as of one instant.

    `care`: villages where somebody is looked after today. `centres`: of those and of home, where they are known.
    `offered`: whatever came of it. `asked_as_a_group`: everybody whom the work suits was asked for these.
    """

    stamp: Stamp
    in_school: bool
    care: tuple[str, ...]
    centres: Mapping[str, Point]
    weight: float
    calibration: Calibration
    offered: frozenset[UUID]
    newest_run: UUID | None
    asked_as_a_group: frozenset[UUID]


Change = tuple[int, int]
"""Of a published vacancy, its version and the places taken: what tells that it is another than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`free`: neither taken nor held for an offer that runs; `held`: one or the other."""

    free: int
    held: int


NO_PLACES = Places(free=0, held=0)


@dataclass(frozen=True, slots=True)
class MatchingRepository:
    connection: AsyncConnection

    async def board_stamp(self) -> Stamp:
        row = await (await driver_of(self.connection)).fetchrow("select " + _STAMP)
        return _stamp(row)

    async def around(
        self, *, worker_id: UUID, member_id: UUID, household_id: UUID, paths: Sequence[str], today: date
    ) -> Around:
        """`paths`: the worker's village first, then what holds it. One round trip: a list is asked for on the phone."""
        driver = await driver_of(self.connection)
        row = await driver.fetchrow(_AROUND, worker_id, member_id, household_id, list(paths), today)
        if row is None:
            raise AssertionError("A select without a table gives one row.")
        fitted = row["calibration"]
        return Around(
            stamp=_stamp(row),
            in_school=bool(row["in_school"]),
            care=() if row["in_school"] is None else tuple(row["care"]),
            centres={
                path: Point(lat=lat, lon=lon) for path, (lat, lon) in orjson.loads(row["centres"] or "{}").items()
            },
            weight=1.0 if row["hundredths"] is None else row["hundredths"] / PLAIN,
            calibration=PRIOR
            if fitted is None
            else Calibration(level=fitted[0], slope=fitted[1], outcomes=int(fitted[2])),
            offered=frozenset(row["offered"]),
            newest_run=row["newest_run"],
            asked_as_a_group=frozenset(row["asked_as_a_group"]),
        )

    async def postings(self) -> list[tuple[UUID, Change]]:
        """Of every published vacancy, by id. Three lists and not a row for each: a row costs more than it says."""
        row = await (await driver_of(self.connection)).fetchrow(_POSTINGS)
        if row is None or row[0] is None:
            return []
        ids, versions, taken = row
        return list(zip(ids, zip(versions, taken, strict=True), strict=True))

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


def _stamp(row: Record | None) -> Stamp:
    if row is None:
        raise AssertionError("A select without a table gives one row.")
    return Stamp(posted=row["posted"], taken=row["taken"], bosses=row["bosses"])
