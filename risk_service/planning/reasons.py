"""Why a plan offers each household what it does, in the plan's own prices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from risk_service.planning.domain import NOBODY, Flags, Floats, Ints, Plan
from risk_service.planning.worth import worth


class Reason(StrEnum):
    RED_FIRST = "RED_FIRST"
    """Offered because of a red warning, though elsewhere the money would avert more."""
    FLOOR = "FLOOR"
    """Offered because a floor is kept for its township or group."""
    WORTH_IT = "WORTH_IT"
    """Offered: it averts more than the money and the place would elsewhere."""
    NO_MEASURE = "NO_MEASURE"
    """Nothing: it is eligible for no measure."""
    MONEY = "MONEY"
    """Nothing: the money averts more elsewhere."""
    PLACES = "PLACES"
    """Nothing: the money would do, but the places avert more elsewhere."""
    INDIVISIBLE = "INDIVISIBLE"
    """Nothing, though at these prices it would be worth it: packages are whole, and what is left does not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """`reason` (n,) codes; `margin` (n,): the value by which the choice beats the next best at the plan's prices, 0
    where they are as good as each other; `instead` (n,): that next best measure, or NOBODY.
    """

    reason: list[Reason]
    margin: Floats
    instead: Ints


def reasons_of(plan: Plan) -> Reasons:
    problem, prices = plan.problem, plan.prices
    left = worth(problem, prices)
    options = np.column_stack([left, np.zeros(len(left))])
    rows = np.arange(len(left))
    place = np.where(plan.chosen == NOBODY, len(problem.measures), plan.chosen)
    own = options[rows, place]
    others = options.copy()
    others[rows, place] = -np.inf
    instead = others.argmax(axis=1)
    second = others[rows, instead]
    margin = np.where(np.isfinite(second), own - second, 0.0)
    taken = np.where(plan.chosen == NOBODY, 0, plan.chosen)
    plain = problem.values[rows, taken] - prices.budget * problem.costs[rows, taken] - prices.capacities[taken]
    paid = problem.values - prices.budget * problem.costs
    paid[~problem.eligible] = -np.inf
    tiny = 1e-9 * float(problem.values.max(initial=0.0))
    money_does = paid.max(axis=1, initial=-np.inf) > tiny
    able: Flags = np.asarray(problem.eligible.any(axis=1))
    reason = [
        _reason(helped=helped, able=can, first=before, plain=value, money_does=does, worth_it=would, tiny=tiny)
        for helped, can, before, value, does, would in zip(
            (plan.chosen != NOBODY).tolist(),
            able.tolist(),
            problem.first.tolist(),
            plain.tolist(),
            money_does.tolist(),
            (left.max(axis=1, initial=-np.inf) > tiny).tolist(),
            strict=True,
        )
    ]
    return Reasons(
        reason=reason,
        margin=np.maximum(margin, 0.0),
        instead=np.where(instead == len(problem.measures), NOBODY, instead).astype(np.int64),
    )


def _reason(
    *, helped: bool, able: bool, first: bool, plain: float, money_does: bool, worth_it: bool, tiny: float
) -> Reason:
    if not able:
        return Reason.NO_MEASURE
    if helped:
        if plain < -tiny:
            return Reason.RED_FIRST if first else Reason.FLOOR
        return Reason.WORTH_IT
    if worth_it:
        return Reason.INDIVISIBLE
    return Reason.PLACES if money_does else Reason.MONEY
