"""Rows to households, and the faults that only show between rows: for the whole file at once."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from chassis.errors import Refusal
from households_service.files.issues import Severity
from households_service.imports import registry_sheet as sheet
from households_service.imports.places import PlaceNames, VillageIndex
from households_service.imports.refusals import (
    CAUSE_DOUBTFUL,
    DUPLICATE_HOUSEHOLD,
    DUPLICATE_ID_IN_FILE,
    DUPLICATE_MEMBER,
    DUPLICATE_MEMBER_NUMBER,
    HEAD_MISSING,
    HOUSEHOLD_HAS_ERRORS,
    HOUSEHOLD_SIZE_MISMATCH,
    HOUSEHOLD_VALUES_DIFFER,
)
from households_service.imports.registry_words import ATTITUDE_WORDS, LACK_OF_LABOUR
from households_service.imports.row_rules import BORN, READABLE, check_each_row
from households_service.members.domain import LabourCapacity, Relation
from households_service.sheets.checking import NUMBER, CheckedCells
from households_service.sheets.issues import error_rows, in_order, issues
from households_service.sheets.kinds import Rules

CODE = sheet.HOUSEHOLD_CODE
ORDER = "household"
PATH = "area_path"
SOUND = "sound"
_IS_HEAD = pl.col(sheet.RELATION) == Relation.HEAD.value
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
    rows = _numbered(rows)
    readable = rows.filter(READABLE)
    found += _repeated(
        readable, [sheet.ID_NUMBER], sheet.ID_NUMBER, DUPLICATE_ID_IN_FILE, "ID number stands", place=_IN_FILE
    )
    readable, misplaced = _placed(readable, villages, within)
    found += misplaced
    found += _heads(rows, readable)
    found += _villages(readable)
    found += _sizes(rows, readable)
    found += _members(readable)
    found += _differing(readable)
    found += _doubtful_causes(readable, cells)
    faulty = error_rows(pl.concat(found)) if found else pl.Series([], dtype=pl.UInt32)
    rows = rows.join(readable.select(NUMBER, PATH), on=NUMBER, how="left", maintain_order="left").with_columns(
        faulty=pl.col(NUMBER).is_in(faulty.implode())
    )
    rows = rows.with_columns((~pl.col("faulty").any().over(ORDER)).alias(SOUND))
    spoilt = rows.filter(~pl.col(SOUND) & ~pl.col("faulty"))[NUMBER]
    found.append(spoilt_rows(spoilt))
    return CheckedFile(
        rows=rows,
        issues=in_order(found),
        households_read=rows[ORDER].n_unique(),
        banned_values_refused=_attitudes(cells),
    )


def spoilt_rows(numbers: pl.Series) -> pl.DataFrame:
    return issues(
        numbers,
        place=_SPOILT,
        column=CODE,
        code=HOUSEHOLD_HAS_ERRORS,
        message="This row is sound, but another row of the household is not.",
    )


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Households by their first row; a row without a code stands alone."""
    alone = pl.concat_str(pl.lit("\0"), pl.col(NUMBER).cast(pl.String))
    key = rows.select(pl.coalesce(CODE, alone).alias("key"))
    order = key.unique(maintain_order=True).with_row_index(ORDER)
    return rows.with_columns(key.join(order, on="key", how="left", maintain_order="left")[ORDER])


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


def _heads(rows: pl.DataFrame, readable: pl.DataFrame) -> list[pl.DataFrame]:
    heads = readable.filter(_IS_HEAD)
    first = heads.group_by(ORDER).agg(first=pl.col(NUMBER).first())
    more = heads.join(first, on=ORDER).filter(pl.col(NUMBER) != pl.col("first"))
    # Only where every row could be read is a missing head missing and not just unreadable.
    complete = rows.group_by(ORDER).agg(complete=pl.col(READABLE).all(), first_row=pl.col(NUMBER).first())
    headless = complete.filter("complete").join(first, on=ORDER, how="anti")
    message = more.select(pl.format("This household has its head in row {}.", "first").alias("message")).to_series()
    return [
        issues(more[NUMBER], place=_HEADS, column=CODE, code=DUPLICATE_HOUSEHOLD, message=message),
        issues(
            headless["first_row"],
            place=_NO_HEAD,
            column=sheet.RELATION,
            code=HEAD_MISSING,
            message="No row of this household is its head.",
        ),
    ]


def _villages(readable: pl.DataFrame) -> list[pl.DataFrame]:
    placed = readable.filter(pl.col(PATH).is_not_null()).select(
        NUMBER, PATH, first_path=pl.col(PATH).first().over(ORDER), first=pl.col(NUMBER).first().over(ORDER)
    )
    apart = placed.filter(pl.col(PATH) != pl.col("first_path"))
    message = apart.select(
        pl.format("The same household code stands in row {} in another village.", "first").alias("message")
    ).to_series()
    return [issues(apart[NUMBER], place=_VILLAGES, column=CODE, code=DUPLICATE_HOUSEHOLD, message=message)]


def _sizes(rows: pl.DataFrame, readable: pl.DataFrame) -> list[pl.DataFrame]:
    said = readable.filter(pl.col(sheet.HOUSEHOLD_SIZE).is_not_null())
    if not said.height:
        return []
    counts = rows.group_by(ORDER).len("held")
    wrong = said.join(counts, on=ORDER, maintain_order="left").filter(pl.col(sheet.HOUSEHOLD_SIZE) != pl.col("held"))
    message = wrong.select(
        pl.format("The sheet says {} members and holds {} rows.", sheet.HOUSEHOLD_SIZE, "held").alias("message")
    ).to_series()
    size = sheet.HOUSEHOLD_SIZE
    return [issues(wrong[NUMBER], place=_SIZES, column=size, code=HOUSEHOLD_SIZE_MISMATCH, message=message)]


def _members(readable: pl.DataFrame) -> list[pl.DataFrame]:
    unnumbered = readable.filter(pl.col(sheet.ID_NUMBER).is_null())
    number = sheet.MEMBER_NUMBER
    return [
        *_repeated(readable, [ORDER, number], number, DUPLICATE_MEMBER_NUMBER, "person number stands", place=_TWICE),
        *_repeated(
            unnumbered,
            [ORDER, sheet.NAME, BORN],
            sheet.NAME,
            DUPLICATE_MEMBER,
            "name and date of birth stand",
            place=_TWICE,
        ),
    ]


def _repeated(
    readable: pl.DataFrame, keys: list[str], column: str, code: str, what: str, *, place: int
) -> list[pl.DataFrame]:
    given = readable.filter(pl.col(column).is_not_null())
    if given.select(keys).n_unique() == given.height:
        return []
    told = given.select(NUMBER, first=pl.col(NUMBER).first().over(keys)).filter(pl.col(NUMBER) != pl.col("first"))
    message = told.select(pl.format(f"The same {what} in row {{}}.", "first").alias("message")).to_series()
    return [issues(told[NUMBER], place=place, column=column, code=code, message=message)]


def _differing(readable: pl.DataFrame) -> list[pl.DataFrame]:
    found = []
    for column in (sheet.REGISTRATION_HISTORY, sheet.MONITORING_CATEGORY):
        said = readable.filter(pl.col(column).is_not_null()).select(NUMBER, ORDER, column)
        counts = said.group_by(ORDER, column, maintain_order=True).len("often")
        if counts[ORDER].n_unique() == counts.height:
            continue
        usual = (
            counts.sort("often", descending=True, maintain_order=True)
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


def _doubtful_causes(readable: pl.DataFrame, cells: CheckedCells) -> list[pl.DataFrame]:
    """A lack of labour where at least half of the family can work: taken, and somebody should look."""
    if not cells.has(sheet.MAIN_CAUSE):
        return []
    causes = pl.DataFrame({NUMBER: cells.values[NUMBER], "cause": cells.text(sheet.MAIN_CAUSE).str.to_lowercase()})
    named = causes.filter(pl.col("cause").str.contains_any(list(LACK_OF_LABOUR)))
    if not named.height:
        return []
    able = readable.group_by(ORDER).agg(
        share=(pl.col(sheet.LABOUR_CAPACITY) == LabourCapacity.FULL.value).mean(), first=pl.col(NUMBER).min()
    )
    told = (
        readable.select(NUMBER, ORDER)
        .join(named, on=NUMBER)
        .join(able.filter(pl.col("share") >= 0.5), on=ORDER)
        .group_by(ORDER)
        .agg(pl.col(NUMBER).min())
    )
    return [
        issues(
            told[NUMBER],
            place=_DOUBTFUL,
            column=sheet.MAIN_CAUSE,
            code=CAUSE_DOUBTFUL,
            message="A lack of labour is named, and at least half of the household can work.",
            severity=Severity.WARNING,
        )
    ]


def _attitudes(cells: CheckedCells) -> int:
    """How many scores of a person's attitude stood among the causes: refused, and only counted."""
    if not cells.has(sheet.MAIN_CAUSE):
        return 0
    parts = cells.text(sheet.MAIN_CAUSE).str.to_lowercase().str.replace_all("、", ",").str.split(",").explode()
    return int(parts.str.contains_any(list(ATTITUDE_WORDS)).sum())
