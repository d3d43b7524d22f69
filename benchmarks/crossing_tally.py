"""How many lines were crossed, and what is said of one that was missed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from risk_service.policy.factors import RiskFactor


class CrossingMissed(AssertionError):
    """A level is not what the rules of the day make it, or it fell."""


@dataclass(slots=True)
class Tally:
    crossings: Counter[RiskFactor] = field(default_factory=Counter)
    tellings: int = 0
    families: int = 0

    @property
    def all(self) -> int:
        return sum(self.crossings.values())
