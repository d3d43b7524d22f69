"""Columns of dates, whole numbers and amounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import polars as pl

from households_service.imports.cells import CellNotADate, CellNotANumber
from households_service.sheets.kinds import GIVEN, NUMERIC, TEXT, Cells, Faults, Read, Rules, read_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """In the forms people write, or as a spreadsheet's day number."""

    few: ClassVar[bool] = True
    dtype: ClassVar[pl.DataType] = pl.Date()
    faults: ClassVar[Faults] = ((CellNotADate.code, "Write a date as 2020-09-18."),)

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        del texts, rules
        return None

    def read(self, cells: Cells, rules: Rules) -> Read:
        del rules
        parts = [
            r"^(?<y>[0-9]{4})-(?<m>[0-9]{1,2})-(?<d>[0-9]{1,2})(?:[T ]00:00(?::00)?)?$",
            r"^(?<y>[0-9]{4})/(?<m>[0-9]{1,2})/(?<d>[0-9]{1,2})$",
            r"^(?<y>[0-9]{4})\.(?<m>[0-9]{1,2})\.(?<d>[0-9]{1,2})$",
            r"^(?<y>[0-9]{4})年(?<m>[0-9]{1,2})月(?<d>[0-9]{1,2})日$",
            r"^(?<y>[0-9]{4})(?<m>[0-9]{2})(?<d>[0-9]{2})$",
        ]
        written = pl.coalesce(_padded(TEXT.str.extract_groups(part)) for part in parts)
        day = pl.when(NUMERIC & TEXT.str.contains(r"^[0-9]{1,5}$")).then(TEXT.cast(pl.Int32, strict=False))
        serial = pl.when(day.is_between(1, 73_050)).then(pl.lit(date(1899, 12, 30)) + pl.duration(days=day))
        # There is no year 0.
        day_written = pl.when(~written.str.starts_with("0000")).then(written).str.to_date("%Y-%m-%d", strict=False)
        value = pl.coalesce(serial, day_written)
        return read_by(cells, value, GIVEN & value.is_null())


def _padded(groups: pl.Expr) -> pl.Expr:
    year, month, day = (groups.struct.field(name) for name in ("y", "m", "d"))
    return pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeNumber:
    least: int
    most: int
    few: ClassVar[bool] = True
    dtype: ClassVar[pl.DataType] = pl.Int64()

    @property
    def faults(self) -> Faults:
        return (
            (CellNotANumber.code, "A whole number is needed here."),
            (CellNotANumber.code, f"The number must lie between {self.least} and {self.most}."),
        )

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        del texts, rules
        return None

    def read(self, cells: Cells, rules: Rules) -> Read:
        del rules
        number = TEXT.cast(pl.Int64, strict=False)
        return read_by(
            cells,
            number,
            GIVEN & ~TEXT.str.contains(r"^-?[0-9]{1,9}$"),
            GIVEN & ~number.is_between(self.least, self.most),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Yuan with at most two decimals, as cents. A computed cell carries binary noise in its last digits."""

    few: ClassVar[bool] = True
    dtype: ClassVar[pl.DataType] = pl.Int64()
    faults: ClassVar[Faults] = (
        (
            CellNotANumber.code,
            "A spreadsheet turned this amount into a rounded number: format the column as text and type it again.",
        ),
        (CellNotANumber.code, "An amount such as 1234.56 is needed here."),
        (CellNotANumber.code, "The amount is no number or too large."),
        (CellNotANumber.code, "An amount has at most two decimals."),
    )

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        del texts, rules
        return None

    def read(self, cells: Cells, rules: Rules) -> Read:
        del rules
        bare = TEXT.str.strip_prefix("¥").str.strip_suffix("元").str.strip_chars()
        thousands = bare.str.contains(r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")
        text = pl.when(thousands).then(bare.str.replace_all(",", "")).otherwise(bare)
        number = text.cast(pl.Float64, strict=False)
        plain = text.str.contains(r"^[+-]?([0-9]+(\.[0-9]{0,2}0*)?|\.[0-9]{1,2}0*)$")
        near = NUMERIC & ((number * 100).round() / 100 - number).abs().lt(1e-6)
        return read_by(
            cells,
            (number * 100).round().cast(pl.Int64, strict=False),
            ~NUMERIC & text.str.contains(r"^[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+$"),
            GIVEN & (number.is_null() | (~NUMERIC & ~text.str.contains(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"))),
            GIVEN & (~number.is_finite() | (number.abs() >= 1e12)),
            GIVEN & ~plain & ~near,
        )
