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
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.vault import Vault
from households_service.imports import registry_sheet as sheet
from households_service.imports.domain import HouseholdDraft, RegistryImport, RegistryRow, RowState
from households_service.imports.grouping import CODE, ORDER
from households_service.imports.households import PATH, SOUND, CheckedFile
from households_service.imports.row_rules import BORN, LABOUR_SAID
from households_service.imports.tables import registry_staged_blocks as _blocks
from households_service.members.domain import LabourCapacity, Relation, Residence
from households_service.registry.domain import MonitoringCategory, RegistrationHistory
from households_service.registry.tables import households
from households_service.sheets.checking import NUMBER

KEPT = (
    CODE, PATH, NUMBER, sheet.MEMBER_NUMBER, sheet.NAME, sheet.ID_NUMBER, BORN, sheet.RELATION, sheet.LABOUR_CAPACITY,
    LABOUR_SAID, sheet.LIVING_HERE, sheet.IN_SCHOOL, sheet.HEALTH, sheet.PHONE, sheet.REGISTRATION_HISTORY,
    sheet.MONITORING_CATEGORY, sheet.UNSAFE_HOUSE, sheet.SAFE_WATER, sheet.SUPPLY_POINT,
)  # fmt: skip
"""What a block keeps of each row; everything else of the sheet is forgotten here."""
_REJECTED_PER_BLOCK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCounts:
    rows: Mapping[RowState, int]
    households: Mapping[RowState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedBlock:
    """`row_numbers`, `households` and `states` have an element a row, `codes` and `paths` one for each that is named.

    `rows_sealed`: None for rows that are rejected already.
    """

    number: int
    row_numbers: list[int]
    households: list[int]
    codes: list[str]
    paths: list[str]
    states: list[RowState]
    rows_sealed: bytes | None


class StagingRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def clear(self, import_id: UUID) -> None:
        """Of an attempt that broke off before everything was staged."""
        await self._connection.execute(delete(_blocks).where(_blocks.c.import_id == import_id))

    async def add(self, owner: RegistryImport, blocks: Sequence[StagedBlock]) -> None:
        if blocks:
            await self._connection.execute(
                insert(_blocks),
                [
                    {
                        "import_id": owner.id,
                        "number": block.number,
                        "area_path": owner.area_path,
                        "row_numbers": block.row_numbers,
                        "households": block.households,
                        "codes": block.codes,
                        "paths": block.paths,
                        "states": block.states,
                        "rows_sealed": block.rows_sealed,
                    }
                    for block in blocks
                ],
            )

    async def households(self, import_id: UUID, number: int) -> Sequence[HouseholdDraft]:
        query = select(_blocks.c.rows_sealed).where(_blocks.c.import_id == import_id, _blocks.c.number == number)
        sealed = (await self._connection.execute(query)).scalar_one()
        return drafts_of(pl.read_ipc(_opened(self._vault, sealed, import_id, number)))

    async def count_sound_blocks(self, import_id: UUID) -> int:
        """They are numbered from 0, before those of rejected rows."""
        mine = (_blocks.c.import_id == import_id, _blocks.c.rows_sealed.is_not(None))
        return int(await self._connection.scalar(select(func.count()).select_from(_blocks).where(*mine)) or 0)

    async def set_states(self, import_id: UUID, number: int, states: Mapping[int, RowState]) -> None:
        """Of all rows of one block."""
        mine = (_blocks.c.import_id == import_id, _blocks.c.number == number)
        rows: Sequence[int] = (await self._connection.execute(select(_blocks.c.row_numbers).where(*mine))).scalar_one()
        await self._connection.execute(update(_blocks).where(*mine).values(states=[states[row] for row in rows]))

    async def counts(self, import_id: UUID) -> StateCounts:
        """A household counts once: rejected if any row of it is, else changed if any is."""
        rows = select(
            func.unnest(_blocks.c.households).label("household"), func.unnest(_blocks.c.states).label("state")
        )
        each = rows.where(_blocks.c.import_id == import_id).subquery()
        by_row = await self._connection.execute(select(each.c.state, func.count()).group_by(each.c.state))
        counted = {RowState(state): count for state, count in by_row}
        one = select(func.array_agg(each.c.state.distinct()).label("states")).group_by(each.c.household).subquery()
        by_household = await self._connection.execute(select(one.c.states, func.count()).group_by(one.c.states))
        households_: dict[RowState, int] = {}
        for found, count in by_household:
            state = next(state for state in _STRONGEST_FIRST if state in found)
            households_[state] = households_.get(state, 0) + count
        return StateCounts(rows=counted, households=households_)

    async def missing_households(self, import_id: UUID, *, limit: int) -> tuple[int, Sequence[str]]:
        """Registered in the villages that the file speaks of, and not in it: how many, and the first codes."""
        mine = _blocks.c.import_id == import_id
        villages = select(func.unnest(_blocks.c.paths)).where(mine).distinct()
        named = select(func.unnest(_blocks.c.codes).label("code")).where(mine).subquery()
        condition = (
            households.c.area_path.in_(villages),
            households.c.removed_on.is_(None),
            households.c.code.not_in(select(named.c.code)),
        )
        count = int(await self._connection.scalar(select(func.count()).select_from(households).where(*condition)) or 0)
        first = select(households.c.code).where(*condition).order_by(households.c.code).limit(limit)
        return count, list((await self._connection.execute(first)).scalars())

    async def forget_rows(self, import_id: UUID) -> None:
        """What the rows said; where they went stays."""
        await self._connection.execute(update(_blocks).where(_blocks.c.import_id == import_id).values(rows_sealed=None))


_STRONGEST_FIRST = (
    RowState.REJECTED,
    RowState.STAGED,
    RowState.REGISTERED,
    RowState.UPDATED,
    RowState.VALID,
    RowState.UNCHANGED,
)


def staged_blocks(
    vault: Vault, import_id: UUID, checked: CheckedFile, *, households_per_block: int
) -> list[StagedBlock]:
    """Sound households in their order, then the rejected rows. Blocking for large files."""
    sound = checked.sound
    parts = sound.with_columns(sound[ORDER].rle_id().alias("block") // households_per_block).partition_by(
        "block", maintain_order=True, include_key=False
    )
    blocks = [
        _block(number, part, RowState.STAGED, _sealed(vault, import_id, number, part))
        for number, part in enumerate(parts)
        if part.height
    ]
    rejected = checked.rows.filter(~pl.col(SOUND))
    blocks += [
        _block(number, part, RowState.REJECTED, None)
        for number, part in enumerate(rejected.iter_slices(_REJECTED_PER_BLOCK), start=len(blocks))
        if part.height
    ]
    return blocks


def _block(number: int, part: pl.DataFrame, state: RowState, sealed: bytes | None) -> StagedBlock:
    return StagedBlock(
        number=number,
        row_numbers=part[NUMBER].to_list(),
        households=part[ORDER].to_list(),
        codes=_distinct(part[CODE]),
        paths=_distinct(part[PATH]),
        states=[state] * part.height,
        rows_sealed=sealed,
    )


def _distinct(texts: pl.Series) -> list[str]:
    """In order. In Python: a frame's machinery costs more than a block's few thousand texts."""
    found: list[str | None] = texts.to_list()
    return [text for text in dict.fromkeys(found) if text is not None]


def _sealed(vault: Vault, import_id: UUID, number: int, part: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    part.select(KEPT).write_ipc(content, compression="lz4")
    text = base64.b64encode(content.getvalue()).decode("ascii")
    return vault.seal(text, place=_place(import_id, number))


def _opened(vault: Vault, sealed: bytes, import_id: UUID, number: int) -> io.BytesIO:
    return io.BytesIO(base64.b64decode(vault.open(sealed, place=_place(import_id, number))))


def _place(import_id: UUID, number: int) -> str:
    return f"registry_staged_block:{import_id}:{number}"


def drafts_of(rows: pl.DataFrame) -> list[HouseholdDraft]:
    """Rows that an older version staged say nothing of a column that is newer: an import goes on over an upgrade."""
    newer = [pl.lit(None).alias(name) for name in KEPT if name not in rows.columns]
    paths: dict[str, str] = {}
    held: dict[str, list[RegistryRow]] = {}
    for (
        code, path, number, member_number, name, id_number, born, relation, labour,
        labour_said, living_here, in_school, disabled, phone, history,
        category, unsafe_house, safe_water, supply_point,
    ) in rows.with_columns(newer).select(KEPT).iter_rows():  # fmt: skip
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
            supply_point=supply_point,
        )
        held.setdefault(code, []).append(row)
    return [HouseholdDraft(code=code, area_path=path, rows=tuple(held[code])) for code, path in paths.items()]


_RESIDENCES = {None: None, True: Residence.REGISTERED_AND_LIVING, False: Residence.REGISTERED_AWAY}
