from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import Page, PageRequest, page_of
from risk_service.access import Visibility
from risk_service.alerts.domain import (
    Alert,
    AlertChange,
    AlertStatus,
    ChangeKind,
    Priority,
)
from risk_service.alerts.refusals import AlertChanged
from risk_service.alerts.rows import alert_of, conditions_of, values_of
from risk_service.alerts.tables import alert_changes, alerts
from risk_service.copies.visible import visible_rows, within
from risk_service.cursors import literal_place, place, place_cursor, read_place
from risk_service.metadata import one_of
from risk_service.policy.domain import AlertLevel, RiskFactor

OPEN = alerts.c.status != AlertStatus.CLEARED.value


class AlertOrder(StrEnum):
    NEWEST_FIRST = "NEWEST_FIRST"
    OLDEST_FIRST = "OLDEST_FIRST"
    # Red before yellow, of one level the one that has waited longest.
    MOST_URGENT_FIRST = "MOST_URGENT_FIRST"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts; None does not restrict."""

    area_path: str | None = None
    household_id: UUID | None = None
    statuses: tuple[AlertStatus, ...] | None = None
    levels: tuple[AlertLevel, ...] | None = None
    factors: tuple[RiskFactor, ...] | None = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class AlertRepository:
    connection: AsyncConnection

    async def get(self, alert_id: UUID, *, lock: bool = False) -> Alert | None:
        query = select(alerts).where(alerts.c.id == alert_id)
        row = (await self.connection.execute(query.with_for_update() if lock else query)).first()
        return None if row is None else alert_of(row)

    async def many(self, ids: Sequence[UUID]) -> dict[UUID, Alert]:
        rows = await self.connection.execute(select(alerts).where(one_of(alerts.c.id, ids)))
        return {row.id: alert_of(row) for row in rows}

    async def open_of(self, household_id: UUID, factor: RiskFactor) -> Alert | None:
        """Locked until the end of the transaction."""
        query = select(alerts).where(alerts.c.household_id == household_id, alerts.c.factor == factor.value, OPEN)
        row = (await self.connection.execute(query.with_for_update())).first()
        return None if row is None else alert_of(row)

    async def open_of_many(self, ids: Sequence[UUID], factor: RiskFactor) -> list[Alert]:
        """Locked until the end of the transaction, in one order."""
        query = (
            select(alerts)
            .where(one_of(alerts.c.household_id, ids), alerts.c.factor == factor.value, OPEN)
            .order_by(alerts.c.id)
            .with_for_update()
        )
        return [alert_of(row) for row in await self.connection.execute(query)]

    async def open_about(self, factor: RiskFactor, department: str, record_id: str) -> list[UUID]:
        """Households with an open alert that rests on a report of what was found at a place."""
        behind = alerts.c.conditions.contains([{"department": department, "record_id": record_id}])
        query = select(alerts.c.household_id).where(alerts.c.factor == factor.value, OPEN, behind)
        return list((await self.connection.execute(query)).scalars())

    async def cleared_conditions(
        self, ids: Sequence[UUID], factor: RiskFactor
    ) -> dict[UUID, set[tuple[str, str, int]]]:
        """By household department, record and version of what a person decided on: it does not warn again."""
        query = select(alerts.c.household_id, alerts.c.conditions).where(
            one_of(alerts.c.household_id, ids),
            alerts.c.factor == factor.value,
            alerts.c.status == AlertStatus.CLEARED.value,
        )
        found: dict[UUID, set[tuple[str, str, int]]] = {}
        for row in await self.connection.execute(query):
            seen = conditions_of(row.conditions)
            found.setdefault(row.household_id, set()).update(
                (one.department, one.record_id, one.version) for one in seen
            )
        return found

    async def open_of_household(self, household_id: UUID) -> list[Alert]:
        query = select(alerts).where(alerts.c.household_id == household_id, OPEN).order_by(alerts.c.id)
        return [alert_of(row) for row in await self.connection.execute(query)]

    async def open_by_household(self, ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, list[Alert]]:
        """Most urgent first. `lock`: until the end of the transaction."""
        query = (
            select(alerts)
            .where(one_of(alerts.c.household_id, ids), OPEN)
            .order_by(alerts.c.level.desc(), alerts.c.raised_at, alerts.c.id)
        )
        found: dict[UUID, list[Alert]] = {}
        for row in await self.connection.execute(query.with_for_update() if lock else query):
            found.setdefault(row.household_id, []).append(alert_of(row))
        return found

    async def watch_by_household(self, ids: Sequence[UUID]) -> dict[UUID, date]:
        """The last day of the light watch, by household."""
        query = (
            select(alerts.c.household_id, func.max(alerts.c.watch_until).label("until"))
            .where(one_of(alerts.c.household_id, ids), alerts.c.watch_until.is_not(None))
            .group_by(alerts.c.household_id)
        )
        return {row.household_id: row.until for row in await self.connection.execute(query)}

    async def put(self, alert: Alert) -> None:
        """Raises AlertChanged when the stored version is not the one before this."""
        if alert.version == 1:
            await self.add([alert])
        else:
            await self.replace(alert, stored_version=alert.version - 1)

    async def add(self, new: Sequence[Alert]) -> None:
        """Alerts that nobody has seen yet, in whatever version."""
        if new:
            await self.connection.execute(insert(alerts), [{"id": alert.id, **values_of(alert)} for alert in new])

    async def replace(self, alert: Alert, *, stored_version: int) -> None:
        """Raises AlertChanged when another version is stored."""
        mine = (alerts.c.id == alert.id) & (alerts.c.version == stored_version)
        outcome = await self.connection.execute(update(alerts).where(mine).values(**values_of(alert)))
        if outcome.rowcount != 1:
            raise AlertChanged("The alert has changed since you read it; read it again.")

    async def put_priority(self, alert: Alert) -> None:
        """Priority follows from the household's other alerts and is no change of this one."""
        await self.connection.execute(
            update(alerts).where(alerts.c.id == alert.id).values(priority=alert.priority.value)
        )

    async def add_change(self, change: AlertChange, *, area_path: str) -> None:
        await self.add_changes([(change, area_path)])

    async def add_changes(self, changes: Sequence[tuple[AlertChange, str]]) -> None:
        """Each with the area its alert lies in."""
        rows = [
            {
                "alert_id": change.alert_id,
                "number": change.number,
                "area_path": area_path,
                "kind": change.kind.value,
                "level": int(change.level),
                "amount": change.amount,
                "at": change.at,
            }
            for change, area_path in changes
        ]
        await self.connection.execute(insert(alert_changes), rows)

    async def changes(self, ids: Sequence[UUID]) -> dict[UUID, list[AlertChange]]:
        query = (
            select(alert_changes)
            .where(alert_changes.c.alert_id.in_(ids))
            .order_by(alert_changes.c.alert_id, alert_changes.c.number)
        )
        found: dict[UUID, list[AlertChange]] = {}
        for row in await self.connection.execute(query):
            found.setdefault(row.alert_id, []).append(
                AlertChange(
                    alert_id=row.alert_id,
                    number=row.number,
                    kind=ChangeKind(row.kind),
                    level=AlertLevel(row.level),
                    amount=row.amount,
                    at=row.at,
                )
            )
        return found

    async def page(self, seen: Visibility, wanted: AlertFilter, order: AlertOrder, request: PageRequest) -> Page[Alert]:
        query = select(alerts).where(_matching(seen, wanted)).limit(request.first + 1)
        query = query.order_by(*_ORDERS[order])
        if request.after is not None:
            query = query.where(_behind(order, request.after))
        rows = (await self.connection.execute(query)).all()
        return page_of([alert_of(row) for row in rows], request, _cursor)

    async def pages_by_household(
        self, keys: Sequence[tuple[UUID, AlertFilter, int, str | None]]
    ) -> dict[tuple[UUID, AlertFilter, int, str | None], Page[Alert]]:
        """Newest first; one query for all households that ask for the same page."""
        asked: dict[tuple[AlertFilter, int, str | None], list[UUID]] = {}
        for household_id, wanted, first, after in keys:
            asked.setdefault((wanted, first, after), []).append(household_id)
        found: dict[tuple[UUID, AlertFilter, int, str | None], Page[Alert]] = {}
        for (wanted, first, after), ids in asked.items():
            number = func.row_number().over(
                partition_by=alerts.c.household_id, order_by=_ORDERS[AlertOrder.NEWEST_FIRST]
            )
            inside = _matching(Visibility(everything=True), wanted) & one_of(alerts.c.household_id, ids)
            if after is not None:
                inside &= _behind(AlertOrder.NEWEST_FIRST, after)
            numbered = select(alerts.c.id, number.label("number")).where(inside).subquery()
            query = (
                select(alerts)
                .join(numbered, numbered.c.id == alerts.c.id)
                .where(numbered.c.number <= first + 1)
                .order_by(*_ORDERS[AlertOrder.NEWEST_FIRST])
            )
            rows: dict[UUID, list[Alert]] = {}
            for row in await self.connection.execute(query):
                rows.setdefault(row.household_id, []).append(alert_of(row))
            request = PageRequest(first=first, after=after)
            for household_id in ids:
                page = page_of(rows.get(household_id, []), request, _cursor)
                found[household_id, wanted, first, after] = page
        return found

    async def count(self, seen: Visibility, wanted: AlertFilter) -> int:
        query = select(func.count()).select_from(alerts).where(_matching(seen, wanted))
        return int(await self.connection.scalar(query) or 0)

    async def move(self, household_id: UUID, area_path: str) -> None:
        """The household moved: what is known of its alerts moves along."""
        own = select(alerts.c.id).where(alerts.c.household_id == household_id)
        await self.connection.execute(
            update(alert_changes)
            .where(alert_changes.c.alert_id.in_(own), alert_changes.c.area_path != area_path)
            .values(area_path=area_path)
        )
        await self.connection.execute(
            update(alerts)
            .where(alerts.c.household_id == household_id, alerts.c.area_path != area_path)
            .values(area_path=area_path)
        )


_ORDERS = {
    AlertOrder.NEWEST_FIRST: (alerts.c.raised_at.desc(), alerts.c.id.desc()),
    AlertOrder.OLDEST_FIRST: (alerts.c.raised_at.asc(), alerts.c.id.asc()),
    AlertOrder.MOST_URGENT_FIRST: (alerts.c.level.desc(), alerts.c.raised_at.asc(), alerts.c.id.asc()),
}


def _cursor(alert: Alert) -> str:
    return place_cursor(alert.raised_at, alert.id, before=int(alert.level))


def _behind(order: AlertOrder, cursor: str) -> ColumnElement[bool]:
    level, _, _ = read_place(cursor)
    here = literal_place(alerts.c.raised_at, alerts.c.id, cursor)
    own = place(alerts.c.raised_at, alerts.c.id)
    match order:
        case AlertOrder.NEWEST_FIRST:
            return own < here
        case AlertOrder.OLDEST_FIRST:
            return own > here
        case AlertOrder.MOST_URGENT_FIRST:
            return (alerts.c.level < level) | ((alerts.c.level == level) & (own > here))


def _matching(seen: Visibility, wanted: AlertFilter) -> ColumnElement[bool]:
    found = visible_rows(seen, area_path=alerts.c.area_path, household_id=alerts.c.household_id)
    if wanted.area_path is not None:
        found &= within(alerts.c.area_path, wanted.area_path)
    if wanted.household_id is not None:
        found &= alerts.c.household_id == wanted.household_id
    if wanted.statuses is not None:
        found &= alerts.c.status.in_([status.value for status in wanted.statuses])
    if wanted.levels is not None:
        found &= alerts.c.level.in_([int(level) for level in wanted.levels])
    if wanted.factors is not None:
        found &= alerts.c.factor.in_([factor.value for factor in wanted.factors])
    if wanted.priority is not None:
        found &= alerts.c.priority == wanted.priority.value
    return found
