"""Links two tables of persons, or finds the persons of one that were recorded several times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from households_service.linkage.arrays import Flags, Float64, Int8, Int32
from households_service.linkage.calibration import Threshold, chosen_threshold
from households_service.linkage.candidates import Pairs, candidate_pairs, merged_pairs
from households_service.linkage.clusters import clustered
from households_service.linkage.comparison import Compared, Comparison, compare
from households_service.linkage.decision import (
    WEAK_KINDS,
    Decision,
    JudgedPairs,
    alone_in_few,
    best_of_rows,
    competing,
    decisions,
    guarded,
    same_name_uncontradicted,
    single_sides,
)
from households_service.linkage.drawing import drawn_pairs, not_among
from households_service.linkage.evidence import Model, probability
from households_service.linkage.fuller_names import fuller_comparisons
from households_service.linkage.group_evidence import GroupEvidence
from households_service.linkage.household import household_bits
from households_service.linkage.matching_once import matched_once
from households_service.linkage.measures import Feature
from households_service.linkage.schema import FieldKind
from households_service.linkage.table import PersonTable
from households_service.linkage.weights import fitted

_FITTING_PAIRS = 150_000
_CHUNK = 200_000
_MOST_FOR_NEIGHBOURS = 120_000
"""Rows of both files; above it keys must do."""
_ENOUGH = 100
"""Candidates of a row whose keys are not weak."""
_SEED = 20_190_819
Progress = Callable[[str, float], None]
"""Called with the step that begins and the share of the work that is done."""


def _silent(step: str, share: float) -> None:
    del step, share


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkResult:
    """Pairs that are linked or to be reviewed, best first; rows count through the table, left ones first."""

    table: PersonTable
    left: Int32
    right: Int32
    bits: Float64
    decision: Int8
    threshold: Threshold
    model: Model
    compared_pairs: int
    linked_rows: int
    reviewed_rows: int
    new_rows: int
    """Rows of the left side (of the one file) that are neither linked nor in review."""

    @property
    def names_only(self) -> bool:
        return all(feature.kind in WEAK_KINDS for feature in self.model.features)

    @property
    def probability(self) -> Float64:
        return probability(self.bits)

    def linked(self) -> Flags:
        return np.asarray(self.decision == Decision.AUTO)


def link(
    table: PersonTable,
    *,
    one_to_one_only: bool | None = None,
    target_precision: float | None = None,
    progress: Progress = _silent,
) -> LinkResult:
    """Without right rows duplicates inside the left ones are found. Options left out are the schema's."""
    progress("looking for candidates", 0.05)
    pairs = _with_neighbours(table, candidate_pairs(table))
    using = fuller_comparisons(table)
    progress(f"comparing {len(pairs):,} pairs", 0.30)
    compared = compare(using, pairs.left, pairs.right)
    progress("weighing the evidence", 0.60)
    model = fitted_model(table, using, pairs, compared)
    bits, alone = judged(model, compared)
    progress("deciding", 0.85)
    wanted = table.schema.target_precision if target_precision is None else target_precision
    if table.is_one_file:
        del compared, alone
        return _one_file(table, using, model, (pairs, bits), wanted)
    exclusive = table.schema.one_to_one if one_to_one_only is None else one_to_one_only
    gained = _from_households(table, model, pairs, bits, compared)
    alone &= gained <= 0.0
    found = JudgedPairs(pairs=pairs, bits=bits + gained, alone=alone, compared=compared)
    single = (True, True) if exclusive else single_sides(pairs, found.bits, table.rows)
    if all(single):
        found = matched_once(table, using, model, found)
    else:
        free = (table.left_rows, table.rows - table.left_rows)
        found = replace(found, bits=competing(pairs, found.bits, free, left=single[0], right=single[1]))
    return _result(table, model, found, wanted, len(pairs))


def _with_neighbours(table: PersonTable, pairs: Pairs) -> Pairs:
    """Rows to which their keys find few candidates are given those whose whole record looks alike."""
    if table.rows > _MOST_FOR_NEIGHBOURS:
        return pairs
    # scipy costs 40 MB, which a registry of a million has no room for
    from households_service.linkage.neighbours import nearest_pairs  # noqa: PLC0415 - see above

    found = np.bincount(pairs.left, minlength=table.rows)
    if table.is_one_file:
        found += np.bincount(pairs.right, minlength=table.rows)
    return merged_pairs(pairs, nearest_pairs(table, np.flatnonzero(found[: table.left_rows] < _ENOUGH)))


def _from_households(table: PersonTable, model: Model, pairs: Pairs, bits: Float64, compared: Compared) -> Float64:
    field = next((field for field in table.schema.fields if field.kind is FieldKind.HOUSEHOLD), None)
    if field is None:
        return np.zeros(len(bits))
    at = next(at for at, feature in enumerate(model.features) if feature.kind is FieldKind.HOUSEHOLD)
    agree = compared.levels[:, at] == model.features[at].levels
    return household_bits(pairs, bits, table.texts[field.name].codes, numbers_agree=agree)


def _one_file(
    table: PersonTable,
    using: tuple[Comparison, ...],
    model: Model,
    candidates: tuple[Pairs, Float64],
    wanted: float | None,
) -> LinkResult:
    partners = 2.0 * model.matches_seen / max(1, table.rows)
    evidence = GroupEvidence(model=model, using=using, partners=partners)
    found = clustered(*candidates, rows=table.rows, evidence=evidence)
    compared = compare(using, found.pairs.left, found.pairs.right)
    own_bits, alone = judged(model, compared)
    vouched = np.zeros(table.rows, dtype=np.bool_)
    speaking = ~alone & (own_bits > 0.0) & (found.bits > 0.0)
    vouched[found.pairs.left[speaking]] = True
    vouched[found.pairs.right[speaking]] = True
    # within a cluster the others vouch for a pair whose own fields say little
    alone &= ~(vouched[found.pairs.left] & vouched[found.pairs.right])
    judged_pairs = JudgedPairs(pairs=found.pairs, bits=found.bits, alone=alone, compared=compared)
    return _result(table, model, judged_pairs, wanted, len(candidates[0]))


def judged(model: Model, compared: Compared) -> tuple[Float64, Flags]:
    """Log odds, and the pairs that too little but the name speaks for. In chunks, for the memory's sake."""
    bits, alone = np.empty(len(compared.levels)), np.empty(len(compared.levels), dtype=np.bool_)
    for start in range(0, len(bits), _CHUNK):
        part = slice(start, start + _CHUNK)
        some = Compared(levels=compared.levels[part], shares=compared.shares[part])
        field_bits = model.field_bits(some)
        bits[part] = model.bits_of(field_bits, some)
        alone[part] = alone_in_few(model, field_bits, some.levels)
    return bits, alone


def fitted_model(table: PersonTable, using: tuple[Comparison, ...], pairs: Pairs, compared: Compared) -> Model:
    """Fitted to the candidates and to pairs drawn from all others, which tell what two people may have in common."""
    features: tuple[Feature, ...] = tuple(feature for one in using for feature in one.features)
    chance = np.random.default_rng(_SEED)
    drawn = drawn_pairs(table, chance)
    of_drawn = compare(using, drawn.left, drawn.right)
    even = of_drawn.levels[drawn.evenly]
    represents = 1.0
    if len(compared.levels) > _FITTING_PAIRS:
        taken = np.sort(chance.choice(len(compared.levels), _FITTING_PAIRS, replace=False))
        represents = len(compared.levels) / _FITTING_PAIRS
        compared = compared.rows(taken)
    others = not_among(drawn, pairs)
    weight = np.concatenate([np.full(len(compared.levels), represents), drawn.stands_for[others]])
    if table.is_one_file:
        all_pairs, expected = table.rows * (table.rows - 1) / 2, 0.3 * table.rows
    else:
        all_pairs = float(table.left_rows) * table.right_rows
        expected = 0.5 * min(table.left_rows, table.right_rows)
    known = np.array([np.count_nonzero(even[:, at]) for at in range(len(features))], dtype=np.float64)
    return fitted(
        features,
        compared.and_also(of_drawn.rows(others)),
        even,
        known=np.sqrt(known / max(1, len(even))) * table.rows,
        all_pairs=max(1.0, all_pairs),
        expected_matches=expected,
        weight=weight,
        candidates=len(compared.levels),
    )


def _result(table: PersonTable, model: Model, found: JudgedPairs, wanted: float | None, compared: int) -> LinkResult:
    pairs, alone = found.pairs, found.alone
    threshold = chosen_threshold(found.bits[~alone], target_precision=wanted)
    bits = guarded(found.bits, alone, threshold.bits)
    made = decisions(
        bits,
        threshold.bits,
        alone=alone,
        name_agrees=same_name_uncontradicted(model.features, found.compared.levels),
        best_of_row=best_of_rows(pairs, bits, table.rows),
    )
    kept = np.flatnonzero(made != Decision.NONE)
    kept = kept[np.lexsort((pairs.right[kept], pairs.left[kept], -bits[kept]))]
    state = np.zeros(table.rows, dtype=np.int8)
    np.maximum.at(state, pairs.left[kept], made[kept])
    if table.is_one_file:
        np.maximum.at(state, pairs.right[kept], made[kept])
    counts = np.bincount(state[: table.left_rows], minlength=3)
    return LinkResult(
        table=table,
        left=pairs.left[kept],
        right=pairs.right[kept],
        bits=bits[kept],
        decision=made[kept],
        threshold=threshold,
        model=model,
        compared_pairs=compared,
        linked_rows=int(counts[Decision.AUTO]),
        reviewed_rows=int(counts[Decision.REVIEW]),
        new_rows=int(counts[Decision.NONE]),
    )
