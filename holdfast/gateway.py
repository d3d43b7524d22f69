"""`holdfast gateway compose|explain|serve`."""

from __future__ import annotations

import typer

from holdfast.console import plain_refusals


def register(root: typer.Typer) -> None:
    from gateway.console import app

    app.command("serve")(serve)
    root.add_typer(app, name="gateway")


def serve() -> None:
    """Serve the public endpoint alone, with the settings of the environment, as `python -m gateway` does.

    Example:

        HOLDFAST_HTTP_PORT=8400 HOLDFAST_KEYS=.holdfast/keys holdfast gateway serve
    """
    from gateway.main import run

    with plain_refusals():
        run()
