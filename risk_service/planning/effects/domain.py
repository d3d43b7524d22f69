"""What help was seen to do: households that got it beside like households that did not. Pure.

A comparison of what happened, not a trial: who got help may differ in what no record tells. So an effect that was
seen moves the assumed one only as far as its own certainty goes, and it enters a plan only where a person says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.errors import InvalidInput

LEAST_GROUP = 10
"""Households; about smaller groups nothing is told."""
LOOSENESS = 0.5
"""Standard deviation of the logarithm of what an assumed effect leaves: within a factor of 2.7 in 19 of 20 cases."""
NEARLY_ALL = 0.95
"""An assumed effect beyond it counts as it: of one that takes all away, nothing could be learned."""
TWO_SIDED_95 = 1.96
LIKELIHOOD_EDGES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
FEWEST_MONTHS, MOST_MONTHS = 3, 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """That a household got what a plan offered it."""

    root_id: UUID
    household_id: UUID
    measure: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Like households of one plan: red or not, of one band of likelihood, and all fit for the measure."""

    helped: int
    helped_fell: int
    compared: int
    compared_fell: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`effect`: share of the likelihood that was taken away, drawn toward the assumed one; below 0, it did harm.

    `low`, `high`: in 19 of 20 cases between them. `seen`: not drawn toward anything. Counts are of households that
    have like ones on the other side.
    """

    effect: float
    low: float
    high: float
    seen: float
    helped: int
    helped_fell: int
    compared: int
    compared_fell: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureEffect:
    """`measured` None: fewer than `LEAST_GROUP` households on a side, or nobody to compare with fell back."""

    code: str
    label: str
    assumed: float
    measured: Measured | None


def require_months(months: int) -> None:
    """Raises InvalidInput."""
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise InvalidInput(f"From {FEWEST_MONTHS} to {MOST_MONTHS} months.", field="months")


def measured(assumed: float, strata: Sequence[Stratum]) -> Measured | None:
    """The ratio of Mantel and Haenszel with the variance of Greenland and Robins, drawn toward the assumed effect."""
    alike = [one for one in strata if one.helped and one.compared]
    helped, fell = sum(one.helped for one in alike), sum(one.helped_fell for one in alike)
    compared, others_fell = sum(one.compared for one in alike), sum(one.compared_fell for one in alike)
    if helped < LEAST_GROUP or compared < LEAST_GROUP or others_fell == 0:
        return None
    ratio, variance = _ratio(alike)
    prior = math.log(1 - min(assumed, NEARLY_ALL))
    weight, own = 1 / LOOSENESS**2, 1 / variance
    left, spread = (prior * weight + ratio * own) / (weight + own), math.sqrt(1 / (weight + own))
    return Measured(
        effect=1 - math.exp(left),
        low=1 - math.exp(left + TWO_SIDED_95 * spread),
        high=1 - math.exp(left - TWO_SIDED_95 * spread),
        seen=1 - math.exp(ratio),
        helped=helped,
        helped_fell=fell,
        compared=compared,
        compared_fell=others_fell,
    )


def _ratio(alike: Sequence[Stratum]) -> tuple[float, float]:
    """Logarithm of the share that fell back among the helped over that among the others, and its variance."""
    above, below, spread = 0.0, 0.0, 0.0
    for one in alike:
        all_in, fell = one.helped + one.compared, one.helped_fell + one.compared_fell
        above += one.helped_fell * one.compared / all_in
        below += one.compared_fell * one.helped / all_in
        spread += (one.helped * one.compared * fell - one.helped_fell * one.compared_fell * all_in) / all_in**2
    if above > 0 and below > 0 and spread > 0:
        return math.log(above / below), spread / (above * below)
    # Nobody fell back on one side: half a household on both, as Haldane and Anscombe do.
    helped, compared = sum(one.helped for one in alike) + 0.5, sum(one.compared for one in alike) + 0.5
    ours, others = sum(one.helped_fell for one in alike) + 0.5, sum(one.compared_fell for one in alike) + 0.5
    return math.log(ours / helped * compared / others), 1 / ours - 1 / helped + 1 / others - 1 / compared
