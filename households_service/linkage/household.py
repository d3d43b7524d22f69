"""Rows of one household vouch for each other: if its other members found a household, this one is likely there too.

Household numbers of the two sides need not be the same ones (a department has its own); where they are, the comparison
of the numbers has said so already and this pass adds nothing.
"""

from __future__ import annotations

import numpy as np

from households_service.linkage.arrays import Flags, Float64, Int32, Int64
from households_service.linkage.candidates import Pairs
from households_service.linkage.evidence import probability

_ROUNDS = 2
_BITS_PER_MEMBER = 4.0
_MOST_BITS = 8.0
_ELSEWHERE_BITS = 2.0
"""Taken off when the other members were found in another household."""


def household_bits(pairs: Pairs, bits: Float64, household: Int32, *, numbers_agree: Flags) -> Float64:
    """What the other members of the left row's household add to each pair. `household`: code per row, -1 unknown."""
    left, right = household[pairs.left], household[pairs.right]
    known = np.flatnonzero((left >= 0) & (right >= 0) & ~numbers_agree)
    gained = np.zeros(len(bits))
    if not len(known):
        return gained
    home: Int64 = (left[known].astype(np.int64) << 32) | right[known]
    _, home = np.unique(home, return_inverse=True)
    member_of_home: Int64 = (home.astype(np.int64) << 32) | pairs.left[known]
    members, member = np.unique(member_of_home, return_inverse=True)
    person_of_home: Int64 = (home.astype(np.int64) << 32) | pairs.right[known]
    _, person = np.unique(person_of_home, return_inverse=True)
    of_row = left[known]
    for _ in range(_ROUNDS):
        chance = _once_per_person(pairs, known, bits + gained)
        best = np.zeros(len(members))
        np.maximum.at(best, member, chance)
        others = np.bincount(members >> 32, weights=best)[home] - best[member]
        # who was found to be this very person is a second record of one member, and tells of no other
        here = np.maximum(others - (np.bincount(person, weights=chance)[person] - chance), 0.0)
        anywhere = _other_members(of_row, pairs.left[known], chance)
        elsewhere = np.maximum(anywhere - others, 0.0)
        gained[known] = np.minimum(here * _BITS_PER_MEMBER, _MOST_BITS) - np.minimum(elsewhere, 1.0) * _ELSEWHERE_BITS
    return gained


def _once_per_person(pairs: Pairs, known: Int64, bits: Float64) -> Float64:
    """A member of the registry's household can be only one of the feed's: the best pair of each side counts."""
    chance = probability(bits[known])
    size = int(max(pairs.left[known].max(), pairs.right[known].max())) + 1
    best_left, best_right = np.zeros(size), np.zeros(size)
    np.maximum.at(best_left, pairs.left[known], chance)
    np.maximum.at(best_right, pairs.right[known], chance)
    winner = (chance >= best_left[pairs.left[known]]) & (chance >= best_right[pairs.right[known]])
    return np.where(winner, chance, 0.0)


def _other_members(household: Int32, row: Int32, chance: Float64) -> Float64:
    """How many other members of the row's household were found anywhere."""
    rows, at = np.unique(row, return_inverse=True)
    best = np.zeros(len(rows))
    np.maximum.at(best, at, chance)
    owner = np.zeros(len(rows), dtype=np.int64)
    owner[at] = household
    return np.bincount(owner, weights=best)[household] - best[at]
