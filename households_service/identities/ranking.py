"""Registered people somebody may mean, likeliest first. Imports the engine: import it where somebody is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from households_service.identities.models.domain import LinkModel
from households_service.identities.sketches import FEATURES, Agreement, FieldAgreement, Sketch
from households_service.identities.weighing import agreement, weigh

_PERSONS = 100_000
"""Only the order matters here, and it does not depend on how many are registered."""
_ANYBODY_BITS = -40.0
_AGREES = frozenset({Agreement.SAME, Agreement.CLOSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """`place`: among the people given."""

    place: int
    agreements: tuple[FieldAgreement, ...]


def ranked(model: LinkModel, asked: Sketch, people: Sequence[Sketch]) -> Sequence[Ranked]:
    """Those who agree with what is asked in any field at all."""
    weighed = weigh(model, [asked], people, [(0, place) for place in range(len(people))], persons=_PERSONS)
    levels = weighed.levels.tolist()
    found = []
    for place in np.argsort(-weighed.bits, kind="stable").tolist():
        if weighed.bits[place] < _ANYBODY_BITS:
            break
        own = tuple(
            FieldAgreement(field=name, agreement=agreement(levels[place][number], number, model))
            for number, name in enumerate(FEATURES)
        )
        if any(one.agreement in _AGREES for one in own):
            found.append(Ranked(place=place, agreements=own))
    return found
