"""What becomes of a pair: linked by itself, shown to a person, or left alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from households_service.linkage.arrays import Flags, Float32, Float64, Int8, Int32, Int64
from households_service.linkage.candidates import Pairs
from households_service.linkage.comparing_dates import SAME_YEAR, YEAR_ALONE
from households_service.linkage.comparison import Compared
from households_service.linkage.evidence import Model, probability
from households_service.linkage.measures import Feature
from households_service.linkage.schema import NAME_KINDS, FieldKind

WEAK_KINDS = NAME_KINDS | {FieldKind.SEX}
"""Many namesakes share these; without a second kind of evidence they link nobody."""
_REGISTER_KINDS = frozenset({FieldKind.HOUSEHOLD, FieldKind.ID})
_BIRTH_KINDS = frozenset({FieldKind.DATE_OF_BIRTH, FieldKind.YEAR})
_MATCHES_TO_KNOW_NAMESAKES = 50.0
_WHOLE_NAME_BITS = 10.0
"""One in a thousand: both parts of a name agree, and neither is common in the file."""
_SURE_BITS = 6.0
_ROWS_TO_TELL = 50
_MOST_DOUBLE = 0.04
_HOPELESS_BITS = -12.0
_EVIDENCE_BITS = 0.25
_REVIEW_BITS = -5.0
"""Odds of 1 : 32; below it a person's time is better spent on another pair."""
_NAME_ALONE_GAP_BITS = 0.5
_ROUNDS = 30
_SETTLED = 0.01
_NO_RIVAL_BITS = -30.0
_MOST_GAINED = 6.0
"""How few rows are without a partner is known so well and no better."""


class Decision(IntEnum):
    NONE = 0
    REVIEW = 1
    AUTO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPairs:
    """Pairs with their log odds; `alone`: nothing but the name speaks for them."""

    pairs: Pairs
    bits: Float64
    alone: Flags
    compared: Compared


def name_alone(model: Model, field_bits: Float32) -> Flags:
    """Pairs that nothing but a name, or the sex, speaks for, where that is not enough to link anybody.

    It is never enough in a register with households or numbers, nor where too few true pairs were seen to know how
    many namesakes there are; elsewhere the odds decide, in which namesakes are a class of their own.
    """
    kinds = {feature.kind for feature in model.features}
    strong = [at for at, feature in enumerate(model.features) if feature.kind not in WEAK_KINDS]
    if not strong:
        return np.ones(len(field_bits), dtype=np.bool_)
    if kinds.isdisjoint(_REGISTER_KINDS) and model.matches_seen >= _MATCHES_TO_KNOW_NAMESAKES:
        return np.zeros(len(field_bits), dtype=np.bool_)
    return np.asarray(~(field_bits[:, strong] >= _EVIDENCE_BITS).any(axis=1))


def alone_in_few(model: Model, field_bits: Float32, levels: Int8) -> Flags:
    """`name_alone`, and pairs that nothing but a name and a year of birth speaks for, of which the name does not agree
    wholly or is common, or the years are only near: in a file too small to know its families those may be brothers.
    """
    alone = name_alone(model, field_bits)
    births = [at for at, feature in enumerate(model.features) if feature.kind in _BIRTH_KINDS]
    if not births or model.matches_seen >= _MATCHES_TO_KNOW_NAMESAKES:
        return alone
    if not _REGISTER_KINDS.isdisjoint(feature.kind for feature in model.features):
        return alone
    others = [at for at, feature in enumerate(model.features) if feature.kind not in WEAK_KINDS | _BIRTH_KINDS]
    names = [at for at, feature in enumerate(model.features) if feature.kind in NAME_KINDS]
    backed = (field_bits[:, others] >= _EVIDENCE_BITS).any(axis=1)
    named = field_bits[:, names].sum(axis=1) >= _WHOLE_NAME_BITS
    for at in births:
        whole, year = (YEAR_ALONE + 1, YEAR_ALONE), (SAME_YEAR + 1, SAME_YEAR)
        above, same = year if model.features[at].kind is FieldKind.YEAR else whole
        backed |= (levels[:, at] >= above) | (named & (levels[:, at] == same))
    return np.asarray(alone | ~backed)


def guarded(bits: Float64, alone: Flags, threshold_bits: float) -> Float64:
    """Odds that the name alone gave are held below any automatic link."""
    return np.where(alone, np.minimum(bits, threshold_bits - _NAME_ALONE_GAP_BITS), bits)


def same_name_uncontradicted(features: tuple[Feature, ...], levels: Int8) -> Flags:
    """The whole name agrees closely and neither birth, sex nor number differs: worth a look, whatever the odds."""
    agrees = np.ones(len(levels), dtype=np.bool_)
    named = np.zeros(len(levels), dtype=np.bool_)
    for at, feature in enumerate(features):
        level = levels[:, at]
        if feature.kind in NAME_KINDS:
            agrees &= (level == 0) | (level >= 4)
            named |= level >= 4
        elif feature.kind in {FieldKind.DATE_OF_BIRTH, FieldKind.SEX, FieldKind.ID, FieldKind.YEAR}:
            agrees &= level != 1
    return agrees & named


def decisions(bits: Float64, threshold_bits: float, *, alone: Flags, name_agrees: Flags, best_of_row: Flags) -> Int8:
    """AUTO from the threshold up unless the name stands alone; REVIEW below it while odds or name call for it."""
    made = np.full(len(bits), Decision.NONE, dtype=np.int8)
    made[bits >= _REVIEW_BITS] = Decision.REVIEW
    made[name_agrees & best_of_row] = Decision.REVIEW
    made[(bits >= threshold_bits) & ~alone] = Decision.AUTO
    return made


def best_of_rows(pairs: Pairs, bits: Float64, rows: int) -> Flags:
    """Is no other pair of the left row better?"""
    best = np.full(rows, -np.inf)
    np.maximum.at(best, pairs.left, bits)
    return np.asarray(bits >= best[pairs.left])


def competing(pairs: Pairs, bits: Float64, free: tuple[int, int], *, left: bool = True, right: bool = True) -> Float64:
    """Odds where a row has at most one partner, against its having none: what speaks for its other candidates speaks
    against this one. `free`: rows of the left and of the right side.

    `bits` are those of a pair among all pairs. A row that has one partner at most has that partner or none, and none is
    the rarer the more rows have one: with three rows of four linked, the odds of the right pair are fourfold.

    `left`: rows of the left side have one partner at most; `right`: those of the right side.
    """
    sides = [(free[0], pairs.left)] * left + [(free[1], pairs.right)] * right
    likely = np.flatnonzero(bits >= _NO_RIVAL_BITS)
    some = [(rows, side[likely]) for rows, side in sides]
    gained = 0.0
    for _ in range(_ROUNDS):
        matches = float(probability(_against_rivals(bits[likely] + gained, some)).sum())
        before = gained
        gained = sum(min(_MOST_GAINED, float(np.log2(rows / max(1.0, rows - matches)))) for rows, _ in sides)
        if abs(gained - before) < _SETTLED:
            break
    return _against_rivals(bits + gained, sides)


def _against_rivals(bits: Float64, sides: list[tuple[int, Int32]]) -> Float64:
    odds = np.exp2(np.clip(bits, -60.0, 60.0))
    rivals = np.zeros(len(bits))
    for _, side in sides:
        rivals += np.maximum(np.bincount(side, weights=odds)[side] - odds, 0.0) if len(side) else 0.0
    return np.asarray(bits - np.log2(1.0 + rivals))


def single_sides(pairs: Pairs, bits: Float64, rows: int) -> tuple[bool, bool]:
    """Have rows of the left and of the right side one partner at most, as the sure pairs show?

    A file that holds persons twice gives many rows of the other file two sure partners; one that does not, hardly any.
    """
    sure = bits >= _SURE_BITS
    single = []
    for side in (pairs.left, pairs.right):
        partners = np.bincount(side[sure], minlength=rows)
        linked = int((partners > 0).sum())
        single.append(linked >= _ROWS_TO_TELL and int((partners > 1).sum()) <= _MOST_DOUBLE * linked)
    return single[0], single[1]


def one_to_one(left: Int32 | Int64, right: Int32 | Int64, bits: Float64) -> Flags:
    """The best pair first, then the best of those whose rows are both still free."""
    order = np.argsort(-bits, kind="stable")
    order = order[bits[order] >= _HOPELESS_BITS]
    kept = np.zeros(len(bits), dtype=np.bool_)
    used_left: set[int] = set()
    used_right: set[int] = set()
    for at in order.tolist():
        one, two = int(left[at]), int(right[at])
        if one not in used_left and two not in used_right:
            used_left.add(one)
            used_right.add(two)
            kept[at] = True
    return kept
