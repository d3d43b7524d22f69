"""`holdfast match`: who could go where, for a whole county, with the proof that nothing better exists."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from chassis.errors import InvalidInput
from holdfast.console import err, out, plain_refusals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from employment_service.matching.market.arrays import Market
    from employment_service.matching.market.audit import Scenario
    from employment_service.matching.market.comparing import Practice
    from employment_service.matching.market.kernel import Feasible
    from employment_service.matching.market.solving import Solution

_HELP = """Match workers to vacancies, all at once: the best for all together, within everybody's own limits.

WORKERS has a row for each person who asked for work (CSV or Parquet);
`worker`, `lat`, `lon` and `age` are needed, the rest is optional:

    worker,lat,lon,age,wage_floor,max_km,care,qualifications
    W1,37.05,101.2,34,2500,25,yes,DRIVER_C1;WELDER

VACANCIES has a row for each kind of work; `vacancy`, `lat`, `lon`, `wage`
(a month) and `places` are needed:

    vacancy,lat,lon,wage,places,shift_from,shift_to,qualifications
    V1,37.10,101.3,3200,12,08:00,17:00,DRIVER_C1

Every feasible pair counts, not each worker's best forty. A score is the
expected monthly surplus: chance of being stable at six months x income gain
x household weight, less the way and the distance to whoever is cared for.
PLAN gets a row for each worker: the work proposed and why, or what stands
against it. The other columns are in docs/matching.md, files to try with in
examples/match/.

A plan proposes. Nobody is offered anything by it, and nobody has to say yes.

With --edges and --capacities instead, a bare assignment problem is solved.
EDGES has a row for each pair that is possible, with any score (below 0:
never used); CAPACITIES one for each vacancy:

    worker,vacancy,score            vacancy,capacity
    W1,V1,820                       V1,1
    W1,V2,640                       V2,3

PLAN then has `vacancy` and `score` (blank: none), the `price` of a place
there, `surplus`, score less price, and a reason. The result is exact: no
assignment is worth more than the surpluses of all workers and the prices of
all places together, and this one is worth that.

Examples:

    holdfast match --workers w.csv --vacancies v.csv --out plan.csv

    holdfast match --workers w.csv --vacancies v.csv --out plan.parquet --audit

    holdfast match --edges e.csv --capacities c.csv --out plan.csv
"""


def register(root: typer.Typer) -> None:
    root.command("match", help=_HELP)(match_files)


def match_files(
    *,
    workers: Annotated[Path | None, typer.Option("--workers", help="Who asked for work.")] = None,
    vacancies: Annotated[Path | None, typer.Option("--vacancies", help="The work there is.")] = None,
    edges: Annotated[Path | None, typer.Option("--edges", help="Instead: which worker could go where.")] = None,
    capacities: Annotated[Path | None, typer.Option("--capacities", help="How many places each vacancy has.")] = None,
    out_file: Annotated[Path, typer.Option("--out", help="Where the plan goes (CSV, or .parquet).")],
    audit: Annotated[
        bool, typer.Option("--audit", help="Compare groups, also without each constraint and by other aims.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Of the sample market that prices begin with.")] = 0,
) -> None:
    with plain_refusals():
        if workers and vacancies and not edges and not capacities:
            _match(workers, vacancies, out_file, audit=audit, seed=seed)
        elif edges and capacities and not workers and not vacancies:
            from holdfast.assigning import assign_files

            assign_files(edges, capacities, out_file)
        else:
            raise InvalidInput("Either --workers and --vacancies, or --edges and --capacities.", field="workers")


def _match(worker_file: Path, vacancy_file: Path, out_file: Path, *, audit: bool, seed: int) -> None:
    from employment_service.compiled import compiling_seconds
    from employment_service.matching.assignment import compile_loops
    from employment_service.matching.files.outputs import require_writable
    from employment_service.matching.files.reading import read_vacancies, read_workers
    from employment_service.matching.files.writing import write_plan
    from employment_service.matching.market.arrays import Limits, Worth
    from employment_service.matching.market.audit import audited, groupings
    from employment_service.matching.market.builder import market_of
    from employment_service.matching.market.comparing import first_come, greedy
    from employment_service.matching.market.kernel import feasible_pairs
    from employment_service.matching.market.solving import solve
    from holdfast.assigning import tell_compiled

    require_writable(out_file, worker_file, vacancy_file)
    workers, vacancies = read_workers(worker_file), read_vacancies(vacancy_file)
    if workers.dropped + vacancies.dropped:
        out.print(f"{workers.dropped + vacancies.dropped} columns that are never read were left out.")
    for name, unread in (("workers", workers.unread), ("vacancies", vacancies.unread)):
        if unread:
            out.print(f"{name}: not read: {', '.join(unread)}.", markup=False)
    market = market_of(workers.columns, vacancies.columns, limits=Limits(), worth=Worth())
    places = market.vacancies.places
    with err.status("matching", spinner="line") if sys.stderr.isatty() else nullcontext():
        compile_loops()
        started = time.process_time() - compiling_seconds()
        found = feasible_pairs(market)
        solution = solve(found, places, seed=seed)
        took = time.process_time() - compiling_seconds() - started
        others = (("greedy", greedy(found, places)), ("first come", first_come(found, places)))
        write_plan(out_file, market, found, solution, workers=workers.keys, vacancies=vacancies.keys)
        scenarios = audited(market, found, solution, places, groupings(market, sex=workers.sex)) if audit else ()
    _tell(market, found, solution, others, places)
    if scenarios:
        _tell_audit(scenarios)
    tell_compiled(compiling_seconds())
    out.print(f"Took {took:.1f} s of CPU for pairs, prices and proof. The plan is in {out_file}.")


def _tell(
    market: Market,
    found: Feasible,
    solution: Solution,
    others: tuple[tuple[str, Practice], ...],
    places: NDArray[np.int64],
) -> None:
    out.print(
        f"{market.workers.count:,} workers, {market.vacancies.count:,} vacancies with {int(places.sum()):,} places,"
        f" {found.count:,} feasible pairs."
    )
    out.print(
        f"Objective {solution.value:,} points; no assignment over any feasible pairs exceeds {solution.bound:,}"
        f" (gap {solution.gap:.5%}, rounds: {len(solution.rounds)})."
    )
    table = Table("", "points", "placed", "of those who care for somebody", title="Beside simpler ways")
    caring = market.workers.caring
    for name, vacancy, value in (
        ("this plan", solution.vacancy, solution.value),
        *((name, other.vacancy, other.value) for name, other in others),
    ):
        gain = "" if name == "this plan" or not value else f" (plan {solution.value / value - 1:+.1%})"
        share = f"{(vacancy[caring] >= 0).mean():.1%}" if caring.any() else "-"
        table.add_row(name, f"{value:,}{gain}", f"{int((vacancy >= 0).sum()):,}", share)
    out.print(table)


def _tell_audit(scenarios: tuple[Scenario, ...]) -> None:
    table = Table("aim", "without", "group", "people", "placed", "gain a month", "options", title="Who gains")
    for scenario in scenarios:
        for cell in scenario.cells:
            hidden = cell.workers is None
            table.add_row(
                scenario.objective,
                scenario.without,
                f"{cell.group} {cell.label}",
                "fewer than 10" if hidden else f"{cell.workers:,}",
                "" if cell.placed_share is None else f"{cell.placed_share:.1%}",
                "" if cell.mean_gain_cents is None else f"{cell.mean_gain_cents / 100:,.2f}",
                "" if cell.mean_options is None else f"{cell.mean_options:.0f}",
            )
    out.print(table)
