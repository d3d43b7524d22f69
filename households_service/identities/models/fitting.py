"""Fits a frozen model on rows of a feed and the registered people they may be about. Nobody says who is who.

Pure. Imports the engine, so import it where a model is fitted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from households_service.identities.deciding import competing
from households_service.identities.models.domain import (
    LEAST_HOLDERS,
    KinWeights,
    LevelWeights,
    LinkModel,
    TooFewRowsToFit,
)
from households_service.identities.sketches import FEATURES, HOUSEHOLD
from households_service.identities.weighing import SCHEMA, engine_model, frozen_comparisons, value_hash
from households_service.linkage.arrays import Int32
from households_service.linkage.calibration import chosen_threshold
from households_service.linkage.candidates import candidate_pairs
from households_service.linkage.comparing_dates import DateComparison
from households_service.linkage.comparing_names import NameComparison
from households_service.linkage.comparison import compare, comparisons
from households_service.linkage.decision import name_alone
from households_service.linkage.engine import fitted_model
from households_service.linkage.evidence import Model
from households_service.linkage.table import PersonTable, Values, person_table

TARGET_PRECISION = 0.998
LEAST_ROWS = 500
_MOST_COMMON = 400
_NAMES, _LAST_NAMES, _BIRTHS = 0, 1, 3
_LEAST_THRESHOLD = 3.0
"""Odds of 8 : 1, whatever the expectation says: it is an average, and each link is somebody."""


def fit(
    rows: Mapping[str, Values], people: Mapping[str, Values], *, source: str, target_precision: float = TARGET_PRECISION
) -> LinkModel:
    """Columns as in `weighing.SCHEMA`. Raises TooFewRowsToFit."""
    table = person_table(SCHEMA, rows, people)
    if table.left_rows < LEAST_ROWS or table.right_rows < LEAST_ROWS:
        raise TooFewRowsToFit(f"A model is fitted on at least {LEAST_ROWS} rows and as many people.")
    pairs = candidate_pairs(table)
    using = comparisons(table)
    fitted = fitted_model(table, using, pairs, compare(using, pairs.left, pairs.right))
    model = _frozen(table, fitted, source=source, target_precision=target_precision)
    # The threshold is that of the frozen model, as it will be used.
    frozen = frozen_comparisons(model, table)
    compared = compare(frozen, pairs.left, pairs.right)
    features = tuple(feature for one in frozen for feature in one.features)
    weights = engine_model(model, features, persons=table.right_rows)
    field_bits = weights.field_bits(compared)
    kin_bits = weights.kin_bits(compared)
    bits = field_bits.sum(axis=1, dtype=np.float64) + kin_bits + weights.prior_bits
    alone = name_alone(weights, field_bits)
    homes = _homes(people[HOUSEHOLD])[pairs.right - table.left_rows]
    weighed = competing(pairs.left, homes, bits, kin_bits)
    threshold = chosen_threshold(weighed[~alone], target_precision=target_precision)
    return _with_threshold(
        model,
        bits=max(_LEAST_THRESHOLD, min(threshold.bits, 40.0)),
        precision=threshold.expected_precision,
        recall=threshold.expected_recall,
    )


def _homes(households: Values) -> Int32:
    """A number per household; who names none is at home alone."""
    numbers: dict[str, int] = {}
    own = [name or f" {place}" for place, name in enumerate(households)]
    return np.array([numbers.setdefault(name, len(numbers)) for name in own], dtype=np.int32)


def _frozen(table: PersonTable, fitted: Model, *, source: str, target_precision: float) -> LinkModel:
    share = min(0.98, max(0.02, fitted.prior * table.right_rows))
    return LinkModel(
        fields=tuple(
            LevelWeights(
                feature=FEATURES[at],
                match=tuple(float(value) for value in fitted.match[at]),
                chance=tuple(float(value) for value in fitted.chance[at]),
                known=float(fitted.known[at]),
                common=tuple(sorted(common.items())),
                rest=rest,
            )
            for at, (common, rest) in enumerate(_commonness(table))
        ),
        kin=tuple(
            KinWeights(
                name=one.name,
                prior=one.prior,
                agree=tuple(None if levels is None else tuple(map(float, levels)) for levels in one.agree),
            )
            for one in fitted.kin
        ),
        persons=table.right_rows,
        rows=table.left_rows,
        registered_share=share,
        target_precision=target_precision,
        threshold_bits=0.0,
        expected_precision=0.0,
        expected_recall=0.0,
        source=source,
    )


def _with_threshold(model: LinkModel, *, bits: float, precision: float, recall: float) -> LinkModel:
    return replace(model, threshold_bits=bits, expected_precision=precision, expected_recall=recall)


def _commonness(table: PersonTable) -> Sequence[tuple[dict[str, float], float]]:
    """Per feature the shares of its common values among the registered people, and the usual share of the others."""
    found: list[tuple[dict[str, float], float]] = [({}, 0.0)] * len(FEATURES)
    right = slice(table.left_rows, table.rows)
    for one in comparisons(table):
        if isinstance(one, NameComparison):
            roman = [str(text) for text in one.names.tokens.roman]
            found[_NAMES] = _common(one.names.first[right], roman)
            found[_LAST_NAMES] = _common(one.names.last[right], roman)
        elif isinstance(one, DateComparison):
            days = [str(day) for day in np.unique(one.column.codes[one.column.codes >= 0])]
            found[_BIRTHS] = _common(one.codes[right], days)
    return found


def _common(codes: Int32, values: Sequence[str]) -> tuple[dict[str, float], float]:
    """Forms of one value in several scripts count together."""
    counted: dict[str, int] = {}
    for value, count in zip(values, np.bincount(codes[codes >= 0], minlength=len(values)).tolist(), strict=True):
        if count:
            counted[value] = counted.get(value, 0) + count
    total = sum(counted.values())
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    usual = [count for _, count in ordered]
    top = [(value, count) for value, count in ordered[:_MOST_COMMON] if count >= LEAST_HOLDERS]
    others = np.array(usual[len(top) :], dtype=np.float64)
    rest = float((others**2).sum() / others.sum() / total) if others.sum() else 1.0 / max(1, total)
    return {value_hash(value): count / total for value, count in top}, rest
