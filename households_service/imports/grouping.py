"""Rows by household code, wherever they stand in the file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from households_service.imports.registry_sheet import HOUSEHOLD_CODE
from households_service.sheets.checking import NUMBER

CODE = HOUSEHOLD_CODE
ORDER = "household"
Places = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Rows by household. `order`: each row's household, numbered by their first rows; `numbers`: the rows' own."""

    count: int
    order: Places
    numbers: Places

    def of(self, rows: pl.DataFrame) -> Groups:
        """Some of the rows, households numbered as they were."""
        return Groups(count=self.count, order=rows[ORDER].to_numpy(), numbers=rows[NUMBER].to_numpy())

    def first(self, among: Flags | None = None) -> Places:
        """Of each household the number of its first row among these; 0: it has none."""
        order, numbers = (self.order, self.numbers) if among is None else (self.order[among], self.numbers[among])
        first = np.zeros(self.count, dtype=np.uint32)
        # Written from the last row to the first, so that the first one stays.
        first[order[::-1]] = numbers[::-1]
        return first


def grouped(rows: pl.DataFrame) -> tuple[pl.DataFrame, Groups]:
    """A row without a code is a household of its own."""
    codes = rows[CODE]
    if codes.null_count():
        alone = pl.concat_str(pl.lit("\0"), pl.col(NUMBER).cast(pl.String))
        codes = rows.select(pl.coalesce(CODE, alone)).to_series()
    distinct = codes.unique(maintain_order=True)
    order = codes.cast(pl.Enum(distinct)).to_physical().cast(pl.UInt32)
    groups = Groups(count=len(distinct), order=order.to_numpy(), numbers=rows[NUMBER].to_numpy())
    return rows.with_columns(order.alias(ORDER)), groups
