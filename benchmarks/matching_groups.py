"""Couples who go to one vacancy or nowhere, and batches that need a least number: value beside the bound, and time."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.bars import Bars
from benchmarks.matching_markets import edge_market
from employment_service.matching.assignment import assign
from employment_service.matching.assignment.engine import compile_loops
from employment_service.matching.living.batches import assign_batches
from employment_service.matching.living.together import assign_together

COUPLES, MOST_GAP = 0.12, 0.0002


def run(bars: Bars, *, quick: bool) -> None:
    compile_loops()
    sizes = ((1_000, 200), (5_000, 600), (20_000, 2_000), (100_000, 5_000))
    for workers, vacancies in sizes[:3] if quick else sizes:
        market = edge_market(workers, vacancies, seed=5, couples=COUPLES)
        edges, capacities, name = market.edges, market.capacities, f"{workers // 1000}k"
        alone = assign(edges, capacities)
        began = time.process_time()
        made = assign_together(edges, capacities, market.groups)
        spent = time.process_time() - began
        at = made.vacancy[market.groups >= 0].reshape(-1, 2)
        note = f"{spent:.2f} CPU-s, {made.rounds} rounds, togetherness costs {1 - made.value / alone.value:.2%}"
        bars.at_most(f"{name} couples gap", made.gap, MOST_GAP, digits=6, note=note)
        bars.at_most(f"{name} couples parted", int((at[:, 0] != at[:, 1]).sum()), 0, digits=0)
        draw = np.random.default_rng(6)
        company = (capacities >= 10) & (draw.random(vacancies) < 0.3)
        least = np.where(company, np.maximum(2, capacities * 2 // 5), 0)
        began = time.process_time()
        batch = assign_batches(edges, capacities, least)
        spent = time.process_time() - began
        counts = np.bincount(batch.vacancy[batch.vacancy >= 0], minlength=vacancies)
        note = (
            f"{spent:.2f} CPU-s, {int(company.sum())} batches, {len(batch.opened)} opened by hand, "
            f"{len(batch.closed)} closed, value {1 - batch.gap:.3%} of the bound without any least number"
        )
        bars.at_most(f"{name} batches below their least", int(((counts > 0) & (counts < least)).sum()), 0, note=note)
