"""What a sheet names as causes of poverty: read for two questions, and forgotten."""

from __future__ import annotations

import polars as pl

from households_service.files.issues import Severity
from households_service.imports import registry_sheet as sheet
from households_service.imports.grouping import ORDER
from households_service.imports.refusals import CAUSE_DOUBTFUL
from households_service.imports.registry_words import ATTITUDE_WORDS, LACK_OF_LABOUR
from households_service.members.domain import LabourCapacity
from households_service.sheets.checking import NUMBER, CheckedCells
from households_service.sheets.issues import issues


def doubtful_causes(readable: pl.DataFrame, cells: CheckedCells, *, place: int) -> list[pl.DataFrame]:
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
            place=place,
            column=sheet.MAIN_CAUSE,
            code=CAUSE_DOUBTFUL,
            message="A lack of labour is named, and at least half of the household can work.",
            severity=Severity.WARNING,
        )
    ]


def attitudes(cells: CheckedCells) -> int:
    """How many scores of a person's attitude stood among the causes: refused, and only counted."""
    if not cells.has(sheet.MAIN_CAUSE):
        return 0
    parts = cells.text(sheet.MAIN_CAUSE).str.to_lowercase().str.replace_all("、", ",").str.split(",").explode()
    return int(parts.str.contains_any(list(ATTITUDE_WORDS)).sum())
