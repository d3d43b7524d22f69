"""The same assignment as a linear program by HiGHS: a second opinion, and the answer when the auction runs too long.

Its constraint matrix is totally unimodular, so a corner of the relaxation is whole, and so are its prices.
"""

from __future__ import annotations

import numpy as np

from chassis.errors import Breakdown
from employment_service.matching.assignment.domain import UNPLACED, Edges, Int32s, Int64s


class AssignmentUnsolved(Breakdown):
    code = "ASSIGNMENT_UNSOLVED"


def solve_program(edges: Edges, capacities: Int64s) -> tuple[Int32s, Int64s]:
    """Vacancy by worker, and whole prices. Minutes where the auction takes a second."""
    import highspy  # noqa: PLC0415 - seldom needed, and its library shares names with other solvers'

    workers, vacancies, lists = edges.workers, len(capacities), len(edges.vacancy)
    vacancy = np.full(workers, UNPLACED, dtype=np.int32)
    if lists == 0:
        return vacancy, np.zeros(vacancies, dtype=np.int64)
    worker = np.repeat(np.arange(workers, dtype=np.int32), np.diff(edges.starts))
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotation
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = lists, workers + vacancies
    model.col_cost_ = -edges.score.astype(np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(lists), np.full(lists, highspy.kHighsInf)
    model.row_lower_ = np.full(workers + vacancies, -highspy.kHighsInf)
    model.row_upper_ = np.concatenate([np.ones(workers), np.minimum(capacities, workers).astype(np.float64)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(0, 2 * lists + 1, 2, dtype=np.int32)
    index = np.empty(2 * lists, dtype=np.int32)
    index[0::2], index[1::2] = worker, edges.vacancy + np.int32(workers)
    model.a_matrix_.index_ = index
    model.a_matrix_.value_ = np.ones(2 * lists)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise AssignmentUnsolved(f"An assignment ended as {solver.modelStatusToString(solver.getModelStatus())}.")
    found = solver.getSolution()
    taken = np.flatnonzero(np.asarray(found.col_value) > 0.5)
    vacancy[worker[taken]] = edges.vacancy[taken]
    prices = np.rint(-np.asarray(found.row_dual)[workers:]).astype(np.int64)
    return vacancy, np.maximum(prices, 0)
