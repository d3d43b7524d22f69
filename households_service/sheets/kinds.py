"""What a column may hold, and how all of its cells are read at once.

A kind turns folded texts into values and, per cell, the number of the fault found first (0: none). The same rules
for one cell stand in `imports.cells`; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Protocol

import polars as pl

from households_service.imports.cells import NO, YES, CellNotADate, CellNotANumber, CellNotInList, CellTooLong

Faults = tuple[tuple[str, str], ...]
_ROUNDED = (CellNotInList.code, "A spreadsheet turned this code into a rounded number: format the column as text.")
_COMMON = r"^[\x21-\x26\x28-\x7e\x{4e00}-\x{9fff}\x{00b7}]+$"
_RARE = r"[^\x20-\x7e\x{4e00}-\x{9fff}\x{00b7}]"
_NOTHING: Faults = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Folded texts, and where the cells were numbers in a workbook."""

    texts: pl.Series
    numeric: pl.Series | None = None

    def frame(self) -> pl.DataFrame:
        numeric = self.numeric
        if numeric is None:
            numeric = pl.repeat(value=False, n=len(self.texts), dtype=pl.Boolean, eager=True)
        return pl.DataFrame({"text": self.texts, "numeric": numeric})


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """`faults`: UInt8, 0 or one more than the place in the kind's `faults`. A faulty or empty cell's value is null."""

    values: pl.Series
    faults: pl.Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    today: date
    sample_ids_allowed: bool
    """True outside production: invented people carry area code 99xxxx."""


class Kind(Protocol):
    @property
    def few(self) -> bool:
        """Whether such a column repeats a few values, so that only the distinct ones are read."""

    @property
    def faults(self) -> Faults:
        """Code and message of each."""

    @property
    def dtype(self) -> pl.DataType:
        """Of the values."""

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        """Which cells can be seen at a glance, unfolded, to be their own value; None: nothing can be said."""

    def read(self, cells: Cells, rules: Rules) -> Read: ...


def _read(cells: Cells, value: pl.Expr, *faults: pl.Expr) -> Read:
    """`faults`: conditions in the order of the kind's faults; the first that holds counts."""
    fault = pl.lit(0, dtype=pl.UInt8)
    for number, condition in reversed(list(enumerate(faults, start=1))):
        fault = pl.when(condition).then(pl.lit(number, dtype=pl.UInt8)).otherwise(fault)
    found = cells.frame().select(fault=fault, value=value)
    values = found.select(pl.when(pl.col("fault") == 0).then(pl.col("value"))).to_series()
    return Read(values=values, faults=found["fault"])


_TEXT = pl.col("text")
_GIVEN = _TEXT != ""
_NUMERIC = pl.col("numeric")
_IS_ROUNDED = _NUMERIC & ~_TEXT.str.contains(r"^-?[0-9]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    longest: int = 100
    few: bool = False
    dtype: ClassVar[pl.DataType] = pl.String()

    @property
    def faults(self) -> Faults:
        return (
            (CellTooLong.code, f"At most {self.longest} characters."),
            (CellNotInList.code, "The text holds control characters."),
        )

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        del rules
        # Three bytes are the longest common character.
        return texts.str.contains(_COMMON) & (texts.str.len_bytes() <= self.longest)

    def read(self, cells: Cells, rules: Rules) -> Read:
        del rules
        return _read(
            cells,
            pl.when(_GIVEN).then(_TEXT),
            _TEXT.str.len_chars() > self.longest,
            _unprintable(cells.texts),
        )


def _unprintable(texts: pl.Series) -> pl.Expr:
    """What `str.isprintable` says, asked only where a text holds more than ASCII and common Han characters."""
    flags = pl.repeat(value=False, n=len(texts), dtype=pl.Boolean, eager=True)
    rare = texts.str.contains(_RARE).arg_true()
    if len(rare):
        odd = [not text.isprintable() for text in texts.gather(rare).to_list()]
        flags = flags.scatter(rare, pl.Series(odd, dtype=pl.Boolean))
    return pl.lit(flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Text even where a spreadsheet made it a number. `pattern`: what it must look like, `malformed` what is said
    otherwise; `without`: characters that do not count.
    """

    pattern: str | None = None
    malformed: tuple[str, str] = _ROUNDED
    without: str | None = None
    capitals: bool = False
    few: bool = False
    dtype: ClassVar[pl.DataType] = pl.String()

    @property
    def faults(self) -> Faults:
        return (_ROUNDED, self.malformed)

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        del rules
        return None if self.pattern is None else texts.str.contains(self.pattern)

    def read(self, cells: Cells, rules: Rules) -> Read:
        del rules
        text = _TEXT.str.to_uppercase() if self.capitals else _TEXT
        if self.without is not None:
            text = text.str.replace_all(self.without, "")
        wrong = pl.lit(value=False) if self.pattern is None else (text != "") & ~text.str.contains(self.pattern)
        return _read(cells, pl.when(text != "").then(text), _IS_ROUNDED, wrong)


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
        written = pl.coalesce(_padded(_TEXT.str.extract_groups(part)) for part in parts)
        day = pl.when(_NUMERIC & _TEXT.str.contains(r"^[0-9]{1,5}$")).then(_TEXT.cast(pl.Int32, strict=False))
        serial = pl.when(day.is_between(1, 73_050)).then(pl.lit(date(1899, 12, 30)) + pl.duration(days=day))
        # There is no year 0.
        day_written = pl.when(~written.str.starts_with("0000")).then(written).str.to_date("%Y-%m-%d", strict=False)
        value = pl.coalesce(serial, day_written)
        return _read(cells, value, _GIVEN & value.is_null())


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
        number = _TEXT.cast(pl.Int64, strict=False)
        return _read(
            cells,
            number,
            _GIVEN & ~_TEXT.str.contains(r"^-?[0-9]{1,9}$"),
            _GIVEN & ~number.is_between(self.least, self.most),
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
        bare = _TEXT.str.strip_prefix("¥").str.strip_suffix("元").str.strip_chars()
        thousands = bare.str.contains(r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")
        text = pl.when(thousands).then(bare.str.replace_all(",", "")).otherwise(bare)
        number = text.cast(pl.Float64, strict=False)
        plain = text.str.contains(r"^[+-]?([0-9]+(\.[0-9]{0,2}0*)?|\.[0-9]{1,2}0*)$")
        near = _NUMERIC & ((number * 100).round() / 100 - number).abs().lt(1e-6)
        return _read(
            cells,
            (number * 100).round().cast(pl.Int64, strict=False),
            ~_NUMERIC & text.str.contains(r"^[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+$"),
            _GIVEN & (number.is_null() | (~_NUMERIC & ~text.str.contains(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"))),
            _GIVEN & (~number.is_finite() | (number.abs() >= 1e12)),
            _GIVEN & ~plain & ~near,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    few: ClassVar[bool] = True
    dtype: ClassVar[pl.DataType] = pl.Boolean()
    faults: ClassVar[Faults] = ((CellNotInList.code, "Write 是 or 否 (yes or no)."),)

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        del texts, rules
        return None

    def read(self, cells: Cells, rules: Rules) -> Read:
        del rules
        words = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
        value = _TEXT.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
        return _read(cells, value, _GIVEN & value.is_null())


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`words`: each spelling in small letters, in either language, and the value it means."""

    words: Mapping[str, str] = field(repr=False)
    few: ClassVar[bool] = True
    dtype: ClassVar[pl.DataType] = pl.String()
    faults: ClassVar[Faults] = (
        (CellNotInList.code, "The value is not in the list of this column; see the import guide."),
    )

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        del texts, rules
        return None

    def read(self, cells: Cells, rules: Rules) -> Read:
        del rules
        value = _TEXT.str.to_lowercase().replace_strict(dict(self.words), default=None, return_dtype=pl.String)
        return _read(cells, value, _GIVEN & value.is_null())


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """Known, so that nobody has to map it, and neither checked nor kept."""

    few: ClassVar[bool] = True
    dtype: ClassVar[pl.DataType] = pl.String()
    faults: ClassVar[Faults] = _NOTHING

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        del texts, rules
        return None

    def read(self, cells: Cells, rules: Rules) -> Read:
        del rules
        return _read(cells, _TEXT)
