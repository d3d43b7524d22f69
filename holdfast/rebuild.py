"""`holdfast events rebuild`: a service's copies of the households service, dropped and built anew."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from chassis.errors import InvalidInput
from holdfast.console import plain_refusals
from holdfast.settings import ROOT, console_settings
from holdfast.up.addresses import Addresses
from holdfast.up.environment import Surroundings
from holdfast.up.running import places

KEEPING_COPIES = ("risk", "employment")


class KeepsNoCopies(InvalidInput):
    code = "KEEPS_NO_COPIES"


def rebuild(
    service: Annotated[str, typer.Argument(help="The service that keeps the copies: risk or employment.")],
) -> None:
    """Drop a service's copies of areas, officers and households and build them anew, while the system runs.

    The households service streams what there is now; events go on from there. Until it is done everybody reads the
    old copies, no event is taken in, and a failure changes nothing. What people decided is no copy and stays.

    The same on outside engines, with the service's own settings: python -m risk_service rebuild

    Example:

        holdfast events rebuild risk
    """
    with plain_refusals():
        if service not in KEEPING_COPIES:
            raise KeepsNoCopies(f"Copies are kept by {' and '.join(KEEPING_COPIES)}.", field="service")
        environment = _environment(service)
    done = subprocess.run(
        [sys.executable, "-m", f"{service}_service", "rebuild"], env=environment, cwd=ROOT, check=False
    )
    raise typer.Exit(done.returncode)


def _environment(service: str) -> dict[str, str]:
    """As the service itself runs in the data folder. Raises NeverStarted."""
    settings = console_settings(os.environ)
    found = places(settings)
    addresses = Addresses.load(found.data / "run" / "addresses.json")
    if addresses is None:
        raise AssertionError("places() has looked for it.")
    around = Surroundings(
        data=found.data,
        mode=settings.mode,
        addresses=addresses,
        database_urls=found.database_urls,
        nats_url=found.nats_url,
        given=os.environ,
    )
    return around.of(service) | {"HOLDFAST_LOG_LEVEL": "WARNING"}
