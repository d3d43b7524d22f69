"""What is wrong in a sheet, as one frame: a row an issue, values masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from households_service.files.columns import HeaderMatch
from households_service.files.issues import RowIssue, Severity
from households_service.sheets.folding import masked

# `place` orders the issues of one row: by the rule that found them.
ISSUES: Mapping[str, pl.DataType] = {
    "row": pl.UInt32(),
    "place": pl.UInt16(),
    "column": pl.String(),
    "code": pl.String(),
    "message": pl.String(),
    "value": pl.String(),
    "severity": pl.String(),
}


def no_issues() -> pl.DataFrame:
    return pl.DataFrame(schema=dict(ISSUES))


def issues(
    rows: pl.Series,
    *,
    place: int,
    column: str | pl.Series,
    code: str | pl.Series,
    message: str | pl.Series,
    texts: pl.Series | None = None,
    severity: Severity = Severity.ERROR,
) -> pl.DataFrame:
    """One issue for each of `rows`. `texts`: the faulty cells, shown masked."""
    if not len(rows):
        return no_issues()
    given = pl.DataFrame({"row": rows})
    made = {
        name: value.alias(name) if isinstance(value, pl.Series) else pl.lit(value).alias(name)
        for name, value in (("column", column), ("code", code), ("message", message))
    }
    return given.select(
        pl.col("row").cast(pl.UInt32),
        pl.lit(place, dtype=pl.UInt16).alias("place"),
        *made.values(),
        masked(texts).alias("value") if texts is not None else pl.lit("").alias("value"),
        pl.lit(severity.value).alias("severity"),
    )


def in_order(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """By row, and within a row by the rule that found them."""
    found = [part for part in parts if part.height]
    return pl.concat(found).sort("row", "place", maintain_order=True) if found else no_issues()


def error_rows(found: pl.DataFrame) -> pl.Series:
    return found.filter(pl.col("severity") == Severity.ERROR.value)["row"].unique()


def in_senders_words(found: pl.DataFrame, match: HeaderMatch) -> pl.DataFrame:
    """Columns under the headers that stand in the file; a column the file lacks keeps our name."""
    headers = {name: match.header[position].strip() for name, position in match.positions.items()}
    return found.with_columns(pl.col("column").replace(headers))


def issue_frame(found: Sequence[RowIssue]) -> pl.DataFrame:
    """In the order given."""
    return pl.DataFrame(
        [(issue.row, 0, issue.column, issue.code, issue.message, issue.value, issue.severity.value) for issue in found],
        schema=dict(ISSUES),
        orient="row",
    )
