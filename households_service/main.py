"""Puts this service together; `python -m households_service` runs it."""

from __future__ import annotations

from pathlib import Path

from chassis.database import Database
from chassis.identity import Actor
from chassis.service import Program, RpcFace, Service
from contracts.households.v1.households_service_pb2_grpc import add_HouseholdsServiceServicer_to_server
from households_service.context import HouseholdsContext
from households_service.members.attempts import FailedAttempts
from households_service.registry.rpc import HouseholdsRpc
from households_service.schema import schema
from households_service.settings import HouseholdsSettings
from households_service.uow import HouseholdsUnitOfWork


def build(settings: HouseholdsSettings) -> Service[HouseholdsUnitOfWork]:
    database, clock = Database.connect(settings.database_url), settings.clock()
    vault, rules = settings.vault(), settings.registry_rules()
    attempts = FailedAttempts(limit=settings.households_failed_verifications_per_minute)

    def begin(actor: Actor) -> HouseholdsUnitOfWork:
        return HouseholdsUnitOfWork(database, actor, clock, vault, rules)

    return Service(
        name="households",
        settings=settings,
        database=database,
        clock=clock,
        begin=begin,
        graph_context=lambda caller: HouseholdsContext(caller, begin),
        rpc=[
            RpcFace(
                name="contracts.households.v1.HouseholdsService",
                register=lambda server: add_HouseholdsServiceServicer_to_server(HouseholdsRpc(begin, attempts), server),
            )
        ],
    )


PROGRAM = Program(
    name="households",
    settings=HouseholdsSettings,
    schema=schema,
    migrations=Path(__file__).parent / "migrations",
    build=build,
)
