"""Rows of a file between reading and applying: their states in the open, their values sealed.

A block holds some hundred sound households, in the file's order; the number of the last applied block is the cursor.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import polars as pl
from sqlalchemy import Integer, Text, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.vault import Vault
from households_service.imports import registry_sheet as sheet
from households_service.imports.domain import HouseholdDraft, RegistryImport, RegistryRow, RowState
from households_service.imports.households import CODE, ORDER, PATH, SOUND
from households_service.imports.row_rules import BORN, LABOUR_SAID
from households_service.imports.tables import registry_staged_blocks, registry_staged_rows
from households_service.members.domain import LabourCapacity, Relation, Residence
from households_service.metadata import one_of
from households_service.registry.domain import MonitoringCategory, RegistrationHistory
from households_service.registry.tables import households
from households_service.sheets.checking import NUMBER

KEPT = (
    CODE, PATH, NUMBER, sheet.MEMBER_NUMBER, sheet.NAME, sheet.ID_NUMBER, BORN, sheet.RELATION, sheet.LABOUR_CAPACITY,
    LABOUR_SAID, sheet.LIVING_HERE, sheet.IN_SCHOOL, sheet.HEALTH, sheet.PHONE, sheet.REGISTRATION_HISTORY,
    sheet.MONITORING_CATEGORY, sheet.UNSAFE_HOUSE, sheet.SAFE_WATER,
)  # fmt: skip
"""What a block keeps of each row; everything else of the sheet is forgotten here."""

_ADD_ROWS = text("""
    insert into registry_staged_rows
        (import_id, row_number, area_path, household, household_code, household_path, state)
    select :import_id, row.number, :area_path, row.household, row.code, row.path, row.state
    from unnest(:numbers, :households, :codes, :paths, :states) as row (number, household, code, path, state)
    """).bindparams(
    bindparam("numbers", type_=ARRAY(Integer)),
    bindparam("households", type_=ARRAY(Integer)),
    *(bindparam(name, type_=ARRAY(Text)) for name in ("codes", "paths", "states")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCounts:
    rows: Mapping[RowState, int]
    households: Mapping[RowState, int]


class StagingRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def clear(self, import_id: UUID) -> None:
        """Of an attempt that broke off before everything was staged."""
        for table in (registry_staged_blocks, registry_staged_rows):
            await self._connection.execute(delete(table).where(table.c.import_id == import_id))

    async def add_rows(self, owner: RegistryImport, rows: pl.DataFrame) -> None:
        state = pl.when(SOUND).then(pl.lit(RowState.STAGED.value)).otherwise(pl.lit(RowState.REJECTED.value))
        staged = rows.select(NUMBER, ORDER, CODE, PATH, state.alias("state"))
        await self._connection.execute(
            _ADD_ROWS,
            {
                "import_id": owner.id,
                "area_path": owner.area_path,
                "numbers": staged[NUMBER].to_list(),
                "households": staged[ORDER].to_list(),
                "codes": staged[CODE].to_list(),
                "paths": staged[PATH].to_list(),
                "states": staged["state"].to_list(),
            },
        )

    async def add_blocks(self, owner: RegistryImport, sealed: Sequence[bytes]) -> None:
        if sealed:
            await self._connection.execute(
                insert(registry_staged_blocks),
                [
                    {"import_id": owner.id, "number": number, "area_path": owner.area_path, "rows_sealed": block}
                    for number, block in enumerate(sealed)
                ],
            )

    async def block(self, import_id: UUID, number: int) -> Sequence[HouseholdDraft]:
        table = registry_staged_blocks
        query = select(table.c.rows_sealed).where(table.c.import_id == import_id, table.c.number == number)
        sealed = (await self._connection.execute(query)).scalar_one()
        return drafts_of(pl.read_ipc(_opened(self._vault, sealed, import_id, number)))

    async def count_blocks(self, import_id: UUID) -> int:
        table = registry_staged_blocks
        query = select(func.count()).select_from(table).where(table.c.import_id == import_id)
        return int(await self._connection.scalar(query) or 0)

    async def set_states(self, import_id: UUID, states: Mapping[int, RowState]) -> None:
        table = registry_staged_rows
        for state in sorted(set(states.values())):
            numbers = [number for number, one in states.items() if one is state]
            await self._connection.execute(
                update(table)
                .where(table.c.import_id == import_id, one_of(table.c.row_number, numbers))
                .values(state=state)
            )

    async def counts(self, import_id: UUID) -> StateCounts:
        """A household counts once: rejected if any row of it is, else changed if any is."""
        table = registry_staged_rows
        mine = table.c.import_id == import_id
        by_row = await self._connection.execute(select(table.c.state, func.count()).where(mine).group_by(table.c.state))
        rows = {RowState(state): count for state, count in by_row}
        states = func.array_agg(table.c.state.distinct()).label("states")
        each = select(states).where(mine).group_by(table.c.household).subquery()
        by_household = await self._connection.execute(select(each.c.states, func.count()).group_by(each.c.states))
        counts: dict[RowState, int] = {}
        for found, count in by_household:
            state = next(state for state in _STRONGEST_FIRST if state in found)
            counts[state] = counts.get(state, 0) + count
        return StateCounts(rows=rows, households=counts)

    async def missing_households(self, import_id: UUID, *, limit: int) -> tuple[int, Sequence[str]]:
        """Registered in the villages that the file speaks of, and not in it: how many, and the first codes."""
        table = registry_staged_rows
        mine = table.c.import_id == import_id
        villages = select(table.c.household_path).where(mine, table.c.household_path.is_not(None)).distinct()
        named = select(table.c.household_code).where(mine, table.c.household_code.is_not(None))
        condition = (
            households.c.area_path.in_(villages),
            households.c.removed_on.is_(None),
            households.c.code.not_in(named),
        )
        count = int(await self._connection.scalar(select(func.count()).select_from(households).where(*condition)) or 0)
        first = select(households.c.code).where(*condition).order_by(households.c.code).limit(limit)
        return count, list((await self._connection.execute(first)).scalars())

    async def rejected(self, import_id: UUID) -> Sequence[int]:
        table = registry_staged_rows
        query = select(table.c.row_number).where(table.c.import_id == import_id, table.c.state == RowState.REJECTED)
        return list((await self._connection.execute(query)).scalars())

    async def drop_blocks(self, import_id: UUID) -> None:
        table = registry_staged_blocks
        await self._connection.execute(delete(table).where(table.c.import_id == import_id))


_STRONGEST_FIRST = (
    RowState.REJECTED,
    RowState.STAGED,
    RowState.REGISTERED,
    RowState.UPDATED,
    RowState.VALID,
    RowState.UNCHANGED,
)


def sealed_blocks(vault: Vault, import_id: UUID, sound: pl.DataFrame, *, households_per_block: int) -> list[bytes]:
    """`sound`: in the order of households. Blocking for large files."""
    if not sound.height:
        return []
    order = sound[ORDER].rle_id() // households_per_block
    parts = sound.select(KEPT).with_columns(block=order).partition_by("block", maintain_order=True, include_key=False)
    blocks = []
    for number, part in enumerate(parts):
        content = io.BytesIO()
        part.write_ipc(content, compression="lz4")
        text_ = base64.b64encode(content.getvalue()).decode("ascii")
        blocks.append(vault.seal(text_, place=_place(import_id, number)))
    return blocks


def _opened(vault: Vault, sealed: bytes, import_id: UUID, number: int) -> io.BytesIO:
    return io.BytesIO(base64.b64decode(vault.open(sealed, place=_place(import_id, number))))


def _place(import_id: UUID, number: int) -> str:
    return f"registry_staged_block:{import_id}:{number}"


def drafts_of(rows: pl.DataFrame) -> list[HouseholdDraft]:
    paths: dict[str, str] = {}
    held: dict[str, list[RegistryRow]] = {}
    for (
        code, path, number, member_number, name, id_number, born, relation, labour,
        labour_said, living_here, in_school, disabled, phone, history,
        category, unsafe_house, safe_water,
    ) in rows.select(KEPT).iter_rows():  # fmt: skip
        paths[code] = path
        row = RegistryRow(
            number=number,
            member_number=member_number,
            name=name,
            id_number=id_number,
            date_of_birth=born,
            relation=Relation(relation),
            labour_capacity=LabourCapacity(labour),
            labour_capacity_said=labour_said,
            residence=_RESIDENCES[living_here],
            in_school=in_school,
            disabled=disabled,
            phone=phone,
            registration_history=None if history is None else RegistrationHistory(history),
            monitoring_category=None if category is None else MonitoringCategory(category),
            unsafe_house=unsafe_house,
            safe_water=safe_water,
        )
        held.setdefault(code, []).append(row)
    return [HouseholdDraft(code=code, area_path=path, rows=tuple(held[code])) for code, path in paths.items()]


_RESIDENCES = {None: None, True: Residence.REGISTERED_AND_LIVING, False: Residence.REGISTERED_AWAY}
