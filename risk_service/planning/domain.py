"""What a plan is made of: households that could be helped, measures that could help them, and what there is to spend.

Amounts are whole cents. A value is the number of people expected not to fall back (or, by depth, the yuan by which
they are expected to be lifted): likelihood x assumed effect x household size (x shortfall a head).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chassis.errors import InvalidInput

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

NOBODY = -1
"""Instead of a measure's number: nothing is offered in this plan."""


class Objective(StrEnum):
    PEOPLE = "PEOPLE"
    """Expected people kept from falling back."""
    DEPTH = "DEPTH"
    """Expected yuan a year of shortfall averted: deeper poverty counts for more."""


class FloorUnit(StrEnum):
    HOUSEHOLDS = "HOUSEHOLDS"
    CENTS = "CENTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A package of help. `effect` is the share of the likelihood it is assumed to take away, 0 to 1, until it is
    measured; `needs` are yes/no columns that must all be yes. Without a capacity there are as many as are paid for.
    """

    code: str
    unit_cost: int
    capacity: int | None
    effect: float
    needs: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """At least `least` households of `rows` (n,) are offered something, or at least as many cents are spent on them."""

    name: str
    rows: Flags
    unit: FloorUnit
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningProblem:
    """n households, m measures. `values`, `costs`, `eligible` are (n, m), `first` and `likelihood` (n,); `capacities`
    one a measure, None for no limit. Every household of `first` that can be offered something is, as far as money
    and places go, before anybody else.
    """

    measures: tuple[str, ...]
    values: Floats
    costs: Ints
    eligible: Flags
    likelihood: Floats
    first: Flags
    budget: int
    capacities: tuple[int | None, ...]
    floors: tuple[Floor, ...] = ()
    objective: Objective = Objective.PEOPLE
    warned: Flags | None = None
    """(n,) who has a red warning, where that is not who comes first; for comparing only."""

    def __post_init__(self) -> None:
        shape = (len(self.likelihood), len(self.measures))
        if not (self.values.shape == self.costs.shape == self.eligible.shape == shape):
            raise InvalidInput("Values, costs and eligibility must have one row a household, one column a measure.")
        if len(self.capacities) != shape[1] or len(self.first) != shape[0]:
            raise InvalidInput("One capacity a measure and one mark a household are needed.")
        if not np.isfinite(self.values).all() or (self.values < 0).any() or (self.costs < 0).any():
            raise InvalidInput("Values and costs must be finite and not below zero.")
        if self.budget < 0 or any(capacity is not None and capacity < 0 for capacity in self.capacities):
            raise InvalidInput("Budget and capacities must not be below zero.")

    @property
    def households(self) -> int:
        return len(self.likelihood)

    @property
    def red(self) -> Flags:
        return self.first if self.warned is None else self.warned

    @property
    def asked(self) -> Targets:
        """A household that nothing is meant for cannot come first."""
        return Targets(
            floors=tuple(floor.least for floor in self.floors),
            first=int((self.first & self.eligible.any(axis=1)).sum()),
        )

    @property
    def fingerprint(self) -> str:
        """Two problems with the same one have the same plan."""
        digest = hashlib.sha256()
        for array in (self.values, self.costs, self.eligible, self.likelihood, self.first):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update(repr((self.measures, self.budget, self.capacities, self.objective)).encode())
        for floor in self.floors:
            digest.update(repr((floor.name, floor.unit, floor.least)).encode() + floor.rows.tobytes())
        return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Dual prices of the relaxation: by how much the plan's value would rise with one more of it.

    `budget` is a cent's; `capacities` (m,) a place's, 0 where there is no limit; `floors` what one household or cent
    less of each floor would give; `first` what one household fewer that must come first would give.
    """

    budget: float
    capacities: Floats
    floors: Floats
    first: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What the floors and the households that come first ask for, lowered to what can be met."""

    floors: tuple[int, ...]
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`chosen` (n,): a measure's number or NOBODY. `bound` is the relaxation's value: no plan can have more.

    `short_of_floors` says by how much each floor cannot be met with this money and these places, `first_left_out` how
    many who should come first cannot be offered anything.
    """

    problem: PlanningProblem = field(repr=False)
    chosen: Ints = field(repr=False)
    value: float
    cost: int
    bound: float
    prices: Prices
    short_of_floors: tuple[int, ...]
    first_left_out: int

    @property
    def gap(self) -> float:
        """Share of the bound that the plan misses, at most."""
        return max(0.0, self.bound - self.value) / self.bound if self.bound > 0 else 0.0

    @property
    def helped(self) -> int:
        return int((self.chosen != NOBODY).sum())

    @property
    def used(self) -> Ints:
        """(m,) places taken of each measure."""
        return np.bincount(self.chosen[self.chosen != NOBODY], minlength=len(self.problem.measures)).astype(np.int64)


def value_of(problem: PlanningProblem, chosen: Ints) -> float:
    rows = np.flatnonzero(chosen != NOBODY)
    return float(problem.values[rows, chosen[rows]].sum())


def cost_of(problem: PlanningProblem, chosen: Ints) -> int:
    rows = np.flatnonzero(chosen != NOBODY)
    return int(problem.costs[rows, chosen[rows]].sum())


def reached(problem: PlanningProblem, floor: Floor, chosen: Ints) -> int:
    """Households or cents, as the floor counts."""
    rows = np.flatnonzero(floor.rows & (chosen != NOBODY))
    if floor.unit is FloorUnit.HOUSEHOLDS:
        return len(rows)
    return int(problem.costs[rows, chosen[rows]].sum())
