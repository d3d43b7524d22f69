"""Puts this service together; `python -m risk_service` runs it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR, Actor, RequestSigner, load_private_key
from chassis.jobs import JobKind
from chassis.notifications import Notifications
from chassis.rpc import RpcClient
from chassis.service import Background, Program, RpcFace, Service
from chassis.subscription import Subscription
from chassis.timers import TimerKind
from contracts.households.v1.events_pb2 import (
    AreaChanged,
    AreaConditionReported,
    DepartmentRecordLinked,
    DepartmentRecordUnlinked,
    HouseholdChanged,
    IncomeStatementChanged,
    OfficerChanged,
)
from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceStub
from contracts.risk.v1.risk_service_pb2_grpc import add_RiskServiceServicer_to_server
from risk_service.assessments.batches import JOB, keep_model_fresh, keep_scores_fresh, work_scoring
from risk_service.assessments.rpc import RiskRpc
from risk_service.assessments.service import keep_assessed
from risk_service.cases.deadlines import CASE_CLOCKS
from risk_service.clearances.households import HouseholdsStatements
from risk_service.conditions.subscribers import take_condition
from risk_service.context import RiskContext
from risk_service.copies.service import settle
from risk_service.copies.subscribers import take_area, take_household, take_officer, take_statement
from risk_service.planning.offers.service import OFFERS_LAPSE
from risk_service.planning.plans.service import JOB as PLAN_JOB
from risk_service.planning.plans.service import work_plan
from risk_service.planning.plans.solving import warm
from risk_service.policy.service import load_shipped
from risk_service.schema import schema
from risk_service.settings import RiskSettings
from risk_service.signals.facts.again import WEIGHINGS
from risk_service.signals.subscribers import take_record, take_undone
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.escalating import OVERDUE_VISITS

LOOK_AT_MODEL_EVERY = timedelta(seconds=10)
SCORE_ANEW_EVERY = timedelta(days=1)
LOAD_SOLVERS_AFTER = timedelta(seconds=20)
SUBSCRIPTIONS: tuple[Subscription[RiskUnitOfWork], ...] = (
    Subscription(
        "households",
        {
            AreaChanged: take_area,
            OfficerChanged: take_officer,
            HouseholdChanged: take_household,
            IncomeStatementChanged: take_statement,
            DepartmentRecordLinked: take_record,
            DepartmentRecordUnlinked: take_undone,
            AreaConditionReported: take_condition,
        },
    ),
)


def build(settings: RiskSettings) -> Service[RiskUnitOfWork]:
    database, clock = Database.connect(settings.database_url), settings.clock()
    signer = RequestSigner(load_private_key(settings.keys_folder, "risk"))
    households = RpcClient(target=settings.risk_households_grpc, audience="households", signer=signer)
    freezer = HouseholdsStatements(HouseholdsServiceStub(households.channel))
    listening = Notifications(settings.database_url)

    def begin(actor: Actor) -> RiskUnitOfWork:
        return RiskUnitOfWork(database, actor, clock, settle=settle)

    async def load_packs(_: asyncio.Event) -> None:
        """Packs that came with a newer version of the product; a fresh database takes them with its first use."""
        async with begin(SYSTEM_ACTOR) as uow:
            await load_shipped(uow)

    async def load_solvers(stop: asyncio.Event) -> None:
        """Once the start is over; who asks what a plan would do with more money then does not wait for them."""
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOAD_SOLVERS_AFTER.total_seconds())
        if not stop.is_set():
            await asyncio.to_thread(warm)

    return Service(
        name="risk",
        settings=settings,
        database=database,
        clock=clock,
        begin=begin,
        graph_context=lambda caller: RiskContext(caller, begin=begin, freezer=freezer, listening=listening),
        subscriptions=SUBSCRIPTIONS,
        timers=[
            TimerKind(name="model-freshness", handle=keep_model_fresh, every=LOOK_AT_MODEL_EVERY),
            TimerKind(name="score-freshness", handle=keep_scores_fresh, every=SCORE_ANEW_EVERY),
            CASE_CLOCKS,
            OVERDUE_VISITS,
            OFFERS_LAPSE,
            WEIGHINGS,
        ],
        jobs=[JobKind(name=JOB, work=work_scoring), JobKind(name=PLAN_JOB, work=work_plan)],
        rpc=[
            RpcFace(
                name="contracts.risk.v1.RiskService",
                register=lambda server: add_RiskServiceServicer_to_server(RiskRpc(begin), server),
                # Not employment: nothing there may order people by a likelihood.
                callers=("households",),
            )
        ],
        background=[
            Background(name="policy-packs", run=load_packs),
            Background(name="plan-solvers", run=load_solvers),
            Background(name="assessments", run=lambda stop: keep_assessed(begin, stop)),
        ],
        closing=[households.close, listening.close],
    )


PROGRAM = Program(
    name="risk",
    settings=RiskSettings,
    schema=schema,
    migrations=Path(__file__).parent / "migrations",
    build=build,
)
