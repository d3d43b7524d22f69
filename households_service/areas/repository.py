from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.areas.domain import Area, AreaChangedMeanwhile, AreaLevel, CodePeriod, UnknownArea
from households_service.areas.tables import area_codes, areas
from households_service.metadata import one_of

ROWS_PER_INSERT = 2000


class AreaRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._zones: dict[str, ZoneInfo] = {}

    async def add(self, *new: Area) -> None:
        rows = [
            {
                "id": area.id,
                "path": area.path,
                "name": area.name,
                "time_zone": area.time_zone,
                "lat": area.lat,
                "lon": area.lon,
                "valid_from": area.valid_from,
                "valid_to": area.valid_to,
                "version": area.version,
            }
            for area in new
        ]
        codes = [_code_row(area.id, period) for area in new for period in area.codes]
        for start in range(0, len(rows), ROWS_PER_INSERT):
            await self._connection.execute(insert(areas), rows[start : start + ROWS_PER_INSERT])
        for start in range(0, len(codes), ROWS_PER_INSERT):
            await self._connection.execute(insert(area_codes), codes[start : start + ROWS_PER_INSERT])

    async def save(self, area: Area) -> None:
        """The area's new version, with its code periods. Raises AreaChangedMeanwhile."""
        result = await self._connection.execute(
            update(areas)
            .where(areas.c.id == area.id, areas.c.version == area.version - 1)
            .values(name=area.name, lat=area.lat, lon=area.lon, valid_to=area.valid_to, version=area.version)
        )
        if result.rowcount != 1:
            raise AreaChangedMeanwhile("The area was changed meanwhile; read it again.")
        for period in area.codes:
            fresh = upsert(area_codes).values(_code_row(area.id, period))
            await self._connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[area_codes.c.area_id, area_codes.c.valid_from],
                    set_={"valid_to": fresh.excluded.valid_to, "successor": fresh.excluded.successor},
                )
            )

    async def get(self, path: str) -> Area:
        found = await self.by_paths([path])
        if path not in found:
            raise UnknownArea("There is no such area.", field="areaPath")
        return found[path]

    async def by_paths(self, paths: Iterable[str]) -> Mapping[str, Area]:
        rows = await self._read(one_of(areas.c.path, set(paths)))
        return {area.path: area for area in rows}

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, Area]:
        return {area.id: area for area in await self._read(one_of(areas.c.id, ids))}

    async def by_code(self, code: str, on: date) -> Area | None:
        """The area that carried `code` on a day."""
        found = await self.by_codes([code], on)
        return found.get(code)

    async def by_codes(self, codes: Iterable[str], on: date) -> Mapping[str, Area]:
        query = select(area_codes.c.code, area_codes.c.area_id).where(
            one_of(area_codes.c.code, codes),
            area_codes.c.valid_from <= on,
            or_(area_codes.c.valid_to.is_(None), area_codes.c.valid_to > on),
        )
        owners = {row.code: row.area_id for row in await self._connection.execute(query)}
        by_id = await self.by_ids(owners.values()) if owners else {}
        return {code: by_id[owner] for code, owner in owners.items()}

    async def paths_of_codes(self, codes: Iterable[str], on: date) -> Mapping[str, str]:
        """The path of the area that carried each code on a day."""
        query = (
            select(area_codes.c.code, areas.c.path)
            .join(areas, areas.c.id == area_codes.c.area_id)
            .where(
                one_of(area_codes.c.code, codes),
                area_codes.c.valid_from <= on,
                or_(area_codes.c.valid_to.is_(None), area_codes.c.valid_to > on),
            )
        )
        return {row.code: row.path for row in await self._connection.execute(query)}

    async def codes_of(self, paths: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Every code that the areas ever carried."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        query = (
            select(areas.c.path, area_codes.c.code)
            .join(area_codes, area_codes.c.area_id == areas.c.id)
            .where(one_of(areas.c.path, set(paths)))
        )
        for row in await self._connection.execute(query):
            found[row.path].add(row.code)
        return {path: frozenset(codes) for path, codes in found.items()}

    async def code_paths(self) -> Mapping[str, str]:
        """The path of every code that any area ever carried."""
        query = select(area_codes.c.code, areas.c.path).join(areas, areas.c.id == area_codes.c.area_id)
        return {row.code: row.path for row in await self._connection.execute(query)}

    async def code_taken(self, code: str, since: date) -> bool:
        """Whether any area carries `code` on or after a day."""
        query = select(func.count()).where(
            area_codes.c.code == code, or_(area_codes.c.valid_to.is_(None), area_codes.c.valid_to > since)
        )
        return bool(await self._connection.scalar(query))

    async def under(self, prefix: str, level: AreaLevel | None, *, after_path: str = "", limit: int) -> Sequence[Area]:
        """At and below `prefix`, in path order."""
        return await self._read(_under(prefix, level), areas.c.path > after_path, limit=limit)

    async def count_under(self, prefix: str, level: AreaLevel | None) -> int:
        query = select(func.count()).select_from(areas).where(_under(prefix, level))
        return int(await self._connection.scalar(query) or 0)

    async def children_of(self, paths: Iterable[str]) -> Mapping[str, Sequence[Area]]:
        """Of each path the areas one level below it."""
        wanted = sorted(set(paths))
        below = or_(*(and_(_under(path, None), _depth() == path.count("/") + 1) for path in wanted))
        children: dict[str, list[Area]] = defaultdict(list)
        for area in await self._read(below):
            children[str(area.parent_path)].append(area)
        return children

    async def zones_of(self, paths: Iterable[str]) -> Mapping[str, ZoneInfo]:
        """Asked for many times in one transaction, read once."""
        wanted = set(paths)
        unread = wanted - self._zones.keys()
        if unread:
            query = select(areas.c.path, areas.c.time_zone).where(one_of(areas.c.path, unread))
            self._zones |= {row.path: ZoneInfo(row.time_zone) for row in await self._connection.execute(query)}
        return {path: self._zones[path] for path in wanted if path in self._zones}

    async def _read(self, *conditions: ColumnElement[bool], limit: int | None = None) -> Sequence[Area]:
        page = select(areas).where(*conditions).order_by(areas.c.path).limit(limit).subquery()
        query = (
            select(
                page,
                area_codes.c.code,
                area_codes.c.valid_from.label("code_from"),
                area_codes.c.valid_to.label("code_to"),
                area_codes.c.successor,
            )
            .join(area_codes, area_codes.c.area_id == page.c.id)
            .order_by(page.c.path, area_codes.c.valid_from)
        )
        by_id: dict[UUID, list[Row[tuple[object, ...]]]] = defaultdict(list)
        for row in await self._connection.execute(query):
            by_id[row.id].append(row)
        found = [_area(rows) for rows in by_id.values()]
        self._zones |= {area.path: area.zone for area in found}
        return found


def _under(prefix: str, level: AreaLevel | None) -> ColumnElement[bool]:
    below = and_(areas.c.path >= prefix, areas.c.path < prefix + "~")
    return below if level is None else and_(below, _depth() == level.depth)


def _depth() -> ColumnElement[int]:
    return func.length(areas.c.path) - func.length(func.replace(areas.c.path, "/", ""))


def _code_row(area_id: UUID, period: CodePeriod) -> dict[str, object]:
    return {
        "area_id": area_id,
        "code": period.code,
        "valid_from": period.valid_from,
        "valid_to": period.valid_to,
        "successor": period.successor,
    }


def _area(rows: Sequence[Row[tuple[object, ...]]]) -> Area:
    first = rows[0]
    return Area(
        id=first.id,
        path=first.path,
        name=first.name,
        time_zone=first.time_zone,
        lat=first.lat,
        lon=first.lon,
        valid_from=first.valid_from,
        valid_to=first.valid_to,
        version=first.version,
        codes=tuple(
            CodePeriod(code=row.code, valid_from=row.code_from, valid_to=row.code_to, successor=row.successor)
            for row in rows
        ),
    )
