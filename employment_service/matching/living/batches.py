"""Vacancies that open only for a least number of people at once (a company's batch), or not at all.

Relaxed first. A vacancy that then has somebody, but too few, is either closed, or opened: its scores are raised by the
least subsidy with which enough come (the price of a lower bound in the same program). Both are solved, the better one
stays. The relaxation's bound tells what the rule cost at most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from chassis.errors import InvalidInput
from employment_service.matching.assignment.domain import (
    LARGEST_SCORE,
    UNPLACED,
    Assignment,
    Edges,
    Int32s,
    Int64s,
    refuse_unless_sound,
)
from employment_service.matching.assignment.engine import solve
from employment_service.matching.living.editing import value_of

TRIES = 3
"""So often a vacancy is opened again after others have drawn its people away; then it is closed."""


class BatchesUnsound(InvalidInput):
    code = "MATCH_BATCHES_UNSOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """`opened`, `closed`: vacancies about which a decision was needed. `bound` is that without any least number."""

    vacancy: Int32s
    prices: Int64s
    value: int
    bound: int
    opened: tuple[int, ...]
    closed: tuple[int, ...]

    @property
    def gap(self) -> float:
        return (self.bound - self.value) / self.bound if self.bound else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """`score`: with what opening took; `value`: without."""

    score: Int32s
    capacities: Int64s
    made: Assignment
    value: int


def assign_batches(edges: Edges, capacities: Int64s, least: Int64s) -> Batches:
    """`least` (vacancies,): how many must come for anybody to come; 0 or 1 where it does not matter."""
    refuse_unless_sound(edges, capacities)
    if len(least) != len(capacities) or (len(least) and int(least.min()) < 0):
        raise BatchesUnsound(f"A least number of at least 0 for each of {len(capacities)} vacancies is needed.")
    open_places = np.where(least > capacities, 0, capacities)
    made = solve(edges, open_places)
    now, tries = decide(edges, open_places, least, made)
    decided = np.flatnonzero(tries > 0)
    counts = _counts(now)
    return Batches(
        vacancy=now.made.vacancy,
        prices=now.made.prices,
        value=now.value,
        bound=made.bound,
        opened=tuple(int(vacancy) for vacancy in decided if counts[vacancy]),
        closed=tuple(int(vacancy) for vacancy in decided if not counts[vacancy]),
    )


def decide(edges: Edges, capacities: Int64s, least: Int64s, made: Assignment) -> tuple[Tried, Int64s]:
    """Until no vacancy has some but too few, and how often each was decided on. `made`: the relaxed optimum."""
    now = _tried(edges, edges.score, capacities, made)
    tries = np.zeros(len(least), dtype=np.int64)
    while len(short := too_few(now.made.vacancy, least)):
        vacancy = int(short[np.argmax(_counts(now)[short] / least[short])])
        shut = _closed(edges, now, vacancy)
        opened = _opened(edges, now, vacancy, int(least[vacancy])) if tries[vacancy] < TRIES else None
        tries[vacancy] += 1
        now = opened if opened is not None and opened.value >= shut.value else shut
    return now, tries


def too_few(vacancy: Int32s, least: Int64s) -> Int64s:
    """Vacancies that somebody goes to, but fewer than their least number."""
    counts = np.bincount(vacancy[vacancy != UNPLACED], minlength=len(least))
    return np.flatnonzero((counts > 0) & (counts < least))


def _tried(edges: Edges, score: Int32s, capacities: Int64s, made: Assignment) -> Tried:
    value = int(value_of(edges.starts, edges.vacancy, edges.score, made.vacancy))
    return Tried(score=score, capacities=capacities, made=made, value=value)


def _counts(now: Tried) -> Int64s:
    at = now.made.vacancy
    return np.bincount(at[at != UNPLACED], minlength=len(now.capacities))


def _closed(edges: Edges, now: Tried, vacancy: int) -> Tried:
    capacities = now.capacities.copy()
    capacities[vacancy] = 0
    return _solved(edges, now, now.score, capacities)


def _opened(edges: Edges, now: Tried, vacancy: int, least: int) -> Tried | None:
    """None where not so many could come at all, or only for more than any score."""
    mine = np.flatnonzero(edges.vacancy == vacancy)
    if len(mine) < least:
        return None
    top = int(edges.score.max())
    step = _wanting(edges, now, mine, least - int(_counts(now)[vacancy]))
    low, high, best = 0, min(max(1, step), top), None
    while low < high or best is None:
        subsidy = high if best is None else (low + high) // 2
        score = now.score.copy()
        if int(score[mine].max()) + subsidy > LARGEST_SCORE:
            return best
        score[mine] += subsidy
        tried = _solved(edges, now, score, now.capacities)
        if int(_counts(tried)[vacancy]) >= least:
            best, high = tried, subsidy
        elif best is None:
            if high >= top:
                return None
            low, high = high + 1, min(2 * high, top)
        else:
            low = subsidy + 1
        if best is not None and high - low < max(1, step // 16):
            break
    return best


def _wanting(edges: Edges, now: Tried, mine: Int64s, more: int) -> int:
    """What the last of so many more who would come lacks, at the prices as they are."""
    who = np.searchsorted(edges.starts, mine, side="right") - 1
    prices, score = now.made.prices, now.score
    lacks = np.empty(len(mine), dtype=np.int64)
    for number, (edge, worker) in enumerate(zip(mine.tolist(), who.tolist(), strict=True)):
        own = slice(int(edges.starts[worker]), int(edges.starts[worker + 1]))
        profit = max(0, int((score[own] - prices[edges.vacancy[own]]).max()))
        lacks[number] = profit - (int(score[edge]) - int(prices[edges.vacancy[edge]]))
    away = np.sort(lacks[now.made.vacancy[who] != edges.vacancy[mine]])
    return int(away[min(max(0, more - 1), len(away) - 1)]) if len(away) else 1


def _solved(edges: Edges, now: Tried, score: Int32s, capacities: Int64s) -> Tried:
    made = solve(replace(edges, score=score), capacities, prices=now.made.prices, held=now.made.vacancy)
    return _tried(edges, score, capacities, made)
