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
    """`place`: among the people given. `agreements`: of the fields that both sides give."""

    place: int
    agreements: tuple[FieldAgreement, ...]


def ranked(model: LinkModel, asked: Sketch, people: Sequence[Sketch], *, most: int) -> Sequence[Ranked]:
    """At most so many, who agree with what is asked in any field at all."""
    weighed = weigh(model, [asked], people, [(0, place) for place in range(len(people))], persons=_PERSONS)
    levels = weighed.levels.tolist()
    found: list[Ranked] = []
    for place in np.argsort(-weighed.bits, kind="stable").tolist():
        if len(found) == most or weighed.bits[place] < _ANYBODY_BITS:
            break
        own = tuple(
            FieldAgreement(field=name, agreement=agreement(level, number, model))
            for number, (name, level) in enumerate(zip(FEATURES, levels[place], strict=True))
            if level > 0
        )
        if any(one.agreement in _AGREES for one in own):
            found.append(Ranked(place=place, agreements=own))
    return found
