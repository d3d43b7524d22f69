"""`holdfast identities`: the keys under which registered people are found, and the model that links records to them."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import uuid4

import typer

from holdfast.console import err, out, plain_refusals

_HELP = """Index the registry's people, and fit the model that links departments' records to them.

Both work in the background of the running system; the command waits and shows how far it is. Files are linked
without a system, by `holdfast link`.

Examples:

    holdfast identities model --area 990101

    holdfast identities fit --area 990101

    holdfast identities index --area 990101
"""
_MODEL = """
query Model { linkModel {
  version source persons rows wantedPrecision thresholdBits expectedPrecision expectedRecall
} }"""
_FIT = """
mutation Fit($key: String!) { fitLinkModel(idempotencyKey: $key) {
  __typename ... on LinkModelFit { jobId progress { state done total code message } } ... on Refused { code message }
} }"""
_INDEX = """
mutation Index($key: String!) { indexPersons(idempotencyKey: $key) {
  __typename ... on PersonIndexing { jobId progress { state done total code message } } ... on Refused { code message }
} }"""
_POLL_SECONDS = 0.5
_ENDED = frozenset({"DONE", "FAILED"})
_Area = Annotated[str, typer.Option("--area", help="The county: 99/01/01/ or 990101.")]


def register(root: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help=_HELP)
    group.command("model")(model)
    group.command("fit")(fit)
    group.command("index")(index)
    root.add_typer(group, name="identities")


def model(*, area: _Area) -> None:
    """Show the model in force: what it was fitted on, and the threshold it chose for the precision wanted.

    Example:

        holdfast identities model --area 990101
    """
    with plain_refusals():
        asyncio.run(_show(area))


def fit(*, area: _Area) -> None:
    """Fit a model on this registry and the rows of the last 90 days. The one before stays if it fails.

    Example:

        holdfast identities fit --area 990101
    """
    with plain_refusals():
        asyncio.run(_work(area, _FIT, "fitLinkModel", "Fitting"))
        asyncio.run(_show(area))


def index(*, area: _Area) -> None:
    """Make everybody's keys anew, after a registry was loaded by other means than imports.

    Example:

        holdfast identities index --area 990101
    """
    with plain_refusals():
        done = asyncio.run(_work(area, _INDEX, "indexPersons", "Indexing"))
        out.print(f"{done:,} people are indexed.")


async def _show(area: str) -> None:
    from chassis.identity import Role
    from gateway.login.issuer import area_path
    from holdfast.sending import calling

    async with calling(Role.COUNTY_ADMIN, areas=(area_path(area),)) as caller:
        found = (await caller.ask(_MODEL)).at("linkModel")
    out.print(f"{found.text('version')}: {found.text('source')}")
    out.print(
        f"Linked from {found.number('thresholdBits'):.2f} bits on, for {found.number('wantedPrecision'):.1%} right ones"
        f" among the automatic links (expected: {found.number('expectedPrecision'):.2%}, and"
        f" {found.number('expectedRecall'):.1%} of the records about somebody registered)."
    )


async def _work(area: str, mutation: str, root: str, title: str) -> int:
    """Asked again with the same key a mutation does nothing more, and tells how far it is."""
    from rich.progress import Progress

    from chassis.errors import InvalidInput
    from chassis.identity import Role
    from gateway.login.issuer import area_path
    from holdfast.sending import calling

    key = str(uuid4())
    async with calling(Role.COUNTY_ADMIN, areas=(area_path(area),)) as caller:
        with Progress(console=err, transient=True) as bar:
            task = bar.add_task(title, total=None)
            while True:
                found = (await caller.ask(mutation, {"key": key})).at(root)
                if found.text("__typename") == "Refused":
                    raise InvalidInput(f"{found.text('code')}: {found.text('message')}")
                progress = found.at("progress")
                if progress.value is not None:
                    bar.update(task, completed=progress.number("done"))
                    if progress.text("state") in _ENDED:
                        break
                await asyncio.sleep(_POLL_SECONDS)
    if progress.text("state") != "DONE":
        raise InvalidInput(f"{progress.text('code')}: {progress.text('message')}")
    return int(progress.number("done"))
