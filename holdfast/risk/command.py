"""`holdfast risk`: the likelihood on any table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chassis.errors import InvalidInput
from holdfast.console import out, plain_refusals
from holdfast.risk.files import read_model, refuse_overwriting, write_whole
from holdfast.risk.making import make_files
from holdfast.risk.outcomes import outcomes
from holdfast.risk.progress import progress
from holdfast.risk.words import HELP

app = typer.Typer(help=HELP, no_args_is_help=True)
TableOption = Annotated[Path, typer.Option("--table", help="CSV, TSV or Parquet with a header.")]
FeaturesOption = Annotated[Path, typer.Option("--features", help="What its columns mean, in TOML.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Same table, features and seed: the same bytes.")]
ModelOption = Annotated[Path, typer.Option("--model", help="A points.json made by train or evaluate.")]


class RowOutside(InvalidInput):
    code = "ROW_OUTSIDE_TABLE"


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="risk")


app.command("outcomes")(outcomes)


@app.command("train")
def train(
    *,
    table: TableOption,
    features: FeaturesOption,
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the four files.")],
    stage: Annotated[str, typer.Option("--stage", help="auto, prior (no labels), ridge or additive.")] = "auto",
    incumbent: Annotated[
        Path | None, typer.Option("--incumbent", help="A points.json in use: only what beats it is written.")
    ] = None,
    seed: SeedOption = 1,
) -> None:
    """Make a points table from every known outcome, after testing its stage on the last year.

    Writes points.json (the model), model-card.md and model-card.json, calibration.png.

    Example:

        holdfast risk train --table households.parquet --features features.toml --out model
    """
    with plain_refusals():
        make_files(table, features, out_folder, stage=stage, incumbent=incumbent, seed=seed, every_year=False)


@app.command("evaluate")
def evaluate(
    *,
    table: TableOption,
    features: FeaturesOption,
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the four files.")],
    stage: Annotated[str, typer.Option("--stage", help="auto, prior (no labels), ridge or additive.")] = "auto",
    seed: SeedOption = 1,
) -> None:
    """Test on each year what could have been made before it; then make the table, its card and its picture.

    Prints, by year: order (AUC), average precision, Brier, calibration error (and what is left of it given the true
    rate), share of events found in the first 10 and 20 % of visits, and error at quota; the card has them by group.

    Example:

        holdfast risk evaluate --table households.parquet --features features.toml --out evaluation
    """
    with plain_refusals():
        make_files(table, features, out_folder, stage=stage, incumbent=None, seed=seed, every_year=True)


@app.command("score")
def score(
    *,
    table: TableOption,
    features: FeaturesOption,
    model: ModelOption,
    out_file: Annotated[Path, typer.Option("--out", help="A CSV, a line for each row of the table.")],
) -> None:
    """Likelihood of every row with its band, horizons, reasons and place on the visit list.

    Example:

        holdfast risk score --table households.csv --features features.toml --model model/points.json --out scores.csv
    """
    with plain_refusals(), progress() as told:
        from holdfast.risk.scores import score_lines
        from risk_service.scoring.declaring import load_features
        from risk_service.training.panel import panel_of, read_table

        refuse_overwriting(out_file, (table, features, model))
        told("reading", 0.0)
        declared, points = load_features(features), read_model(model)
        panel = panel_of(read_table(table), declared, needs_label=False)
        lines = score_lines(panel, points, told)
        told("writing", 0.9)
        write_whole({out_file: lines})
    out.print(f"{panel.rows:,} rows are told with {points.version} in {out_file}.")


@app.command("explain")
def explain(
    *,
    table: TableOption,
    features: FeaturesOption,
    model: ModelOption,
    row: Annotated[list[int], typer.Option("--row", help="Number of a row, 1 for the first after the header.")],
    chinese: Annotated[bool, typer.Option("--zh", help="In Chinese.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every contribution, not only the strongest.")] = False,
) -> None:
    """Why a row has its likelihood, and what would change it. The model's reason, not the cause.

    Example:

        holdfast risk explain --table households.csv --features features.toml --model model/points.json --row 1
    """
    with plain_refusals():
        from holdfast.risk.scores import explained, in_model_order
        from risk_service.scoring.declaring import load_features
        from risk_service.scoring.engine import Engine
        from risk_service.scoring.points import Lookup
        from risk_service.scoring.reasons import tell
        from risk_service.training.panel import panel_of, read_table

        declared, points = load_features(features), read_model(model)
        panel = panel_of(read_table(table), declared, needs_label=False)
        values = in_model_order(panel, points)
        engine = Engine(Lookup(points))
        outside = next((one for one in row if not 1 <= one <= panel.rows), None)
        if outside is not None:
            raise RowOutside(f"--row {outside}: the table has rows 1 to {panel.rows}.", field="row")
        for one in row:
            for line in explained(tell(engine, values[one - 1].tolist()), one, chinese=chinese, everything=everything):
                out.print(line, markup=False)


@app.command("publish")
def publish(
    table: Annotated[Path, typer.Argument(help="A points.json made by train.")],
    by: Annotated[str, typer.Option("--by", help="Login of the person who publishes it.")],
    note: Annotated[str, typer.Option("--note", help="What it was made of, and why.")] = "",
) -> None:
    """Propose a points table to the running system. Its hash, features and signs are checked.

    It serves nobody yet: another person decides (decideModel), first to run it unseen beside the one that serves,
    later to let it serve, which is refused unless it was surely better on what was seen since.

    Example:

        holdfast risk publish model/points.json --by planner-1 --note "Outcomes of 2018 to 2020"
    """
    from holdfast.risk.serving import publish_file

    with plain_refusals():
        found = publish_file(table, by=by, note=note)
    out.print(f"{found.version} is {found.state.value}: another person decides with decideModel.")


@app.command("rescore")
def rescore(
    area: Annotated[str, typer.Option("--area", help="Path of an area; everywhere if left out.")] = "",
    refit: Annotated[bool, typer.Option("--refit", help="Fit the county's label-free prior anew before.")] = False,
) -> None:
    """Assess every household of an area anew in the running system, and show the progress.

    Example:

        holdfast risk rescore --area 99/01/01/
    """
    from holdfast.risk.serving import rescore as run

    with plain_refusals():
        record = run(area, refit=refit)
    if record.code is not None:
        out.print(f"Failed: {record.code} {record.message}")
        raise typer.Exit(1)
    out.print(f"{record.done:,} households are assessed anew.")
