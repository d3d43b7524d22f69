"""Names: parts laid beside each other in the best order, in one alphabet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from households_service.linkage.arrays import (
    FEW,
    DistinctPairs,
    Float32,
    Int8,
    Int32,
    Int64,
    Texts,
    distinct_pairs,
    ranked,
)
from households_service.linkage.closeness import lengths
from households_service.linkage.diminutives import same_person_may_be_called
from households_service.linkage.measures import Feature, Measured, share_of
from households_service.linkage.names import NameParts, TokenBook
from households_service.linkage.normal.bridge import coded_similarities
from households_service.linkage.normal.letters import consonants
from households_service.linkage.normal.text import Distinct
from households_service.linkage.schema import FieldKind

SAME, VARIANT, NEAR, PART, ALIKE, DIFFER = 6, 5, 4, 3, 2, 1
BRIDGE_ALIKE, BRIDGE_NEAR, BRIDGE_SAME = 0.45, 0.65, 0.8
BEGINS = np.zeros(128, dtype=np.int8)
"""Class of the sound a Latin or pinyin form begins with; 0 where renderings waver, as with vowels, h, q and x."""
for _number, _letters in enumerate(("bpf", "m", "dt", "lr", "gk", "n", "sz"), start=1):
    BEGINS[[ord(_letter) for _letter in _letters]] = _number
MOST_IN_TWO_SLOTS = 2
_LEAST_ALIKE = 0.70
"""Less alike (Jaro; beginnings count from here on), names are not looked at for slips."""
WORTH = np.array([0.0, 0.0, 0.45, 0.6, 0.8, 0.9, 1.0], dtype=np.float32)
"""Of each level, only to choose between the orders in which parts can be laid beside each other."""


Levels = Callable[[Int32, Int32], Int8]


def levels_between(names: NameParts, left: Int32 | Int64, right: Int32 | Int64) -> Levels:
    """`token_levels` for the parts of these rows. Of a few every part is compared with every part at once: names are
    laid beside each other in several orders, and each call costs more than the comparing.
    """
    book = names.tokens
    if len(left) > FEW:
        return partial(token_levels, book)
    one, two = (
        np.unique(np.concatenate([slot[rows] for slot in (names.first, names.middle, names.last)]))
        for rows in (left, right)
    )
    one, two = one[one >= 0], two[two >= 0]
    if len(one) * len(two) > FEW:
        return partial(token_levels, book)
    # the last row and column are those of BLANK, which is -1
    grid = np.zeros((len(book.text) + 1, len(book.text) + 1), dtype=np.int8)
    found = token_levels(book, np.repeat(one, len(two)), np.tile(two, len(one))).reshape(len(one), len(two))
    grid[one[:, np.newaxis], two] = found
    grid[two[:, np.newaxis], one] = found.T
    return lambda first, second: grid[first, second]


def token_levels(book: TokenBook, first: Int32, second: Int32) -> Int8:
    """6 the same letters; 5 the same sound or a known short form; 4 one slip or nearly the same; 3 an initial,
    a beginning or one of several words; 2 alike; 1 else; 0 where one is missing.
    """
    pairs = distinct_pairs(first, second)
    short = np.minimum(book.length[pairs.left], book.length[pairs.right])
    levels = _letter_levels(book, pairs.left, pairs.right, short)
    begins = book.initial[pairs.left] == book.initial[pairs.right]
    several = book.several[pairs.left] | book.several[pairs.right]
    may_hold = (levels < PART) & (several | (begins & ((short == 1) | (short == 3) | (short == 4))))
    levels[_where(holds, book, pairs, np.flatnonzero(may_hold))] = PART
    shortened = book.shortened[pairs.left] & book.shortened[pairs.right] & (levels < VARIANT)
    levels[_where(same_person_may_be_called, book, pairs, np.flatnonzero(shortened))] = VARIANT
    levels = np.maximum(levels, _bridged(book, pairs.left, pairs.right, levels))
    levels = np.maximum(levels, _without_vowels(book, pairs.left, pairs.right, levels))
    if book.spelling is not None:
        levels[(levels < NEAR) & (book.spelling[pairs.left] == book.spelling[pairs.right])] = NEAR
    levels[book.sound[pairs.left] == book.sound[pairs.right]] = VARIANT
    levels[pairs.left == pairs.right] = SAME
    return pairs.spread(levels, 0).astype(np.int8)


def _where(says: Callable[[str, str], bool], book: TokenBook, pairs: DistinctPairs, asked: Int64) -> Int64:
    texts = zip(book.roman[pairs.left[asked]], book.roman[pairs.right[asked]], strict=True)
    return asked[np.array([says(one, two) for one, two in texts], dtype=np.bool_)]


def _bridged(book: TokenBook, left: Int32, right: Int32, levels: Int8) -> Int8:
    """Han characters beside a name in an alphabet, by their sounds: their pinyin looks unlike the name."""
    found = np.zeros(len(left), dtype=np.int8)
    rows = np.flatnonzero((book.is_han[left] != book.is_han[right]) & (levels < VARIANT))
    one, two = BEGINS[book.initial[left[rows]] & 127], BEGINS[book.initial[right[rows]] & 127]
    rows = rows[(one == two) | (one == 0) | (two == 0)]
    if not len(rows):
        return found
    turned = book.is_han[right[rows]]
    han, other = np.where(turned, right[rows], left[rows]), np.where(turned, left[rows], right[rows])
    alike = coded_similarities(_distinct(book.text, han), _distinct(book.roman, other), least=BRIDGE_ALIKE)
    found[rows[alike >= BRIDGE_ALIKE]] = ALIKE
    found[rows[alike >= BRIDGE_NEAR]] = NEAR
    found[rows[alike >= BRIDGE_SAME]] = VARIANT
    return found


def _without_vowels(book: TokenBook, left: Int32, right: Int32, levels: Int8) -> Int8:
    """Arabic letters beside Latin ones, by their consonants: the vowels of the one are nobody's slip."""
    found = np.zeros(len(left), dtype=np.int8)
    rows = np.flatnonzero((book.unvowelled[left] != book.unvowelled[right]) & (levels < VARIANT))
    if not len(rows):
        return found
    bare = {code: consonants(str(book.roman[code])) for code in {*left[rows].tolist(), *right[rows].tolist()}}
    one, two = [bare[code] for code in left[rows].tolist()], [bare[code] for code in right[rows].tolist()]
    short = np.minimum(lengths(one), lengths(two))
    slips = cpdist(one, two, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    found[rows[(slips <= 1) & (short >= 3)]] = ALIKE
    found[rows[((slips == 0) & (short >= 2)) | ((slips == 1) & (short >= 4))]] = NEAR
    found[rows[(slips == 0) & (short >= 3)]] = VARIANT
    return found


def _begun_behind(first: Int8, last: Int8, *sides: tuple[Int8, Int8]) -> None:
    """Where both parts of the shorter name begin the longer one, the other way round; in place."""
    for middle, end in sides:
        behind = (middle >= PART) & (end >= NEAR) & (np.minimum(first, last) < PART)
        first[behind] = np.minimum(middle[behind], VARIANT)
        last[behind] = np.minimum(end[behind], VARIANT)


def _distinct(texts: Texts, codes: Int32) -> Distinct:
    held, inverse = ranked(codes)
    return Distinct(values=texts[held].tolist(), codes=inverse.astype(np.int32))


def _at_once(levels: Levels, *sides: tuple[Int32, Int32]) -> list[Int8]:
    """One call for several pairs of slots: pairs of parts that stand in more than one of them are compared once."""
    found = levels(np.concatenate([left for left, _ in sides]), np.concatenate([right for _, right in sides]))
    size = len(sides[0][0])
    return [found[start : start + size] for start in range(0, len(found), size)] if size else [found] * len(sides)


def _letter_levels(book: TokenBook, left: Int32, right: Int32, short: Int64) -> Int8:
    levels = np.ones(len(left), dtype=np.int8)
    likely = np.arange(len(left))
    if book.bags is not None:
        likely = np.flatnonzero(book.bags.can_be_alike(left, right, _LEAST_ALIKE))
    one, two, short = list(book.roman[left[likely]]), list(book.roman[right[likely]]), short[likely]
    alike: Float32 = cpdist(
        one, two, scorer=JaroWinkler.normalized_similarity, dtype=np.float32, score_cutoff=_LEAST_ALIKE
    )
    levels[likely[alike >= 0.80]] = ALIKE
    closer = np.flatnonzero((alike >= _LEAST_ALIKE) & (short >= 4))
    slips = cpdist([one[at] for at in closer], [two[at] for at in closer], scorer=OSA.distance, score_cutoff=2)
    near = np.zeros(len(one), dtype=np.bool_)
    near[closer] = (slips <= 1) | ((slips <= 2) & (short[closer] >= 8))
    levels[likely[near | (alike >= 0.92)]] = NEAR
    return levels


def holds(one: str, two: str) -> bool:
    """An initial or a beginning of at least three letters, or one of the other's words."""
    short, long = sorted((one, two), key=len)
    if len(short) != 2 and long.startswith(short):
        return True
    words, others = short.split(), long.split()
    if len(words) == len(others):
        return len(words) > 1 and all(
            a[:1] == b[:1] and (len(a) == 1 or len(b) == 1 or a == b) for a, b in zip(words, others, strict=True)
        )
    return len(short) >= 3 and set(words) <= set(others)


@dataclass(frozen=True, slots=True)
class NameComparison:
    """Two features: the first part (given or own name) and the last (family or father's name)."""

    names: NameParts
    first_shares: Float32
    last_shares: Float32

    @staticmethod
    def of(names: NameParts) -> NameComparison:
        size = len(names.tokens.text)
        first, last = (np.bincount(codes[codes >= 0], minlength=size) for codes in (names.first, names.last))
        shares = [(counts / max(1, counts.sum())).astype(np.float32) for counts in (first, last)]
        return NameComparison(names, shares[0], shares[1])

    @property
    def features(self) -> tuple[Feature, ...]:
        return (
            Feature(
                name="first name",
                kind=FieldKind.GIVEN_NAME,
                prior_m=(0.05, 0.02, 0.04, 0.08, 0.06, 0.75),
                prior_u=(0.955, 0.02, 0.005, 0.006, 0.004, 0.01),
            ),
            Feature(
                name="last name",
                kind=FieldKind.FAMILY_NAME,
                prior_m=(0.05, 0.02, 0.03, 0.09, 0.04, 0.77),
                prior_u=(0.968, 0.02, 0.002, 0.004, 0.002, 0.004),
            ),
        )

    def measure(self, left: Int32 | Int64, right: Int32 | Int64) -> tuple[Measured, ...]:
        names = self.names
        first_a, first_b = names.first[left], names.first[right]
        last_a, last_b = names.last[left], names.last[right]
        levels = levels_between(names, left, right)
        first, last = _at_once(levels, (first_a, first_b), (last_a, last_b))
        exact_first, exact_last = first == SAME, last == SAME
        weak = np.flatnonzero((first < NEAR) | (last < NEAR))
        again = self._other_orders(levels, left[weak], right[weak], first[weak], last[weak])
        first[weak], last[weak] = again
        return (
            Measured(levels=first, share=share_of(self.first_shares, first_a, exact=exact_first & (first == SAME))),
            Measured(levels=last, share=share_of(self.last_shares, last_a, exact=exact_last & (last == SAME))),
        )

    def _other_orders(
        self, levels: Levels, left: Int32 | Int64, right: Int32 | Int64, first: Int8, last: Int8
    ) -> tuple[Int8, Int8]:
        """Parts swapped, a part that stands in the middle of the other name, or names written in one piece."""
        names = self.names
        first, last = first.copy(), last.copy()
        first_a, first_b = names.first[left], names.first[right]
        last_a, last_b = names.last[left], names.last[right]
        middle_a, middle_b = names.middle[left], names.middle[right]
        crossed_first, crossed_last = self._crossed(levels, (first_a, last_b), (last_a, first_b))
        worth = WORTH[first] + WORTH[last]
        both = (crossed_first > 0) & (crossed_last > 0)
        # one's own name in the other's second place, and nothing else, is how a child is named after a father
        crossing = both if names.in_two_columns else both & (np.minimum(crossed_first, crossed_last) > DIFFER)
        swapped = crossing & (WORTH[crossed_first] + WORTH[crossed_last] > worth + 0.5)
        first[swapped] = np.minimum(crossed_first[swapped], VARIANT)
        last[swapped] = np.minimum(crossed_last[swapped], VARIANT)
        lone = ~both & ((crossed_first >= NEAR) | (crossed_last >= NEAR)) & (np.maximum(first, last) < NEAR)
        first[lone] = 0
        last[lone] = np.maximum(crossed_first, crossed_last)[lone] - 1
        if (middle_a >= 0).any() or (middle_b >= 0).any():
            found = _at_once(levels, (first_a, middle_b), (first_b, middle_a), (last_a, middle_b), (last_b, middle_a))
            for level, held in ((first, found[:2]), (last, found[2:])):
                level[(np.maximum(held[0], held[1]) >= NEAR) & (level < NEAR)] = PART
            if names.tokens.spelling is not None:
                _begun_behind(first, last, (found[0], crossed_last), (found[1], crossed_first))
        self._in_other_pieces(left, right, first, last)
        return first, last

    def _crossed(self, levels: Levels, one: tuple[Int32, Int32], two: tuple[Int32, Int32]) -> list[Int8]:
        """Where both pairs of parts are there and must be alike, the second is asked for only if the first are."""
        if self.names.in_two_columns or len(one[0]) <= FEW:
            return _at_once(levels, one, two)
        first = levels(*one)
        last = np.where((two[0] >= 0) & (two[1] >= 0), np.int8(DIFFER), np.int8(0))
        asked = np.flatnonzero((first != DIFFER) & (last > 0))
        last[asked] = levels(two[0][asked], two[1][asked])
        return [first, last]

    def _in_other_pieces(self, left: Int32 | Int64, right: Int32 | Int64, first: Int8, last: Int8) -> None:
        """The same letters in other pieces, or with the family name at the other end: wangxiaoming and wang xiaoming,
        Kim Min-jun and Minjun Kim, Abdallah and Abd Allah. Only where there are other pieces and the lengths allow it.
        """
        names, book = self.names, self.names.tokens
        slots = (names.first, names.middle, names.last)
        size = np.append(book.length, 0)
        together = [sum(size[slot[rows]] for slot in slots) for rows in (left, right)]
        count = [sum((slot[rows] >= 0).astype(np.int8) for slot in slots) for rows in (left, right)]
        pieces = (count[0] != count[1]) | (np.maximum(count[0], count[1]) > MOST_IN_TWO_SLOTS)
        known = (names.first[left] >= 0) & (names.first[right] >= 0) & (np.maximum(count[0], count[1]) > 1)
        shortest = np.minimum(together[0], together[1])
        fits = np.flatnonzero(known & pieces & (np.abs(together[0] - together[1]) <= 2) & (shortest >= 4))
        if not len(fits):
            return
        of_left, of_right = (
            [
                [str(book.roman[code]) for code in codes if code >= 0]
                for codes in zip(*(slot[rows[fits]] for slot in slots), strict=True)
            ]
            for rows in (left, right)
        )
        whole = ["".join(parts) for parts in of_left]
        best = np.zeros(len(fits), dtype=np.int8)
        for turned in (0, 1, -1):
            other = ["".join(parts[turned:] + parts[:turned]) for parts in of_right]
            length = np.minimum(lengths(whole), lengths(other))
            slips = cpdist(whole, other, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
            near = (slips <= 1) & (length >= 8)
            levels = np.select([slips == 0, near], [np.int8(VARIANT), np.int8(NEAR)], np.int8(0))
            best = np.maximum(best, levels)
        close = best >= NEAR
        for level in (first, last):
            level[fits[close]] = np.maximum(level[fits[close]], best[close])
