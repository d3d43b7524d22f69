"""A living plan: time of one event and how many others it moves, over seeded events one after the other."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.bars import Bars
from benchmarks.matching_markets import EdgeMarket, edge_market
from employment_service.matching.assignment import assign
from employment_service.matching.assignment.comparing import first_come, greedy
from employment_service.matching.assignment.engine import solve
from employment_service.matching.assignment.stability import (
    blocking_pairs,
    deferred_acceptance,
    price_of_stability,
)
from employment_service.matching.living import Event, LivingPlan, OptionsChanged, PlacesChanged, VacancyClosed

EVENTS = 200
MOST_SECONDS, MOST_MOVED = 0.2, 1.0


def run(bars: Bars, *, quick: bool) -> None:
    workers, vacancies = (20_000, 2_000) if quick else (100_000, 5_000)
    name = f"{workers // 1000}k x {vacancies // 1000}k"
    market = edge_market(workers, vacancies, seed=2)
    made = assign(market.edges, market.capacities)
    events(bars, name, market, LivingPlan(market.edges, market.capacities, made.vacancy, made.prices))
    stability(bars, name, market, made.value)


def drawn(draw: np.random.Generator, market: EdgeMarket, number: int) -> Event:
    """Half of the events close a vacancy (the first the largest there is); a quarter take options, a quarter add."""
    edges, vacancy = market.edges, int(draw.integers(len(market.capacities)))
    if number == 0:
        return VacancyClosed(vacancy=int(np.argmax(market.capacities)))
    if number % 2 == 0:
        return VacancyClosed(vacancy=vacancy)
    if number % 4 == 1:
        return PlacesChanged(vacancy=vacancy, by=int(draw.integers(1, 6)))
    who = int(draw.integers(edges.workers))
    row = slice(int(edges.starts[who]), int(edges.starts[who + 1]))
    near = draw.random(row.stop - row.start) < 0.4
    return OptionsChanged(worker=who, vacancy=edges.vacancy[row][near], score=edges.score[row][near])


def events(bars: Bars, name: str, market: EdgeMarket, plan: LivingPlan) -> None:
    draw = np.random.default_rng(3)
    plan.answer(PlacesChanged(vacancy=0, by=0))  # its loops are compiled with the first
    spent: list[float] = []
    displaced = moved = 0
    worst, uncertified = 0.0, 0
    for number in range(EVENTS):
        event = drawn(draw, market, number)
        began = time.process_time()
        change = plan.answer(event)
        spent.append(time.process_time() - began)
        uncertified += not change.certified
        displaced += len(change.displaced)
        moved += len(change.moved)
        worst = max(worst, len(change.moved) / max(1, change.concerned))
        if number == 0:
            print(f"  largest vacancy closes: {len(change.displaced)} displaced, {len(change.moved)} others moved")
    print(f"  {name}: {EVENTS} events, {displaced:,} displaced, {moved:,} others moved", flush=True)
    bars.at_most(f"{name} event worst CPU-seconds", max(spent), MOST_SECONDS, digits=3)
    bars.at_most(f"{name} event median CPU-seconds", float(np.median(spent)), MOST_SECONDS, digits=3)
    bars.at_most(f"{name} others moved a displaced person", moved / displaced, MOST_MOVED, digits=3)
    bars.at_most(f"{name} others moved at worst event", worst, MOST_MOVED, digits=3)
    bars.at_most(f"{name} events without certificate", uncertified, 0, digits=0)
    laid = plan.market
    anew = solve(laid.edges, laid.capacities)
    lost = 1 - plan.value / anew.value
    bars.at_most(
        f"{name} lost by leaving people where they are", lost, 0.01, digits=5, note=f"after {EVENTS} events, anew"
    )


def stability(bars: Bars, name: str, market: EdgeMarket, value: int) -> None:
    """Employers rank by a liking of their own, half of it shared with the score."""
    edges, capacities = market.edges, market.capacities
    liking = np.random.default_rng(4).integers(0, 4000, len(edges.score)).astype(np.int32)
    ranks = edges.score // 2 + liking
    vacancy, stable = deferred_acceptance(edges, capacities, ranks)
    first = blocking_pairs(edges, capacities, vacancy, ranks)
    bars.at_most(f"{name} blocking pairs of deferred acceptance", first.pairs, 0, digits=0)
    best = assign(edges, capacities)
    began = time.process_time()
    deferred_acceptance(edges, capacities, ranks)
    spent = time.process_time() - began
    blocking = blocking_pairs(edges, capacities, best.vacancy, ranks)
    simple = {"greedy": greedy(edges, capacities)[1], "first-come": first_come(edges, capacities)[1]}
    bars.at_least(
        f"{name} value over deferred acceptance",
        value / stable - 1,
        0.0,
        peers={peer: value / other - 1 for peer, other in simple.items()},
        note=f"price of stability {price_of_stability(value, stable):.2%}; {blocking.workers / edges.workers:.0%} of"
        f" workers in a blocking pair of the best; deferred acceptance took {spent:.2f} CPU-s",
    )
