"""A run that follows another after one vacancy closed: what it costs, and how many others it moves.

    python -m benchmarks.matching_following [--quick]

All pairs and the plan are made anew as the service makes them, from the prices of the run before and with a bonus on
what it proposed; reading and writing are the database's and not counted.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from benchmarks.bars import Bars
from benchmarks.matching_county import county
from employment_service.matching.market.keeping import with_bonus
from employment_service.matching.market.kernel import feasible_pairs
from employment_service.matching.market.solving import solve
from employment_service.policies.domain import EmploymentPolicy

EVENTS = 5
MOST_SECONDS = 10.0
MOST_MOVED = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20,000 x 2,000 alone")
    asked = parser.parse_args()
    bars = Bars()
    warm = county(400, 60, seed=0).market()
    solve(feasible_pairs(warm), warm.vacancies.places)
    for workers, vacancies in ((20_000, 2_000),) if asked.quick else ((20_000, 2_000), (100_000, 5_000)):
        follow(bars, workers, vacancies)
    bars.finish()


def follow(bars: Bars, workers: int, vacancies: int) -> None:
    market = county(workers, vacancies, seed=1).market()
    places = market.vacancies.places
    before = solve(feasible_pairs(market), places)
    bonus = EmploymentPolicy().keep_bonus_points
    taken = np.bincount(before.vacancy[before.vacancy >= 0], minlength=vacancies)
    seconds: list[float] = []
    displaced = moved = 0
    for closed in np.random.default_rng(1).choice(np.flatnonzero(taken > 0), EVENTS, replace=False):
        left = places.copy()
        left[closed] = 0
        started = time.process_time()
        kept = with_bonus(feasible_pairs(market), before.vacancy, bonus)
        after = solve(kept, left, prices=before.prices)
        seconds.append(time.process_time() - started)
        gone = before.vacancy == closed
        displaced += int(gone.sum())
        moved += int(((before.vacancy != after.vacancy) & (before.vacancy >= 0) & ~gone).sum())
    size = f"{workers // 1000}k-x-{vacancies / 1000:g}k"
    note = f"{EVENTS} closed vacancies, {displaced} displaced, {moved} others moved, bonus {bonus}"
    bars.at_most(f"CPU-s-following {size}", max(seconds), MOST_SECONDS, digits=2, unit="s", note=note)
    bars.at_most(f"others-moved-per-displaced {size}", moved / displaced, MOST_MOVED, digits=2, note=note)


if __name__ == "__main__":
    main()
