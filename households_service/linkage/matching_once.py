"""Linking two files in which nobody stands twice: whoever is taken is no candidate for others any more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from households_service.linkage.arrays import Int32, Int64
from households_service.linkage.candidates import Pairs
from households_service.linkage.comparison import Compared, Comparison, compare
from households_service.linkage.decision import JudgedPairs, alone_in_few, competing, one_to_one
from households_service.linkage.evidence import Model, probability
from households_service.linkage.table import PersonTable

_MOST_LEFT_OVER = 3_000_000
"""Pairs of left-over rows that are compared with each other, all of them."""
_TAKEN = 0.5
_ROUNDS = 3


def matched_once(table: PersonTable, using: tuple[Comparison, ...], model: Model, judged: JudgedPairs) -> JudgedPairs:
    """Best pairs first; then the rows that are left over on both sides are weighed anew among themselves.

    Few are left, so each of them has far better odds to be the other's partner than at the start: given all other
    links, the share of rows that have one over the rows that are still free (Sadinle 2017, bipartite matchings). A
    row that says little is left over because it says little, not because it has no partner.
    """
    found = _assigned(judged, (table.left_rows, table.rows - table.left_rows))
    for _ in range(_ROUNDS):
        sure = probability(found.bits) >= _TAKEN
        taken = np.zeros(table.rows, dtype=np.bool_)
        taken[found.pairs.left[sure]] = taken[found.pairs.right[sure]] = True
        left = np.flatnonzero(~taken[: table.left_rows])
        right = np.flatnonzero(~taken[table.left_rows :]) + table.left_rows
        if not len(left) or not len(right) or len(left) * len(right) > _MOST_LEFT_OVER:
            return found
        again = _left_over(using, model, left, right, taken=int(sure.sum()))
        if not (probability(again.bits) >= _TAKEN).any():
            return found
        found = _joined(_rows_of(found, np.flatnonzero(sure)), again)
    return found


def _left_over(using: tuple[Comparison, ...], model: Model, left: Int64, right: Int64, *, taken: int) -> JudgedPairs:
    one, two = np.repeat(left, len(right)).astype(np.int32), np.tile(right, len(left)).astype(np.int32)
    compared = compare(using, one, two)
    odds = (taken + 1.0) / len(one)
    refitted = replace(model, prior=odds / (1.0 + odds))
    kept = model.field_bits(compared).sum(axis=1) > 0.0
    rows_kept = np.flatnonzero(kept)
    pairs = Pairs(left=one[rows_kept], right=two[rows_kept])
    kept_compared = _taken(compared, rows_kept)
    field_bits = refitted.field_bits(kept_compared)
    alone = alone_in_few(refitted, field_bits, kept_compared.levels)
    bits = refitted.bits_of(field_bits, kept_compared)
    judged = JudgedPairs(pairs=pairs, bits=bits, alone=alone, compared=kept_compared)
    return _assigned(judged, (len(left), len(right)))


def _assigned(judged: JudgedPairs, free: tuple[int, int]) -> JudgedPairs:
    bits = competing(judged.pairs, judged.bits, free)
    kept = np.flatnonzero(one_to_one(judged.pairs.left, judged.pairs.right, bits))
    return _rows_of(replace(judged, bits=bits), kept)


def _rows_of(found: JudgedPairs, rows: Int64) -> JudgedPairs:
    return JudgedPairs(
        pairs=Pairs(left=found.pairs.left[rows], right=found.pairs.right[rows]),
        bits=found.bits[rows],
        alone=found.alone[rows],
        compared=_taken(found.compared, rows),
    )


def _joined(one: JudgedPairs, two: JudgedPairs) -> JudgedPairs:
    return JudgedPairs(
        pairs=Pairs(left=_both(one.pairs.left, two.pairs.left), right=_both(one.pairs.right, two.pairs.right)),
        bits=np.concatenate([one.bits, two.bits]),
        alone=np.concatenate([one.alone, two.alone]),
        compared=Compared(
            levels=np.concatenate([one.compared.levels, two.compared.levels]),
            shares=np.concatenate([one.compared.shares, two.compared.shares]),
        ),
    )


def _both(one: Int32, two: Int32) -> Int32:
    return np.concatenate([one, two])


def _taken(compared: Compared, rows: Int64) -> Compared:
    return Compared(levels=compared.levels[rows], shares=compared.shares[rows])
