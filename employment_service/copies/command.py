"""`python -m employment_service rebuild`: drops the copies and builds them anew from snapshots."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from chassis import log
from chassis.database import Database
from chassis.errors import HoldfastError
from chassis.identity import RequestSigner, load_private_key
from chassis.rpc import RpcClient
from chassis.settings import load
from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceStub
from employment_service.copies.snapshots import Rebuilt, SnapshotLoader
from employment_service.main import opener
from employment_service.settings import EmploymentSettings


def rebuild_copies(arguments: Sequence[str]) -> None:
    """Leaves with status 0, 1 or 2 (usage)."""
    if arguments:
        sys.stderr.write("Usage: python -m employment_service rebuild\n")
        raise SystemExit(2)
    try:
        settings = load(EmploymentSettings)
        log.set_up("employment", level=settings.log_level, form=settings.log_format)
        rebuilt = asyncio.run(_rebuild(settings))
    except HoldfastError as error:
        sys.stderr.write(f"employment: {error.code}: {error}\n")
        raise SystemExit(1) from None
    sys.stdout.write(
        f"Rebuilt: {rebuilt.areas} areas, {rebuilt.households} households."
        f" Events behind number {rebuilt.outbox_position} of the outbox follow.\n"
    )


async def _rebuild(settings: EmploymentSettings) -> Rebuilt:
    database, clock = Database.connect(settings.database_url), settings.clock()
    signer = RequestSigner(load_private_key(settings.keys_folder, "employment"))
    households = RpcClient(target=settings.employment_households_grpc, audience="households", signer=signer)
    try:
        stub = HouseholdsServiceStub(households.channel)
        return await SnapshotLoader(opener(settings, database, clock), stub).load()
    finally:
        await households.close()
        await database.close()
