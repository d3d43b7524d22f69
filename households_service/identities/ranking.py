"""Registered people somebody may mean, likeliest first. Imports the engine: import it where somebody is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from households_service.identities.handful.weights import weigh_handful
from households_service.identities.models.domain import LinkModel
from households_service.identities.sketches import FEATURES, Agreement, FieldAgreement, LinkField, Sketch
from households_service.identities.weighing import agreement

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
    weighed = weigh_handful(model, asked, people, persons=_PERSONS)
    found: list[Ranked] = []
    for place in sorted(range(len(people)), key=lambda place: -weighed[place].bits):
        if len(found) == most or weighed[place].bits < _ANYBODY_BITS:
            break
        own = tuple(
            _agreement(FEATURES[feature], agreement(level, feature, model))
            for feature, level in enumerate(weighed[place].levels)
            if level > 0
        )
        if any(one.agreement in _AGREES for one in own):
            found.append(Ranked(place=place, agreements=own))
    return found


@cache
def _agreement(field: LinkField, agreement: Agreement) -> FieldAgreement:
    return FieldAgreement(field=field, agreement=agreement)
