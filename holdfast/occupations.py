"""`holdfast occupations`: look at a classification, bring in another, and measure how titles are coded to it."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from chassis.errors import DependencyDown
from employment_service.occupations.crosswalk import crossings
from employment_service.occupations.domain import Classification
from employment_service.occupations.reading import classification_of, confirmed, text_of, titles_of
from employment_service.occupations.sources import CSCO, ISCO, importable_name, shipped
from holdfast.console import out, plain_refusals

if TYPE_CHECKING:
    from employment_service.occupations.evaluating import Tally

app = typer.Typer(help="Show, import and evaluate classifications of occupations.", no_args_is_help=True)
LabelsOption = Annotated[
    Path, typer.Option("--labels", help="The classification: code, label, and language or alternatives if any.")
]
TitlesOption = Annotated[Path, typer.Option("--titles", help="Titles to code: title, code, and language if any.")]
ConfirmedOption = Annotated[
    Path | None, typer.Option("--confirmed", help="Titles whose code staff confirmed: title, code.")
]
NameOption = Annotated[str, typer.Option("--name", help="What the classification is called from now on.")]


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="occupations")


@app.command("show")
def show(
    code: Annotated[str | None, typer.Argument(help="A code; left out: the widest groups.")] = None,
    classification: Annotated[str, typer.Option("--classification", help=f"{ISCO} or {CSCO}.")] = ISCO,
    language: Annotated[str, typer.Option("--language", help="Of the labels, as zh or en.")] = "en",
) -> None:
    """Show a code, what stands above and below it, and its other titles.

    Example:

        holdfast occupations show 8332 --language zh
    """
    with plain_refusals():
        known = shipped(classification)
        if code is not None:
            known.get(code)
    if code is None:
        out.print(f"{known.name}: {len(known.occupations):,} codes, {len(known.units):,} of them without any below.")
    else:
        _tell(known, code, language)
    for below in known.children(code):
        out.print(f"  {below}  {known.get(below).label([language])}", markup=False)


def _tell(known: Classification, code: str, language: str) -> None:
    occupation, above = known.get(code), known.parent(code)
    out.print(f"{code}  {occupation.label([language])}", markup=False)
    if above is not None:
        out.print(f"in {above}  {known.get(above).label([language])}", markup=False)
    for tag, titles in occupation.alternatives.items():
        out.print(f"also ({tag or 'any'}): {', '.join(titles)}", markup=False)
    if known.name == CSCO:
        crossing = crossings()[code]
        out.print(f"{ISCO}: {crossing.isco or 'none'} ({crossing.way.lower().replace('_', ' ')})", markup=False)


@app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="The classification, as CSV or TSV.")], name: NameOption
) -> None:
    """Store a classification in the running system, in place of what was imported under its name.

    Example:

        holdfast occupations import occupations_en.csv --name ESCO
    """
    with plain_refusals():
        known = classification_of(text_of(file, "labels"), name=importable_name(name))
        asyncio.run(_import(known))
    out.print(f"{name}: {len(known.occupations):,} codes imported, {len(known.units):,} of them without any below.")


async def _import(known: Classification) -> None:
    """Into the employment service's database, as the settings of the console say."""
    from chassis.database import Database, is_connection_loss
    from employment_service.occupations.repository import OccupationRepository
    from holdfast.settings import console_settings
    from holdfast.up.running import places

    settings = console_settings(os.environ)
    given = settings.database_url
    is_own = given.rpartition("/")[2].partition("?")[0] not in {"", "postgres"}
    database = Database.connect(given if is_own else places(settings).database_urls["employment"], pool_size=1)
    try:
        async with database.engine.begin() as connection:
            await OccupationRepository(connection).put(known, at=settings.clock().now())
    except Exception as error:
        if is_connection_loss(error):
            raise DependencyDown("The database of the employment service does not answer.") from error
        raise
    finally:
        await database.close()


@app.command("evaluate")
def evaluate(labels: LabelsOption, titles: TitlesOption, confirmed_file: ConfirmedOption = None) -> None:
    """Code titles whose code is known, and say how often the first and the first five are right.

    Without --confirmed from the labels alone. Nothing is stored.

    Example:

        holdfast occupations evaluate --labels esco.csv --titles vacancies.csv --confirmed known.csv
    """
    with plain_refusals():
        known = classification_of(text_of(labels, "labels"), name=labels.stem)
        asked = titles_of(text_of(titles, "titles"))
        taught = (
            []
            if confirmed_file is None
            else confirmed(titles_of(text_of(confirmed_file, "confirmed"), what="confirmed"))
        )
    from employment_service.occupations.coding.coder import TitleCoder
    from employment_service.occupations.evaluating import EVERY, tallied

    started = time.process_time()
    coder = TitleCoder(known, taught)
    built = time.process_time()
    answers = list(coder.answers([each.title for each in asked]))
    spent = time.process_time() - built
    found = tallied(asked, answers)
    every = found[EVERY]
    strange = sum(each.code not in known.by_code for each in asked)
    out.print(
        f"{len(known.occupations):,} codes, {len(taught):,} confirmed titles; {every.titles:,} titles asked"
        f"{f', {strange:,} of them of a code that the classification does not list' if strange else ''}."
    )
    _print(found)
    out.print(
        f"answered {every.coverage:.3f} of the titles at probability {coder.calibration.threshold:.3f} or more,"
        f" of these right {every.precision:.3f}"
    )
    out.print(
        f"{every.titles / max(spent, 1e-9):,.0f} titles a CPU second; ready after {built - started:.1f} CPU seconds"
    )


def _print(found: dict[str, Tally]) -> None:
    table = Table("titles of", "number", "code @1", "code @5", "by level: @1 / @5", "answered", "of these right")
    for name, tally in found.items():
        levels = "  ".join(
            f"{level}: {first / count:.3f} / {five / count:.3f}"
            for level, (count, first, five) in sorted(tally.by_level.items())
        )
        table.add_row(
            name,
            f"{tally.titles:,}",
            f"{tally.first / tally.titles:.3f}",
            f"{tally.five / tally.titles:.3f}",
            levels,
            f"{tally.coverage:.3f}",
            f"{tally.precision:.3f}",
        )
    out.print(table)
