"""How like each code a title is, seen from several sides: what the mixture weighs. Loops over postings, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from employment_service.compiled import compiled
from employment_service.occupations.coding.grams import Floats, Ids, Ints
from employment_service.occupations.coding.postings import Exemplars, Postings, Rows, postings_of

FAINTEST = 0.08
"""Likenesses below this are left out: they are single characters in common."""
SAME = 0.985
SPARED = 2.0
"""Exemplars of no code that every gram is thought to have besides."""

BEST, SHARE, INSIDE, SPEAKING = 0, 1, 2, 3
KINDS = 4
PLAINLY, SQUARED = 1, 2


class Row(NamedTuple):
    """One title."""

    grams: Ids
    weights: Floats


class Speaking(NamedTuple):
    """How many exemplars of each code have a gram, and how many have it at all."""

    postings: Postings
    totals: Floats


def speaking(known: Exemplars, classes: int) -> Speaking:
    """Of the grams by which exemplars are looked up."""
    places = np.empty(len(known.postings.places), dtype=np.int32)
    counts = np.empty(len(places), dtype=np.float32)
    starts = np.zeros_like(known.postings.starts)
    last = np.full(classes, -1, dtype=np.int64)
    made = _counted(known.postings, known.codes, last, Postings(starts, places, counts))
    totals = np.diff(known.postings.starts).astype(np.float32)
    return Speaking(Postings(starts, places[:made].copy(), counts[:made].copy()), totals)


@compiled
def _counted(postings: Postings, codes: Ids, last: Ints, out: Postings) -> int:
    """`last`: -1 for every code."""
    made = 0
    starts, places, counts = out
    for gram in range(len(starts) - 1):
        first = made
        for at in range(postings.starts[gram], postings.starts[gram + 1]):
            code = codes[postings.places[at]]
            if last[code] >= first:
                counts[last[code]] += 1
            else:
                places[made], counts[made] = code, 1
                last[code] = made
                made += 1
        starts[gram + 1] = made
    return made


def inside_of(rows: Rows, grams: int) -> Postings:
    """Which of them has a gram, whatever it is worth there."""
    found = postings_of(rows, grams)
    return Postings(found.starts, found.places, np.ones_like(found.weights))


class Room(NamedTuple):
    """What the loops work in, made once for many titles."""

    dot: Floats
    """By exemplar; zero between titles."""
    part: Floats
    touched: Ids
    by_code: Floats
    by_group: Floats
    wanted: Ids
    """By code: the last title that it is a candidate of."""
    best: Floats
    whose: Ids


class Known(NamedTuple):
    exemplars: Exemplars
    speaks: Speaking


@compiled
def near(row: Row, known: Known, own: int, room: Room, out: Floats) -> None:
    """For each code: likeness of its likest exemplar, share of all squared likenesses, the most of an exemplar that
    stands in the title, how far grams speak for it. `own`: the exemplar that the title itself is, left out; -1: none.
    """
    postings, codes, common = known.exemplars
    speaks = known.speaks
    dot, part, touched = room.dot, room.part, room.touched
    found, mass = 0, 0.0
    own_code = codes[own] if own >= 0 else -1
    gone = 1.0 if own >= 0 else 0.0
    out[:, :] = 0
    for at in range(len(row.grams)):
        gram, weight = row.grams[at], row.weights[at]
        if gram >= len(common):
            continue
        if common[gram]:
            mass += weight * weight
            continue
        for place in range(postings.starts[gram], postings.starts[gram + 1]):
            other, theirs = postings.places[place], postings.weights[place]
            if part[other] == 0:
                touched[found] = other
                found += 1
            dot[other] += weight * theirs
            part[other] += theirs * theirs
        share = weight * weight / (speaks.totals[gram] - gone + SPARED)
        for place in range(speaks.postings.starts[gram], speaks.postings.starts[gram + 1]):
            code = speaks.postings.places[place]
            count = speaks.postings.weights[place]
            out[SPEAKING, code] += share * (count - gone if code == own_code else count)
    scale, total = 1 / np.sqrt(max(1 - mass, 1e-3)), 1e-6
    for number in range(found):
        other = touched[number]
        likeness, inside = dot[other] * scale, part[other]
        dot[other] = 0
        part[other] = 0
        if other == own:
            continue
        code = codes[other]
        if likeness >= FAINTEST:
            total += likeness * likeness
            out[SHARE, code] += likeness * likeness
            out[BEST, code] = max(out[BEST, code], likeness)
        if inside >= FAINTEST:
            out[INSIDE, code] = max(out[INSIDE, code], inside)
    for code in range(out.shape[1]):
        out[SHARE, code] /= total


@compiled
def summed(row: Row, postings: Postings, power: int, out: Floats) -> None:
    """For each code or exemplar: its weights for the title's grams, times the title's own or their squares."""
    out[:] = 0
    for at in range(len(row.grams)):
        gram, weight = row.grams[at], row.weights[at]
        if gram < len(postings.starts) - 1:
            share = weight * weight if power == SQUARED else weight
            for place in range(postings.starts[gram], postings.starts[gram + 1]):
                out[postings.places[place]] += share * postings.weights[place]


@compiled
def mark(scores: Floats, most: int, title: int, room: Room) -> None:
    """Codes with the highest scores are candidates of the title, at most so many, none whose score is zero."""
    best, whose = room.best, room.whose
    held = 0
    for code in range(len(scores)):
        score = scores[code]
        if score == 0 or (held == most and score <= best[held - 1]):
            continue
        place = held if held < most else most - 1
        held = min(held + 1, most)
        while place > 0 and best[place - 1] < score:
            best[place] = best[place - 1]
            whose[place] = whose[place - 1]
            place -= 1
        best[place] = score
        whose[place] = code
    for place in range(held):
        room.wanted[whose[place]] = title


class Groups(NamedTuple):
    """For each code the number of its major, sub-major and minor group."""

    of: Ids
    """3 x codes."""
    number: int


def groups_by(names: list[tuple[str, str, str]]) -> Groups:
    numbers = np.zeros((3, len(names)), dtype=np.int32)
    for level in range(3):
        known: dict[tuple[str, ...], int] = {}
        for at, name in enumerate(names):
            numbers[level, at] = known.setdefault(name[: level + 1], len(known))
    return Groups(numbers, int(numbers.max(initial=0)) + 1)
