"""`holdfast match --edges`: the best assignment of a bare weighted bipartite problem, with its proof."""

from __future__ import annotations

import resource
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from rich.table import Table

from employment_service.matching.files.outputs import MatchOutputUnwritable, require_writable
from holdfast.console import err, out

if TYPE_CHECKING:
    import polars as pl

    from employment_service.matching.assignment import Assignment
    from employment_service.matching.assignment.domain import Int64s
    from employment_service.matching.assignment.reading import Problem

_MEGABYTE = 1024


def assign_files(edge_file: Path, capacity_file: Path, out_file: Path) -> None:
    """Reads, assigns, writes and tells."""
    from employment_service.matching.assignment.reading import read_problem

    require_writable(out_file, edge_file, capacity_file)
    began = time.process_time()
    problem = read_problem(edge_file, capacity_file)
    reading = time.process_time() - began
    # Only now: the loops and the rows that are read would not be in memory together.
    from employment_service.compiled import compiling_seconds
    from employment_service.matching.assignment import assign, compile_loops

    with err.status("assigning", spinner="line") if sys.stderr.isatty() else nullcontext():
        compile_loops(wide=problem.edges.score.itemsize > 4)
        began = time.process_time()
        made = assign(problem.edges, problem.capacities)
        took = time.process_time() - began
        _write(out_file, problem, made)
    _tell(problem, made)
    tell_compiled(compiling_seconds())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MEGABYTE
    out.print(f"Took {took:.2f} s of CPU for the assignment and its proof, {reading:.2f} s for reading; {peak:,} MB.")
    out.print(f"The plan is in {out_file}.")


def tell_compiled(seconds: float) -> None:
    if seconds:
        out.print(f"Compiling loops took {seconds:.0f} s of CPU besides, once for an installation.")


def _write(out_file: Path, problem: Problem, made: Assignment) -> None:
    """Whole or not at all."""
    import polars as pl

    from employment_service.matching.assignment.reasons import WHY, placed_rows

    rows = placed_rows(problem.edges, made)
    placed = pl.Series(made.vacancy) >= 0
    frame = pl.DataFrame(
        {
            "worker": problem.workers,
            "vacancy": problem.vacancies.gather(pl.Series(made.vacancy).replace(-1, None)),
            "score": _shown(problem, rows.score).set(~placed, None),
            "price": _shown(problem, rows.price).set(~placed, None),
            "surplus": _shown(problem, rows.surplus),
            "reason": pl.Series([str(why) for why in WHY], dtype=pl.String).gather(pl.Series(rows.why)),
            "next_best": problem.vacancies.gather(pl.Series(rows.next_best).replace(-1, None)),
            "short_by": _shown(problem, rows.short_by).set(pl.Series(rows.next_best) < 0, None),
        }
    )
    try:
        with NamedTemporaryFile(dir=out_file.parent, prefix=".match-", delete=False) as file:
            if out_file.suffix.lower() in {".parquet", ".pq"}:
                frame.write_parquet(file)
            else:
                frame.write_csv(file, separator="\t" if out_file.suffix.lower() == ".tsv" else ",")
        Path(file.name).replace(out_file)
    except OSError as failure:
        raise MatchOutputUnwritable(f"--out: {failure.strerror}.", field="out") from failure


def _shown(problem: Problem, units: Int64s) -> pl.Series:
    """In the scores' own measure: whole numbers stay whole, others become the floating number that was read."""
    import polars as pl

    digits = problem.unit.digits
    if digits == 0:
        return pl.Series(units)
    return pl.Series(units / 10.0**digits if digits > 0 else units * 10.0**-digits)


def _tell(problem: Problem, made: Assignment) -> None:
    from employment_service.matching.assignment.comparing import first_come, greedy

    edges, capacities, unit = problem.edges, problem.capacities, problem.unit
    places = sum(capacities.tolist())
    out.print(
        f"{edges.workers:,} workers, {len(capacities):,} vacancies with {places:,} places,"
        f" {len(edges.vacancy):,} possible pairs."
    )
    if problem.below:
        out.print(f"{problem.below:,} pairs with a score below 0 are never used: nobody is placed at a loss.")
    if problem.repeated:
        out.print(f"{problem.repeated:,} rows say the same as a row above and count once.")
    if unit.rounded:
        moved = edges.workers * 10.0**-unit.digits
        out.print(
            f"Scores have more digits than fit and are rounded to {unit.size}: sums are right to within {moved:.2g}."
        )
    elif unit.digits:
        out.print(f"Scores are counted in steps of {unit.size}, so that every sum is exact.")
    gap = made.bound - made.value
    proven = "optimal, gap 0" if made.certified else f"at most {unit.told(gap)} short"
    out.print(
        f"Objective {unit.told(made.value)}"
        f" points. Certificate: no assignment exceeds {unit.told(made.bound)}: {proven} in whole steps."
    )
    table = Table("", "points", "placed", "this plan has", title="Beside simpler ways")
    table.add_row("this plan", unit.told(made.value), f"{made.placed:,}", "")
    for name, (vacancy, value) in (
        ("greedy", greedy(edges, capacities)),
        ("first come", first_come(edges, capacities)),
    ):
        more = f"{made.value / value - 1:+.2%}" if value else "-"
        table.add_row(name, unit.told(value), f"{int((vacancy >= 0).sum()):,}", more)
    out.print(table)
