"""What becomes of a row: linked by itself, shown to a person with the likeliest people first, or about nobody known.

Pure. Rows that name one household of their own re-score each other by the registry's co-members; within such a
household rows that contradict each other are never one member's. Nothing is linked on the name alone, against an
identifier that contradicts, or against what a person judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from households_service.identities.models.domain import LinkModel
from households_service.identities.sketches import FEATURES, REVIEW_BITS, Agreement, LinkField, Sketch
from households_service.identities.weighing import Weighed, agreement
from households_service.linkage.arrays import Float64, Int32
from households_service.linkage.candidates import Pairs
from households_service.linkage.evidence import probability
from households_service.linkage.household import household_bits
from households_service.linkage.identity_number import is_valid, plain_number

MOST_SHOWN = 5
_HOUSEHOLD_EVIDENCE_BITS = 3.0
_ANCHOR_BITS = 40.0
_EVIDENCE_BITS = 0.25
_NEAR = 4
_SLIPPED = 3
_SAME_HOUSEHOLD = 4
_FIRST, _LAST, _ID, _BORN, _VILLAGE, _HOUSEHOLD = range(len(FEATURES))


class Outcome(StrEnum):
    AUTO = "AUTO"
    REVIEW = "REVIEW"
    NEW = "NEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWeight:
    """How far a field agrees, and what that adds, in bits (each doubles the odds). Never the values themselves."""

    field: LinkField
    agreement: Agreement
    bits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyPerson:
    """`candidate`: place among the people compared. `probability`: that the row is about this one."""

    candidate: int
    probability: float
    bits: float
    fields: tuple[FieldWeight, ...]
    contradicted: bool = False

    def agrees(self, field: LinkField) -> Agreement:
        return next((one.agreement for one in self.fields if one.field is field), Agreement.NOT_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDecision:
    """`likely`: best first; of an automatic link the first is the person."""

    outcome: Outcome
    likely: tuple[LikelyPerson, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """`households`: of each candidate a number. `families`: rows (by number) that name one household of their own.
    `anchors`: per family households in which a row of it was found by an exact rule. `barred`: pairs of row and
    candidate that a person judged to be two.
    """

    households: Sequence[int]
    families: Sequence[int]
    """Per row a number, -1 where it names none or stands alone."""
    anchors: Mapping[int, AbstractSet[int]]
    barred: AbstractSet[tuple[int, int]]


def competing(row: Int32, home: Int32, bits: Float64, kin_bits: Float64) -> Float64:
    """Log odds when a row is about one person at most: what speaks for others speaks against this one.

    `bits` of a pair are its odds against two strangers, less `kin_bits`: the row may be about somebody near to the
    candidate. `home`: of each pair the candidate's household. Of one home whichever is meant, the other agrees as kin
    do, so each counts with what is left beyond that. Somebody of another home agrees by chance, as strangers do, and
    is weighed as one: against a candidate with kin by that much less.
    """
    if not len(row):
        return bits
    net, whole = np.exp2(np.clip(bits, -60.0, 60.0)), np.exp2(np.clip(bits - kin_bits, -60.0, 60.0))
    _, at_home = np.unique((row.astype(np.int64) << 32) | home, return_inverse=True)
    of_home = np.bincount(at_home, weights=net)[at_home] - net
    elsewhere = np.bincount(row, weights=whole)[row] - np.bincount(at_home, weights=whole)[at_home]
    return np.asarray(bits - np.log2(1.0 + np.maximum(of_home, 0.0) + np.maximum(elsewhere, 0.0) * np.exp2(kin_bits)))


def decide(
    model: LinkModel,
    rows: Sequence[Sketch],
    people: Sequence[Sketch],
    weighed: Weighed,
    around: Surroundings,
    *,
    shown_from: float = REVIEW_BITS,
) -> Sequence[RowDecision]:
    """One decision per row. `shown_from`: log odds from which somebody is worth a look."""
    bits = weighed.bits.copy()
    for at, pair in enumerate(zip(weighed.row.tolist(), weighed.candidate.tolist(), strict=True)):
        if pair in around.barred:
            bits[at] = -60.0
    added = _household_bits(weighed, bits, around)
    homes = np.array(around.households, dtype=np.int32)[weighed.candidate]
    final = competing(weighed.row, homes, bits + added, weighed.kin_bits)
    by_row: defaultdict[int, list[int]] = defaultdict(list)
    for at in np.lexsort((weighed.candidate, -np.round(final, 6))).tolist():
        by_row[int(weighed.row[at])].append(at)
    decided = [
        _row(model, rows[number], people, weighed, final, added, by_row.get(number, []), shown_from)
        for number in range(len(rows))
    ]
    return _not_two_at_once(decided, rows, weighed, around)


def _household_bits(weighed: Weighed, bits: Float64, around: Surroundings) -> Float64:
    """What the other rows of a family add to a candidate, because they were found in its household.

    An anchor is a row that was found beyond doubt: one more row and one more person.
    """
    anchors = [(family, home) for family, homes in around.anchors.items() for home in sorted(homes)]
    families = np.array([*around.families, *(family for family, _ in anchors)], dtype=np.int32)
    homes = np.array([*around.households, *(home for _, home in anchors)], dtype=np.int32)
    first_anchor, first_home = len(around.families), len(around.households)
    every = np.arange(len(anchors), dtype=np.int32)
    pairs = Pairs(
        left=np.concatenate([weighed.row, first_anchor + every]).astype(np.int32),
        right=(len(families) + np.concatenate([weighed.candidate, first_home + every])).astype(np.int32),
    )
    agree = np.concatenate([weighed.levels[:, _HOUSEHOLD] == _SAME_HOUSEHOLD, np.zeros(len(anchors), dtype=np.bool_)])
    alone = competing(weighed.row, homes[weighed.candidate], bits, weighed.kin_bits)
    known = np.concatenate([alone, np.full(len(anchors), _ANCHOR_BITS)])
    return household_bits(pairs, known, np.concatenate([families, homes]), numbers_agree=agree)[: len(bits)]


def _row(  # noqa: PLR0917 - one private call
    model: LinkModel,
    row: Sketch,
    people: Sequence[Sketch],
    weighed: Weighed,
    final: Float64,
    added: Float64,
    places: Sequence[int],
    shown_from: float,
) -> RowDecision:
    best = [at for at in places[:MOST_SHOWN] if final[at] >= shown_from or _same_name(weighed, at)]
    if not best:
        return RowDecision(outcome=Outcome.NEW)
    likely = tuple(
        LikelyPerson(
            candidate=int(weighed.candidate[at]),
            probability=float(probability(final[at : at + 1])[0]),
            bits=float(final[at]),
            fields=_waterfall(model, weighed, at, float(final[at]), float(added[at])),
            contradicted=_contradicted(row, people[int(weighed.candidate[at])], weighed, at),
        )
        for at in best
    )
    first = best[0]
    evident = added[first] >= _HOUSEHOLD_EVIDENCE_BITS or (
        not weighed.name_only[first] and not _slipped_number_alone(weighed, first)
    )
    sure = final[first] >= model.threshold_bits and evident and not likely[0].contradicted
    return RowDecision(outcome=Outcome.AUTO if sure else Outcome.REVIEW, likely=likely)


def _waterfall(model: LinkModel, weighed: Weighed, at: int, final: float, added: float) -> tuple[FieldWeight, ...]:
    """Adds up to the bits of the pair."""
    fields = [
        FieldWeight(
            field=name,
            agreement=agreement(int(weighed.levels[at, number]), number, model),
            bits=round(float(weighed.field_bits[at, number]), 3),
        )
        for number, name in enumerate(FEATURES)
    ]
    own = float(weighed.bits[at])
    prior = own - float(weighed.field_bits[at].sum(dtype=np.float64))
    for name, bits in (
        (LinkField.SAME_HOUSEHOLD_IN_BATCH, added),
        (LinkField.OTHER_CANDIDATES, final - own - added),
        (LinkField.PRIOR, prior),
    ):
        if abs(bits) >= 0.0005:
            fields.append(FieldWeight(field=name, agreement=Agreement.NOT_GIVEN, bits=round(bits, 3)))
    return tuple(fields)


def _contradicted(row: Sketch, person: Sketch, weighed: Weighed, at: int) -> bool:
    """An identifier that says another person is never outweighed by others; a person looks at it."""
    levels = weighed.levels[at]
    if levels[_FIRST] == 1 and levels[_LAST] in {0, 1}:
        return True
    if levels[_BORN] == 1 or levels[_HOUSEHOLD] == 1:
        return True
    if not row.id_number or not person.id_number:
        return False
    number = plain_number(row.id_number)
    if number == person.id_number:
        return False
    # A number that fits its check digit is somebody's; one that does not is this person's only if one slip away.
    return is_valid(number) or int(levels[_ID]) < 3


def _slipped_number_alone(weighed: Weighed, at: int) -> bool:
    """A number that is one slip away may be somebody else's too: something beside it must agree."""
    beside = [number for number in range(len(FEATURES)) if number != _ID]
    return weighed.levels[at, _ID] == _SLIPPED and not bool((weighed.field_bits[at, beside] > _EVIDENCE_BITS).any())


def _same_name(weighed: Weighed, at: int) -> bool:
    """The whole name agrees closely and neither birth nor number differs: worth a person's look, whatever the odds."""
    levels = weighed.levels[at]
    named = [int(levels[part]) for part in (_FIRST, _LAST) if levels[part] > 0]
    return bool(named) and min(named) >= _NEAR and levels[_BORN] != 1 and levels[_ID] != 1


def _not_two_at_once(
    decided: Sequence[RowDecision], rows: Sequence[Sketch], weighed: Weighed, around: Surroundings
) -> Sequence[RowDecision]:
    """Of rows of one family that found one member but cannot both be about one person only the likeliest is linked.

    A feed tells of events: three bills may be one man's, however each spells him.
    """
    first = weighed.levels[:, _FIRST]
    named_else = {
        (int(weighed.row[at]), int(weighed.candidate[at])) for at in np.flatnonzero((first > 0) & (first < _NEAR))
    }
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    result = list(decided)
    sure = [
        number for number, one in enumerate(decided) if one.outcome is Outcome.AUTO and around.families[number] >= 0
    ]
    for number in sorted(sure, key=lambda number: (-decided[number].likely[0].bits, number)):
        member = decided[number].likely[0].candidate
        linked = found[around.families[number], member]
        if all(
            _may_be_one(rows[other], rows[number], alike=not named_else & {(other, member), (number, member)})
            for other in linked
        ):
            linked.append(number)
        else:
            result[number] = RowDecision(outcome=Outcome.REVIEW, likely=decided[number].likely)
    return result


def _may_be_one(row: Sketch, other: Sketch, *, alike: bool) -> bool:
    """`alike`: both are called as the member is, as far as they say."""
    if row == other:
        return True
    if not alike or (row.date_of_birth and other.date_of_birth and row.date_of_birth != other.date_of_birth):
        return False
    numbers = {plain_number(one.id_number) for one in (row, other) if one.id_number}
    return len({number for number in numbers if is_valid(number)}) < 2
