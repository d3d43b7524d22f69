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
    from employment_service.matching.assignment import Assignment
    from employment_service.matching.assignment.reading import Problem

_MEGABYTE = 1024


def assign_files(edge_file: Path, capacity_file: Path, out_file: Path) -> None:
    """Reads, assigns, writes and tells."""
    from employment_service.matching.assignment import assign, compile_loops
    from employment_service.matching.assignment.reading import read_problem

    require_writable(out_file, edge_file, capacity_file)
    problem = read_problem(edge_file, capacity_file)
    with err.status("assigning", spinner="line") if sys.stderr.isatty() else nullcontext():
        compile_loops()
        started = time.process_time()
        made = assign(problem.edges, problem.capacities)
        took = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _write(out_file, problem, made)
    _tell(problem, made)
    out.print(
        f"Assigning took {took:.2f} s of CPU and the whole at most {peak // _MEGABYTE:,} MB. The plan is in {out_file}."
    )


def _write(out_file: Path, problem: Problem, made: Assignment) -> None:
    """Whole or not at all."""
    import polars as pl

    from employment_service.matching.assignment.reasons import placed_rows

    rows = placed_rows(problem.edges, made)
    frame = pl.DataFrame(
        {
            "worker": problem.workers,
            "vacancy": problem.vacancies.gather(pl.Series(made.vacancy).replace(-1, None)),
            "score": pl.Series(rows.score),
            "price": pl.Series(rows.price),
            "surplus": pl.Series(rows.surplus),
        }
    ).with_columns(pl.when(pl.col("vacancy").is_not_null()).then(pl.col("score", "price")))
    try:
        with NamedTemporaryFile(dir=out_file.parent, prefix=".match-", delete=False) as file:
            if out_file.suffix.lower() in {".parquet", ".pq"}:
                frame.write_parquet(file)
            else:
                frame.write_csv(file)
        Path(file.name).replace(out_file)
    except OSError as failure:
        raise MatchOutputUnwritable(f"--out: {failure.strerror}.", field="out") from failure


def _tell(problem: Problem, made: Assignment) -> None:
    from employment_service.matching.assignment.comparing import first_come, greedy

    edges, capacities = problem.edges, problem.capacities
    out.print(
        f"{edges.workers:,} workers, {len(capacities):,} vacancies with {int(capacities.sum()):,} places,"
        f" {len(edges.vacancy):,} possible pairs."
    )
    proven = "optimal" if made.certified else f"at most {made.bound - made.value:,} points short"
    out.print(f"Objective {made.value:,} points. Certificate: no assignment exceeds {made.bound:,}: {proven}.")
    table = Table("", "points", "placed", "this plan has", title="Beside simpler ways")
    table.add_row("this plan", f"{made.value:,}", f"{made.placed:,}", "")
    for name, (vacancy, value) in (
        ("greedy", greedy(edges, capacities)),
        ("first come", first_come(edges, capacities)),
    ):
        more = f"{made.value / value - 1:+.2%}" if value else "-"
        table.add_row(name, f"{value:,}", f"{int((vacancy >= 0).sum()):,}", more)
    out.print(table)
