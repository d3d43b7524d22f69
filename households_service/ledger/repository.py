from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.ledger.domain import (
    EntryChangedMeanwhile,
    EntryInBrief,
    IncomeFact,
    LedgerEntry,
    UnknownLedgerEntry,
)
from households_service.ledger.kinds import EntryStatus, Evidence, IncomeGroup, IncomeKind, PayerType, Rhythm
from households_service.ledger.tables import ledger_entries
from households_service.metadata import one_of

ROWS_PER_INSERT = 1000


# By a mapping: calling an enumeration costs several times as much, and entries are read by the thousand.
_GROUPS: Mapping[str, IncomeGroup] = {one: one for one in IncomeGroup}
_KINDS: Mapping[str, IncomeKind] = {one: one for one in IncomeKind}
_RHYTHMS: Mapping[str, Rhythm] = {one: one for one in Rhythm}
_PAYERS: Mapping[str, PayerType] = {one: one for one in PayerType}
_EVIDENCE: Mapping[str, Evidence] = {one: one for one in Evidence}
_STATUSES: Mapping[str, EntryStatus] = {one: one for one in EntryStatus}


_IN_BRIEF = tuple(
    ledger_entries.c[name]
    for name in (
        "id",
        "status",
        "income_group",
        "kind",
        "rhythm",
        "amount_cents",
        "period_from",
        "period_to",
        "member_id",
        "payer_type",
        "evidence",
        "confirmed_by_household",
        "verified_stable",
    )
)


class LedgerRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *new: LedgerEntry) -> None:
        """First versions."""
        rows = [_row(entry) for entry in new]
        for start in range(0, len(rows), ROWS_PER_INSERT):
            await self._connection.execute(insert(ledger_entries), rows[start : start + ROWS_PER_INSERT])

    async def supersede(self, entry: LedgerEntry) -> None:
        """Adds the next version. Raises EntryChangedMeanwhile when another one was recorded first."""
        result = await self._connection.execute(
            update(ledger_entries)
            .where(
                ledger_entries.c.id == entry.id,
                ledger_entries.c.version == entry.version - 1,
                ledger_entries.c.superseded_at.is_(None),
            )
            .values(superseded_at=entry.recorded_at)
        )
        if result.rowcount != 1:
            raise EntryChangedMeanwhile("The entry was changed meanwhile; read it again.")
        await self._connection.execute(insert(ledger_entries), [_row(entry)])

    async def write(self, versions: Sequence[LedgerEntry]) -> None:
        """New versions in their order, of entries that the caller has locked; each takes over from the one before."""
        if not versions:
            return
        last = {entry.id: entry for entry in versions}
        old = [one.id for one in versions if one.version > 1]
        if old:
            await self._connection.execute(
                update(ledger_entries)
                .where(one_of(ledger_entries.c.id, old), _present())
                .values(superseded_at=versions[0].recorded_at)
            )
        await self._connection.execute(
            insert(ledger_entries),
            [{**_row(one), "superseded_at": None if one is last[one.id] else one.recorded_at} for one in versions],
        )

    async def get(self, entry_id: UUID) -> LedgerEntry:
        query = select(ledger_entries).where(ledger_entries.c.id == entry_id, _present())
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise UnknownLedgerEntry("There is no such ledger entry, or not for you.", field="entryId")
        return _entry(row)

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, LedgerEntry]:
        query = select(ledger_entries).where(one_of(ledger_entries.c.id, ids), _present())
        return {row.id: _entry(row) for row in await self._connection.execute(query)}

    async def by_source(self, source: str) -> LedgerEntry | None:
        query = select(ledger_entries).where(ledger_entries.c.source == source, _present())
        row = (await self._connection.execute(query)).first()
        return None if row is None else _entry(row)

    async def of_households(
        self, household_ids: Iterable[UUID], *, known_at: datetime | None = None
    ) -> Mapping[UUID, Sequence[LedgerEntry]]:
        """Of each household its entries in their present versions, or in those known at an instant."""
        query = (
            select(ledger_entries)
            .where(
                one_of(ledger_entries.c.household_id, household_ids),
                _present() if known_at is None else _known(known_at),
            )
            .order_by(ledger_entries.c.id)
        )
        found: dict[UUID, list[LedgerEntry]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.household_id].append(_entry(row))
        return found

    async def brief_of(
        self, household_ids: Iterable[UUID], *, known_at: datetime | None = None
    ) -> Mapping[UUID, Sequence[EntryInBrief]]:
        """As `of_households`, without who recorded what and why."""
        query = (
            select(ledger_entries.c.household_id, *_IN_BRIEF)
            .where(
                one_of(ledger_entries.c.household_id, household_ids),
                _present() if known_at is None else _known(known_at),
            )
            .order_by(ledger_entries.c.id)
        )
        found: dict[UUID, list[EntryInBrief]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.household_id].append(EntryInBrief(row.id, _STATUSES[row.status], _fact(row)))
        return found

    async def pages_of(
        self, household_ids: Iterable[UUID], *, after: UUID | None, limit: int
    ) -> Mapping[UUID, Sequence[LedgerEntry]]:
        """Of each household the newest `limit` entries (recorded before `after`), in one query."""
        ranked = select(
            ledger_entries,
            func.row_number()
            .over(partition_by=ledger_entries.c.household_id, order_by=ledger_entries.c.id.desc())
            .label("rank"),
        ).where(one_of(ledger_entries.c.household_id, household_ids), _present())
        if after is not None:
            ranked = ranked.where(ledger_entries.c.id < after)
        page = ranked.subquery()
        query = select(page).where(page.c.rank <= limit).order_by(page.c.id.desc())
        found: dict[UUID, list[LedgerEntry]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.household_id].append(_entry(row))
        return found

    async def counts_of(self, household_ids: Iterable[UUID]) -> Mapping[UUID, int]:
        query = (
            select(ledger_entries.c.household_id, func.count())
            .where(one_of(ledger_entries.c.household_id, household_ids), _present())
            .group_by(ledger_entries.c.household_id)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def versions(self, entry_id: UUID) -> Sequence[LedgerEntry]:
        query = select(ledger_entries).where(ledger_entries.c.id == entry_id).order_by(ledger_entries.c.version)
        return [_entry(row) for row in await self._connection.execute(query)]


def _present() -> ColumnElement[bool]:
    return ledger_entries.c.superseded_at.is_(None)


def _known(at: datetime) -> ColumnElement[bool]:
    return and_(
        ledger_entries.c.recorded_at <= at,
        or_(ledger_entries.c.superseded_at.is_(None), ledger_entries.c.superseded_at > at),
    )


def _row(entry: LedgerEntry) -> dict[str, object]:
    fact = entry.fact
    return {
        "id": entry.id,
        "version": entry.version,
        "household_id": entry.household_id,
        "area_path": entry.area_path,
        "member_id": fact.member_id,
        "income_group": fact.group,
        "kind": fact.kind,
        "rhythm": fact.rhythm,
        "amount_cents": fact.amount_cents,
        "period_from": fact.period_from,
        "period_to": fact.period_to,
        "payer_type": fact.payer_type,
        "evidence": fact.evidence,
        "confirmed_by_household": fact.confirmed_by_household,
        "verified_stable": fact.verified_stable,
        "status": entry.status,
        "duplicate_of": entry.duplicate_of,
        "recorded_at": entry.recorded_at,
        "recorded_by": entry.recorded_by,
        "reason": entry.reason,
        "source": entry.source,
    }


def _fact(row: Row[tuple[object, ...]]) -> IncomeFact:
    return IncomeFact(
        group=_GROUPS[row.income_group],
        kind=_KINDS[row.kind],
        rhythm=_RHYTHMS[row.rhythm],
        amount_cents=row.amount_cents,
        period_from=row.period_from,
        period_to=row.period_to,
        member_id=row.member_id,
        payer_type=_PAYERS[row.payer_type],
        evidence=_EVIDENCE[row.evidence],
        confirmed_by_household=row.confirmed_by_household,
        verified_stable=row.verified_stable,
    )


def _entry(row: Row[tuple[object, ...]]) -> LedgerEntry:
    return LedgerEntry(
        id=row.id,
        version=row.version,
        household_id=row.household_id,
        area_path=row.area_path,
        fact=_fact(row),
        status=_STATUSES[row.status],
        duplicate_of=row.duplicate_of,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        reason=row.reason,
        source=row.source,
    )
