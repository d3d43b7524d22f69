"""`holdfast gateway compose` and `holdfast gateway explain`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from graphql import GraphQLSyntaxError, OperationDefinitionNode, parse, validate

from chassis.errors import Refusal
from gateway.composition.errors import CompositionFailed
from gateway.composition.sources import (
    API_PATH,
    ROOT,
    SUPERGRAPH_PATH,
    compose_committed,
    stale,
)
from gateway.planner.planner import Planner
from gateway.planner.printing import print_plan
from gateway.supergraph.reader import read_supergraph

app = typer.Typer(no_args_is_help=True, help="The public GraphQL endpoint: composition and query plans.")


@app.command("compose")
def compose_supergraph(
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file is not current.")] = False,
) -> None:
    """Compose the subgraphs' committed schemas into gateway/supergraph.graphql and gateway/api.graphql."""
    try:
        composed = compose_committed()
    except CompositionFailed as failure:
        for error in failure.errors:
            typer.echo(str(error), err=True)
        raise typer.Exit(1) from failure
    except FileNotFoundError as missing:
        typer.echo(f"No subgraph schema at {missing.filename}: write it with `python -m <service> schema`.", err=True)
        raise typer.Exit(1) from missing
    if check:
        old = stale(composed)
        for path in old:
            typer.echo(f"{path} is not current: run `holdfast gateway compose`.", err=True)
        raise typer.Exit(1 if old else 0)
    for path, text in ((SUPERGRAPH_PATH, composed.supergraph), (API_PATH, composed.api)):
        (ROOT / path).write_text(text, encoding="utf-8")
        typer.echo(f"wrote {path}")


@app.command("explain")
def explain(
    query: Annotated[str, typer.Argument(help="A GraphQL document, a file that holds one, or - for stdin.")],
    operation: Annotated[str, typer.Option(help="Which operation, when there are several.")] = "",
    supergraph: Annotated[Path | None, typer.Option(help="Another supergraph than the committed one.")] = None,
) -> None:
    """Print the query plan: what is fetched from which service, in which order."""
    try:
        typer.echo(explained(_read(query), operation, supergraph or ROOT / SUPERGRAPH_PATH), nl=False)
    except (Refusal, FileNotFoundError) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal


class NotExplainable(Refusal):
    code = "NOT_EXPLAINABLE"


def explained(text: str, operation_name: str, supergraph_path: Path) -> str:
    supergraph = read_supergraph(supergraph_path.read_text(encoding="utf-8"))
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        raise NotExplainable(str(error)) from error
    errors = validate(supergraph.api, document)
    if errors:
        raise NotExplainable("\n".join(str(error) for error in errors))
    operations = [
        each
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode)
        and (not operation_name or (each.name is not None and each.name.value == operation_name))
    ]
    if len(operations) != 1:
        raise NotExplainable(f"The document has {len(operations)} such operations: choose one with --operation.")
    return print_plan(Planner(supergraph).plan(document, operations[0]))


def _read(query: str) -> str:
    if query == "-":
        return sys.stdin.read()
    if "{" not in query and Path(query).is_file():
        return Path(query).read_text(encoding="utf-8")
    return query
