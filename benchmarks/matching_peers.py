"""Solvers of one assignment problem, a process each: `python -m benchmarks.matching_peers NAME FILE [CPU-SECONDS]`.

FILE is an .npz with starts, vacancy, score, capacities. Prints value, bound, CPU seconds of solving (building its
model included), and megabytes that solving added to what the process held.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.assignment.domain import Edges

Ints = NDArray[np.int64]
Found = tuple[int, int]
"""Value, and a bound that proves it (-1: the solver tells none)."""


def ours(edges: Edges, capacities: Ints) -> Found:
    from employment_service.matching.assignment import assign  # noqa: PLC0415 - each process loads what it measures

    made = assign(edges, capacities)
    return made.value, made.bound


def greedy(edges: Edges, capacities: Ints) -> Found:
    from employment_service.matching.assignment import comparing  # noqa: PLC0415 - as above

    return comparing.greedy(edges, capacities)[1], -1


def first_come(edges: Edges, capacities: Ints) -> Found:
    from employment_service.matching.assignment import comparing  # noqa: PLC0415 - as above

    return comparing.first_come(edges, capacities)[1], -1


def or_tools(edges: Edges, capacities: Ints) -> Found:
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # noqa: PLC0415 - as above

    workers, vacancies = edges.workers, len(capacities)
    sink, who = workers + vacancies, np.arange(workers)
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([np.repeat(who, np.diff(edges.starts)), who, workers + np.arange(vacancies)]),
        np.concatenate([workers + edges.vacancy, np.full(workers + vacancies, sink)]),
        np.concatenate([np.ones(len(edges.vacancy) + workers, dtype=np.int64), capacities]),
        np.concatenate([-edges.score.astype(np.int64), np.zeros(workers + vacancies, dtype=np.int64)]),
    )
    flow.set_nodes_supplies(np.append(who, sink), np.append(np.ones(workers, dtype=np.int64), -workers))
    if flow.solve() != flow.OPTIMAL:
        raise SystemExit("OR-tools found no optimum.")
    return int(-flow.optimal_cost()), -1


def highs(edges: Edges, capacities: Ints) -> Found:
    from employment_service.matching.assignment.program import solve_program  # noqa: PLC0415 - as above
    from employment_service.matching.assignment.state import lists_of, weigh  # noqa: PLC0415 - as above

    vacancy, prices = solve_program(edges, capacities)
    return weigh(lists_of(edges), capacities, vacancy, prices)


def scipy(edges: Edges, capacities: Ints) -> Found:
    """Every place a column of its own, and a dummy for whoever stays unplaced."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - as above
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415 - as above

    workers, first = edges.workers, np.append(0, np.cumsum(capacities))
    copies = capacities[edges.vacancy]
    who = np.repeat(np.repeat(np.arange(workers), np.diff(edges.starts)), copies)
    ends = np.cumsum(copies)
    place = np.arange(ends[-1]) - np.repeat(ends - copies, copies) + np.repeat(first[edges.vacancy], copies)
    top = int(edges.score.max()) + 1
    cost = np.concatenate([top - np.repeat(edges.score, copies), np.full(workers, top)]).astype(np.float64)
    rows, columns = np.append(who, np.arange(workers)), np.append(place, first[-1] + np.arange(workers))
    graph = csr_array((cost, (rows, columns)), shape=(workers, int(first[-1]) + workers))
    row, column = min_weight_full_bipartite_matching(graph)
    return round(top * workers - float(graph[row, column].sum())), -1


SOLVERS: dict[str, Callable[[Edges, Ints], Found]] = {
    "ours": ours,
    "greedy": greedy,
    "first-come": first_come,
    "or-tools": or_tools,
    "highs": highs,
    "scipy": scipy,
}
COMPILED = frozenset({"ours", "greedy", "first-come", "highs"})


def held(which: str) -> float:
    """Megabytes that are resident now (VmRSS), or were at most since the mark was wiped (VmHWM)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) / 1024


def main() -> None:
    solver, file = SOLVERS[sys.argv[1]], np.load(sys.argv[2])
    edges = Edges(starts=file["starts"], vacancy=file["vacancy"], score=file["score"])
    capacities = file["capacities"]
    if sys.argv[1] in COMPILED:
        few = Edges(starts=np.array([0, 1]), vacancy=np.zeros(1, dtype=np.int32), score=np.ones(1, dtype=np.int32))
        solver(few, np.ones(1, dtype=np.int64))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
    before, began = held("VmRSS"), time.process_time()
    value, bound = solver(edges, capacities)
    spent = time.process_time() - began
    more = held("VmHWM") - before
    print(json.dumps({"value": int(value), "bound": int(bound), "cpu": spent, "megabytes": more}))


if __name__ == "__main__":
    main()
