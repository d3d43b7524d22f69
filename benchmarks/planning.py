"""Assistance planning beside scipy's MILP and OR-tools CP-SAT on the same problems in the same run.

    python benchmarks/planning.py [--quick]

Three problems of each size, with loose and tight places. Peers run in processes of their own with a limit of seconds;
one that has found nothing by then is told as such. Needs the peers group (ortools). Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from contextlib import suppress

import numpy as np

from benchmarks.bars import Bars
from risk_service.planning.comparing import rank_by_risk
from risk_service.planning.domain import PlanningProblem
from risk_service.planning.engine import plan
from risk_service.planning.rounding import meets

MOST_GAP = 1e-4
MOST_CPU = {10_000: 1.0, 100_000: 15.0}


def invented(households: int, tight: float, seed: int) -> PlanningProblem:
    """Eight measures of 500 to 20,000 yuan, 900 yuan a household; places for 2 to 30 % of them, `tight` times."""
    draw = np.random.default_rng(seed)
    size = (households, 8)
    likelihood = np.clip(draw.beta(1.2, 6.0, households), 0.001, 0.99)
    effects = np.clip(draw.uniform(0.05, 0.6, 8) * draw.uniform(0.6, 1.4, size), 0.0, 0.9)
    return PlanningProblem(
        measures=tuple(f"M{number}" for number in range(8)),
        values=likelihood[:, None] * effects * draw.integers(1, 8, households)[:, None],
        costs=(draw.integers(500, 20_000, 8) * draw.uniform(0.8, 1.25, size)).astype(np.int64) * 100,
        eligible=draw.random(size) < draw.uniform(0.3, 0.95, 8),
        likelihood=likelihood,
        first=np.zeros(households, dtype=np.bool_),
        budget=households * 90_000,
        capacities=tuple(int(households * share * tight) for share in draw.uniform(0.02, 0.3, 8)),
    )


def apart(peer: str, problem: PlanningProblem, seconds: float) -> tuple[float, float]:
    """Its value (not a number: nothing found in time) and the CPU seconds it took, building the model included."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(pickle.dumps(problem))
        file.flush()
        command = [sys.executable, "-m", "benchmarks.planning_peers", peer, file.name, str(seconds)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        # Building a model takes a while that no limit of a solver counts.
        with suppress(subprocess.TimeoutExpired):
            told = subprocess.run(command, capture_output=True, env=environment, check=True, timeout=seconds * 4 + 120)
            value, cpu = json.loads(told.stdout.decode().splitlines()[-1])
            return (float("nan") if value is None else value), cpu
    return float("nan"), float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 households only, peers limited to 20 seconds")
    parser.add_argument("--seconds", type=float, default=200.0, help="limit of a peer, wall time")
    asked = parser.parse_args()
    bars = Bars()
    limit = min(20.0, asked.seconds) if asked.quick else asked.seconds
    for households in (10_000,) if asked.quick else (10_000, 100_000):
        for tight in (1.0, 0.3, 0.1):
            problem = invented(households, tight, seed=1)
            began = time.process_time()
            made = plan(problem)
            spent = time.process_time() - began
            if not meets(problem, problem.asked, made.chosen):
                raise SystemExit("The plan breaks a constraint.")
            peers, cpu = {}, {}
            for name in ("milp", "CP-SAT"):
                peers[name], cpu[name] = apart(name, problem, limit)
            missed = {name: (made.bound - value) / made.bound for name, value in peers.items()}
            name = f"{households} households, places x{tight:g}"
            ranked = 1 - rank_by_risk(problem).value / made.bound
            note = f"{made.helped} of {households} helped; rank by risk misses {ranked:.1%}"
            bars.at_most(f"{name}, gap to the LP bound", made.gap, MOST_GAP, peers=missed, digits=7, note=note)
            bars.at_most(f"{name}, CPU", spent, MOST_CPU[households], peers=cpu, digits=2, unit="s")
    bars.finish()


if __name__ == "__main__":
    main()
