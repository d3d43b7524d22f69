"""Peers of the planner, each in a process of its own: they bring copies of one solver that do not bear each other.

    python -m benchmarks.planning_peers PEER PROBLEM SECONDS

PROBLEM is a pickled planning problem; prints [value or null, CPU seconds, building the model included].
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from pathlib import Path

import numpy as np

from risk_service.planning.domain import Floats, PlanningProblem

GAP = 1e-4


def by_milp(problem: PlanningProblem, seconds: float) -> float:
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - not beside the other's copy of HiGHS
    from scipy.sparse import coo_array  # noqa: PLC0415 - as above

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
        options={"time_limit": seconds, "mip_rel_gap": GAP},
    )
    return float("nan") if found.x is None else float(-found.fun)


def by_cp_sat(problem: PlanningProblem, seconds: float) -> float:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - not beside the other's copy of HiGHS

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
    solver.parameters.relative_gap_limit = GAP
    status = solver.solve(model)
    return solver.objective_value / 1e6 if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else float("nan")


def _places(problem: PlanningProblem) -> Floats:
    return np.array([problem.households if limit is None else limit for limit in problem.capacities], dtype=np.float64)


def main() -> None:
    peer, file, seconds = sys.argv[1:]
    problem: PlanningProblem = pickle.loads(Path(file).read_bytes())  # noqa: S301 - written a moment ago by the parent
    began = time.process_time()
    value = {"milp": by_milp, "CP-SAT": by_cp_sat}[peer](problem, float(seconds))
    print(json.dumps([None if np.isnan(value) else value, time.process_time() - began]))


if __name__ == "__main__":
    main()
