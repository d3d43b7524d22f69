from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, false, func, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.tables import outbox, subject_sequences
from households_service.members.tables import members
from households_service.metadata import one_of
from households_service.officers.tables import officers, pairings
from households_service.registry.domain import (
    Household,
    HouseholdChangedMeanwhile,
    HouseholdCodeTaken,
    MonitoringCategory,
    RegistrationHistory,
    UnknownHousehold,
)
from households_service.registry.sight import Sight
from households_service.registry.tables import households

ROWS_PER_INSERT = 2000


class HouseholdOrder(StrEnum):
    CODE = "CODE"
    CODE_DESCENDING = "CODE_DESCENDING"
    NEWEST_FIRST = "NEWEST_FIRST"


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFilter:
    """Everything given must hold; an empty tuple asks for nothing in particular."""

    area_path: str | None = None
    categories: tuple[MonitoringCategory, ...] = ()
    histories: tuple[RegistrationHistory, ...] = ()
    code_prefix: str | None = None


class HouseholdRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *new: Household) -> None:
        """Raises HouseholdCodeTaken; the transaction is then lost."""
        rows = [_row(household) for household in new]
        try:
            for start in range(0, len(rows), ROWS_PER_INSERT):
                await self._connection.execute(insert(households), rows[start : start + ROWS_PER_INSERT])
        except IntegrityError as error:
            # Also for a household beyond the caller's area wall, which no look-up before could see.
            if "households_code_key" not in str(error.orig):
                raise
            raise HouseholdCodeTaken("A household carries this code already.", field="code") from None

    async def save(self, household: Household) -> None:
        """The next version. Raises HouseholdChangedMeanwhile when another one was saved first."""
        result = await self._connection.execute(
            update(households)
            .where(households.c.id == household.id, households.c.version == household.version - 1)
            .values(_row(household))
        )
        if result.rowcount != 1:
            raise HouseholdChangedMeanwhile("The household was changed meanwhile; read it again.")

    async def get(self, household_id: UUID, sight: Sight | None = None, *, lock: bool = False) -> Household:
        """Raises UnknownHousehold, also for one that the sight does not cover."""
        query = select(households).where(households.c.id == household_id, _seen(sight))
        row = (await self._connection.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise UnknownHousehold("There is no such household, or not for you.", field="householdId")
        return _household(row)

    async def by_ids(self, ids: Iterable[UUID], sight: Sight | None = None) -> Mapping[UUID, Household]:
        query = select(households).where(one_of(households.c.id, ids), _seen(sight))
        return {row.id: _household(row) for row in await self._connection.execute(query)}

    async def lock(self, ids: Iterable[UUID]) -> Mapping[UUID, Household]:
        """For who changes what belongs to them: one writer at a time, in one order, until the transaction ends."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        query = select(households).where(one_of(households.c.id, wanted)).order_by(households.c.id).with_for_update()
        return {row.id: _household(row) for row in await self._connection.execute(query)}

    async def by_codes(self, codes: Iterable[str], sight: Sight | None = None) -> Mapping[str, Household]:
        query = select(households).where(one_of(households.c.code, codes), _seen(sight))
        return {row.code: _household(row) for row in await self._connection.execute(query)}

    async def page(
        self, asked: HouseholdFilter, order: HouseholdOrder, sight: Sight, *, after: str | None, limit: int
    ) -> Sequence[Household]:
        """`after`: the code (or, newest first, the id) of the last row of the page before."""
        query = select(households).where(_seen(sight), households.c.removed_on.is_(None), *_conditions(asked))
        if order is HouseholdOrder.NEWEST_FIRST:
            query = query.order_by(households.c.id.desc())
            beyond = None if after is None else households.c.id < UUID(after)
        elif order is HouseholdOrder.CODE_DESCENDING:
            query = query.order_by(households.c.code.desc())
            beyond = None if after is None else households.c.code < after
        else:
            query = query.order_by(households.c.code)
            beyond = None if after is None else households.c.code > after
        query = query.limit(limit) if beyond is None else query.where(beyond).limit(limit)
        return [_household(row) for row in await self._connection.execute(query)]

    async def count(self, asked: HouseholdFilter, sight: Sight) -> int:
        query = (
            select(func.count())
            .select_from(households)
            .where(_seen(sight), households.c.removed_on.is_(None), *_conditions(asked))
        )
        return int(await self._connection.scalar(query) or 0)

    async def counts_under(self, paths: Iterable[str], sight: Sight) -> Mapping[str, int]:
        """Of each area path the number of households at and below it."""
        wanted = sorted(set(paths))
        asked = select(func.unnest(array(wanted)).collate("C").label("prefix")).subquery()
        below = and_(
            households.c.area_path >= asked.c.prefix,
            households.c.area_path < asked.c.prefix + "~",
            households.c.removed_on.is_(None),
            _seen(sight),
        )
        query = (
            select(asked.c.prefix, func.count(households.c.id))
            .select_from(asked)
            .outerjoin(households, below)
            .group_by(asked.c.prefix)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def in_id_order(self, area_path: str, *, after: UUID | None, limit: int) -> Sequence[Household]:
        """Households at or below a path, removed ones too: a copy must learn that they went."""
        query = select(households).order_by(households.c.id).limit(limit)
        if area_path:
            query = query.where(_under(area_path))
        if after is not None:
            query = query.where(households.c.id > after)
        return [_household(row) for row in await self._connection.execute(query)]

    async def outbox_position(self) -> int:
        """The number of the newest row that is published or waits for it; 0 where the outbox is empty."""
        return int(await self._connection.scalar(select(func.max(outbox.c.n))) or 0)

    async def last_sequences(self, ids: Iterable[UUID]) -> Mapping[UUID, int]:
        """Of each subject the number of its newest event."""
        query = select(subject_sequences).where(one_of(subject_sequences.c.subject_id, (str(key) for key in ids)))
        return {UUID(row.subject_id): row.last for row in await self._connection.execute(query)}


def _under(path: str) -> ColumnElement[bool]:
    return and_(households.c.area_path >= path, households.c.area_path < path + "~")


def _seen(sight: Sight | None) -> ColumnElement[bool]:
    """The sight as a condition; None sees everything and is for our own work only."""
    if sight is None or sight.everything:
        return true()
    ways = [_under(prefix) for prefix in sight.prefixes]
    if sight.paired_subject is not None:
        ways.append(
            households.c.id.in_(
                select(pairings.c.household_id)
                .join(officers, officers.c.id == pairings.c.officer_id)
                .where(
                    officers.c.subject == sight.paired_subject,
                    officers.c.active,
                    pairings.c.valid_from <= sight.day,
                    or_(pairings.c.valid_to.is_(None), pairings.c.valid_to > sight.day),
                )
            )
        )
    if sight.member_id is not None:
        ways.append(
            households.c.id.in_(
                select(members.c.household_id).where(members.c.id == sight.member_id, members.c.left_on.is_(None))
            )
        )
    return or_(*ways) if ways else false()


def _conditions(asked: HouseholdFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.area_path is not None:
        conditions.append(_under(asked.area_path))
    if asked.categories:
        conditions.append(households.c.monitoring_category.in_(asked.categories))
    if asked.histories:
        conditions.append(households.c.registration_history.in_(asked.histories))
    if asked.code_prefix:
        conditions.append(households.c.code.startswith(asked.code_prefix, autoescape=True))
    return conditions


def _row(household: Household) -> dict[str, object]:
    return {
        "id": household.id,
        "code": household.code,
        "area_path": household.area_path,
        "registration_history": household.registration_history,
        "monitoring_category": household.monitoring_category,
        "safe_housing": household.safe_housing,
        "safe_water": household.safe_water,
        "registered_on": household.registered_on,
        "removed_on": household.removed_on,
        "version": household.version,
    }


def _household(row: Row[tuple[object, ...]]) -> Household:
    return Household(
        id=row.id,
        code=row.code,
        area_path=row.area_path,
        registration_history=RegistrationHistory(row.registration_history),
        monitoring_category=MonitoringCategory(row.monitoring_category),
        safe_housing=row.safe_housing,
        safe_water=row.safe_water,
        registered_on=row.registered_on,
        removed_on=row.removed_on,
        version=row.version,
    )
