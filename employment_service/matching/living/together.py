"""Couples and relatives who go to one vacancy or nowhere: relaxation, then diving, with a bound that tells the cost.

Relaxed, a group is as many workers with the same list, each with the group's mean score, who may be parted: an
assignment problem again (scores times the least common multiple of the sizes stay whole), whose optimum no way of
keeping groups together exceeds. Few groups are parted in it. They are bound to one of the vacancies they were parted
between, as far as halves of others make room there, and the rest is solved anew from the prices, until none is parted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from chassis.errors import InvalidInput
from employment_service.matching.assignment.domain import (
    LARGEST_SCORE,
    UNPLACED,
    Assignment,
    Edges,
    Flags,
    Int32s,
    Int64s,
    refuse_unless_sound,
)
from employment_service.matching.assignment.engine import solve
from employment_service.matching.living.editing import BARRED, value_of

ALONE = -1
WEIGHED = 16
"""So many groups that fit nowhere whole are tried both ways, in and out; the others stay out."""


class GroupsUnsound(InvalidInput):
    code = "MATCH_GROUPS_UNSOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """`bound`: no assignment that keeps groups together is worth more. `rounds`: how often it was solved."""

    vacancy: Int32s
    prices: Int64s
    value: int
    bound: int
    rounds: int

    @property
    def gap(self) -> float:
        return (self.bound - self.value) / self.bound if self.bound else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """`members`: workers by group, those of group g from starts[g] on."""

    number: Int64s
    starts: Int64s
    members: Int64s

    @property
    def sizes(self) -> Int64s:
        return np.diff(self.starts)


def assign_together(edges: Edges, capacities: Int64s, groups: Int32s) -> Together:
    """`groups` (workers,): a number for each group of those who stay together, -1 for whoever is alone."""
    refuse_unless_sound(edges, capacities)
    if len(groups) != edges.workers:
        raise GroupsUnsound(f"A group's number or -1 for each of {edges.workers} workers is needed.")
    grouped = grouped_of(groups)
    scale = math.lcm(1, *np.unique(grouped.sizes).tolist())
    if len(edges.score) and int(edges.score.max()) * scale > LARGEST_SCORE:
        raise GroupsUnsound("Groups of such sizes and such scores cannot be weighed in whole numbers.")
    relaxed = _relaxed(edges, capacities, grouped, scale)
    made = solve(relaxed, capacities)
    bound = made.bound // scale
    made, solved = dive(relaxed, capacities, grouped, made)
    return Together(
        vacancy=made.vacancy,
        prices=made.prices // scale,
        value=int(value_of(edges.starts, edges.vacancy, edges.score, made.vacancy)),
        bound=bound,
        rounds=1 + solved,
    )


def dive(edges: Edges, capacities: Int64s, groups: Groups, made: Assignment) -> tuple[Assignment, int]:
    """Until no group is parted, and how often that was solved. `edges`: relaxed; their scores are changed."""
    diving = _Dive(edges=edges, score=edges.score.copy(), capacities=capacities, groups=groups)
    while (parted := _parted(made.vacancy, groups)).any():
        made = diving.deeper(made, parted)
    return made, diving.solved


def grouped_of(groups: Int32s) -> Groups:
    """Groups numbered from 0; a group of one is nobody's."""
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    real = (names != ALONE) & (sizes > 1)
    new = np.where(real, np.cumsum(real) - 1, ALONE)[number]
    members = np.flatnonzero(new != ALONE)
    members = members[np.argsort(new[members], kind="stable")]
    starts = np.concatenate([[0], np.cumsum(sizes[real])]).astype(np.int64)
    return Groups(number=new.astype(np.int64), starts=starts, members=members.astype(np.int64))


def _relaxed(edges: Edges, capacities: Int64s, grouped: Groups, scale: int) -> Edges:
    who = np.repeat(np.arange(edges.workers, dtype=np.int64), np.diff(edges.starts))
    group = grouped.number[who]
    alone = group == ALONE
    vacancies = max(1, len(capacities))
    keys, number, count = np.unique(
        group[~alone] * vacancies + edges.vacancy[~alone], return_inverse=True, return_counts=True
    )
    total = np.bincount(number, weights=edges.score[~alone], minlength=len(keys)).astype(np.int64)
    whose, where = keys // vacancies, keys % vacancies
    size = grouped.sizes[whose]
    shared = (count == size) & (capacities[where] >= size)
    whose, where, mean = whose[shared], where[shared], total[shared] * (scale // size[shared])
    copies = grouped.sizes[whose]
    nth = np.arange(int(copies.sum())) - np.repeat(np.cumsum(copies) - copies, copies)
    of_groups = grouped.members[np.repeat(grouped.starts[whose], copies) + nth]
    worker = np.concatenate([who[alone], of_groups])
    order = np.argsort(worker, kind="stable")
    return Edges(
        starts=np.append(0, np.cumsum(np.bincount(worker, minlength=edges.workers))).astype(np.int64),
        vacancy=np.concatenate([edges.vacancy[alone], np.repeat(where, copies)])[order].astype(np.int32),
        score=np.concatenate([edges.score[alone].astype(np.int64) * scale, np.repeat(mean, copies)])[order].astype(
            np.int32
        ),
    )


def _parted(vacancy: Int32s, grouped: Groups) -> Flags:
    if not len(grouped.sizes):
        return np.zeros(0, dtype=np.bool_)
    at = vacancy[grouped.members]
    parted: Flags = np.maximum.reduceat(at, grouped.starts[:-1]) != np.minimum.reduceat(at, grouped.starts[:-1])
    return parted


class _Dive:
    """Lists that get shorter: of groups that were bound to a vacancy, or barred from one."""

    def __init__(self, *, edges: Edges, score: Int32s, capacities: Int64s, groups: Groups) -> None:
        self._edges, self._score, self._capacities, self._groups = edges, score, capacities, groups
        self._bound: dict[int, int] = {}
        self._barred: set[tuple[int, int]] = set()
        self._weighed = 0
        self.solved = 0

    def deeper(self, made: Assignment, parted: Flags) -> Assignment:
        stuck = [group for group in np.flatnonzero(parted).tolist() if group in self._bound]
        for group in stuck:
            if self._weighed < WEIGHED:
                self._weighed += 1
                return self._in_or_out(made, group)
            self._bar(group)
        for group, vacancy in self._choices(made.vacancy, parted):
            self._bound[group] = vacancy
            self._list(group)
        return self._solve(made)

    def _solve(self, start: Assignment) -> Assignment:
        self.solved += 1
        return solve(self._edges, self._capacities, prices=start.prices, held=start.vacancy)

    def _in_or_out(self, start: Assignment, group: int) -> Assignment:
        """Bound to one vacancy they are parted still: all in at any cost, or none; whichever is worth more."""
        vacancy = self._bound[group]
        self._list(group, for_entering=int(self._score.max()) + 1)
        inside = self._solve(start)
        if not _parted(inside.vacancy, self._groups)[group]:
            self._bar(group)
            outside = self._solve(start)
            if self._value(outside) >= self._value(inside):
                return outside
            self._barred.discard((group, vacancy))
            self._bound[group] = vacancy
            self._list(group, for_entering=int(self._score.max()) + 1)
            return inside
        self._bar(group)
        return self._solve(start)

    def _value(self, made: Assignment) -> int:
        return int(value_of(self._edges.starts, self._edges.vacancy, self._score, made.vacancy))

    def _bar(self, group: int) -> None:
        self._barred.add((group, self._bound.pop(group)))
        self._list(group)

    def _list(self, group: int, *, for_entering: int = 0) -> None:
        """The vacancy they are bound to alone, or whatever they are not barred from."""
        edges, groups = self._edges, self._groups
        vacancy = self._bound.get(group)
        for who in groups.members[groups.starts[group] : groups.starts[group + 1]].tolist():
            own = slice(int(edges.starts[who]), int(edges.starts[who + 1]))
            listed = edges.vacancy[own]
            allowed = np.array([(group, place) not in self._barred for place in listed.tolist()], dtype=np.bool_)
            if vacancy is not None:
                allowed = listed == vacancy
            edges.score[own] = np.where(
                allowed, np.minimum(self._score[own].astype(np.int64) + for_entering, LARGEST_SCORE), BARRED
            )

    def _choices(self, vacancy: Int32s, parted: Flags) -> list[tuple[int, int]]:
        """Where parted groups go: where they are in part, if free places and other parted ones make room; one at
        least.
        """
        groups = self._groups
        room = self._capacities - np.bincount(vacancy[vacancy != UNPLACED], minlength=len(self._capacities))
        loose = vacancy[groups.members][np.repeat(parted, groups.sizes)]
        room += np.bincount(loose[loose != UNPLACED], minlength=len(self._capacities))
        found: list[tuple[int, int]] = []
        forced: tuple[int, int] | None = None
        for group in np.flatnonzero(parted).tolist():
            at = vacancy[groups.members[groups.starts[group] : groups.starts[group + 1]]]
            places = [place for place in np.unique(at[at != UNPLACED]).tolist() if (group, place) not in self._barred]
            fitting = [place for place in places if room[place] >= len(at)]
            if places and forced is None:
                forced = (group, places[0])
            if fitting:
                best = max(fitting, key=lambda place: int(room[place]))
                found.append((group, best))
                room[best] -= len(at)
        return found or ([forced] if forced else [])
