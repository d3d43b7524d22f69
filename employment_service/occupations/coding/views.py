"""Every view of a batch of titles, and the pairs of title and code that are worth weighing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from employment_service.matching.assignment.compiled import compiled
from employment_service.occupations.coding.grams import Floats, Ids, Ints
from employment_service.occupations.coding.likeness import (
    BEST,
    FAINTEST,
    INSIDE,
    KINDS,
    SAME,
    SHARE,
    SPEAKING,
    Groups,
    Speaking,
    mark,
    near,
    summed,
)
from employment_service.occupations.coding.postings import Exemplars, Postings, Rows, count_of

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
WHOLE = 0.95
FEW = 3
MOST = 72
"""Candidates of one title: the most that all views together name."""


class Index(NamedTuple):
    labels: Exemplars
    label_speaks: Speaking
    confirmed: Exemplars
    confirmed_speaks: Speaking
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
    most = max(len(index.labels.codes), len(index.confirmed.codes), len(index.defined_codes), 1)
    dot, part = np.zeros(most, dtype=np.float32), np.zeros(most, dtype=np.float32)
    touched = np.empty(most, dtype=np.int32)
    by_code = np.zeros((12, index.codes), dtype=np.float32)
    most_of = np.zeros(5, dtype=np.float32)
    by_group = np.zeros((5, index.groups.count), dtype=np.float32)
    wanted = np.full(index.codes, -1, dtype=np.int32)
    best, whose = np.empty(MOST, dtype=np.float32), np.empty(MOST, dtype=np.int32)
    made = _viewed(
        rows, index, judged, dot, part, touched, by_code, by_group, most_of, wanted, best, whose, row, code, values
    )  # fmt: skip
    return Candidates(row=row[:made], code=code[:made], values=values[:made])


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


@compiled
def _viewed(
    rows: Rows, index: Index, judged: Judged, dot: Floats, part: Floats, touched: Ids, by_code: Floats,
    by_group: Floats, most_of: Floats, wanted: Ids, best: Floats, whose: Ids, row: Ints, code: Ints, values: Floats,
) -> int:  # fmt: skip
    made = 0
    label, confirmed = by_code[:KINDS], by_code[KINDS : 2 * KINDS]
    around, linear, own = by_code[2 * KINDS], by_code[2 * KINDS + 1], by_code[2 * KINDS + 2]
    of = index.groups.of
    for title in range(len(rows.starts) - 1):
        near(title, rows, index.labels, index.label_speaks, judged.label[title], dot, part, touched, label)
        near(
            title, rows, index.confirmed, index.confirmed_speaks, judged.confirmed[title], dot, part, touched, confirmed
        )
        around[:] = 0
        if len(index.defined_codes):
            summed(title, rows, index.defined, True, dot[: len(index.defined_codes)])
            for at in range(len(index.defined_codes)):
                if dot[at] >= FAINTEST:
                    around[index.defined_codes[at]] = max(around[index.defined_codes[at]], dot[at])
                dot[at] = 0
        if len(judged.linear):
            linear[:] = judged.linear[title]
        else:
            summed(title, rows, index.linear, False, linear)
        if len(judged.own):
            own[:] = judged.own[title]
        else:
            summed(title, rows, index.own, False, own)
        by_group[:, :] = 0
        for each in range(index.codes):
            by_group[0, of[0, each]] += linear[each]
            by_group[1, of[1, each]] += linear[each]
            by_group[2, of[2, each]] += linear[each]
            by_group[4, of[1, each]] += own[each]
            by_group[3, of[2, each]] = max(by_group[3, of[2, each]], label[INSIDE, each])
        mark(linear, 15, wanted, title, best, whose)
        mark(own, 12, wanted, title, best, whose)
        mark(confirmed[SHARE], 10, wanted, title, best, whose)
        mark(confirmed[SPEAKING], 8, wanted, title, best, whose)
        mark(label[BEST], 8, wanted, title, best, whose)
        mark(label[SPEAKING], 8, wanted, title, best, whose)
        mark(label[INSIDE], 5, wanted, title, best, whose)
        mark(around, 4, wanted, title, best, whose)
        own_code = index.confirmed.codes[judged.confirmed[title]] if judged.confirmed[title] >= 0 else -1
        begin = made
        for each in range(index.codes):
            if wanted[each] != title:
                continue
            row[made], code[made] = title, each
            value = values[made]
            made += 1
            value[0] = label[BEST, each]
            value[1] = value[0] * value[0]
            value[2] = 1 if value[0] >= SAME else 0
            value[3] = label[SHARE, each]
            value[4] = label[SPEAKING, each]
            value[5] = label[INSIDE, each]
            value[6] = value[5] * value[5]
            value[7] = by_group[3, of[2, each]]
            value[8] = around[each]
            value[9] = confirmed[BEST, each]
            value[10] = value[9] * value[9]
            value[11] = 1 if value[9] >= SAME else 0
            value[12] = confirmed[SHARE, each]
            value[13] = np.log(value[12] + 1e-3)
            value[14] = confirmed[SPEAKING, each]
            value[15] = np.sqrt(value[14])
            value[16] = linear[each]
            value[17] = np.sqrt(max(linear[each], 0))
            value[18] = np.log(max(linear[each], 0) + 1e-3)
            value[19] = by_group[0, of[0, each]]
            value[20] = by_group[1, of[1, each]]
            value[21] = by_group[2, of[2, each]]
            value[22] = max(own[each], 0)
            value[23] = np.sqrt(value[22])
            value[24] = np.log(value[22] + 1e-3)
            value[25] = by_group[4, of[1, each]]
            value[26:36] = 0
            if len(index.counts):
                count = index.counts[each] - (1 if each == own_code else 0)
                value[26] = np.log(2 * count + 1)
                if count == 0:
                    value[27], value[28], value[29] = 1, value[0], value[1]
                    value[30], value[31], value[32] = value[5], value[6], value[4]
                elif count < FEW:
                    value[33], value[34], value[35] = 1, value[0], value[5]
            value[36] = 1 if value[5] > WHOLE else 0
            value[37] = value[36] * value[27]
            value[38] = value[0] * (1 - value[9])
            value[39] = value[5] * (1 - value[9])
        _stand(values[begin:made], most_of)
    return made
