"""Why a pair was decided as it was: what each field added to the odds, in bits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from households_service.linkage.comparison import Compared
from households_service.linkage.evidence import Model

STARTING_ODDS = "starting odds"
MOVED = "may have moved"
SHARED_HOME = "shared by relatives or neighbours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`level`: 0 nothing to compare, 1 differ, `levels` the same; 0 of 0 for steps that are no field."""

    field: str
    bits: float
    level: int = 0
    levels: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The steps add up to `bits`, the log odds to base 2 of the pair."""

    steps: tuple[Step, ...]

    @property
    def bits(self) -> float:
        return sum(step.bits for step in self.steps)

    @property
    def probability(self) -> float:
        return float(1.0 / (1.0 + 2.0 ** -max(-60.0, min(60.0, self.bits))))


def waterfalls(model: Model, compared: Compared) -> Iterator[Waterfall]:
    fields = model.field_bits(compared)
    kin, moved = model.kin_bits(compared), model.moved_bits(fields)
    for row in range(len(fields)):
        steps = [Step(field=STARTING_ODDS, bits=model.prior_bits)]
        steps += [
            Step(
                field=feature.name,
                bits=float(fields[row, at]),
                level=int(compared.levels[row, at]),
                levels=feature.levels,
            )
            for at, feature in enumerate(model.features)
        ]
        steps.append(Step(field=MOVED, bits=float(moved[row])))
        steps.append(Step(field=SHARED_HOME, bits=float(np.minimum(kin[row], 0.0))))
        yield Waterfall(steps=tuple(steps))
