"""A sheet as data: its columns, what each may hold, how each may be called, what has to be there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from households_service.files.columns import Column, ColumnSet
from households_service.sheets.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """`name` is the one the reports use, `label` its Chinese header, `spellings` further ones.

    `required`: the column must be there. `empty`: code and message for an empty cell; None: it may be empty.
    `of_household`: says the same in all rows of a household. `shown`: the choices a template offers in its list,
    best spelling of each value first. `note` is for the person who fills the sheet in.
    """

    name: str
    label: str
    kind: Kind
    spellings: tuple[str, ...] = ()
    required: bool = False
    empty: tuple[str, str] | None = None
    of_household: bool = False
    shown: tuple[tuple[str, str], ...] = ()
    in_template: bool = True
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SheetSchema:
    """`one_of`: groups of columns of which at least one must be there. Columns stand in the order of their reports."""

    columns: tuple[SheetColumn, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    health_detail_banned: bool = False

    @cached_property
    def by_name(self) -> dict[str, SheetColumn]:
        return {column.name: column for column in self.columns}

    @cached_property
    def headers(self) -> ColumnSet:
        """For matching a file's header."""
        return ColumnSet(
            columns=tuple(
                Column(name=column.name, spellings=(column.label, *column.spellings), required=column.required)
                for column in self.columns
            ),
            one_of=self.one_of,
            health_detail_banned=self.health_detail_banned,
        )
