"""Puts this service together; `python -m households_service` runs it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from chassis.database import Database
from chassis.identity import Actor
from chassis.service import Background, Program, RpcFace, Service
from chassis.subscription import Subscription
from chassis.timers import TimerKind
from contracts.employment.v1.events_pb2 import BenefitReductionGuarded
from contracts.households.v1.department_feeds_pb2_grpc import add_DepartmentFeedsServiceServicer_to_server
from contracts.households.v1.households_service_pb2_grpc import add_HouseholdsServiceServicer_to_server
from contracts.risk.v1.events_pb2 import VisitReported
from households_service.benefits import service as benefits
from households_service.benefits.subscribers import take_guarded
from households_service.context import HouseholdsContext
from households_service.exports.routes import export_routes
from households_service.feeds.routes import department_record_routes
from households_service.feeds.rpc import FeedsRpc
from households_service.feeds.standing.subscribers import take_visit
from households_service.feeds.work import delete_raw_rows, feed_file_job
from households_service.files.service import file_sweeping
from households_service.files.store import FileStore
from households_service.identities.work import forget_look_ups, keep_indexed, link_fit_job, link_index_job
from households_service.imports.retention import import_sweeping
from households_service.imports.routes import registry_import_routes, registry_template_routes
from households_service.imports.work import registry_import_job
from households_service.members.attempts import FailedAttempts
from households_service.registry.rpc import HouseholdsRpc
from households_service.schema import schema
from households_service.settings import HouseholdsSettings
from households_service.uow import HouseholdsUnitOfWork

SUBSCRIPTIONS: tuple[Subscription[HouseholdsUnitOfWork], ...] = (
    Subscription("risk", {VisitReported: take_visit}),
    Subscription("employment", {BenefitReductionGuarded: take_guarded}),
)


def build(settings: HouseholdsSettings) -> Service[HouseholdsUnitOfWork]:
    database, clock = Database.connect(settings.database_url), settings.clock()
    vault, rules = settings.vault(), settings.registry_rules()
    store = FileStore(folder=settings.data / "files", vault=vault)
    attempts = FailedAttempts(limit=settings.households_failed_verifications_per_minute)

    def begin(actor: Actor) -> HouseholdsUnitOfWork:
        return HouseholdsUnitOfWork(database, actor, clock, vault, rules)

    return Service(
        name="households",
        settings=settings,
        database=database,
        clock=clock,
        vault=vault,
        begin=begin,
        graph_context=lambda caller: HouseholdsContext(caller, begin),
        subscriptions=SUBSCRIPTIONS,
        timers=[
            file_sweeping(store),
            import_sweeping(),
            *benefits.KINDS,
            TimerKind(name="look-ups", handle=forget_look_ups, every=timedelta(days=1)),
            TimerKind(name="feed-raw-rows", handle=delete_raw_rows, every=timedelta(days=1)),
        ],
        jobs=[registry_import_job(store), feed_file_job(store), link_index_job(), link_fit_job()],
        background=[Background(name="link-index", run=lambda _: keep_indexed(begin))],
        routes=[
            registry_import_routes(begin, store),
            registry_template_routes(begin),
            department_record_routes(begin, store),
            export_routes(begin),
        ],
        rpc=[
            RpcFace(
                name="contracts.households.v1.HouseholdsService",
                register=lambda server: add_HouseholdsServiceServicer_to_server(HouseholdsRpc(begin, attempts), server),
            ),
            RpcFace(
                name="contracts.households.v1.DepartmentFeedsService",
                register=lambda server: add_DepartmentFeedsServiceServicer_to_server(FeedsRpc(begin), server),
                tokens=settings.tokens(),
            ),
        ],
    )


PROGRAM = Program(
    name="households",
    settings=HouseholdsSettings,
    schema=schema,
    migrations=Path(__file__).parent / "migrations",
    build=build,
)
