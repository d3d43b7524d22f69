"""Puts a model's logits on the level and the slope that were seen: lately, by group, by horizon and by scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_service.scoring.declaration import DeclaredGroup, DeclaredHorizon
from risk_service.scoring.features import Floats
from risk_service.scoring.points import HorizonShare
from risk_service.training.measures import shift_to, sigmoid, visited

SLOPE_EVENTS = 500
"""From so many events the slope is learnt too (Platt); below, only the level."""
LEVEL_EVENTS = 50
GROUP_SPREAD = 0.5
"""Standard deviation, in logit, that groups' own levels are held to: small groups stay near all."""
SCENARIO_YEARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    slope: float
    shift: float


def level_of(logits: Floats, label: Floats, latest: NDArray[np.bool_]) -> Level:
    """Slope over all rows, level over the `latest` where they hold enough events."""
    slope = 1.0
    if label.sum() >= SLOPE_EVENTS and (1 - label).sum() >= SLOPE_EVENTS:
        slope = _platt(logits, label)
    recent = latest if label[latest].sum() >= LEVEL_EVENTS else np.ones(len(label), dtype=np.bool_)
    if not 0 < label[recent].mean() < 1:
        return Level(slope=slope, shift=0.0)
    return Level(slope=slope, shift=shift_to(slope * logits[recent], float(label[recent].mean())))


def _platt(logits: Floats, label: Floats) -> float:
    found = np.array([0.0, 1.0])
    design = np.column_stack([np.ones(len(logits)), logits])
    for _ in range(25):
        chance = sigmoid(design @ found)
        weight = chance * (1 - chance)
        step = np.linalg.solve((design * weight[:, None]).T @ design + 1e-6 * np.eye(2), design.T @ (label - chance))
        found += step
        if float(np.abs(step).max()) < 1e-8:
            break
    return float(np.clip(found[1], 0.5, 1.5))


def group_shifts(
    groups: Sequence[DeclaredGroup], members: Sequence[NDArray[np.bool_]], logits: Floats, label: Floats
) -> tuple[float, ...]:
    """One after the other, each given those before; 0 for groups without an own intercept."""
    moved = logits.copy()
    found = []
    for group, member in zip(groups, members, strict=True):
        shift = _held_shift(moved[member], label[member]) if group.own_intercept and member.any() else 0.0
        moved[member] += shift
        found.append(shift)
    return tuple(found)


def _held_shift(logits: Floats, label: Floats) -> float:
    shift = 0.0
    for _ in range(30):
        chance = sigmoid(logits + shift)
        slope = float((chance * (1 - chance)).sum()) + 1.0 / GROUP_SPREAD**2
        step = (float((label - chance).sum()) - shift / GROUP_SPREAD**2) / slope
        shift += step
        if abs(step) < 1e-9:
            break
    return shift


def horizon_shares(
    horizons: Sequence[DeclaredHorizon], labels: Sequence[Floats], likelihood: Floats, months: int
) -> tuple[HorizonShare, ...]:
    """Discrete-time hazards, a quarter a step: cumulative hazard by each horizon over that by the last, so that the
    likelihood by month m is 1 - (1 - p)^share. Horizons with a label are measured; between them, and down to a
    quarter, hazards are even. Rising by construction.
    """
    measured = {0: 0.0, months: 1.0}
    for horizon, label in zip(horizons, labels, strict=True):
        known = ~np.isnan(label)
        if label[known].sum() >= LEVEL_EVENTS:
            measured[horizon.months] = _share(label[known], likelihood[known])
    if len(measured) == 2:
        return (HorizonShare(months=months, share=1.0),)
    steps = sorted({*measured, *(month for month in (3, 6, 12) if month <= months)} - {0})
    known_months = sorted(measured)
    heights = np.maximum.accumulate([measured[month] for month in known_months])
    shares = np.interp(steps, known_months, heights)
    return tuple(
        HorizonShare(months=month, share=round(float(share), 6)) for month, share in zip(steps, shares, strict=True)
    )


def _share(label: Floats, likelihood: Floats) -> float:
    """The share under which the labels are most likely, by golden section."""
    survival = np.log1p(-np.clip(likelihood, 1e-9, 1 - 1e-9))

    def loss(share: float) -> float:
        chance = np.clip(-np.expm1(share * survival), 1e-9, 1 - 1e-9)
        return -float(label @ np.log(chance) + (1 - label) @ np.log1p(-chance))

    low, high = 0.01, 1.0
    ratio = (5**0.5 - 1) / 2
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return (low + high) / 2


def scenario_rates(year: NDArray[np.int64], label: Floats, latest: NDArray[np.bool_]) -> tuple[float, float, float]:
    """(low, central, high) rate of events: the last outcome year, and the extremes of the last three years."""
    years = [one for one in np.unique(year) if (year == one).sum() >= 100][-SCENARIO_YEARS:]
    rates = [float(label[year == one].mean()) for one in years]
    central = float(label[latest].mean()) if latest.any() else float(label.mean())
    return min([central, *rates]), central, max([central, *rates])


LEAD_STEP = 0.05
MOST_LEAD = 4.0
FLOOR_MARGIN = 0.05
"""A floor learnt on past years is aimed at a little higher, so that it holds in the next."""


def visit_lead(
    group: DeclaredGroup,
    member: NDArray[np.bool_],
    order: Floats,
    label: Floats,
    *,
    share: float,
    total_may_fall: float,
) -> float:
    """Logit by which a group moves up the list so that its floor is met; as far as the total recall may fall."""
    assert group.recall_floor is not None  # noqa: S101 - asked only for groups with a floor
    if label[member].sum() < LEVEL_EVENTS / 2 or not label.sum():
        return 0.0
    first = visited(order, share)
    whole = float(label[first].sum() / label.sum())
    kept = 0.0
    for step in range(int(MOST_LEAD / LEAD_STEP) + 1):
        lead = step * LEAD_STEP
        first = visited(order + lead * member, share)
        total = float(label[first].sum() / label.sum())
        if whole - total > 0.8 * total_may_fall:
            break
        kept = lead
        if float(label[first & member].sum() / label[member].sum()) >= group.recall_floor + FLOOR_MARGIN:
            break
    return kept
