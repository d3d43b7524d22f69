"""The one feature function: what was known of a household on a day, in the order of the declaration. Pure.

Bitemporal: a fact has the time it speaks of and the time it became known. It counts only if neither is after the day
asked about; of several the one that speaks of the latest time counts, and of two that speak of the same time the one
that became known later (a correction). Fitting and serving both come through here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from chassis.errors import InvalidInput
from risk_service.scoring.declaration import FeatureSet
from risk_service.scoring.features import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`value` None takes back what was said before. `ends`: first day on which it no longer holds, if it ends."""

    feature: str
    value: float | None
    begins: date
    known_on: date
    ends: date | None = None


def values_on(declared: FeatureSet, facts: Iterable[Fact], day: date) -> tuple[float, ...]:
    """One household's values on `day`, NaN for what was not known. Facts of undeclared features are refused."""
    places = {name: place for place, name in enumerate(declared.names)}
    best: dict[int, Fact] = {}
    for fact in facts:
        place = places.get(fact.feature)
        if place is None:
            raise InvalidInput(f"Feature {fact.feature!r} is not declared.", field=fact.feature)
        if fact.value is not None and math.isnan(fact.value):
            raise InvalidInput(f"Feature {fact.feature!r}: a fact must be a number.", field=fact.feature)
        if fact.begins > day or fact.known_on > day:
            continue
        held = best.get(place)
        if held is None or (fact.begins, fact.known_on) >= (held.begins, held.known_on):
            best[place] = fact
    return tuple(_value_of(best.get(place), day) for place in range(len(places)))


def _value_of(fact: Fact | None, day: date) -> float:
    if fact is None or fact.value is None or (fact.ends is not None and fact.ends <= day):
        return math.nan
    return float(fact.value)


def known_by(values: Floats, known: Floats, time: Floats) -> Floats:
    """A column of a table as of each row's own time: a value known later, or never known when, is missing."""
    late: NDArray[np.bool_] = ~(known <= time)
    return np.where(late, np.nan, values)
