"""The jobs role: long work with progress, in one table per service, that survives a killed process.

A job is cut into steps. A step's effect and the job's cursor commit in one transaction (`RunningJob.advance`),
so whoever takes the job over goes on exactly behind the last committed step. A lease, on the database's clock,
says that somebody is at it; a holder that lost its lease is refused at its next step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Row, Update, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import correlation, telemetry
from chassis.database import is_connection_loss
from chassis.errors import Breakdown, DependencyDown, Refusal
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.metrics import Metrics
from chassis.tables import jobs
from chassis.uow import JsonObject, UnitOfWork

LEASE = timedelta(seconds=30)
HEARTBEAT_SECONDS = 8.0
RETRY = timedelta(seconds=5)
MOST_ATTEMPTS = 5
# A job that killed its process this often is not taken up again.
MOST_TAKEOVERS = 20
PERIOD_SECONDS = 1.0
CHANNEL = "jobs"

Work = TypeVar("Work", bound=UnitOfWork)
logger = structlog.get_logger(__name__)


class JobState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class LeaseLost(Breakdown):
    """Another process has taken the job over; this one's step is rolled back."""

    code = "LEASE_LOST"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job as its caller sees it. `total` None: not known yet. `code` and `message`: why it failed."""

    id: UUID
    kind: str
    state: JobState
    area_path: str
    payload: JsonObject
    result: JsonObject | None
    done: int
    total: int | None
    code: str | None
    message: str | None
    created_by: str
    created_at: datetime
    updated_at: datetime


async def find_job(connection: AsyncConnection, job_id: UUID) -> JobRecord | None:
    row = (await connection.execute(select(jobs).where(jobs.c.id == job_id))).first()
    if row is None:
        return None
    return JobRecord(
        id=row.id,
        kind=row.kind,
        state=JobState(row.state),
        area_path=row.area_path,
        payload=row.payload,
        result=row.result,
        done=row.done,
        total=row.total,
        code=row.code,
        message=row.message,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


@dataclass(slots=True, kw_only=True)
class RunningJob(Generic[Work]):
    """One job in the hands of this process. `cursor` is what the last committed step left behind."""

    id: UUID
    payload: JsonObject
    cursor: JsonObject | None
    done: int
    total: int | None
    area_path: str
    created_by: str
    attempt: int
    # Opens a unit of work as the system; whether the one who asked may was decided before the job was made.
    begin: Callable[[], Work]

    async def advance(
        self, work: UnitOfWork, *, done: int, total: int | None = None, cursor: JsonObject | None = None
    ) -> None:
        """Notes the progress in the step's own transaction. Raises LeaseLost when the job is another's by now."""
        values = {
            "done": done,
            "total": self.total if total is None else total,
            "cursor": cursor,
            "updated_at": work.now,
            "lease_until": func.now() + LEASE,
        }
        outcome = await work.connection.execute(self.mine().values(**values))
        if outcome.rowcount != 1:
            raise LeaseLost("The job was taken over.")
        self.done, self.cursor = done, cursor
        self.total = self.total if total is None else total

    def mine(self) -> Update:
        return update(jobs).where(
            jobs.c.id == self.id, jobs.c.attempts == self.attempt, jobs.c.state == JobState.RUNNING
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind(Generic[Work]):
    """`work` returns the job's result, a small JSON object, or None. A Refusal fails the job with its code."""

    name: str
    work: Callable[[RunningJob[Work]], Awaitable[JsonObject | None]]


@dataclass(slots=True, kw_only=True)
class Jobs(Generic[Work]):
    begin: Callable[[Actor], Work]
    kinds: Sequence[JobKind[Work]]
    metrics: Metrics = field(default_factory=Metrics)
    # Set when a job was enqueued; without it the table is looked at every second.
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self.wake.clear()
                while not stop.is_set() and await self.work_one(stopping):
                    pass
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken(stopping), PERIOD_SECONDS)
        finally:
            stopping.cancel()

    async def _woken(self, stopping: asyncio.Task[bool]) -> None:
        waking = asyncio.create_task(self.wake.wait())
        try:
            await asyncio.wait({waking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()

    async def work_one(self, stopping: asyncio.Task[bool] | None = None) -> bool:
        """Takes the oldest job that waits or was abandoned, and works on it until it ends; False: there is none.

        When `stopping` is done the job is put back, to be taken up behind its last step.
        """
        taken = await self._take()
        if taken is None:
            return False
        kind, job = taken
        correlation.bind(str(job.id))
        working: asyncio.Task[JsonObject | None] = asyncio.create_task(self._work(kind, job))
        heart = asyncio.create_task(self._beat(job))
        try:
            await asyncio.wait(
                {working, stopping} if stopping is not None else {working}, return_when=asyncio.FIRST_COMPLETED
            )
            if not working.done():
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
            await self._settle(kind, job, working)
        finally:
            working.cancel()
            heart.cancel()
            await asyncio.gather(working, heart, return_exceptions=True)
        return True

    async def _work(self, kind: JobKind[Work], job: RunningJob[Work]) -> JsonObject | None:
        with telemetry.span(f"job {kind.name}"):
            return await kind.work(job)

    async def _take(self) -> tuple[JobKind[Work], RunningJob[Work]] | None:
        known = {kind.name: kind for kind in self.kinds}
        async with self.begin(SYSTEM_ACTOR) as work:
            query = (
                select(jobs)
                .where(
                    jobs.c.kind.in_(known),
                    jobs.c.state.in_([JobState.QUEUED, JobState.RUNNING]),
                    or_(jobs.c.lease_until.is_(None), jobs.c.lease_until < func.now()),
                )
                .order_by(jobs.c.created_at, jobs.c.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            row = (await work.connection.execute(query)).first()
            if row is None:
                return None
            if row.attempts >= MOST_TAKEOVERS:
                await work.connection.execute(_give_up(row.id, work.now))
                logger.error("job.given_up", job_id=str(row.id), kind=row.kind)
                return None
            job = self._job(row)
            taking = {
                "state": JobState.RUNNING,
                "attempts": job.attempt,
                "lease_until": func.now() + LEASE,
                "updated_at": work.now,
            }
            await work.connection.execute(update(jobs).where(jobs.c.id == row.id).values(**taking))
        return known[row.kind], job

    def _job(self, row: Row[tuple[object, ...]]) -> RunningJob[Work]:
        return RunningJob(
            id=row.id,
            payload=row.payload,
            cursor=row.cursor,
            done=row.done,
            total=row.total,
            area_path=row.area_path,
            created_by=row.created_by,
            attempt=row.attempts + 1,
            begin=lambda: self.begin(SYSTEM_ACTOR),
        )

    async def _beat(self, job: RunningJob[Work]) -> None:
        """Keeps the lease while a long step runs."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                async with self.begin(SYSTEM_ACTOR) as work:
                    await work.connection.execute(job.mine().values(lease_until=func.now() + LEASE))
            except Exception as error:
                logger.warning("job.heartbeat_missed", job_id=str(job.id), exc_info=error)

    async def _settle(
        self, kind: JobKind[Work], job: RunningJob[Work], working: asyncio.Task[JsonObject | None]
    ) -> None:
        """Writes how it ended."""
        error = asyncio.CancelledError() if working.cancelled() else working.exception()
        values: dict[str, object] = {"lease_until": None}
        if error is None:
            outcome = "done"
            values |= {"state": JobState.DONE, "result": working.result()}
        elif isinstance(error, LeaseLost):
            outcome = "taken_over"
        elif isinstance(error, Refusal):
            outcome = "refused"
            values |= {"state": JobState.FAILED, "code": error.code, "message": error.message}
        elif isinstance(error, asyncio.CancelledError):
            outcome = "put_back"
            values |= {"state": JobState.QUEUED, "attempts": job.attempt - 1}
        elif _is_passing(error) and job.attempt < MOST_ATTEMPTS:
            outcome = "put_back"
            values |= {"state": JobState.QUEUED, "lease_until": func.now() + RETRY}
        else:
            outcome = "failed"
            logger.error("job.failed", job_id=str(job.id), kind=kind.name, exc_info=error)
            values |= {"state": JobState.FAILED, "code": "INTERNAL", "message": "Something went wrong on our side."}
        self.metrics.jobs.labels(kind.name, outcome).inc()
        if outcome == "taken_over":
            return
        async with self.begin(SYSTEM_ACTOR) as work:
            await work.connection.execute(job.mine().values(updated_at=work.now, **values))


def _give_up(job_id: UUID, now: datetime) -> Update:
    reason = {"code": "INTERNAL", "message": "Something went wrong on our side."}
    return update(jobs).where(jobs.c.id == job_id).values(state=JobState.FAILED, updated_at=now, **reason)


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, DependencyDown) or is_connection_loss(error)
