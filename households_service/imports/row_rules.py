"""What the cells of one row say together: for all rows at once, over the values that `check_cells` read."""

from __future__ import annotations

from datetime import date

import polars as pl

from households_service.files.issues import Severity
from households_service.imports import registry_sheet as sheet
from households_service.imports.id_cells import IdNumberBirthDate
from households_service.imports.refusals import (
    BirthDateMissing,
    BirthDatesDiffer,
    LabourCapacityAssumed,
    WaterAnswersDiffer,
)
from households_service.imports.registry_words import DISABLED, PUPIL
from households_service.members.domain import LabourCapacity
from households_service.sheets.checking import NUMBER, CheckedCells
from households_service.sheets.id_numbers import birth_dates
from households_service.sheets.issues import error_rows, issues
from households_service.sheets.kinds import Rules

WORKING_AGE = 16
READABLE = "readable"
BORN = "born"
LABOUR_SAID = "labour_said"
_PLACE = {column.name: place for place, column in enumerate(sheet.REGISTRY_SHEET.columns)}
# Behind every rule of a cell.
_AFTER_CELLS = len(_PLACE)


def check_each_row(cells: CheckedCells, rules: Rules) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows with what follows from their cells, and the issues of cells and rows.

    Adds `readable` (no error in the row itself), `born`, `labour_said`; joins what two columns say of one thing.
    """
    rows = cells.values.with_columns(born_by_id=birth_dates(cells.values[sheet.ID_NUMBER]))
    found = list(cells.found)
    found += _birth_dates(rows, cells, rules.today)
    found += _water(rows, cells)
    faulty = error_rows(pl.concat(found)) if found else pl.Series([], dtype=pl.UInt32)
    rows = rows.with_columns(
        (~pl.col(NUMBER).is_in(faulty.implode())).alias(READABLE),
        pl.coalesce("born_by_id", sheet.DATE_OF_BIRTH).alias(BORN),
        pl.coalesce(sheet.GRADUATION_STATUS, sheet.REGISTRATION_HISTORY).alias(sheet.REGISTRATION_HISTORY),
        pl.when(pl.col(sheet.WATER_DIFFICULTY))
        .then(statement=False)
        .otherwise(sheet.SAFE_WATER)
        .alias(sheet.SAFE_WATER),
        (pl.col(sheet.IN_SCHOOL) == PUPIL).alias(sheet.IN_SCHOOL),
        (pl.col(sheet.HEALTH) == DISABLED).alias(sheet.HEALTH),
        pl.col(sheet.LABOUR_CAPACITY).is_not_null().alias(LABOUR_SAID),
    )
    return _assume_labour(rows, cells, rules.today, found), found


def _birth_dates(rows: pl.DataFrame, cells: CheckedCells, today: date) -> list[pl.DataFrame]:
    """The date of the ID number where there is one; a second, different date is a fault and not a choice of ours."""
    stated, by_id = pl.col(sheet.DATE_OF_BIRTH), pl.col("born_by_id")
    texts = cells.text(sheet.DATE_OF_BIRTH)
    found = []
    for condition, refusal in (
        (stated > today, IdNumberBirthDate("The date of birth lies in the future.")),
        (stated != by_id, BirthDatesDiffer("The date of birth differs from the one in the ID number.")),
    ):
        at = rows.select(condition.fill_null(value=False)).to_series().arg_true()
        if len(at):
            found.append(
                issues(
                    rows[NUMBER].gather(at),
                    place=_PLACE[sheet.DATE_OF_BIRTH],
                    column=sheet.DATE_OF_BIRTH,
                    code=refusal.code,
                    message=refusal.message,
                    texts=texts.gather(at),
                )
            )
    lacking = rows.filter(by_id.is_null() & stated.is_null())[NUMBER]
    if len(lacking):
        # A row with a fault before this one is told of that alone: mended, it may have its date.
        before = [part.filter(pl.col("place") <= _PLACE[sheet.DATE_OF_BIRTH]) for part in [*cells.found, *found]]
        faulty = pl.concat(before)["row"].implode() if before else pl.Series([[]], dtype=pl.List(pl.UInt32))
        column = sheet.DATE_OF_BIRTH if cells.has(sheet.DATE_OF_BIRTH) else sheet.ID_NUMBER
        found.append(
            issues(
                lacking.filter(~lacking.is_in(faulty)),
                place=_PLACE[sheet.DATE_OF_BIRTH],
                column=column,
                code=BirthDateMissing.code,
                message="An ID number or a date of birth is needed.",
            )
        )
    return found


def _water(rows: pl.DataFrame, cells: CheckedCells) -> list[pl.DataFrame]:
    both = (pl.col(sheet.SAFE_WATER) & pl.col(sheet.WATER_DIFFICULTY)).fill_null(value=False)
    at = rows.select(both).to_series().arg_true()
    if not len(at):
        return []
    return [
        issues(
            rows[NUMBER].gather(at),
            place=_PLACE[sheet.WATER_DIFFICULTY],
            column=sheet.WATER_DIFFICULTY,
            code=WaterAnswersDiffer.code,
            message="Water is said to be safe and difficult: taken as not safe.",
            texts=cells.text(sheet.WATER_DIFFICULTY).gather(at),
            severity=Severity.WARNING,
        )
    ]


def _assume_labour(rows: pl.DataFrame, cells: CheckedCells, today: date, found: list[pl.DataFrame]) -> pl.DataFrame:
    """For an empty cell: children and pupils do not work; of an adult a person should say it, so that is told."""
    of_age = date(today.year - WORKING_AGE, today.month, min(today.day, 28 if today.month == 2 else 31))
    young = pl.col(sheet.IN_SCHOOL).fill_null(value=False) | (pl.col(BORN) > of_age).fill_null(value=False)
    assumed = pl.when(young).then(pl.lit(LabourCapacity.NONE.value)).otherwise(pl.lit(LabourCapacity.FULL.value))
    if cells.has(sheet.LABOUR_CAPACITY):
        told = rows.filter(pl.col(READABLE) & ~pl.col(LABOUR_SAID) & ~young)[NUMBER]
        if len(told):
            found.append(
                issues(
                    told,
                    place=_AFTER_CELLS,
                    column=sheet.LABOUR_CAPACITY,
                    code=LabourCapacityAssumed.code,
                    message="Nothing is said of an adult's ability to work: full ability is assumed.",
                    severity=Severity.WARNING,
                )
            )
    return rows.with_columns(pl.coalesce(sheet.LABOUR_CAPACITY, assumed).alias(sheet.LABOUR_CAPACITY))
