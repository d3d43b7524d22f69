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

from households_service.imports.cells import MOST_NAMED, NO, YES, CellNotInList, CellTooLong
from households_service.members.characters import can_be_shown

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


def read_by(cells: Cells, value: pl.Expr, *faults: pl.Expr) -> Read:
    """`faults`: conditions in the order of the kind's faults; the first that holds counts."""
    fault = pl.lit(0, dtype=pl.UInt8)
    for number, condition in reversed(list(enumerate(faults, start=1))):
        fault = pl.when(condition).then(pl.lit(number, dtype=pl.UInt8)).otherwise(fault)
    found = cells.frame().select(fault=fault, value=value)
    values = found.select(pl.when(pl.col("fault") == 0).then(pl.col("value"))).to_series()
    return Read(values=values, faults=found["fault"])


TEXT = pl.col("text")
GIVEN = TEXT != ""
NUMERIC = pl.col("numeric")
_IS_ROUNDED = NUMERIC & ~TEXT.str.contains(r"^-?[0-9]*$")


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
        return read_by(
            cells,
            pl.when(GIVEN).then(TEXT),
            TEXT.str.len_chars() > self.longest,
            _unprintable(cells.texts),
        )


def _unprintable(texts: pl.Series) -> pl.Expr:
    """Asked only where a text holds more than ASCII and common Han characters."""
    flags = pl.repeat(value=False, n=len(texts), dtype=pl.Boolean, eager=True)
    rare = texts.str.contains(_RARE).arg_true()
    if len(rare):
        odd = [not can_be_shown(text) for text in texts.gather(rare).to_list()]
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
        text = TEXT.str.to_uppercase() if self.capitals else TEXT
        if self.without is not None:
            text = text.str.replace_all(self.without, "")
        wrong = pl.lit(value=False) if self.pattern is None else (text != "") & ~text.str.contains(self.pattern)
        return read_by(cells, pl.when(text != "").then(text), _IS_ROUNDED, wrong)


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
        value = TEXT.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
        return read_by(cells, value, GIVEN & value.is_null())


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`words`: each spelling in small letters, in either language, and the value it means.

    `named`: what a refusal names, label and code of each; without it the first spellings of each value.
    """

    words: Mapping[str, str] = field(repr=False)
    named: tuple[tuple[str, str], ...] = ()
    few: ClassVar[bool] = True
    dtype: ClassVar[pl.DataType] = pl.String()

    @property
    def faults(self) -> Faults:
        named = [f"{label} ({code})" for label, code in self.named or _first_spellings(self.words)]
        left = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
        return ((CellNotInList.code, f"The value is none of {', '.join(named[:MOST_NAMED])}{left}."),)

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        del texts, rules
        return None

    def read(self, cells: Cells, rules: Rules) -> Read:
        del rules
        value = TEXT.str.to_lowercase().replace_strict(dict(self.words), default=None, return_dtype=pl.String)
        return read_by(cells, value, GIVEN & value.is_null())


def _first_spellings(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Of each value the first label and the first code."""
    found: list[tuple[str, str]] = []
    for value in dict.fromkeys(words.values()):
        spellings = [word for word, meant in words.items() if meant == value]
        label = next((word for word in spellings if not word.isascii()), spellings[0])
        found.append((label, next((word for word in spellings if word.isascii()), value.lower())))
    return found


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
        return read_by(cells, TEXT)
