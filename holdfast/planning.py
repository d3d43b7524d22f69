"""`holdfast plan`: which help for which household, so that a budget averts the most."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from chassis.errors import InvalidInput
from holdfast.console import err, out, plain_refusals

if TYPE_CHECKING:
    from risk_service.planning.domain import Measure, Objective, Plan, PlanningProblem
    from risk_service.planning.reading import FloorRule
    from risk_service.planning.weighing import FileWeights

_HELP = """Plan which help is offered to which household, so that a budget averts the most.

HOUSEHOLDS has a row a household (CSV or Parquet):

    household,likelihood,members,level,township,head_65,able_to_work
    H1,0.42,4,RED,990101,no,yes

MEASURES has a row a package of help; effects are assumed until they are measured:

    measure,unit_cost,capacity,effect,needs
    PUBLIC_WELFARE_POST,18000,20,0.55,able_to_work
    TEMPORARY_RELIEF,3000,,0.20,

value = likelihood x effect x members: people expected not to fall back. Households with
level RED come first; each gets at most one package; money, capacities and floors hold
exactly. `effect:CODE` and `cost:CODE` columns of HOUSEHOLDS override a measure's own.

The plan is a proposal: nobody is offered anything before a person approves it, and what
a household declines is never counted against it.

Examples:

    holdfast plan --households h.csv --measures m.csv --budget 200000 --out plan.csv

    holdfast plan ... --floor township=0.5 --floor head_65=0.8 --by depth

    holdfast plan ... --what-if budget=+1000 --what-if PUBLIC_WELFARE_POST=+1

    holdfast plan ... --policy county.toml
"""


class PlanOutputUnwritable(InvalidInput):
    code = "PLAN_OUTPUT_UNWRITABLE"


def register(root: typer.Typer) -> None:
    root.command("plan", help=_HELP)(plan_file)


def plan_file(
    *,
    households: Annotated[Path, typer.Option("--households", help="Who could be helped.")],
    measures: Annotated[Path, typer.Option("--measures", help="What there is to offer.")],
    budget: Annotated[str, typer.Option("--budget", help="Yuan that may be spent.")],
    out_file: Annotated[Path, typer.Option("--out", help="Where the plan goes (CSV).")],
    by: Annotated[
        str | None,
        typer.Option("--by", help="people (unless the policy says otherwise), or depth (needs a column `shortfall`)."),
    ] = None,
    floor: Annotated[
        list[str] | None,
        typer.Option(
            "--floor", help="COLUMN=SHARE: each value of the column gets at least this share of its part of the budget."
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            help="A policy pack: its [plan] weights hold where --by and --floor say nothing; its floors are of the"
            " columns `township` and `head_65` (or of its own age).",
        ),
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", help="budget or a measure, =+N or =-N: yuan or places; shows what would change."),
    ] = None,
) -> None:
    with plain_refusals():
        _plan(households, measures, budget, out_file, by, floor or [], what_if or [], policy)


def _plan(  # noqa: PLR0917 - the options of one command, in its order
    households: Path,
    measures: Path,
    budget: str,
    out_file: Path,
    by: str | None,
    floors: list[str],
    what_ifs: list[str],
    policy: Path | None,
) -> None:
    from risk_service.planning.engine import plan
    from risk_service.planning.reading import cents, measures_of, problem_of, read_table
    from risk_service.planning.weighing import PLAIN

    if not out_file.parent.is_dir():
        raise PlanOutputUnwritable(f"--out: there is no folder {out_file.parent}.", field="out")
    if out_file.resolve() in {households.resolve(), measures.resolve()}:
        raise PlanOutputUnwritable(f"--out: {out_file} is read by this command and would be lost.", field="out")
    said = PLAIN if policy is None else _said(policy)
    weights = said.but(objective=_objective(by), floors=[_floor(text) for text in floors])
    started = time.process_time()
    frame = read_table(households, "households")
    offered = measures_of(read_table(measures, "measures"))
    problem = problem_of(
        frame,
        offered,
        budget=cents(budget, "--budget"),
        objective=weights.objective,
        floors=weights.floors,
        red_first=weights.red_first,
    )
    changed = [(text, _changed(problem, offered, text)) for text in what_ifs]
    with err.status("planning", spinner="line") if sys.stderr.isatty() else nullcontext():
        made = plan(problem)
        others = [(text, plan(other)) for text, other in changed]
    _write(out_file, made, frame["household"].to_list())
    _tell(made, offered)
    if weights.policy:
        out.print(f"Weights of {weights.policy}: {weights.told}.")
    for text, other in others:
        unit = _unit(made)
        out.print(
            f"What if {text}: {other.value:,.3f} {unit} ({other.value - made.value:+,.3f}), {other.helped:,} helped."
        )
    out.print(f"Took {time.process_time() - started:.1f} s of CPU. Plan {made.problem.fingerprint} is in {out_file}.")


def _objective(by: str | None) -> Objective | None:
    from risk_service.planning.domain import Objective

    if by is None:
        return None
    if by.upper() not in Objective.__members__:
        raise InvalidInput("--by: people or depth.", field="by")
    return Objective[by.upper()]


def _said(policy: Path) -> FileWeights:
    from holdfast.policy_files import read_policy_file
    from risk_service.planning.weighing import weights_of

    _, pack = read_policy_file(policy)
    return weights_of(pack)


def _floor(text: str) -> FloorRule:
    from risk_service.planning.reading import FloorRule

    column, _, share = text.rpartition("=")
    with suppress(ValueError):
        if column and 0 <= float(share) <= 1:
            return FloorRule(column=column, share=float(share))
    raise InvalidInput(f"--floor {text}: COLUMN=SHARE is needed, the share from 0 to 1.", field="floor")


def _changed(problem: PlanningProblem, measures: Sequence[Measure], text: str) -> PlanningProblem:
    from risk_service.planning.reading import cents

    name, _, amount = text.partition("=")
    codes = [measure.code for measure in measures]
    if amount[:1] not in {"+", "-"} or (name != "budget" and name not in codes):
        raise InvalidInput(f"--what-if {text}: budget=+N, or one of {', '.join(codes)} =+N.", field="what-if")
    sign = 1 if amount[0] == "+" else -1
    if name == "budget":
        return replace(problem, budget=max(0, problem.budget + sign * cents(amount[1:], "--what-if")))
    if not amount[1:].isdigit():
        raise InvalidInput(f"--what-if {text}: a whole number of places.", field="what-if")
    capacities = list(problem.capacities)
    now = capacities[codes.index(name)]
    capacities[codes.index(name)] = None if now is None else max(0, now + sign * int(amount[1:]))
    return replace(problem, capacities=tuple(capacities))


def _write(out_file: Path, made: Plan, households: list[str]) -> None:
    """Whole or not at all."""
    from risk_service.planning.domain import NOBODY
    from risk_service.planning.reasons import reasons_of

    problem, reasons = made.problem, reasons_of(made)
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=out_file.parent, prefix=".plan-", delete=False
        ) as file:
            rows = csv.writer(file)
            rows.writerow(["household", "measure", "cost", "value", "reason", "margin", "next_best"])
            chosen = made.chosen.tolist()
            told = zip(households, chosen, reasons.reason, reasons.margin, reasons.instead.tolist(), strict=True)
            for row, (household, measure, reason, margin, instead) in enumerate(told):
                helped = measure != NOBODY
                rows.writerow(
                    [
                        household,
                        problem.measures[measure] if helped else "",
                        f"{int(problem.costs[row, measure]) / 100:.2f}" if helped else "",
                        f"{problem.values[row, measure]:.6g}" if helped else "",
                        reason.value,
                        f"{margin:.6g}",
                        problem.measures[instead] if instead != NOBODY else "",
                    ]
                )
        Path(file.name).replace(out_file)
    except OSError as failure:
        raise PlanOutputUnwritable(f"--out: {failure.strerror}.", field="out") from failure


def _unit(made: Plan) -> str:
    from risk_service.planning.domain import Objective

    return "people" if made.problem.objective is Objective.PEOPLE else "yuan of shortfall"


def _tell(made: Plan, measures: Sequence[Measure]) -> None:
    from risk_service.planning.comparing import rank_by_risk, threshold_only

    problem, unit = made.problem, _unit(made)
    out.print(
        f"{problem.households:,} households, {made.helped:,} are offered something for {made.cost / 100:,.2f} of"
        f" {problem.budget / 100:,.2f} yuan. Averted, by assumed effects: {made.value:,.3f} {unit};"
        f" no plan can avert more than {made.bound:,.3f} (gap {made.gap:.4%})."
    )
    table = Table("", unit, "helped", "yuan", title="Beside simpler ways to spend it")
    table.add_row("this plan", f"{made.value:,.3f}", f"{made.helped:,}", f"{made.cost / 100:,.2f}")
    for name, other in (("rank by risk", rank_by_risk(problem)), ("threshold only", threshold_only(problem))):
        table.add_row(name, f"{other.value:,.3f}", f"{other.helped:,}", f"{other.cost / 100:,.2f}")
    out.print(table)
    prices = Table("measure", "places", "offered", f"one more place: {unit}", title="Prices")
    used = made.used.tolist()
    for measure, taken, price in zip(measures, used, made.prices.capacities.tolist(), strict=True):
        limit = "-" if measure.capacity is None else f"{measure.capacity:,}"
        prices.add_row(measure.label, limit, f"{taken:,}", f"{price:,.4f}")
    out.print(prices)
    out.print(f"1,000 more yuan would avert {made.prices.budget * 100_000:,.4f} {unit}.")
    for floor, price, short in zip(problem.floors, made.prices.floors.tolist(), made.short_of_floors, strict=True):
        if price or short:
            lacking = f", {short / 100:,.2f} of it cannot be met" if short else ""
            out.print(
                f"Floor {floor.name}: {floor.least / 100:,.2f} yuan{lacking};"
                f" 1,000 yuan less of it would avert {price * 100_000:,.4f} {unit} elsewhere."
            )
    if made.first_left_out:
        out.print(f"{made.first_left_out:,} households with a red warning cannot be offered anything with this budget.")
