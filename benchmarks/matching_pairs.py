"""All feasible pairs of a county and of a prefecture: filters, scores, prices, assignment and proof, beside OR-tools.

    python benchmarks/matching_pairs.py            20,000 x 2,000 with three seeds, 100,000 x 5,000 with one
    python benchmarks/matching_pairs.py --quick    20,000 x 2,000 with one

OR-tools gets the pairs and scores ready made; our CPU-seconds include making them. Greedy and first come choose among
the same pairs. Compiled loops are loaded before the clock runs. The people and places are invented
(`matching_county.py`); shares and gains are those of that market, not of any real one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from benchmarks.bars import Bars
from benchmarks.matching_county import county
from employment_service.matching.market.arrays import Ints, Market
from employment_service.matching.market.audit import worker_of
from employment_service.matching.market.comparing import first_come, greedy
from employment_service.matching.market.kernel import Feasible, feasible_pairs
from employment_service.matching.market.solving import Solution, solve

GAP = 0.00001
REFERENCE_SECONDS = {20_000: 2.4, 100_000: 13.6}
PEER_MOST_PAIRS = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    pairs: Feasible
    solution: Solution
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20,000 x 2,000 with one seed")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    asked = parser.parse_args()
    bars = Bars()
    run(bars, quick=asked.quick, seeds=asked.seeds)
    bars.finish()


def run(bars: Bars, *, quick: bool, seeds: Sequence[int] = (1, 2, 3)) -> None:
    warm = county(400, 60, seed=0).market()
    solve(feasible_pairs(warm), warm.vacancies.places)
    compare(bars, 20_000, 2_000, seeds[:1] if quick else seeds)
    if not quick:
        compare(bars, 100_000, 5_000, seeds[:1])


def compare(bars: Bars, workers: int, vacancies: int, seeds: Sequence[int]) -> None:
    size = f"{workers // 1000}k-x-{vacancies / 1000:g}k"
    for seed in seeds:
        market = county(workers, vacancies, seed=seed).market()
        places = market.vacancies.places
        ours = measured(market, places)
        note = f"seed {seed}, {ours.pairs.count:,} pairs, {len(ours.solution.rounds)} rounds"
        bars.at_most(f"gap-percent {size}", ours.solution.gap * 100, GAP * 100, digits=5, note=note)
        if workers in REFERENCE_SECONDS:
            bars.at_most(f"CPU-s {size}", ours.seconds, REFERENCE_SECONDS[workers], digits=2, unit="s", note=note)
        peer_seconds, peer_value = peer(ours.pairs, places)
        bars.at_least(
            f"times-less-CPU-than-OR-tools {size}",
            peer_seconds / ours.seconds,
            3.0,
            digits=1,
            peers={"OR-tools-s": peer_seconds, "ours-s": ours.seconds},
            note=note,
        )
        short = (peer_value - ours.solution.value) / peer_value * 100
        bars.at_most(
            f"percent-below-OR-tools {size}", short, GAP * 100, digits=5, note=f"{peer_value:,} is the optimum"
        )
        caring = market.workers.caring
        for name, other, bar in (
            ("first-come", first_come(ours.pairs, places), 17.0),
            ("greedy", greedy(ours.pairs, places), 9.0),
        ):
            gain = (ours.solution.value / other.value - 1) * 100
            share = float((other.vacancy[caring] >= 0).mean() * 100)
            told = f"seed {seed}, {other.placed:,} placed instead of {ours.solution.placed:,}; {share:.1f} % of carers"
            bars.at_least(f"value-percent-over-{name} {size}", gain, bar, digits=2, note=told)
        share = float((ours.solution.vacancy[caring] >= 0).mean() * 100)
        bars.at_least(f"percent-of-carers-placed {size}", share, 80.0, digits=1, note=f"seed {seed}")


def measured(market: Market, places: Ints) -> Measured:
    started = time.process_time()
    pairs = feasible_pairs(market)
    solution = solve(pairs, places, gap=GAP)
    return Measured(pairs=pairs, solution=solution, seconds=time.process_time() - started)


def peer(pairs: Feasible, places: Ints) -> tuple[float, int]:
    """Min-cost flow over the same pairs, with the arc that leaves a worker unplaced."""
    workers, vacancies = len(pairs.first), len(places)
    row = worker_of(pairs).astype(np.int32)
    column = pairs.vacancy.astype(np.int32)
    cost = -pairs.score.astype(np.int64)
    started = time.process_time()
    flow = min_cost_flow.SimpleMinCostFlow()
    sink = workers + vacancies
    each, every = np.arange(workers, dtype=np.int32), np.arange(vacancies, dtype=np.int32)
    flow.add_arcs_with_capacity_and_unit_cost(row, workers + column, np.ones(len(row), dtype=np.int64), cost)
    flow.add_arcs_with_capacity_and_unit_cost(
        each,
        np.full(workers, sink, dtype=np.int32),
        np.ones(workers, dtype=np.int64),
        np.zeros(workers, dtype=np.int64),
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        workers + every, np.full(vacancies, sink, dtype=np.int32), places, np.zeros(vacancies, dtype=np.int64)
    )
    flow.set_nodes_supplies(each, np.ones(workers, dtype=np.int64))
    flow.set_node_supply(sink, -workers)
    status = flow.solve()
    seconds = time.process_time() - started
    return (seconds, -flow.optimal_cost()) if status == flow.OPTIMAL else (float("nan"), 0)


if __name__ == "__main__":
    main()
