"""A service as small as can be, on the chassis alone: it notes texts and hears other services' notes."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from uuid import UUID

import grpc
import strawberry
from fastapi import APIRouter, Depends, Request
from sqlalchemy import text
from strawberry.types import Info

from chassis.caller import Caller, caller_of
from chassis.clock import Clock, WallClock
from chassis.database import Database
from chassis.errors import DependencyDown, InvalidInput
from chassis.graph import AreaPath, GraphContext, build_schema
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.jobs import JobKind, RunningJob
from chassis.outbox import OutboxMessage
from chassis.rpc import caller_of_call
from chassis.service import Program, RpcFace, Service
from chassis.settings import CommonSettings
from chassis.subscription import ReceivedEvent, Subscription
from chassis.timers import DueTimer, TimerKind
from chassis.uow import UnitOfWork
from contracts.households.v1.events_pb2 import AreaChanged
from contracts.households.v1.households_service_pb2 import (
    AidOfHouseholdRequest,
    AidOfHouseholdResponse,
    FreezeStatementRequest,
    FreezeStatementResponse,
    StreamSnapshotsRequest,
    StreamSnapshotsResponse,
    VerifyMemberRequest,
    VerifyMemberResponse,
)
from contracts.households.v1.households_service_pb2_grpc import (
    HouseholdsServiceServicer,
    add_HouseholdsServiceServicer_to_server,
)
from tests.chassis.envelopes import COUNTY

EFFECTS = "create table effects (n bigserial primary key, event_id uuid, subject_id text, sequence bigint, word text)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    subject_id: str
    word: str


class WordRefused(InvalidInput):
    code = "WORD_REFUSED"


def to_message(event: object) -> OutboxMessage | None:
    if not isinstance(event, Noted):
        return None
    message = AreaChanged(area_id=event.subject_id, name=event.word)
    return OutboxMessage(subject_id=event.subject_id, area_path=COUNTY, message=message)


class RigWork(UnitOfWork):
    def __init__(self, database: Database, actor: Actor, clock: Clock) -> None:
        super().__init__(database, actor, clock, to_message)

    async def write(self, *, event_id: UUID | None, subject_id: str, sequence: int, word: str) -> None:
        await self.connection.execute(
            text("insert into effects (event_id, subject_id, sequence, word) values (:e, :s, :n, :w)"),
            {"e": event_id, "s": subject_id, "n": sequence, "w": word},
        )

    async def words(self, subject_id: str) -> list[str]:
        rows = await self.connection.execute(
            text("select word from effects where subject_id = :s order by n"), {"s": subject_id}
        )
        return [row.word for row in rows]


Begin = Callable[[Actor], RigWork]


def opener(database: Database, clock: Clock | None = None) -> Begin:
    return lambda actor: RigWork(database, actor, clock or WallClock())


@dataclass(slots=True)
class Ear:
    """A handler whose behaviour a test chooses per word; remembers what it was called with."""

    refused: set[str] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)

    async def hear(self, work: RigWork, event: ReceivedEvent) -> None:
        word = event.read(AreaChanged).name
        self.heard.append(word)
        await work.write(event_id=event.event_id, subject_id=event.subject_id, sequence=event.sequence, word=word)
        if word in self.refused:
            raise WordRefused("This word is not accepted.", field="name")
        if word in self.down:
            raise DependencyDown("away")
        if word in self.broken:
            raise ValueError("secret value 4711")

    def subscription(self, source: str = "households") -> Subscription[RigWork]:
        return Subscription(source, {AreaChanged: self.hear})


async def say(begin: Begin, *words: str, subject: str) -> None:
    async with begin(SYSTEM_ACTOR) as work:
        work.emit(*(Noted(subject_id=subject, word=word) for word in words))


# A whole program, for tests of the process.


class RigSettings(CommonSettings):
    # The process dies behind the first commit that wrote this word, before anything is acknowledged.
    risk_dies_at: str = ""
    risk_death_note: Path = Path("/nonexistent")
    # Words in this file are refused.
    risk_refused_words: Path = Path("/nonexistent")


class DyingWork(RigWork):
    dies_at = ""
    death_note = Path("/nonexistent")
    doomed = False

    async def write(self, *, event_id: UUID | None, subject_id: str, sequence: int, word: str) -> None:
        await super().write(event_id=event_id, subject_id=subject_id, sequence=sequence, word=word)
        self.doomed = self.doomed or (word == self.dies_at and not self.death_note.exists())

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)  # type: ignore[arg-type]  # passed on as it came
        if self.doomed:
            self.death_note.write_text("died")
            os._exit(9)


class RigContext(GraphContext):
    def __init__(self, caller: Caller, begin: Begin) -> None:
        super().__init__(actor=caller.actor, locale=caller.locale, correlation_id=caller.correlation_id)
        self.begin = begin


@strawberry.type
class Query:
    @strawberry.field
    async def words(self, info: Info[RigContext, None], subject: str) -> list[str]:
        async with info.context.begin(info.context.actor) as work:
            return await work.words(subject)

    @strawberry.field
    def who(self, info: Info[RigContext, None]) -> str:
        return f"{info.context.actor.subject} {info.context.locale} {info.context.correlation_id}"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def note(self, info: Info[RigContext, None], subject: str, word: str) -> bool:
        async with info.context.begin(info.context.actor) as work:
            work.emit(Noted(subject_id=subject, word=word))
        return True

    @strawberry.mutation
    async def enqueue(self, info: Info[RigContext, None], steps: int) -> str:
        async with info.context.begin(info.context.actor) as work:
            return str(await work.enqueue_job("count", {"steps": steps}))


@strawberry.type
class Tick:
    area: AreaPath
    number: int


@strawberry.type
class Feed:
    @strawberry.subscription
    async def ticks(self, area: AreaPath, most: int) -> AsyncIterator[Tick]:
        for number in range(most):
            yield Tick(area=area, number=number)
        if most == 0:
            await asyncio.Event().wait()


schema = build_schema(query=Query, mutation=Mutation, subscription=Feed)
files = APIRouter()


@files.post("/files/echo")
async def echo(request: Request, caller: Annotated[Caller, Depends(caller_of)]) -> dict[str, str | int]:
    body = await request.body()
    if body == b"refuse":
        raise WordRefused("This file is not accepted.", field="file")
    return {"subject": caller.actor.subject, "bytes": len(body)}


class RigRpc(HouseholdsServiceServicer):
    """Answers with what it learnt of the call."""

    async def VerifyMember(  # noqa: N802 - gRPC names it
        self, request: VerifyMemberRequest, context: grpc.aio.ServicerContext[VerifyMemberRequest, VerifyMemberResponse]
    ) -> VerifyMemberResponse:
        if request.name == "refuse":
            raise WordRefused("This name is not accepted.", field="name")
        if request.name == "break":
            raise ValueError("secret value 4711")
        if request.name == "down":
            raise DependencyDown("the registry is away")
        if request.name == "wait":
            await asyncio.Event().wait()
        return VerifyMemberResponse(verified=True, member_id=caller_of_call().subject)

    async def AidOfHousehold(  # noqa: N802 - gRPC names it
        self,
        request: AidOfHouseholdRequest,
        context: grpc.aio.ServicerContext[AidOfHouseholdRequest, AidOfHouseholdResponse],
    ) -> AidOfHouseholdResponse:
        return AidOfHouseholdResponse()

    async def FreezeStatement(  # noqa: N802 - gRPC names it
        self,
        request: FreezeStatementRequest,
        context: grpc.aio.ServicerContext[FreezeStatementRequest, FreezeStatementResponse],
    ) -> FreezeStatementResponse:
        return FreezeStatementResponse(statement_id=request.household_id)

    async def StreamSnapshots(  # noqa: N802 - gRPC names it
        self,
        request: StreamSnapshotsRequest,
        context: grpc.aio.ServicerContext[StreamSnapshotsRequest, StreamSnapshotsResponse],
    ) -> AsyncIterator[StreamSnapshotsResponse]:
        for number in (1, 2, 3):
            yield StreamSnapshotsResponse(subject_sequence=number)
        if request.area_path == "refuse":
            raise WordRefused("This area is not accepted.", field="area_path")


async def count_up(job: RunningJob[RigWork]) -> dict[str, object] | None:
    steps = int(str(job.payload["steps"]))
    for step in range(job.done, steps):
        async with job.begin() as work:
            await work.write(event_id=None, subject_id=str(job.id), sequence=step, word=f"step-{step}")
            await job.advance(work, done=step + 1, total=steps, cursor={"step": step})
    return {"steps": steps}


async def ring(work: RigWork, due: DueTimer) -> None:
    await work.write(event_id=None, subject_id=due.key, sequence=0, word="rang")


def build(settings: RigSettings) -> Service[RigWork]:
    database, clock = Database.connect(settings.database_url), settings.clock()

    class Mortal(DyingWork):
        dies_at = settings.risk_dies_at
        death_note = settings.risk_death_note

    def begin(actor: Actor) -> RigWork:
        return Mortal(database, actor, clock)

    async def hear(work: RigWork, event: ReceivedEvent) -> None:
        listed = settings.risk_refused_words
        ear = Ear(refused=set(listed.read_text().split()) if listed.exists() else set())
        await ear.hear(work, event)

    return Service(
        name="risk",
        settings=settings,
        database=database,
        clock=clock,
        begin=begin,
        graph_context=lambda caller: RigContext(caller, begin),
        subscriptions=[Subscription("risk", {AreaChanged: hear})],
        timers=[TimerKind(name="ring", handle=ring)],
        jobs=[JobKind(name="count", work=count_up)],
        rpc=[
            RpcFace(
                name="contracts.households.v1.HouseholdsService",
                register=lambda server: add_HouseholdsServiceServicer_to_server(RigRpc(), server),
            )
        ],
        routes=[files],
    )


PROGRAM = Program(
    name="risk",
    settings=RigSettings,
    schema=schema,
    migrations=Path(__file__).parent / "rig_migrations",
    build=build,
)
