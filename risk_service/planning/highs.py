"""Linear and integer programs by HiGHS (Huangfu and Hall 2018), on one thread, so that the same one ends the same."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array

from chassis.errors import Breakdown
from risk_service.planning.domain import Floats


class SolverFailed(Breakdown):
    code = "PLAN_SOLVER_FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Maximise `gains` @ x over 0 <= x <= `most` with `least_rows` <= `matrix` x <= `most_rows`."""

    gains: Floats
    most: Floats
    matrix: csc_array
    least_rows: Floats
    most_rows: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """`prices` (rows,): by how much the gain rises with one more of what the row allows."""

    x: Floats
    prices: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Integral:
    """`bound`: no x of whole numbers gains more."""

    x: Floats
    bound: float


def relaxation(program: Program, *, interior: bool) -> Relaxation:
    """By interior point with crossover, or by the simplex method: a corner either way."""
    solver = _solver(program)
    solver.setOptionValue("solver", "ipm" if interior else "simplex")
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SolverFailed(f"A plan's relaxation ended as {solver.modelStatusToString(solver.getModelStatus())}.")
    found = solver.getSolution()
    return Relaxation(x=np.array(found.col_value), prices=-np.array(found.row_dual))


def integral(program: Program, *, nodes: int, gap: float, dives: bool = True) -> Integral | None:
    """None when there is no x of whole numbers, or none was found within so many nodes. Without `dives` no smaller
    programs are solved around what was found.
    """
    solver = _solver(program)
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.setOptionValue("mip_rel_gap", gap)
    for search in ("rins", "rens", "root_reduced_cost"):
        solver.setOptionValue(f"mip_heuristic_run_{search}", dives)
    kinds = np.full(len(program.gains), highspy.HighsVarType.kInteger)
    solver.changeColsIntegrality(len(kinds), np.arange(len(kinds), dtype=np.int32), kinds)
    solver.run()
    about = solver.getInfo()
    if about.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return Integral(x=np.array(solver.getSolution().col_value), bound=-float(about.mip_dual_bound))


def _solver(program: Program) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotation
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.gains), len(program.most_rows)
    model.col_cost_ = -program.gains
    model.col_lower_, model.col_upper_ = np.zeros(len(program.gains)), program.most
    model.row_lower_, model.row_upper_ = program.least_rows, program.most_rows
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = program.matrix.indptr
    model.a_matrix_.index_ = program.matrix.indices
    model.a_matrix_.value_ = program.matrix.data
    solver.passModel(model)
    return solver
