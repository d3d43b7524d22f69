"""`holdfast occupations`: look at a classification, bring in another, and measure how titles are coded to it."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from pathlib import Path
from typing import Annotated

import typer

from chassis.errors import DependencyDown
from employment_service.occupations.columns import Headers
from employment_service.occupations.crosswalk import crossings
from employment_service.occupations.domain import Classification
from employment_service.occupations.reading import classification_from, confirmed, language_of, text_of
from employment_service.occupations.sources import CSCO, ISCO, importable_name, shipped
from holdfast.coding import Given, given, tell
from holdfast.console import out, plain_refusals

_HELP = """Show, import and evaluate classifications of occupations.

Example:

    holdfast occupations evaluate --labels labels.csv --titles titles.csv
"""

app = typer.Typer(help=_HELP, no_args_is_help=True)
LabelsOption = Annotated[
    list[Path],
    typer.Option(
        "--labels",
        help="The classification: code, label, and language or alternatives if any. Several times: one classification.",
    ),
]
TitlesOption = Annotated[Path, typer.Option("--titles", help="Titles to code: title, code, and language if any.")]
ConfirmedOption = Annotated[
    Path | None, typer.Option("--confirmed", help="Titles whose code staff confirmed: title, code.")
]
LabelCodeOption = Annotated[
    str | None,
    typer.Option("--label-code-column", help="The code's column in the classification, if it has a name of its own."),
]
LabelOption = Annotated[str | None, typer.Option("--label-column", help="The label's column in the classification.")]
AlternativesOption = Annotated[
    str | None, typer.Option("--alternatives-column", help="The column of other titles in the classification.")
]
CodeOption = Annotated[str | None, typer.Option("--code-column", help="The code's column in --titles and --confirmed.")]
TitleOption = Annotated[
    str | None, typer.Option("--title-column", help="The title's column in --titles and --confirmed.")
]
LanguageOption = Annotated[str | None, typer.Option("--language-column", help="The language's column, in any file.")]
NameOption = Annotated[str, typer.Option("--name", help="What the classification is called from now on.")]


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="occupations")


@app.command("show")
def show(
    code: Annotated[str | None, typer.Argument(help="A code; left out: the widest groups.")] = None,
    classification: Annotated[
        str, typer.Option("--classification", help=f"{ISCO} or {CSCO}; what was imported is asked through the graph.")
    ] = ISCO,
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
    files: Annotated[
        list[Path], typer.Argument(help="The classification, as CSV or TSV; several files: one a language.")
    ],
    *,
    name: NameOption,
    label_code_column: LabelCodeOption = None,
    label_column: LabelOption = None,
    alternatives_column: AlternativesOption = None,
    language_column: LanguageOption = None,
) -> None:
    """Store a classification in the running system, in place of what was imported under its name.

    Then `suggestOccupation(title, classification)` and `occupation(code, classification)` know it; `show` does not.

    Example:

        holdfast occupations import occupations_en.csv --name ESCO
    """
    with plain_refusals():
        headers = Headers(
            code=label_code_column, title=label_column, alternatives=alternatives_column, language=language_column
        )
        known = classification_from(_texts(files), name=importable_name(name), headers=headers)
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


def _texts(files: list[Path]) -> list[tuple[str, str]]:
    return [(text_of(file, "labels"), language_of(file)) for file in files]


@app.command("evaluate")
def evaluate(
    *,
    labels: LabelsOption,
    titles: TitlesOption,
    confirmed_file: ConfirmedOption = None,
    label_code_column: LabelCodeOption = None,
    label_column: LabelOption = None,
    alternatives_column: AlternativesOption = None,
    code_column: CodeOption = None,
    title_column: TitleOption = None,
    language_column: LanguageOption = None,
) -> None:
    """Code titles whose code is known, and say how often the first and the first five are right.

    Without --confirmed from the labels alone. Nothing is stored. Columns are found by the names that ESCO, O*NET and
    others give them, else by option; of several columns of codes those are taken that agree.

    Example:

        holdfast occupations evaluate --labels esco_en.csv --labels esco_de.csv --titles vacancies.csv
    """
    with plain_refusals():
        known, asked, taught = given(
            Given(labels=labels, titles=titles, confirmed=confirmed_file),
            Headers(
                code=label_code_column, title=label_column, alternatives=alternatives_column, language=language_column
            ),
            Headers(code=code_column, title=title_column, language=language_column),
        )
    from employment_service.occupations.coding.coder import TitleCoder
    from employment_service.occupations.evaluating import tallied

    started = time.process_time()
    coder = TitleCoder(known, confirmed(taught))
    built = time.process_time()
    answers = list(coder.answers([each.title for each in asked]))
    spent = time.process_time() - built
    strange = sum(each.code not in known.by_code for each in asked)
    out.print(
        f"{len(known.occupations):,} codes, {len(taught):,} confirmed titles; {len(asked):,} titles asked"
        f"{f', {strange:,} of them of a code that the classification does not list' if strange else ''}.",
        soft_wrap=True,
    )
    tell(tallied(asked, answers), coder.calibration.threshold)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out.print(
        f"{len(asked) / max(spent, 1e-9):,.0f} titles a CPU second; ready after {built - started:.1f} CPU seconds;"
        f" {most:,.0f} MB at the peak",
        soft_wrap=True,
    )
