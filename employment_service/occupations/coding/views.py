"""Every view of a batch of titles, and the pairs of title and code that are worth weighing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from employment_service.compiled import compiled
from employment_service.occupations.coding.grams import Floats, Ids, Ints
from employment_service.occupations.coding.likeness import (
    BEST,
    FAINTEST,
    INSIDE,
    KINDS,
    PLAINLY,
    SAME,
    SHARE,
    SPEAKING,
    SQUARED,
    Groups,
    Known,
    Room,
    Row,
    mark,
    near,
    summed,
)
from employment_service.occupations.coding.postings import Postings, Rows, count_of

NAMES = (
    "label", "label_squared", "label_same", "label_share", "label_speaks",
    "inside", "inside_squared", "inside_minor", "around",
    "confirmed", "confirmed_squared", "confirmed_same", "vote", "vote_log", "confirmed_speaks", "confirmed_speaks_root",
    "linear", "linear_root", "linear_log", "linear_major", "linear_sub", "linear_minor",
    "own", "own_root", "own_log", "own_sub",
    "prior", "unseen", "unseen_label", "unseen_label_squared", "unseen_inside", "unseen_inside_squared",
    "unseen_speaks", "few", "few_label", "few_inside", "whole", "whole_unseen", "label_beyond", "inside_beyond",
    "linear_behind", "linear_ratio", "own_behind", "own_ratio", "vote_behind", "vote_ratio",
    "label_behind", "label_ratio", "speaks_behind", "speaks_ratio",
)  # fmt: skip
PLAIN_VIEWS = NAMES.index("prior")
"""Views from here on say how common a code is and how others of the title stand: they may speak against it too."""
COMPARED = (16, 22, 12, 0, 14)
"""Of linear, own, vote, label and confirmed_speaks."""
AROUND, LINEAR, OWN = 2 * KINDS, 2 * KINDS + 1, 2 * KINDS + 2
WHOLE = 0.95
FEW = 3
MOST = 72
"""Candidates of one title: the most that all views together name."""


class Index(NamedTuple):
    labels: Known
    confirmed: Known
    defined: Postings
    """Of definitions."""
    defined_codes: Ids
    linear: Postings
    own: Postings
    """The linear model of the confirmed titles alone."""
    groups: Groups
    codes: int
    counts: Floats
    """Confirmed titles of each code; a code has none only where others have some. Empty: too few were confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Pairs of a title and a code worth weighing; the pairs of one title stand side by side."""

    row: Ints
    code: Ints
    values: Floats
    """pairs x NAMES."""


class Pairs(NamedTuple):
    row: Ints
    code: Ints
    values: Floats


class Judged(NamedTuple):
    """Exemplars asked as if they were not there: their numbers, and what the linear models say without them."""

    label: Ints
    """-1: none."""
    confirmed: Ints
    linear: Floats
    own: Floats


def asked(rows: Rows) -> Judged:
    """Nobody of the index."""
    none = np.full(count_of(rows), -1, dtype=np.int64)
    empty = np.empty((0, 0), dtype=np.float32)
    return Judged(none, none, empty, empty)


def candidates(rows: Rows, index: Index, judged: Judged) -> Candidates:
    count = count_of(rows)
    row, code = np.empty(count * MOST, dtype=np.int64), np.empty(count * MOST, dtype=np.int64)
    values = np.empty((count * MOST, len(NAMES)), dtype=np.float32)
    exemplars = (index.labels.exemplars.codes, index.confirmed.exemplars.codes, index.defined_codes)
    most = max(1, *map(len, exemplars))
    room = Room(
        dot=np.zeros(most, dtype=np.float32),
        part=np.zeros(most, dtype=np.float32),
        touched=np.empty(most, dtype=np.int32),
        by_code=np.zeros((2 * KINDS + 3, index.codes), dtype=np.float32),
        by_group=np.zeros((5, index.groups.number), dtype=np.float32),
        wanted=np.full(index.codes, -1, dtype=np.int32),
        best=np.empty(MOST, dtype=np.float32),
        whose=np.empty(MOST, dtype=np.int32),
    )
    made = _viewed(rows, index, judged, room, Pairs(row, code, values))
    return Candidates(row=row[:made], code=code[:made], values=values[:made])


@compiled
def _viewed(rows: Rows, index: Index, judged: Judged, room: Room, out: Pairs) -> int:
    made = 0
    for title in range(len(rows.starts) - 1):
        begin, end = rows.starts[title], rows.starts[title + 1]
        row = Row(rows.grams[begin:end], rows.weights[begin:end])
        own = judged.confirmed[title]
        near(row, index.labels, judged.label[title], room, room.by_code[:KINDS])
        near(row, index.confirmed, own, room, room.by_code[KINDS : 2 * KINDS])
        _seen_otherwise(title, row, index, judged, room)
        _grouped(index, room)
        _marked(title, room)
        own_code = index.confirmed.exemplars.codes[own] if own >= 0 else -1
        first = made
        for code in range(index.codes):
            if room.wanted[code] == title:
                out.row[made], out.code[made] = title, code
                _described(code, index, room, own_code, out.values[made])
                made += 1
        _stand(out.values[first:made], room.best)
    return made


@compiled
def _seen_otherwise(title: int, row: Row, index: Index, judged: Judged, room: Room) -> None:
    """By definitions and by the linear models."""
    around, linear, own = room.by_code[AROUND], room.by_code[LINEAR], room.by_code[OWN]
    around[:] = 0
    count = len(index.defined_codes)
    if count:
        summed(row, index.defined, SQUARED, room.dot[:count])
        for at in range(count):
            if room.dot[at] >= FAINTEST:
                around[index.defined_codes[at]] = max(around[index.defined_codes[at]], room.dot[at])
            room.dot[at] = 0
    if len(judged.linear):
        linear[:] = judged.linear[title]
    else:
        summed(row, index.linear, PLAINLY, linear)
    if len(judged.own):
        own[:] = judged.own[title]
    else:
        summed(row, index.own, PLAINLY, own)


@compiled
def _grouped(index: Index, room: Room) -> None:
    of, by_group, linear = index.groups.of, room.by_group, room.by_code[LINEAR]
    by_group[:, :] = 0
    for code in range(index.codes):
        by_group[0, of[0, code]] += linear[code]
        by_group[1, of[1, code]] += linear[code]
        by_group[2, of[2, code]] += linear[code]
        by_group[3, of[2, code]] = max(by_group[3, of[2, code]], room.by_code[INSIDE, code])
        by_group[4, of[1, code]] += room.by_code[OWN, code]


@compiled
def _marked(title: int, room: Room) -> None:
    mark(room.by_code[LINEAR], 15, title, room)
    mark(room.by_code[OWN], 12, title, room)
    mark(room.by_code[KINDS + SHARE], 10, title, room)
    mark(room.by_code[KINDS + SPEAKING], 8, title, room)
    mark(room.by_code[BEST], 8, title, room)
    mark(room.by_code[SPEAKING], 8, title, room)
    mark(room.by_code[INSIDE], 5, title, room)
    mark(room.by_code[AROUND], 4, title, room)


@compiled
def _described(code: int, index: Index, room: Room, own_code: int, value: Floats) -> None:
    """In the order of NAMES, up to what compares a title's candidates."""
    of, scores, by_group = index.groups.of, room.by_code, room.by_group
    linear, own = max(scores[LINEAR, code], 0), max(scores[OWN, code], 0)
    label, inside, confirmed = scores[BEST, code], scores[INSIDE, code], scores[KINDS + BEST, code]
    value[0], value[1], value[2] = label, label * label, 1 if label >= SAME else 0
    value[3], value[4] = scores[SHARE, code], scores[SPEAKING, code]
    value[5], value[6], value[7] = inside, inside * inside, by_group[3, of[2, code]]
    value[8] = scores[AROUND, code]
    value[9], value[10], value[11] = confirmed, confirmed * confirmed, 1 if confirmed >= SAME else 0
    value[12] = scores[KINDS + SHARE, code]
    value[13] = np.log(value[12] + 1e-3)
    value[14] = scores[KINDS + SPEAKING, code]
    value[15] = np.sqrt(value[14])
    value[16], value[17], value[18] = scores[LINEAR, code], np.sqrt(linear), np.log(linear + 1e-3)
    value[19], value[20], value[21] = by_group[0, of[0, code]], by_group[1, of[1, code]], by_group[2, of[2, code]]
    value[22], value[23], value[24], value[25] = own, np.sqrt(own), np.log(own + 1e-3), by_group[4, of[1, code]]
    value[26:36] = 0
    if len(index.counts):
        count = index.counts[code] - (1 if code == own_code else 0)
        value[26] = np.log(2 * count + 1)
        if count == 0:
            value[27], value[28], value[29] = 1, label, value[1]
            value[30], value[31], value[32] = inside, value[6], value[4]
        elif count < FEW:
            value[33], value[34], value[35] = 1, label, inside
    value[36] = 1 if inside > WHOLE else 0
    value[37] = value[36] * value[27]
    value[38], value[39] = label * (1 - confirmed), inside * (1 - confirmed)


@compiled
def _stand(values: Floats, most_of: Floats) -> None:
    """How far each candidate stands behind the title's best one in a view, and its ratio to that."""
    for number in range(5):
        view = COMPARED[number]
        most_of[number] = 0
        for at in range(len(values)):
            most_of[number] = max(most_of[number], values[at, view])
        for at in range(len(values)):
            values[at, 40 + 2 * number] = values[at, view] - most_of[number]
            values[at, 41 + 2 * number] = min(max(values[at, view] / (most_of[number] + 1e-6), 0), 1)
