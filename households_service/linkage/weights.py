"""How much each agreement is worth, in bits: Fellegi & Sunter 1969, fitted by expectation and maximisation.

u (chance of a level between two people) comes from random pairs, m (between records of one person) and the share of
true pairs from the candidates; pairs that are no candidates count as pairs of two people. Two people may be relatives
or neighbours: classes of their own, else every family of one home looks like one person. The worth of an exact
agreement follows how common the agreed value is (Winkler 1988). What is missing is no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from households_service.linkage.arrays import Float32, Float64, Int8
from households_service.linkage.comparison import Compared
from households_service.linkage.evidence import HOME, Kinship, Model
from households_service.linkage.measures import Feature
from households_service.linkage.schema import FieldKind

_PRIOR_PAIRS = 25.0
"""How many true pairs the prior of m is worth."""
_PRIOR_RANDOM = 200.0
_ROUNDS = 40
_SETTLED = 2e-4
_HIGHEST = 200.0
_MOVED = 0.05
_MOST_MOVED = 0.5
_MOST_DIFFER = {
    FieldKind.GIVEN_NAME: 0.25,
    FieldKind.FAMILY_NAME: 0.35,
    FieldKind.DATE_OF_BIRTH: 0.25,
    FieldKind.YEAR: 0.25,
    FieldKind.SEX: 0.08,
    FieldKind.ID: 0.35,
}
_SHARED = {
    "relatives": HOME | {FieldKind.FAMILY_NAME, FieldKind.OCCUPATION},
    "neighbours": HOME,
    "namesakes": frozenset({FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME, FieldKind.SEX}),
}
"""What people may share who are not one person; birth and number are shared by chance only."""
_LEAST_CHANCE = 1e-7


def level_counts(levels: Int8, features: tuple[Feature, ...], weights: Float64 | None = None) -> list[Float64]:
    """Per feature the (weighted) number of pairs at each level from 1; blanks are left out."""
    return [
        np.bincount(levels[:, at], weights=weights, minlength=feature.levels + 1)[1:].astype(np.float64)
        for at, feature in enumerate(features)
    ]


def chances(features: tuple[Feature, ...], random_levels: Int8) -> tuple[Float64, ...]:
    """u from random pairs, held by its prior where hardly any were drawn."""
    found = []
    for feature, counts in zip(features, level_counts(random_levels, features), strict=True):
        prior = _PRIOR_RANDOM * np.array(feature.prior_u)
        found.append((counts + prior) / (counts.sum() + _PRIOR_RANDOM))
    return tuple(found)


def fitted(
    features: tuple[Feature, ...],
    compared: Compared,
    random_levels: Int8,
    *,
    known: Float64,
    all_pairs: float,
    expected_matches: float,
    weight: Float64,
    candidates: int,
) -> Model:
    """`all_pairs`: of the two files, candidates or not. `weight`: pairs that each compared one stands for; those after
    the first `candidates` ones are of two people.
    """
    drawn = tuple(level_counts(random_levels, features))
    prior_m = tuple(np.array(feature.prior_m) for feature in features)
    start = float(np.clip(expected_matches / all_pairs, 1e-12, 0.5))
    model = Model(
        features=features,
        match=prior_m,
        chance=chances(features, random_levels),
        kin=_kinships(features, prior_m, start),
        known=known,
        prior=start,
        moved=_MOVED if 1 < sum(feature.kind in HOME for feature in features) < len(features) else 0.0,
    )
    task = Task(compared=compared, drawn=drawn, all_pairs=all_pairs, weight=weight, candidates=candidates)
    return improved(model, task)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a model is fitted to."""

    compared: Compared
    drawn: tuple[Float64, ...]
    """Random pairs of rows at each level, true pairs among them included."""
    all_pairs: float
    weight: Float64
    """Pairs that each compared one stands for."""
    candidates: int
    """The compared pairs after so many are of two people."""


def improved(model: Model, task: Task) -> Model:
    """The model after expectation and maximisation, starting from (and held by) its own m."""
    start = model
    for _ in range(_ROUNDS):
        previous, model = model, _improved(model, task, start.match)
        change = max(float(np.abs(new - old).max()) for new, old in zip(model.match, previous.match, strict=True))
        if change < _SETTLED:
            break
    return model


def _kinships(features: tuple[Feature, ...], prior_m: tuple[Float64, ...], prior: float) -> tuple[Kinship, ...]:
    """None where nothing but a home is told: neighbours then agree in all that one firm's records do."""
    if all(feature.kind in HOME for feature in features):
        return ()
    found = []
    for name, shared in _SHARED.items():
        agree = tuple(m if feature.kind in shared else None for feature, m in zip(features, prior_m, strict=True))
        if sum(levels is not None for levels in agree) > 1:
            found.append(Kinship(name=name, agree=agree, prior=prior))
    return tuple(found)


def _improved(model: Model, task: Task, prior_m: tuple[Float64, ...]) -> Model:
    compared = task.compared
    field_bits = model.field_bits(compared)
    own_bits = field_bits.sum(axis=1, dtype=np.float64) + model.moved_bits(field_bits)
    same = model.prior * np.exp2(np.minimum(own_bits, _HIGHEST))
    same[task.candidates :] = 0.0
    near = [
        kinship.prior
        * np.exp2(np.minimum(model.agreement_bits(compared, kinship.agree).sum(axis=1, dtype=np.float64), _HIGHEST))
        for kinship in model.kin
    ]
    everything = same + sum(near) + max(1e-6, 1.0 - model.prior - sum(kinship.prior for kinship in model.kin))
    match, prior, moved = _matches(model, task, field_bits, same / everything, prior_m)
    kin = []
    for kinship, weight in zip(model.kin, near, strict=True):
        agree, share = _estimated(model, task, weight / everything, prior_m)
        kept = tuple(new if old is not None else None for new, old in zip(agree, kinship.agree, strict=True))
        kin.append(Kinship(name=kinship.name, agree=kept, prior=share))
    return replace(
        model,
        match=match,
        chance=_without_matches(model.features, task.drawn, match, prior),
        kin=tuple(kin),
        prior=prior,
        moved=moved,
        matches_seen=prior * task.all_pairs,
    )


def _matches(
    model: Model, task: Task, field_bits: Float32, posterior: Float64, prior_m: tuple[Float64, ...]
) -> tuple[tuple[Float64, ...], float, float]:
    """m, the share of true pairs, and the share of movers; what tells of a home is counted on those who stayed."""
    match, prior = _estimated(model, task, posterior, prior_m)
    moved = model.moved
    if moved > 0.0:
        left_home = model.moved_share(field_bits)
        stayed, _ = _estimated(model, task, posterior * (1.0 - left_home), prior_m)
        match = tuple(
            home if feature.kind in HOME else whole
            for feature, home, whole in zip(model.features, stayed, match, strict=True)
        )
        matches = float((posterior * task.weight).sum())
        counted = float((posterior * task.weight * left_home).sum()) + _PRIOR_PAIRS * _MOVED
        moved = min(_MOST_MOVED, counted / (matches + _PRIOR_PAIRS))
    return _believable(model.features, match), prior, moved


def _estimated(
    model: Model, task: Task, posterior: Float64, prior_m: tuple[Float64, ...]
) -> tuple[tuple[Float64, ...], float]:
    levels = []
    posterior = posterior * task.weight
    for counted, start in zip(level_counts(task.compared.levels, model.features, posterior), prior_m, strict=True):
        levels.append((counted + _PRIOR_PAIRS * start) / (counted.sum() + _PRIOR_PAIRS))
    share = (float(posterior.sum()) + 0.5) / (task.all_pairs + 1.0)
    return tuple(levels), float(np.clip(share, 1e-12, 0.5))


def _believable(features: tuple[Feature, ...], match: tuple[Float64, ...]) -> tuple[Float64, ...]:
    """One person's records differ in who the person is only so often; a class in which they differ more is no person.

    Without this bound the class of true pairs can drift to neighbours, of whom there are many more.
    """
    held = []
    for feature, levels in zip(features, match, strict=True):
        most = _MOST_DIFFER.get(feature.kind, 1.0)
        if levels[0] > most:
            levels = np.concatenate([[most], levels[1:] * (1.0 - most) / levels[1:].sum()])  # noqa: PLW2901 - the same levels, the highest bounded
        held.append(levels)
    return tuple(held)


def _without_matches(
    features: tuple[Feature, ...], drawn: tuple[Float64, ...], match: tuple[Float64, ...], prior: float
) -> tuple[Float64, ...]:
    """Random pairs hold true pairs too: with ten records a person enough of them to hide how telling a field is.

    Of few pairs little is known: what the priors expect of two people holds no true pairs.
    """
    cleaned = []
    for feature, counts, true in zip(features, drawn, match, strict=True):
        others = np.maximum(counts - counts.sum() * prior * true, 0.05 * counts)
        held = others + _PRIOR_RANDOM * np.array(feature.prior_u)
        cleaned.append(np.maximum(held / held.sum(), _LEAST_CHANCE))
    return tuple(cleaned)
