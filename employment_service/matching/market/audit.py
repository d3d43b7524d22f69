"""Who gains and who is left out, by group, in a run; in the same run without each constraint; and by other aims.

Groups are only compared, never weighed: nothing here enters a score. Cells of fewer than ten people are not told, and
where one is hidden a second one is too, so that no subtraction brings it back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.market.arrays import CARE_BIT, MONTH_BIT, Floats, Ints, Market, Workers
from employment_service.matching.market.kernel import Feasible, feasible_pairs
from employment_service.matching.market.rules import arc_km, squares
from employment_service.matching.market.solving import Solution, solve

SMALLEST_CELL = 10
NEAR_KM, FAR_KM = 10.0, 25.0
AUDIT_GAP = 0.001
"""Shares and means need no more than a thousandth."""
NOT_GIVEN = -1


class Objective(StrEnum):
    """What an assignment is asked to make as large as it can."""

    SURPLUS = "SURPLUS"
    INCOME_GAIN = "INCOME_GAIN"
    PLACEMENTS = "PLACEMENTS"


class Without(StrEnum):
    """The constraint that a scenario leaves out."""

    NONE = "NONE"
    CARE = "CARE"
    DISTANCE = "DISTANCE"
    HEALTH = "HEALTH"
    SEASON = "SEASON"
    WAGE_FLOOR = "WAGE_FLOOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """`of` (workers,): which label, or -1 where the person gave none."""

    name: str
    labels: tuple[str, ...]
    of: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`None`: too few people to tell. Gains in cents a month, of those placed; options: possible vacancies."""

    group: str
    label: str
    workers: int | None
    placed_share: float | None
    mean_gain_cents: int | None
    mean_options: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    objective: Objective
    without: Without
    placed: int
    mean_gain_cents: int
    cells: tuple[Cell, ...]


def groupings(
    market: Market, *, centre: tuple[float, float] | None = None, sex: NDArray[np.int8] | None = None
) -> tuple[Grouping, ...]:
    """Care duty, own health limits, how far the home lies from `centre` (degrees; else from the middle of the work),
    and sex (0 female, 1 male, -1) where people gave it.
    """
    workers = market.workers
    demands = market.codes.masks()[2]
    limited = np.zeros(workers.count, dtype=bool)
    for word in range(market.codes.words):
        limited |= (~workers.has[:, word] & demands[word]) != 0
    middle = market.vacancies.place.mean(axis=0) if market.vacancies.count else np.array([1.0, 0.0, 0.0])
    if centre is not None:
        phi, lam = np.radians(centre)
        middle = np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    km = arc_km(squares(workers.home, middle / np.linalg.norm(middle)))
    bands = np.where(np.isnan(km), NOT_GIVEN, (km >= NEAR_KM).astype(np.int8) + (km >= FAR_KM))
    found = [
        Grouping(name="CARE_DUTY", labels=("NO", "YES"), of=workers.caring.astype(np.int8)),
        Grouping(name="HEALTH_LIMITS", labels=("NO", "YES"), of=limited.astype(np.int8)),
        Grouping(name="VILLAGE_DISTANCE", labels=("NEAR", "MIDDLE", "FAR"), of=bands.astype(np.int8)),
    ]
    if sex is not None and (sex != NOT_GIVEN).any():
        found.append(Grouping(name="SEX", labels=("FEMALE", "MALE"), of=sex))
    return tuple(found)


def audited(
    market: Market,
    pairs: Feasible,
    solution: Solution,
    capacities: Ints,
    groups: Sequence[Grouping],
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Scenario, ...]:
    """The run as it is, by the other aims, and without each constraint."""
    found = [_scenario(market, pairs, solution.vacancy, groups, Objective.SURPLUS, Without.NONE)]
    for objective in (Objective.INCOME_GAIN, Objective.PLACEMENTS):
        tell(objective)
        other = replace(pairs, score=_scores(market, pairs, objective))
        vacancy = solve(other, capacities, gap=AUDIT_GAP).vacancy
        found.append(_scenario(market, pairs, vacancy, groups, objective, Without.NONE))
    for without in Without:
        if without is Without.NONE:
            continue
        tell(without)
        freed = replace(market, workers=relaxed(market, without))
        wider = feasible_pairs(freed)
        vacancy = solve(wider, capacities, prices=solution.prices, gap=AUDIT_GAP).vacancy
        found.append(_scenario(freed, wider, vacancy, groups, Objective.SURPLUS, without))
    return tuple(found)


def relaxed(market: Market, without: Without) -> Workers:
    """The same workers, one constraint lifted for all."""
    workers = market.workers
    match without:
        case Without.CARE:
            has = workers.has.copy()
            has[:, 0] |= np.uint64(1 << CARE_BIT)
            return replace(workers, has=has, care_starts=np.zeros_like(workers.care_starts), care=workers.care[:0])
        case Without.DISTANCE:
            patience = np.full(workers.count, float(market.limits.longest_commute_minutes))
            return replace(workers, max_km=np.full(workers.count, np.inf), max_minutes=patience)
        case Without.HEALTH:
            return replace(workers, has=workers.has | market.codes.masks()[2][None, :])
        case Without.SEASON:
            has = workers.has.copy()
            has[:, 0] |= np.uint64(0xFFF << MONTH_BIT)
            return replace(workers, has=has, free_from=np.zeros_like(workers.free_from))
        case Without.WAGE_FLOOR:
            return replace(workers, floor_cents=np.zeros_like(workers.floor_cents))
        case Without.NONE:
            return workers


def _scores(market: Market, pairs: Feasible, objective: Objective) -> NDArray[np.int16]:
    if objective is Objective.PLACEMENTS:
        return np.ones(len(pairs.score), dtype=np.int16)
    gain = (market.vacancies.wage_cents[pairs.vacancy] - market.workers.income_cents[worker_of(pairs)]).astype(
        np.float64
    )
    points: NDArray[np.int16] = np.clip(gain // market.worth.point_cents, 1, 10_000).astype(np.int16)
    return points


def worker_of(pairs: Feasible) -> Ints:
    """By pair, the row of its worker. Rows lie one behind the other, in some order, without gaps."""
    order = np.argsort(pairs.first, kind="stable")
    order = order[pairs.options[order] > 0]
    found = np.zeros(len(pairs.vacancy), dtype=np.int64)
    lengths = pairs.options[order]
    at = np.arange(lengths.sum()) + np.repeat(pairs.first[order] - np.cumsum(lengths) + lengths, lengths)
    found[at] = np.repeat(order, lengths)
    return found


def _scenario(  # noqa: PLR0917 - one private call
    market: Market,
    pairs: Feasible,
    vacancy: NDArray[np.int32],
    groups: Sequence[Grouping],
    objective: Objective,
    without: Without,
) -> Scenario:
    placed = vacancy >= 0
    gain = np.zeros(len(vacancy), dtype=np.float64)
    gain[placed] = market.vacancies.wage_cents[vacancy[placed]] - market.workers.income_cents[placed]
    cells = cells_of(groups, placed, gain, pairs.options.astype(np.float64))
    total = int(placed.sum())
    return Scenario(
        objective=objective,
        without=without,
        placed=total,
        mean_gain_cents=round(float(gain.sum()) / total) if total else 0,
        cells=cells,
    )


def cells_of(groups: Sequence[Grouping], placed: NDArray[np.bool_], gain: Floats, options: Floats) -> tuple[Cell, ...]:
    """All (workers,): whether proposed anything, what it adds a month in cents, how many vacancies were possible."""
    return tuple(cell for group in groups for cell in _cells(group, placed, gain, options))


def _cells(group: Grouping, placed: NDArray[np.bool_], gain: Floats, options: Floats) -> list[Cell]:
    sizes = [int((group.of == label).sum()) for label in range(len(group.labels))]
    hidden = {label for label, size in enumerate(sizes) if 0 < size < SMALLEST_CELL}
    if len(hidden) == 1:
        told = [label for label, size in enumerate(sizes) if label not in hidden and size > 0]
        hidden |= {min(told, key=lambda label: sizes[label])} if told else set()
    cells: list[Cell] = []
    for label, name in enumerate(group.labels):
        own = group.of == label
        count = int((own & placed).sum())
        if label in hidden:
            cells.append(
                Cell(
                    group=group.name,
                    label=name,
                    workers=None,
                    placed_share=None,
                    mean_gain_cents=None,
                    mean_options=None,
                )
            )
        else:
            cells.append(
                Cell(
                    group=group.name,
                    label=name,
                    workers=sizes[label],
                    placed_share=count / sizes[label] if sizes[label] else 0.0,
                    mean_gain_cents=round(float(gain[own & placed].sum()) / count) if count >= SMALLEST_CELL else None,
                    mean_options=float(options[own].mean()) if sizes[label] else 0.0,
                )
            )
    return cells
