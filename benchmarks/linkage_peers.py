"""Splink (DuckDB) and recordlinkage on the same rows, set up as their own documentation does for such data."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd
import polars as pl
import recordlinkage
import splink.comparison_library as cl
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.linkage_sets import LinkSet

Scored = list[tuple[int, int, float]]
warnings.filterwarnings("ignore")
logging.getLogger("splink").setLevel(logging.ERROR)


def best_f1(scored: Scored, truth: set[tuple[int, int]]) -> float:
    """At the threshold that is best for the peer, which it could not know."""
    if not scored:
        return 0.0
    order = sorted(scored, key=lambda row: -row[2])
    right = np.cumsum([(a, b) in truth for a, b, _ in order])
    return float((2 * right / (np.arange(1, len(order) + 1) + len(truth))).max())


def one_to_one(scored: Scored) -> Scored:
    """Best pairs first, each row once."""
    lefts: set[int] = set()
    rights: set[int] = set()
    kept = []
    for left, right, score in sorted(scored, key=lambda row: -row[2]):
        if left not in lefts and right not in rights:
            lefts.add(left)
            rights.add(right)
            kept.append((left, right, score))
    return kept


_SPLINK: dict[str, Callable[[str], object]] = {
    "given name": lambda column: cl.NameComparison(column).configure(term_frequency_adjustments=True),
    "family name": lambda column: cl.NameComparison(column).configure(term_frequency_adjustments=True),
    "full name": lambda column: cl.JaroWinklerAtThresholds(column, [0.92, 0.8]).configure(
        term_frequency_adjustments=True
    ),
    "date of birth": lambda column: cl.DamerauLevenshteinAtThresholds(column, [1, 2]),
    "year": lambda column: cl.DamerauLevenshteinAtThresholds(column, [1]),
    "id": lambda column: cl.DamerauLevenshteinAtThresholds(column, [1, 2]),
    "postcode": lambda column: cl.DamerauLevenshteinAtThresholds(column, [1, 2]).configure(
        term_frequency_adjustments=True
    ),
    "place": lambda column: cl.JaroWinklerAtThresholds(column, [0.9, 0.7]).configure(term_frequency_adjustments=True),
    "free text": lambda column: cl.JaroWinklerAtThresholds(column, [0.9, 0.7]),
    "number": lambda column: cl.ExactMatch(column).configure(term_frequency_adjustments=True),
    "category": cl.ExactMatch,
    "sex": cl.ExactMatch,
    "occupation": lambda column: cl.ExactMatch(column).configure(term_frequency_adjustments=True),
}
_COARSE = {"sex", "category", "year", "occupation"}
_FEW_ROWS = 20_000


def splink_pairs(data: LinkSet, *, keys: pl.DataFrame | None = None, right_keys: pl.DataFrame | None = None) -> Scored:
    """Without `keys` it blocks on every telling column by itself; with them on each key column."""
    two = data.right is not None
    api = DuckDBAPI()
    frames = [
        _pandas(frame, extra) for frame, extra in ((data.left, keys), (data.right, right_keys)) if frame is not None
    ]
    columns = list(data.kinds)
    if keys is None:
        rules = [block_on(column) for column, kind in data.kinds.items() if kind not in _COARSE]
        if not two and len(data.left) > _FEW_ROWS:
            rules = [block_on(*pair) for pair in combinations(columns, 2)]
    else:
        rules = [block_on(column) for column in keys.columns]
    settings = SettingsCreator(
        link_type="link_only" if two else "dedupe_only",
        comparisons=[_SPLINK[kind](column) for column, kind in data.kinds.items()],
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=False,
    )
    registered = [api.register(frame) for frame in frames]
    linker = Linker(registered if two else registered[0], settings, log_level=None)
    first = [column for column, kind in data.kinds.items() if kind in {"given name", "full name", "id"}]
    sure_rules = [block_on(first[0], columns[1])] if len(columns) > 1 else [block_on(columns[0])]
    linker.training.estimate_probability_two_random_records_match(sure_rules, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for column in (columns[0], columns[2] if len(columns) > 2 else columns[1]):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
    found = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
    left, right = found["unique_id_l"].to_numpy(), found["unique_id_r"].to_numpy()
    if not two:
        left, right = np.minimum(left, right), np.maximum(left, right)
    elif len(found) and "source_dataset_l" in found:
        names = sorted(set(found["source_dataset_l"]) | set(found["source_dataset_r"]))
        turned = (found["source_dataset_l"] == names[-1]).to_numpy()
        left, right = np.where(turned, right, left), np.where(turned, left, right)
    weight = found["match_weight"].to_numpy()
    return list(zip(left.tolist(), right.tolist(), weight.tolist(), strict=True))


def _pandas(frame: pl.DataFrame, extra: pl.DataFrame | None) -> pd.DataFrame:
    whole = frame if extra is None else pl.concat([frame, extra], how="horizontal")
    columns = {name: whole[name].to_list() for name in whole.columns} if extra is None else None
    made = pd.DataFrame(columns) if columns is not None else whole.to_pandas()
    made.insert(0, "unique_id", np.arange(len(made)))
    return made


def recordlinkage_pairs(data: LinkSet) -> Scored:
    """Blocks on each telling column, compares by Jaro-Winkler, classifies by expectation and conditional maximisation;
    the score is the sum of agreements plus the classifier's probability.
    """
    left, right = _pandas(data.left, None), None if data.right is None else _pandas(data.right, None)
    indexer = recordlinkage.Index()
    for column, kind in data.kinds.items():
        if kind not in {"sex", "category", "number", "year", "occupation"}:
            indexer.block(column)
    pairs = indexer.index(left) if right is None else indexer.index(left, right)
    compare = recordlinkage.Compare()
    for column, kind in data.kinds.items():
        if kind in {"given name", "family name", "full name", "place", "free text", "date of birth"}:
            compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
        else:
            compare.exact(column, column, label=column)
    features = compare.compute(pairs, left) if right is None else compare.compute(pairs, left, right)
    ecm = recordlinkage.ECMClassifier(init="jaro")
    ecm.fit(features)
    probability: NDArray[np.float64] = np.asarray(ecm.prob(features))
    scores = probability + features.sum(axis=1).to_numpy() / 1000
    ones = features.index.get_level_values(0).to_numpy()
    others = features.index.get_level_values(1).to_numpy()
    if right is None:
        ones, others = np.minimum(ones, others), np.maximum(ones, others)
    return list(zip(ones.tolist(), others.tolist(), scores.tolist(), strict=True))
