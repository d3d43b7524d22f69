"""Sets of codes against sets of codes, for all pairs at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


def shares(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> Flags:
    """Whether sets share a code, for all pairs."""
    left_codes, right_codes = _incidence(left, right)
    return left_codes @ right_codes.T > 0


def lacks(has: Sequence[frozenset[str]], needs: Sequence[frozenset[str]]) -> Flags:
    """Whether something needed is not there, for all pairs."""
    has_codes, needs_codes = _incidence(has, needs)
    return (1 - has_codes) @ needs_codes.T > 0


def _incidence(
    left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    columns = {code: index for index, code in enumerate(sorted(frozenset().union(*left, *right)))}
    tables = []
    for sets in (left, right):
        table = np.zeros((len(sets), len(columns)), dtype=np.int32)
        for row, codes in enumerate(sets):
            for code in codes:
                table[row, columns[code]] = 1
        tables.append(table)
    return tables[0], tables[1]
