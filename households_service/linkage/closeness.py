"""Levels of closeness between values of one column, once per distinct pair."""

from __future__ import annotations

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from households_service.linkage.arrays import (
    Coded,
    DistinctPairs,
    Flags,
    Float32,
    Int8,
    Int32,
    Int64,
    distinct_pairs,
    ranked,
)
from households_service.linkage.identity_number import is_valid
from households_service.linkage.normal.romanisation import romanised
from households_service.linkage.normal.script import script_of
from households_service.linkage.normal.text import distinct


def code_levels(column: Coded, first: Int32, second: Int32) -> Int8:
    """Identifiers and telephones: 4 the same, 3 one slip (a wrong, missing or swapped character), 2 two slips.

    Resident numbers of one county and birthday differ in four characters only, so two slips say nothing of them; and
    two numbers whose check characters both fit are two numbers, however alike.
    """
    pairs = distinct_pairs(first, second)
    one, two = column.take(pairs.left), column.take(pairs.right)
    slips = cpdist(one, two, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
    length = np.minimum(lengths(one), lengths(two))
    levels = np.ones(len(slips), dtype=np.int8)
    levels[(slips == 2) & (length >= 6)] = 2
    levels[(slips == 1) & (length >= 3)] = 3
    for at in np.flatnonzero((levels > 1) & (length == 18)):
        if levels[at] == 2 or (is_valid(one[at]) and is_valid(two[at])):
            levels[at] = 1
    levels[pairs.left == pairs.right] = 4
    return pairs.spread(levels, 0).astype(np.int8)


def postcode_levels(column: Coded, first: Int32, second: Int32) -> Int8:
    """4 the same, 3 one slip, 2 the same district: all but the last three of a mixed code, half of a numeric one."""
    pairs = distinct_pairs(first, second)
    one, two = column.take(pairs.left), column.take(pairs.right)
    slips = cpdist(one, two, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    districts = {value: district(value) for value in {*one, *two}}
    same = np.array([bool(districts[a]) and districts[a] == districts[b] for a, b in zip(one, two, strict=True)], bool)
    levels = np.ones(len(slips), dtype=np.int8)
    levels[same] = 2
    levels[(slips == 1) & (np.minimum(lengths(one), lengths(two)) >= 3)] = 3
    levels[pairs.left == pairs.right] = 4
    return pairs.spread(levels, 0).astype(np.int8)


def district(code: str) -> str:
    """The part of a postcode that names a wider area."""
    if code.isdigit() or len(code) < 5:
        return code[: max(2, len(code) // 2)]
    return code[:-3]


def text_levels(column: Coded, first: Int32, second: Int32) -> Int8:
    """Words: 4 the same, 3 the same but for a slip or the order, 2 alike or one holding the other, 1 else."""
    pairs = distinct_pairs(first, second)
    digits = _long_numbers(column, pairs.left)
    if digits.any():
        return pairs.spread(_area_levels(column, pairs, digits), 0).astype(np.int8)
    one, two = _in_one_alphabet(column.take(pairs.left), column.take(pairs.right))
    alike: Float32 = cpdist(one, two, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
    levels = np.ones(len(alike), dtype=np.int8)
    levels[alike >= 0.84] = 2
    levels[alike >= 0.92] = 3
    words = np.flatnonzero(several_words(one) | several_words(two))
    if len(words):
        left, right = [one[at] for at in words], [two[at] for at in words]
        ordered = cpdist(left, right, scorer=fuzz.token_sort_ratio, dtype=np.float32) / 100
        held = cpdist(left, right, scorer=fuzz.token_set_ratio, dtype=np.float32) / 100
        length = np.minimum(lengths(left), lengths(right))
        again = levels[words]
        again = np.maximum(again, np.where((ordered >= 0.70) | ((held >= 0.95) & (length >= 4)), 2, 1))
        again = np.where((alike[words] < 0.97) & (ordered < 0.85), np.minimum(again, 2), again)
        levels[words] = np.where(ordered >= 0.87, 3, again)
    levels[pairs.left == pairs.right] = 4
    return pairs.spread(levels, 0).astype(np.int8)


def _in_one_alphabet(one: list[str], two: list[str]) -> tuple[list[str], list[str]]:
    """Where one text is in Latin letters and the other is not, both in Latin ones: Пермь beside Perm."""
    apart = [at for at, (first, second) in enumerate(zip(one, two, strict=True)) if first.isascii() != second.isascii()]
    if apart:
        latin = {text: _latin(text) for at in apart for text in (one[at], two[at])}
        for side in (one, two):
            for at in apart:
                side[at] = latin[side[at]]
    return one, two


def _latin(text: str) -> str:
    return text if text.isascii() else " ".join(romanised(word, script_of(word)) for word in text.split())


def _area_levels(column: Coded, pairs: DistinctPairs, digits: Flags) -> Int8:
    """Codes of areas hold each other: 3 one slip, 2 the same but for the last three digits. Words as ever."""
    held, inverse = ranked(np.concatenate([pairs.left, pairs.right]))
    values = column.take(held.astype(np.int32))
    texts, wider_areas = np.empty(len(held), dtype=object), distinct([text[:-3] for text in values])
    texts[:] = values
    left, right = inverse[: len(pairs.left)], inverse[len(pairs.left) :]
    wider = wider_areas.codes[left] == wider_areas.codes[right]
    levels = np.where(wider, np.int8(2), np.int8(1))
    apart = np.flatnonzero(~wider)
    one, two = texts[left[apart]].tolist(), texts[right[apart]].tolist()
    levels[apart[cpdist(one, two, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8) == 1]] = 3
    words = np.flatnonzero(~digits)
    one, two = texts[left[words]].tolist(), texts[right[words]].tolist()
    alike: Float32 = cpdist(one, two, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
    levels[words] = np.select([alike >= 0.92, (alike >= 0.84) & (levels[words] < 3)], [3, 2], levels[words])
    levels[pairs.left == pairs.right] = 4
    return levels


def _long_numbers(column: Coded, codes: Int32) -> Flags:
    held, inverse = ranked(codes)
    return np.array([text.isdigit() and len(text) >= 6 for text in column.take(held.astype(np.int32))], dtype=np.bool_)[
        inverse
    ]


def lengths(texts: list[str]) -> Int64:
    return np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))


def several_words(texts: list[str]) -> Flags:
    return np.fromiter((" " in text for text in texts), dtype=np.bool_, count=len(texts))
