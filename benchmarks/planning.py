"""Assistance planning beside scipy's MILP and OR-tools CP-SAT on the same problems in the same run.

    python benchmarks/planning.py [--quick]

Three problems of each size, with loose and tight places. Peers run in processes of their own with a limit of seconds;
one that has found nothing by then is told as such. Needs the peers group (ortools). Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import numpy as np

from benchmarks.bars import Bars
from risk_service.planning.comparing import rank_by_risk
from risk_service.planning.domain import Floats, PlanningProblem
from risk_service.planning.engine import plan
from risk_service.planning.rounding import meets

MOST_GAP = 1e-4
MOST_CPU = {10_000: 1.0, 100_000: 15.0}
Peer = Callable[[PlanningProblem, float], float]


def invented(households: int, tight: float, seed: int) -> PlanningProblem:
    """Eight measures of 500 to 20,000 yuan, 900 yuan a household to spend; places for 2 to 30 % of them, `tight` times."""
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


def by_milp(problem: PlanningProblem, seconds: float) -> float:
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - a peer, only where it runs
    from scipy.sparse import coo_array  # noqa: PLC0415

    rows, measures = np.nonzero(problem.eligible)
    width = len(rows)
    money = problem.costs[rows, measures].astype(np.float64)
    at = np.concatenate([np.zeros(width, dtype=np.int64), 1 + measures, 9 + rows])
    across = np.tile(np.arange(width), 3)
    amounts = np.concatenate([money / 1e6, np.ones(2 * width)])
    most = np.concatenate([[problem.budget / 1e6], _places(problem), np.ones(problem.households)])
    found = milp(
        -problem.values[rows, measures],
        constraints=LinearConstraint(coo_array((amounts, (at, across))).tocsr(), -np.inf, most),
        integrality=np.ones(width),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": MOST_GAP},
    )
    return float("nan") if found.x is None else float(-found.fun)


def by_cp_sat(problem: PlanningProblem, seconds: float) -> float:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - a peer, only where it runs

    model = cp_model.CpModel()
    rows, measures = np.nonzero(problem.eligible)
    chosen = [model.new_bool_var("") for _ in rows]
    gains = np.rint(problem.values[rows, measures] * 1e6).astype(np.int64)
    model.add(cp_model.LinearExpr.weighted_sum(chosen, problem.costs[rows, measures].tolist()) <= problem.budget)
    for measure, places in enumerate(_places(problem)):
        model.add(
            cp_model.LinearExpr.sum([chosen[pair] for pair in np.flatnonzero(measures == measure)]) <= int(places)
        )
    starts = np.searchsorted(rows, np.arange(problem.households + 1))
    for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        if end - start > 1:
            model.add_at_most_one(chosen[start:end])
    model.maximize(cp_model.LinearExpr.weighted_sum(chosen, gains.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.parameters.relative_gap_limit = MOST_GAP
    status = solver.solve(model)
    return solver.objective_value / 1e6 if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else float("nan")


def _places(problem: PlanningProblem) -> Floats:
    return np.array([problem.households if limit is None else limit for limit in problem.capacities], dtype=np.float64)


def apart(peer: Peer, problem: PlanningProblem, seconds: float) -> tuple[float, float]:
    """Its value (not a number: nothing found in time) and the CPU seconds it took, building the model included."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_child, args=(there, peer, problem, seconds))
    child.start()
    there.close()
    told = (float("nan"), float("nan"))
    if here.poll(seconds * 4 + 60):
        told = here.recv()
    child.kill()
    child.join()
    return told


def _child(answer: Connection, peer: Peer, problem: PlanningProblem, seconds: float) -> None:
    began = time.process_time()
    answer.send((peer(problem, seconds), time.process_time() - began))


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
            for name, peer in (("milp", by_milp), ("CP-SAT", by_cp_sat)):
                peers[name], cpu[name] = apart(peer, problem, limit)
            missed = {name: max(0.0, made.bound - value) / made.bound for name, value in peers.items()}
            name = f"{households} households, places x{tight:g}"
            ranked = 1 - rank_by_risk(problem).value / made.bound
            note = f"{made.helped} of {households} helped; rank by risk misses {ranked:.1%}"
            bars.at_most(f"{name}, gap to the LP bound", made.gap, MOST_GAP, peers=missed, digits=7, note=note)
            bars.at_most(f"{name}, CPU", spent, MOST_CPU[households], peers=cpu, digits=2, unit="s")
    bars.finish()


if __name__ == "__main__":
    main()
