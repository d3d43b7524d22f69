"""Splink (DuckDB) and recordlinkage on the same rows, set up as their own documentation does for such data.

Both are given the pairs of `linkage_blocking`. Splink's model is that of its examples for FEBRL and for historical
persons: levels of closeness for names, dates, postcodes and places, term frequencies wherever a comparison can take
them, u by random sampling, m by expectation and maximisation in two sessions so that every column is fitted in one of
them. Where its examples differ, what did better on these sets was taken: names compared one by one rather than by
`ForenameSurnameComparison` (historical, worn: .831 for .803), dates by `DateOfBirthComparison` rather than by edits
(.850 for .831). recordlinkage compares by Jaro-Winkler and fits its classifier by expectation and conditional
maximisation; it is also tried with the plain count of columns that agree, and the better of both is shown.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from benchmarks.linkage_blocking import Rule, blocking, counted
from benchmarks.linkage_files import LinkSet
from benchmarks.linkage_scores import Scored

if TYPE_CHECKING:
    from splink.blocking_rule_library import CustomRule
    from splink.internals.comparison_creator import ComparisonCreator

warnings.filterwarnings("ignore")
MOST_U_PAIRS = 1e7


def splink_pairs(data: LinkSet) -> list[Scored]:
    chosen = blocking(data)
    return [splink_scored(data, chosen.frames, chosen.rules, most_u_pairs=MOST_U_PAIRS)]


def splink_scored(data: LinkSet, frames: list[pl.DataFrame], rules: list[Rule], *, most_u_pairs: float) -> Scored:
    """`frames` hold what the rules block on besides the columns of the set."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415 - heavy, and only where it runs

    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="dedupe_only" if data.right is None else "link_only",
        comparisons=_comparisons(data.kinds, frames[0]),
        blocking_rules_to_generate_predictions=[
            block_on(*rule.left) if rule.left == rule.right else _exchanged(rule) for rule in rules
        ],
        retain_matching_columns=False,
    )
    api = DuckDBAPI()
    registered = [api.register(_pandas(frame)) for frame in frames]
    linker = Linker(registered if len(registered) > 1 else registered[0], settings, log_level=None)
    sessions = [session for session in _sessions(data.kinds) if counted(session, frames).pairs]
    sure, recall = _sure_rules(data.kinds)
    # Two offices that write dates in two forms agree in none: then what trains it must do, else its own default stands.
    sure = [rule for rule in sure if counted(rule, frames).pairs] or sessions[:1]
    if sure:
        linker.training.estimate_probability_two_random_records_match([block_on(*rule) for rule in sure], recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=most_u_pairs, seed=1)
    for session in sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*session), estimate_without_term_frequencies=True
        )
    found = linker.inference.predict(threshold_match_probability=0.001).as_duckdbpyrelation().pl()
    left, right = found["unique_id_l"].to_numpy(), found["unique_id_r"].to_numpy()
    if data.right is None:
        left, right = np.minimum(left, right), np.maximum(left, right)
    elif len(found):
        tables = sorted(set(found["source_dataset_l"]) | set(found["source_dataset_r"]))
        turned = (found["source_dataset_l"] == tables[-1]).to_numpy()
        left, right = np.where(turned, right, left), np.where(turned, left, right)
    weight = found["match_weight"].to_numpy()
    return list(zip(left.tolist(), right.tolist(), weight.tolist(), strict=True))


def recordlinkage_pairs(data: LinkSet) -> list[Scored]:
    """Twice: by the classifier's probability, and by the number of columns that agree, as its first example does; with
    few columns the classifier may take the many unlike pairs for the matches.
    """
    import recordlinkage  # noqa: PLC0415 - heavy, and only where it runs

    chosen = blocking(data)
    frames = [_pandas(frame) for frame in chosen.frames]
    indexer = recordlinkage.Index()
    for rule in chosen.rules:
        indexer.block(left_on=list(rule.left), right_on=list(rule.right))
    pairs = indexer.index(*frames)
    if not len(pairs):
        # two alphabets share no value: that it finds nothing is an answer, which its classifier cannot be asked for
        return [[]]
    compare = recordlinkage.Compare()
    for column, kind in data.kinds.items():
        if kind in {"given name", "family name", "full name", "place", "free text", "date of birth"}:
            compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
        else:
            compare.exact(column, column, label=column)
    features = compare.compute(pairs, *frames)
    ecm = recordlinkage.ECMClassifier(init="jaro")
    ecm.fit(features)
    probability: NDArray[np.float64] = np.asarray(ecm.prob(features))
    agreeing: NDArray[np.float64] = features.sum(axis=1).to_numpy()
    ones = features.index.get_level_values(0).to_numpy()
    others = features.index.get_level_values(1).to_numpy()
    if data.right is None:
        ones, others = np.minimum(ones, others), np.maximum(ones, others)
    return [
        list(zip(ones.tolist(), others.tolist(), scores.tolist(), strict=True))
        for scores in (probability + agreeing / 1000, agreeing + probability / 1000)
    ]


PEERS: Mapping[str, Callable[[LinkSet], list[Scored]]] = {"Splink": splink_pairs, "recordlinkage": recordlinkage_pairs}


def _comparisons(kinds: dict[str, str], frame: pl.DataFrame) -> list[ComparisonCreator | dict[str, object]]:
    import splink.comparison_library as cl  # noqa: PLC0415 - heavy, and only where it runs

    def by_name(column: str) -> ComparisonCreator:
        return cl.NameComparison(column).configure(term_frequency_adjustments=True)

    def by_edits(*edits: int) -> Callable[[str], ComparisonCreator]:
        return lambda column: cl.DamerauLevenshteinAtThresholds(column, list(edits)).configure(
            term_frequency_adjustments=True
        )

    def by_likeness(*likeness: float) -> Callable[[str], ComparisonCreator]:
        return lambda column: cl.JaroWinklerAtThresholds(column, list(likeness)).configure(
            term_frequency_adjustments=True
        )

    def exactly(column: str) -> ComparisonCreator:
        return cl.ExactMatch(column).configure(term_frequency_adjustments=True)

    def date(column: str) -> ComparisonCreator:
        written = "%Y%m%d" if frame[column].drop_nulls().str.contains("^[0-9]{8}$").mean() else "%Y-%m-%d"
        return cl.DateOfBirthComparison(column, input_is_string=True, datetime_format=written)

    made: dict[str, Callable[[str], ComparisonCreator]] = {
        "given name": by_name,
        "family name": by_name,
        "full name": by_likeness(0.92, 0.88, 0.7),
        "date of birth": date,
        "year": lambda column: cl.DamerauLevenshteinAtThresholds(column, [1]),
        "id": lambda column: cl.DamerauLevenshteinAtThresholds(column, [1, 2]),
        "postcode": by_edits(1, 2),
        "phone": by_edits(1, 2),
        "place": by_likeness(0.9, 0.7),
        "free text": by_likeness(0.9, 0.7),
        "number": exactly,
        "occupation": exactly,
        "household": exactly,
        "sex": cl.ExactMatch,
        "category": cl.ExactMatch,
    }
    return [made[kind](column) for column, kind in kinds.items()]


def _sure_rules(kinds: dict[str, str]) -> tuple[list[tuple[str, ...]], float]:
    """Rules that hardly ever lie, and the share of true pairs that its examples take them to find."""
    of = _by_kind(kinds)
    names = of["full name"] or (*of["given name"], *of["family name"])
    known = of["date of birth"] or (*of["year"], *of["place"])
    rules = [(column,) for column in of["id"]] + [(*names, *known)]
    if of["date of birth"] and of["postcode"]:
        rules.append((*of["date of birth"], *of["postcode"]))
    return [rule for rule in rules if rule], 0.8 if of["id"] else 0.6


def _sessions(kinds: dict[str, str]) -> list[tuple[str, ...]]:
    """Names together, then the date (else year and place, else what there is): either fits what the other cannot."""
    of = _by_kind(kinds)
    names = of["full name"] or (*of["given name"], *of["family name"])
    rest = of["date of birth"] or (*of["year"], *of["place"]) or of["postcode"] or of["id"]
    return [session for session in (names, rest) if session]


def _by_kind(kinds: dict[str, str]) -> dict[str, tuple[str, ...]]:
    known = {"id", "given name", "family name", "full name", "date of birth", "year", "place", "postcode"}
    return {kind: tuple(column for column, its in kinds.items() if its == kind) for kind in known}


def _exchanged(rule: Rule) -> CustomRule:
    from splink.blocking_rule_library import CustomRule  # noqa: PLC0415 - heavy, and only where it runs

    return CustomRule(
        " AND ".join(f'l."{one}" = r."{other}"' for one, other in zip(rule.left, rule.right, strict=True))
    )


def _pandas(frame: pl.DataFrame) -> pd.DataFrame:
    made = pd.DataFrame({name: frame[name].to_list() for name in frame.columns})
    made.insert(0, "unique_id", np.arange(len(made)))
    return made
