"""CSV that a spreadsheet may open: what it would run as a formula gets an apostrophe in front (CWE-1236)."""

from __future__ import annotations

import polars as pl

# Also what becomes one of = + - @ only after folding full-width characters.
_RUNS = "^[=+\\-@\t\r\x00\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u207a\u207b\u207c\u208a\u208b\u208c\ufb29]"
MARK = b"\xef\xbb\xbf"
"""Makes spreadsheets read it as UTF-8."""


def defused(text: pl.Expr) -> pl.Expr:
    """Reading takes the apostrophe off again. Typed numbers cannot run and stay."""
    return pl.when(text.str.contains(_RUNS)).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)


def csv_rows(part: pl.DataFrame) -> bytes:
    """Without a header. Texts are defused, numbers are not."""
    texts = [defused(pl.col(name)).alias(name) for name, kind in part.schema.items() if kind == pl.String]
    return part.with_columns(texts).write_csv(include_header=False, line_terminator="\r\n").encode()


def csv_header(header: tuple[str, ...]) -> bytes:
    names = [f"{place}" for place in range(len(header))]
    return MARK + csv_rows(pl.DataFrame([header], schema=dict.fromkeys(names, pl.String), orient="row"))
