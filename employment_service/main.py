"""Puts this service together; `python -m employment_service` runs it."""

from __future__ import annotations

from pathlib import Path

from chassis.clock import Clock
from chassis.database import Database
from chassis.identity import Actor, RequestSigner, load_private_key
from chassis.jobs import JobKind
from chassis.rpc import RpcClient
from chassis.service import Background, Program, RpcFace, Service
from contracts.employment.v1.employment_service_pb2_grpc import add_EmploymentServiceServicer_to_server
from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceStub
from employment_service.benefit_reviews import service as benefit_reviews
from employment_service.calls import finding as call_timers
from employment_service.context import EmploymentContext
from employment_service.copies.snapshots import SnapshotLoader
from employment_service.copies.subscribers import HOUSEHOLDS
from employment_service.matching.boards import Boards
from employment_service.matching.outcomes import collecting
from employment_service.matching.runs import following
from employment_service.matching.runs.kept import Plans
from employment_service.matching.runs.service import JOB as MATCHING_JOB
from employment_service.matching.runs.working import work_run
from employment_service.matching.warnings import RISK
from employment_service.occupations import service as occupations
from employment_service.occupations.desk import TitleDesk
from employment_service.offers import renewal
from employment_service.offers import timers as offer_timers
from employment_service.placements import timers as placement_timers
from employment_service.placements.rpc import EmploymentRpc
from employment_service.safeguards.flags import timers as flag_timers
from employment_service.schema import schema
from employment_service.settings import EmploymentSettings
from employment_service.terms.households_aid import HouseholdsAid
from employment_service.uow import Begin, EmploymentUnitOfWork
from employment_service.wages import clock as wage_clock
from employment_service.workers.identity import HouseholdsVerifier


def opener(settings: EmploymentSettings, database: Database, clock: Clock) -> Begin:
    """How units of work of this service begin; all that loading a sample needs."""
    vault, zone, boards, plans = settings.vault(), settings.zone(), Boards(), Plans()

    def begin(actor: Actor) -> EmploymentUnitOfWork:
        return EmploymentUnitOfWork(database, actor, clock, vault=vault, zone=zone, boards=boards, plans=plans)

    return begin


def build(settings: EmploymentSettings) -> Service[EmploymentUnitOfWork]:
    database, clock = Database.connect(settings.database_url), settings.clock()
    begin = opener(settings, database, clock)
    signer = RequestSigner(load_private_key(settings.keys_folder, "employment"))
    households = RpcClient(target=settings.employment_households_grpc, audience="households", signer=signer)
    stub = HouseholdsServiceStub(households.channel)
    verifier = HouseholdsVerifier(stub.VerifyMember)
    titles, aid = TitleDesk(), HouseholdsAid(stub.AidOfHousehold)
    return Service(
        name="employment",
        settings=settings,
        database=database,
        clock=clock,
        vault=settings.vault(),
        begin=begin,
        graph_context=lambda caller: EmploymentContext(caller, begin, verifier, titles, aid),
        subscriptions=[HOUSEHOLDS, RISK],
        timers=[
            *offer_timers.KINDS,
            *renewal.KINDS,
            *placement_timers.KINDS,
            *wage_clock.KINDS,
            *call_timers.KINDS,
            *flag_timers.KINDS,
            *benefit_reviews.KINDS,
            *collecting.KINDS,
            *following.KINDS,
        ],
        jobs=[JobKind(name=MATCHING_JOB, work=work_run)],
        rpc=[
            RpcFace(
                name="contracts.employment.v1.EmploymentService",
                register=lambda server: add_EmploymentServiceServicer_to_server(EmploymentRpc(begin), server),
            )
        ],
        background=[
            Background(name="snapshots", run=SnapshotLoader(begin, stub).run),
            Background(name="titles", run=lambda stop: occupations.warm(begin, titles, stop)),
        ],
        closing=[households.close],
    )


PROGRAM = Program(
    name="employment",
    settings=EmploymentSettings,
    schema=schema,
    migrations=Path(__file__).parent / "migrations",
    build=build,
)
