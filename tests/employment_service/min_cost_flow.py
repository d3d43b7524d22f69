"""An oracle in a process of its own: assignments by OR-tools' min-cost flow, whose library bears no other solver beside
it. Reads a pickled list of (starts, vacancy, score, capacities), prints the best value of each as JSON.
"""

from __future__ import annotations

import json
import pickle
import sys

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow


def best_value(
    starts: NDArray[np.int64], vacancy: NDArray[np.int32], score: NDArray[np.int32], capacities: NDArray[np.int64]
) -> int:
    workers, vacancies = len(starts) - 1, len(capacities)
    if workers == 0:
        return 0
    sink = workers + vacancies
    who = np.arange(workers)
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([np.repeat(who, np.diff(starts)), who, workers + np.arange(vacancies)]),
        np.concatenate([workers + vacancy, np.full(workers + vacancies, sink)]),
        np.concatenate([np.ones(len(vacancy) + workers, dtype=np.int64), np.minimum(capacities, workers)]),
        np.concatenate([-score.astype(np.int64), np.zeros(workers + vacancies, dtype=np.int64)]),
    )
    flow.set_nodes_supplies(np.append(who, sink), np.append(np.ones(workers, dtype=np.int64), -workers))
    if flow.solve() != flow.OPTIMAL:
        raise SystemExit("The oracle found no optimum.")
    return int(-flow.optimal_cost())


if __name__ == "__main__":
    print(json.dumps([best_value(*problem) for problem in pickle.load(sys.stdin.buffer)]))  # noqa: S301, T201 - from the test that started it, and back
