"""`python -m risk_service rebuild [AREA_PATH]`: drops the copies and builds them anew from snapshots."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from chassis import log
from chassis.database import Database
from chassis.errors import HoldfastError
from chassis.identity import Actor, RequestSigner, load_private_key
from chassis.rpc import RpcClient
from chassis.settings import load
from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceStub
from risk_service.copies.rebuild import Rebuilt, rebuild
from risk_service.copies.service import settle
from risk_service.copies.streams import HouseholdsSnapshots
from risk_service.settings import RiskSettings
from risk_service.uow import RiskUnitOfWork


def rebuild_copies(arguments: Sequence[str]) -> None:
    """Leaves with status 0, 1 or 2 (usage)."""
    if len(arguments) > 1:
        sys.stderr.write("Usage: python -m risk_service rebuild [AREA_PATH]\n")
        raise SystemExit(2)
    try:
        settings = load(RiskSettings)
        log.set_up("risk", level=settings.log_level, form=settings.log_format)
        rebuilt = asyncio.run(_rebuild(settings, area_path=arguments[0] if arguments else ""))
    except HoldfastError as error:
        sys.stderr.write(f"risk: {error.code}: {error}\n")
        raise SystemExit(1) from None
    sys.stdout.write(
        f"Rebuilt: {rebuilt.areas} areas, {rebuilt.officers} officers, {rebuilt.households} households;"
        f" {rebuilt.signals} costs and {rebuilt.facts} other records that had not come, {rebuilt.refused} refused."
        f" Events behind number {rebuilt.outbox_position} of the outbox follow.\n"
    )
    if rebuilt.refused:
        sys.stderr.write("risk: Refused records are in the log by their code; mend the cause and rebuild again.\n")
        raise SystemExit(1)


async def _rebuild(settings: RiskSettings, *, area_path: str) -> Rebuilt:
    database, clock = Database.connect(settings.database_url), settings.clock()
    signer = RequestSigner(load_private_key(settings.keys_folder, "risk"))
    households = RpcClient(target=settings.risk_households_grpc, audience="households", signer=signer)

    def begin(actor: Actor) -> RiskUnitOfWork:
        return RiskUnitOfWork(database, actor, clock, settle=settle)

    try:
        source = HouseholdsSnapshots(HouseholdsServiceStub(households.channel))
        return await rebuild(begin, source, area_path=area_path)
    finally:
        await households.close()
        await database.close()
