"""What input methods and exports do to a text is undone for whole columns at once; `imports.cells` tells it of one.

Full-width digits and letters, ideographic blanks, invisible characters and the family of middle dots become one form.
"""

from __future__ import annotations

import polars as pl

# Texts without any of these are as they should be: most cells are looked at once and left.
_ODD = r"[^\x21-\x26\x28-\x7e\x{4e00}-\x{9fff}\x{00b7}]"
_INVISIBLE = r"[\x{200b}-\x{200f}\x{2060}\x{feff}\x{00ad}]"
_MIDDLE_DOTS = r"[\x{2022}\x{2027}\x{30fb}\x{ff65}\x{16eb}\x{22c5}\x{0387}]"
# What `str.strip` takes off.
_BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_DEFUSED = r"^'([=+\-@])"


def folded(texts: pl.Series) -> pl.Series:
    odd = texts.str.contains(_ODD)
    count = odd.sum()
    if not count:
        return texts
    if count * 3 > len(texts):
        return _folded(texts)
    places = odd.arg_true()
    # A copy: scatter changes the column it is called on.
    return texts.clone().scatter(places, _folded(texts.gather(places)))


def _folded(texts: pl.Series) -> pl.Series:
    """The leading apostrophe by which exports defuse formulas is taken off."""
    return (
        texts.str.normalize("NFKC")
        .str.replace_all(_INVISIBLE, "")
        .str.replace_all(_MIDDLE_DOTS, "·")
        .str.strip_chars(_BLANKS)
        .str.replace(_DEFUSED, "$1")
    )


def masked(texts: pl.Series) -> pl.Series:
    """What a report may show of a faulty value: enough to find it, not enough to know it."""
    size = pl.col("text").str.len_chars().cast(pl.Int64)
    kept = pl.when(size >= 6).then(2).when(size >= 2).then(1).otherwise(0)
    hidden = pl.lit("*" * 16).str.slice(0, pl.min_horizontal(size - kept, pl.lit(16)))
    frame = pl.DataFrame({"text": texts})
    return frame.select(pl.concat_str(pl.col("text").str.slice(0, kept), hidden)).to_series()
