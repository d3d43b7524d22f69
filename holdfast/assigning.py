"""`holdfast match --edges`: the best assignment of a bare weighted bipartite problem, with its proof."""

from __future__ import annotations

import resource
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from chassis.errors import InvalidInput
from holdfast.console import err, out, plain_refusals

if TYPE_CHECKING:
    from employment_service.matching.assignment import Assignment
    from employment_service.matching.assignment.reading import Problem

HELP = """Assign workers to vacancies so that the sum of scores is as large as it can be.

EDGES has a row for each pair that is possible (CSV or Parquet), scores in whole points:

    worker,vacancy,score
    W1,V1,820
    W1,V2,640
    W2,V1,790

CAPACITIES has a row for each vacancy:

    vacancy,capacity
    V1,1
    V2,3

Every worker gets at most one vacancy, no vacancy more workers than it has places. OUT has a
row for each worker: `vacancy` and `score` (blank: none), the `price` of a place there (what
one place more would be worth to all together), and `surplus`, score less price: by how much
this is better for all than leaving the worker out.

The result is exact. Its certificate can be added up by hand: no assignment is worth more than
the surpluses of all workers and the prices of all places together, and this one is worth that.

Example:

    holdfast match --edges edges.csv --capacities capacities.csv --out plan.csv
"""
_MEGABYTE = 1024


class MatchOutputUnwritable(InvalidInput):
    code = "MATCH_OUTPUT_UNWRITABLE"


def register(root: typer.Typer) -> None:
    root.command("match", help=HELP)(match_edges)


def match_edges(
    *,
    edges: Annotated[Path, typer.Option("--edges", help="Which worker could go where, and how well it fits.")],
    capacities: Annotated[Path, typer.Option("--capacities", help="How many places each vacancy has.")],
    out_file: Annotated[Path, typer.Option("--out", help="Where the assignment goes (CSV, or .parquet).")],
) -> None:
    with plain_refusals():
        assign_files(edges, capacities, out_file)


def assign_files(edge_file: Path, capacity_file: Path, out_file: Path) -> None:
    """Reads, assigns, writes and tells."""
    from employment_service.matching.assignment import assign, compile_loops
    from employment_service.matching.assignment.reading import read_problem

    if not out_file.parent.is_dir():
        raise MatchOutputUnwritable(f"--out: there is no folder {out_file.parent}.", field="out")
    if out_file.resolve() in {edge_file.resolve(), capacity_file.resolve()}:
        raise MatchOutputUnwritable(f"--out: {out_file} is read by this command and would be lost.", field="out")
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
