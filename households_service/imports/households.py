"""Rows to households, and the faults that only show between rows: for the whole file at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from chassis.errors import Refusal
from households_service.imports import registry_sheet as sheet
from households_service.imports.causes import attitudes, doubtful_causes
from households_service.imports.grouping import CODE, ORDER, Flags, Groups, Places, grouped
from households_service.imports.places import PlaceNames, VillageIndex
from households_service.imports.refusals import (
    DUPLICATE_HOUSEHOLD,
    DUPLICATE_ID_IN_FILE,
    DUPLICATE_MEMBER,
    DUPLICATE_MEMBER_NUMBER,
    HEAD_MISSING,
    HOUSEHOLD_HAS_ERRORS,
    HOUSEHOLD_SIZE_MISMATCH,
    HOUSEHOLD_VALUES_DIFFER,
)
from households_service.imports.row_rules import BORN, READABLE, check_each_row
from households_service.members.domain import Relation
from households_service.sheets.checking import NUMBER, CheckedCells
from households_service.sheets.issues import error_rows, in_order, issues
from households_service.sheets.kinds import Rules

PATH = "area_path"
SOUND = "sound"
_NAMED = 5
"""Other rows that a message names; of more it says how many."""
# The order in which a row's faults are told, behind those of its own cells.
_IN_FILE, _AT_PLACE, _HEADS, _NO_HEAD, _VILLAGES, _SIZES, _TWICE, _DIFFERING, _DOUBTFUL, _SPOILT = range(100, 110)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedFile:
    """`rows`: every row read, with its household's `household` (in the order of their first rows; a row without a
    code is one of its own), `area_path` and whether it is `sound`, which is the same for all of a household.
    """

    rows: pl.DataFrame
    issues: pl.DataFrame
    households_read: int
    banned_values_refused: int

    @property
    def sound(self) -> pl.DataFrame:
        """In the order of households, and of rows within one."""
        return self.rows.filter(SOUND).sort(ORDER, NUMBER)


def check_rows(cells: CheckedCells, villages: VillageIndex, rules: Rules, *, within: str) -> CheckedFile:
    """Groups rows by household code wherever they stand in the file. A row with a fault spoils its household only.

    `within`: the area path the file was sent for.
    """
    rows, found = check_each_row(cells, rules)
    rows, groups = grouped(rows)
    readable = rows.filter(READABLE)
    members = groups.of(readable)
    found += _repeated(rows, sheet.ID_NUMBER, DUPLICATE_ID_IN_FILE, "ID number stands", place=_IN_FILE)
    readable, misplaced = _placed(readable, villages, within)
    found += misplaced
    found += _heads(rows, readable, groups, members)
    found += _villages(readable, members)
    found += _sizes(readable, groups, members)
    found += _members(readable, members)
    found += _differing(readable, members)
    found += doubtful_causes(readable, cells, place=_DOUBTFUL)
    faulty = _marked(rows[NUMBER], error_rows(pl.concat(found)) if found else pl.Series([], dtype=pl.UInt32))
    spoilt = np.zeros(groups.count, dtype=np.bool_)
    spoilt[groups.order[faulty]] = True
    sound = ~spoilt[groups.order]
    found.append(spoilt_rows(rows[NUMBER].filter(pl.Series(~sound & ~faulty))))
    rows = rows.join(readable.select(NUMBER, PATH), on=NUMBER, how="left", maintain_order="left")
    return CheckedFile(
        rows=rows.with_columns(pl.Series(SOUND, sound)),
        issues=in_order(found),
        households_read=groups.count,
        banned_values_refused=attitudes(cells),
    )


def spoilt_rows(numbers: pl.Series) -> pl.DataFrame:
    return issues(
        numbers,
        place=_SPOILT,
        column=CODE,
        code=HOUSEHOLD_HAS_ERRORS,
        message="This row is sound, but another row of the household is not.",
    )


def _marked(numbers: pl.Series, some: pl.Series) -> Flags:
    """Which rows are among some. Row numbers rise."""
    flags = np.zeros(len(numbers), dtype=np.bool_)
    flags[np.searchsorted(numbers.to_numpy(), some.to_numpy())] = True
    return flags


def _placed(readable: pl.DataFrame, villages: VillageIndex, within: str) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Adds `area_path`. A sheet names few places, so that each is looked up once."""
    names = [sheet.VILLAGE_CODE, sheet.COUNTY, sheet.TOWNSHIP, sheet.VILLAGE]
    distinct = readable.select(names).unique()
    paths: list[str | None] = []
    refused: list[tuple[str | None, str | None]] = []
    for code, county, township, village in distinct.iter_rows():
        try:
            asked = PlaceNames(village_code=code, county=county, township=township, village=village)
            paths.append(villages.path_of(asked, within=within))
            refused.append((None, None))
        except Refusal as refusal:
            paths.append(None)
            refused.append((refusal.code, refusal.message))
    known = distinct.with_columns(
        pl.Series(PATH, paths, dtype=pl.String),
        pl.Series("why", [code for code, _ in refused], dtype=pl.String),
        pl.Series("message", [message for _, message in refused], dtype=pl.String),
    )
    placed = readable.join(known, on=names, how="left", nulls_equal=True, maintain_order="left")
    lost = placed.filter(pl.col("why").is_not_null())
    column = lost.select(
        pl.when(pl.col(sheet.VILLAGE_CODE).is_not_null())
        .then(pl.lit(sheet.VILLAGE_CODE))
        .otherwise(pl.lit(sheet.VILLAGE))
        .alias("column")
    ).to_series()
    found = [issues(lost[NUMBER], place=_AT_PLACE, column=column, code=lost["why"], message=lost["message"])]
    return placed.drop("why", "message"), found


def _heads(rows: pl.DataFrame, readable: pl.DataFrame, groups: Groups, members: Groups) -> list[pl.DataFrame]:
    is_head = (readable[sheet.RELATION] == Relation.HEAD.value).to_numpy()
    first = members.first(is_head)
    more = is_head & (first[members.order] != members.numbers)
    # Only where every row could be read is a missing head missing and not just unreadable.
    complete = np.ones(groups.count, dtype=np.bool_)
    complete[groups.order[~rows[READABLE].to_numpy()]] = False
    headless = complete & (first == 0)
    return [
        issues(
            pl.Series(members.numbers[more]),
            place=_HEADS,
            column=CODE,
            code=DUPLICATE_HOUSEHOLD,
            message=_told("This household has its head in row {}.", first[members.order[more]]),
        ),
        issues(
            pl.Series(groups.first()[headless]),
            place=_NO_HEAD,
            column=sheet.RELATION,
            code=HEAD_MISSING,
            message="No row of this household is its head.",
        ),
    ]


def _villages(readable: pl.DataFrame, members: Groups) -> list[pl.DataFrame]:
    distinct = readable[PATH].drop_nulls().unique()
    places = readable[PATH].cast(pl.Enum(distinct)).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    placed = places >= 0
    first = members.first(placed)
    by_number = np.full(int(members.numbers.max(initial=0)) + 1, -1, dtype=np.int64)
    by_number[members.numbers] = places
    apart = placed & (by_number[first[members.order]] != places)
    return [
        issues(
            pl.Series(members.numbers[apart]),
            place=_VILLAGES,
            column=CODE,
            code=DUPLICATE_HOUSEHOLD,
            message=_told("The same household code stands in row {} in another village.", first[members.order[apart]]),
        )
    ]


def _sizes(readable: pl.DataFrame, groups: Groups, members: Groups) -> list[pl.DataFrame]:
    held = np.bincount(groups.order, minlength=groups.count)[members.order]
    said = readable[sheet.HOUSEHOLD_SIZE].fill_null(-1).to_numpy()
    wrong = (said >= 0) & (said != held)
    message = [
        f"The sheet says {says} members and holds {holds} rows."
        for says, holds in zip(said[wrong], held[wrong], strict=True)
    ]
    return [
        issues(
            pl.Series(members.numbers[wrong]),
            place=_SIZES,
            column=sheet.HOUSEHOLD_SIZE,
            code=HOUSEHOLD_SIZE_MISMATCH,
            message=pl.Series(message, dtype=pl.String),
        )
    ]


def _members(readable: pl.DataFrame, members: Groups) -> list[pl.DataFrame]:
    number = sheet.MEMBER_NUMBER
    found: list[pl.DataFrame] = []
    if members.order.size and not _all_differ(members, readable[number]):
        found += _repeated(readable, number, DUPLICATE_MEMBER_NUMBER, "person number stands", ORDER, place=_TWICE)
    unnumbered = readable.filter(pl.col(sheet.ID_NUMBER).is_null())
    what = "name and date of birth stand"
    return found + _repeated(unnumbered, sheet.NAME, DUPLICATE_MEMBER, what, ORDER, BORN, place=_TWICE)


def _keys(members: Groups, values: pl.Series) -> pl.Series:
    """Household and value as one number, of the rows that have a value."""
    distinct = values.drop_nulls().unique()
    codes = values.cast(pl.Enum(distinct)).to_physical().cast(pl.Int64)
    return (codes + pl.Series(members.order).cast(pl.Int64) * max(len(distinct), 1)).drop_nulls()


def _all_differ(members: Groups, values: pl.Series) -> bool:
    keys = _keys(members, values)
    return keys.n_unique() == len(keys)


def _repeated(rows: pl.DataFrame, column: str, code: str, what: str, *within: str, place: int) -> list[pl.DataFrame]:
    """The same value in several rows (of the same household, with the same ...): each of them is told, and names the
    others, since nobody but the sender knows which of them is right.
    """
    given = rows.filter(pl.col(column).is_not_null())
    keys = [column, *within]
    if not given.height or given.select(keys).n_unique() == given.height:
        return []
    number = pl.col(NUMBER)
    told = given.select(NUMBER, alike=pl.len().over(keys), group=number.first().over(keys)).filter(pl.col("alike") > 1)
    named = told.group_by("group").agg(number.head(_NAMED + 1).alias("first"))
    told = told.join(named, on="group", maintain_order="left")
    message = pl.Series(
        [_others(what, own, alike, first) for own, alike, first in told.select(NUMBER, "alike", "first").iter_rows()],
        dtype=pl.String,
    )
    return [issues(told[NUMBER], place=place, column=column, code=code, message=message)]


def _others(what: str, own: int, alike: int, first: list[int]) -> str:
    others = [str(number) for number in first if number != own][:_NAMED]
    left = alike - 1 - len(others)
    shown = ", ".join(others) + (f" and {left} more" if left else "")
    return f"The same {what} in row{'s' if alike > 2 else ''} {shown}."


def _told(message: str, numbers: Places) -> pl.Series:
    return pl.Series([message.format(number) for number in numbers], dtype=pl.String)


def _differing(readable: pl.DataFrame, members: Groups) -> list[pl.DataFrame]:
    found = []
    for column in (sheet.REGISTRATION_HISTORY, sheet.MONITORING_CATEGORY, sheet.SUPPLY_POINT):
        values = readable[column]
        saying = np.zeros(members.count, dtype=np.bool_)
        saying[members.order[values.is_not_null().to_numpy()]] = True
        if _keys(members, values).n_unique() == saying.sum():
            continue
        said = readable.filter(pl.col(column).is_not_null()).select(NUMBER, ORDER, column)
        usual = (
            said.group_by(ORDER, column, maintain_order=True)
            .len("often")
            .sort("often", descending=True, maintain_order=True)
            .unique(ORDER, keep="first", maintain_order=True)
            .select(ORDER, usual=column)
        )
        odd = said.join(usual, on=ORDER, maintain_order="left").filter(pl.col(column) != pl.col("usual"))
        found.append(
            issues(
                odd[NUMBER],
                place=_DIFFERING,
                column=column,
                code=HOUSEHOLD_VALUES_DIFFER,
                message="The rows of one household say different things here.",
            )
        )
    return found
