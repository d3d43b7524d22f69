"""Two names, a pair at a time: the levels of `linkage.comparing_names`, in its terms.

For a handful of people the engine's arrays cost more than the comparing. A test compares the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler

from households_service.identities.handful.bridge import similarity
from households_service.linkage.comparing_names import (
    ALIKE,
    BEGINS,
    BRIDGE_ALIKE,
    BRIDGE_NEAR,
    BRIDGE_SAME,
    MOST_IN_TWO_SLOTS,
    NEAR,
    PART,
    SAME,
    VARIANT,
    WORTH,
    holds,
)
from households_service.linkage.diminutives import has_short_form, same_person_may_be_called
from households_service.linkage.normal.letters import consonants, is_unvowelled
from households_service.linkage.normal.names import words_of
from households_service.linkage.normal.romanisation import romanised
from households_service.linkage.normal.script import Script, script_of
from households_service.linkage.normal.text import fold

_IN_HAN = re.compile("[\u4e00-\u9fff]{2,}(?:\u00b7[\u4e00-\u9fff]{2,}){0,2}").fullmatch
"""As nearly all names are registered; nothing in these has to be folded."""
_THRESHOLDS = (BRIDGE_ALIKE, BRIDGE_NEAR, BRIDGE_SAME)
_BEGINNING = tuple(BEGINS.tolist())
_alike, _slips = JaroWinkler.normalized_similarity, OSA.distance


def _least(threshold: float) -> float:
    """From here on a likeness counts as that of the threshold once it is of single precision, as the engine's are."""
    single = np.float32(threshold)
    return (float(single) + float(np.nextafter(single, np.float32(0)))) / 2


_LIKELY, _SIMILAR, _NEARLY = _least(0.70), _least(0.80), _least(0.92)
_LEVELS = range(SAME + 1)
_BETTER_SWAPPED = frozenset(
    (first, last, crossed_first, crossed_last)
    for first, last, crossed_first, crossed_last in product(_LEVELS, repeat=4)
    if WORTH[crossed_first] + WORTH[crossed_last] > WORTH[first] + WORTH[last] + np.float32(0.5)
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    text: str
    roman: str
    length: int
    """Of `roman`."""
    initial: str
    beginning: int
    """Class of the sound it begins with; 0 where renderings waver."""
    several: bool
    shortened: bool
    is_han: bool
    unvowelled: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Name:
    first: Part | None
    middle: Part | None
    last: Part | None


@lru_cache(maxsize=16_384)
def read_name(name: str) -> Name:
    parts = [_part(text) for text in _texts(name)]
    return Name(
        first=parts[0] if parts else None,
        middle=parts[1] if len(parts) > 2 else None,
        last=parts[-1] if len(parts) > 1 else None,
    )


def _texts(name: str) -> list[str]:
    if _IN_HAN(name):
        return name.split("\u00b7")
    return [text for word in words_of(name) for text in fold(word).split()][:5] if name else []


@lru_cache(maxsize=32_768)
def _part(text: str) -> Part:
    script = script_of(text)
    roman = romanised(text, script)
    initial = roman[:1] or " "
    return Part(
        text=text,
        roman=roman,
        length=len(roman),
        initial=initial,
        beginning=_BEGINNING[ord(initial) & 127],
        several=" " in roman,
        shortened=has_short_form(roman),
        is_han=script is Script.HAN,
        unvowelled=is_unvowelled(text),
    )


def name_levels(one: Name, two: Name) -> tuple[int, int, bool, bool]:
    """Levels of the first and the last part, and of each whether both names hold the same there."""
    first, last = part_level(one.first, two.first), part_level(one.last, two.last)
    if first >= NEAR and last >= NEAR:
        return first, last, first == SAME, last == SAME
    same_first, same_last = first == SAME, last == SAME
    first, last = _in_other_orders(one, two, first, last)
    return first, last, same_first and first == SAME, same_last and last == SAME


def _in_other_orders(one: Name, two: Name, first: int, last: int) -> tuple[int, int]:
    crossed_first, crossed_last = part_level(one.first, two.last), part_level(one.last, two.first)
    if crossed_first > 0 and crossed_last > 0:
        # one's own name in the other's second place, and nothing else, is how a child is named after a father
        crossing = min(crossed_first, crossed_last) >= ALIKE
        if crossing and (first, last, crossed_first, crossed_last) in _BETTER_SWAPPED:
            first, last = min(crossed_first, VARIANT), min(crossed_last, VARIANT)
    elif max(crossed_first, crossed_last) >= NEAR and max(first, last) < NEAR:
        first, last = 0, max(crossed_first, crossed_last) - 1
    if one.middle is not None or two.middle is not None:
        if first < NEAR and _is_in_the_middle(one, two, one.first, two.first):
            first = PART
        if last < NEAR and _is_in_the_middle(one, two, one.last, two.last):
            last = PART
    level = _in_other_pieces(one, two)
    return max(first, level), max(last, level)


def _is_in_the_middle(one: Name, two: Name, own: Part | None, other: Part | None) -> bool:
    return part_level(own, two.middle) >= NEAR or part_level(one.middle, other) >= NEAR


def _in_other_pieces(one: Name, two: Name) -> int:
    """The same letters in other pieces, or with the family name at the other end; 0 for anything else."""
    left, right = (
        [part.roman for part in (name.first, name.middle, name.last) if part is not None] for name in (one, two)
    )
    most = max(len(left), len(right))
    if not left or not right or most < 2 or (len(left) == len(right) and most <= MOST_IN_TWO_SLOTS):
        return 0
    whole = "".join(left)
    length = sum(map(len, right))
    if abs(len(whole) - length) > 2 or min(len(whole), length) < 4:
        return 0
    found = 0
    for turned in (0, 1, -1):
        other = "".join(right[turned:] + right[:turned])
        if whole == other:
            return VARIANT
        if min(len(whole), length) >= 8 and _slips(whole, other, score_cutoff=1) <= 1:
            found = NEAR
    return found


def part_level(one: Part | None, two: Part | None) -> int:
    """As `linkage.comparing_names.token_levels`; 0 where one is missing."""
    return 0 if one is None or two is None else _part_level(one, two)


@lru_cache(maxsize=8_192)
def _part_level(one: Part, two: Part) -> int:
    """Remembered: who shares a rare key often shares the part that it was made of."""
    if one.text == two.text:
        return SAME
    if one.roman == two.roman:
        return VARIANT
    if one.shortened and two.shortened and same_person_may_be_called(one.roman, two.roman):
        return VARIANT
    short = min(one.length, two.length)
    level = _letter_level(one.roman, two.roman, short)
    if (
        level < PART
        and (one.several or two.several or (one.initial == two.initial and short in {1, 3, 4}))
        and holds(one.roman, two.roman)
    ):
        level = PART
    if one.is_han != two.is_han and (one.beginning == two.beginning or not one.beginning or not two.beginning):
        level = max(level, _bridged(one, two))
    return max(level, _without_vowels(one, two)) if one.unvowelled != two.unvowelled else level


def _without_vowels(one: Part, two: Part) -> int:
    bare, other = consonants(one.roman), consonants(two.roman)
    slips, short = _slips(bare, other, score_cutoff=1), min(len(bare), len(other))
    if slips == 0:
        return VARIANT if short >= 3 else NEAR if short == 2 else 0
    return 0 if slips > 1 or short < 3 else NEAR if short >= 4 else ALIKE


def _bridged(one: Part, two: Part) -> int:
    han, other = (one, two) if one.is_han else (two, one)
    alike = similarity(han.text, other.roman, thresholds=_THRESHOLDS)
    if alike >= BRIDGE_SAME:
        return VARIANT
    if alike >= BRIDGE_NEAR:
        return NEAR
    return ALIKE if alike >= BRIDGE_ALIKE else 0


def _letter_level(one: str, two: str, short: int) -> int:
    alike = _alike(one, two)
    if alike >= _NEARLY:
        return NEAR
    if alike < _LIKELY:
        return 1
    if short >= 4:
        slips = _slips(one, two, score_cutoff=2)
        if slips <= 1 or (slips <= 2 and short >= 8):
            return NEAR
    return ALIKE if alike >= _SIMILAR else 1
