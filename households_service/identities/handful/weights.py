"""A handful of people against one question, pair by pair: as `weighing.weigh`, without its arrays.

Those pay for thousands of pairs and cost a look-up, which has sixteen, ten times what is compared. A test holds the
two together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from households_service.identities.handful.fields import (
    date_level,
    household_level,
    number_level,
    place_level,
    read_day,
    read_household,
    read_number,
    read_place,
)
from households_service.identities.handful.names import Name, name_levels, read_name
from households_service.identities.models.domain import LinkModel
from households_service.identities.sketches import FEATURES, Sketch
from households_service.identities.small_tables import small_table
from households_service.identities.weighing import SCHEMA, engine_model, value_hash
from households_service.linkage.arrays import Float64
from households_service.linkage.comparing_dates import SAME_DAY
from households_service.linkage.comparison import comparisons
from households_service.linkage.evidence import HIGHEST, MOST_BITS, SHARE_PSEUDO
from households_service.linkage.measures import Feature

_FIRST, _LAST, _BORN = 0, 1, 3
_NO_SHARES = (0.0,) * len(FEATURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    bits: float
    """Log odds."""
    levels: tuple[int, ...]
    """In the order of FEATURES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agreeing:
    """How people of one kind agree: bits of each level per feature, and the chance of its highest."""

    prior: float
    tables: tuple[tuple[float, ...] | None, ...]
    same: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Weights:
    model: LinkModel
    own: _Agreeing
    kin: tuple[_Agreeing, ...]
    known: tuple[float, ...]
    same_by_chance: tuple[float, ...]
    prior_bits: float
    common: tuple[dict[str, float], ...]
    rest: tuple[float, ...]

    def share(self, feature: int, value: str) -> float:
        """Of the people who carry the value."""
        return self.common[feature].get(value_hash(value), self.rest[feature])

    def bits(self, levels: Sequence[int], shares: Sequence[float]) -> float:
        total = 1.0
        for kin in self.kin:
            total += kin.prior * 2.0 ** min(self._agreement_bits(levels, shares, kin), HIGHEST)
        return self._agreement_bits(levels, shares, self.own) - math.log2(total) + self.prior_bits

    def _agreement_bits(self, levels: Sequence[int], shares: Sequence[float], agreeing: _Agreeing) -> float:
        bits = 0.0
        for feature, table in enumerate(agreeing.tables):
            if table is None:
                continue
            share = shares[feature]
            bits += self._exact_bits(feature, agreeing.same[feature], share) if share > 0 else table[levels[feature]]
        return bits

    def _exact_bits(self, feature: int, agree: float, share: float) -> float:
        known = self.known[feature]
        # one of the rows that hold the value is the pair's own
        held = max(share * known - 1.0, 0.5)
        smoothed = (held + SHARE_PSEUDO * self.same_by_chance[feature]) / (known + SHARE_PSEUDO)
        return max(-MOST_BITS, min(MOST_BITS, math.log2(agree / smoothed)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sought:
    """What is asked for. `shares`: of people who carry the first name, the last and the day of birth."""

    name: Name
    number: str
    born: int
    place: str
    household: str
    shares: tuple[float, float, float]

    @staticmethod
    def of(asked: Sketch, weights: _Weights) -> _Sought:
        name, born = read_name(asked.name), read_day(asked.date_of_birth)
        return _Sought(
            name=name,
            number=read_number(asked.id_number),
            born=born,
            place=read_place(asked.place),
            household=read_household(asked.household),
            shares=(
                0.0 if name.first is None else weights.share(_FIRST, name.first.roman),
                0.0 if name.last is None else weights.share(_LAST, name.last.roman),
                weights.share(_BORN, str(born)) if born else 0.0,
            ),
        )


def weigh_handful(model: LinkModel, asked: Sketch, people: Sequence[Sketch], *, persons: int) -> list[Weighing]:
    """One per person, in their order. `persons`: as in `weigh`."""
    weights = _weights_of(model, persons)
    sought = _Sought.of(asked, weights)
    known: _Known = {}
    return [_weighed(weights, sought, person, known) for person in people]


_Known: TypeAlias = dict[tuple[tuple[int, ...], bool, bool, bool], Weighing]
"""Many of a handful agree alike."""


def _weighed(weights: _Weights, sought: _Sought, person: Sketch, known: _Known) -> Weighing:
    """What is not asked for need not be read of the other either."""
    first, last, same_first, same_last = name_levels(sought.name, read_name(person.name))
    born = read_day(person.date_of_birth) if sought.born else 0
    day = date_level(sought.born, born) if born else 0
    same_day = day == SAME_DAY
    levels = (
        first,
        last,
        number_level(sought.number, read_number(person.id_number)) if sought.number else 0,
        day,
        place_level(sought.place, read_place(person.place)) if sought.place else 0,
        household_level(sought.household, read_household(person.household)) if sought.household else 0,
    )
    kind = (levels, same_first, same_last, same_day)
    found = known.get(kind)
    if found is None:
        shares = _NO_SHARES
        if same_first or same_last or same_day:
            # They count where the other agrees exactly.
            of_first, of_last, of_day = sought.shares
            shares = (of_first * same_first, of_last * same_last, 0.0, of_day * same_day, 0.0, 0.0)
        found = known[kind] = Weighing(bits=weights.bits(levels, shares), levels=levels)
    return found


_HELD: dict[tuple[str, int], _Weights] = {}
_MOST_HELD = 8


def _weights_of(model: LinkModel, persons: int) -> _Weights:
    """Made once per model: hashing a model to look it up would cost what it saves."""
    found = _HELD.get((model.version, persons))
    if found is None or found.model is not model:
        if len(_HELD) >= _MOST_HELD:
            _HELD.clear()
        found = _HELD[model.version, persons] = _weights(model, persons)
    return found


def _weights(model: LinkModel, persons: int) -> _Weights:
    engine = engine_model(model, _features(), persons=persons)
    return _Weights(
        model=model,
        own=_Agreeing(
            prior=1.0,
            tables=tuple(
                _table(np.log2(true / chance)) for true, chance in zip(engine.match, engine.chance, strict=True)
            ),
            same=tuple(float(true[-1]) for true in engine.match),
        ),
        kin=tuple(
            _Agreeing(
                prior=one.prior,
                tables=tuple(
                    None if true is None else _table(np.log2(true / chance))
                    for true, chance in zip(one.agree, engine.chance, strict=True)
                ),
                same=tuple(0.0 if true is None else float(true[-1]) for true in one.agree),
            )
            for one in engine.kin
        ),
        known=tuple(engine.known.tolist()),
        same_by_chance=tuple(float(one[-1]) for one in engine.chance),
        prior_bits=engine.prior_bits,
        common=tuple(dict(field.common) for field in model.fields),
        rest=tuple(field.rest for field in model.fields),
    )


def _table(bits: Float64) -> tuple[float, ...]:
    return (0.0, *bits.tolist())


@lru_cache(maxsize=1)
def _features() -> tuple[Feature, ...]:
    return tuple(feature for one in comparisons(small_table(SCHEMA, [Sketch()], [])) for feature in one.features)
