"""How good pairs are, against the truth."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

Scored = list[tuple[int, int, float]]
Truth = set[tuple[int, int]]


def f1_of(pairs: Truth, truth: Truth) -> float:
    return 2 * len(pairs & truth) / max(1, len(pairs) + len(truth))


def best_f1(scored: Scored, truth: Truth) -> float:
    """At the threshold that is best for these scores, which no engine could know."""
    if not scored:
        return 0.0
    order = sorted(scored, key=lambda row: -row[2])
    right = np.cumsum([(a, b) in truth for a, b, _ in order])
    return _best(right, np.arange(1, len(order) + 1), truth, [score for _, _, score in order])


def best_f1_in_groups(scored: Scored, truth: Truth) -> float:
    """As `best_f1`, where whoever is connected by pairs above the threshold is one person."""
    order = sorted(scored, key=lambda row: -row[2])
    persons = _persons(truth)
    group: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    known: dict[int, Counter[int]] = {}
    pairs = right = 0
    all_pairs, all_right = [], []
    for a, b, _ in order:
        for row in (a, b):
            if row not in group:
                group[row], members[row], known[row] = row, [row], Counter([persons.get(row, -1 - row)])
        one, other = group[a], group[b]
        if one != other:
            if len(members[one]) < len(members[other]):
                one, other = other, one
            pairs += len(members[one]) * len(members[other])
            right += sum(count * known[one][person] for person, count in known[other].items())
            for row in members[other]:
                group[row] = one
            members[one] += members.pop(other)
            known[one].update(known.pop(other))
        all_pairs.append(pairs)
        all_right.append(right)
    if not order:
        return 0.0
    return _best(np.array(all_right), np.array(all_pairs), truth, [score for _, _, score in order])


def one_to_one(scored: Scored) -> Scored:
    """Best pairs first, each row once."""
    lefts: set[int] = set()
    rights: set[int] = set()
    kept = []
    for left, right, score in sorted(scored, key=lambda row: -row[2]):
        if left not in lefts and right not in rights:
            lefts.add(left)
            rights.add(right)
            kept.append((left, right, score))
    return kept


def _best(right: NDArray[np.int64], pairs: NDArray[np.int64], truth: Truth, scores: list[float]) -> float:
    """Where scores are the same no threshold lies between them."""
    ends = np.append(np.diff(scores) != 0, True)
    return float((2 * right / (pairs + len(truth)))[ends].max())


def _persons(truth: Truth) -> dict[int, int]:
    """Row to the lowest row of the same person; true pairs are told in full."""
    persons: dict[int, int] = {}
    for a, b in truth:
        low = min(a, b)
        for row in (a, b):
            persons[row] = min(low, persons.get(row, low))
    return persons
