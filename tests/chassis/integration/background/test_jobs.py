from __future__ import annotations

import asyncio
from uuid import UUID

from sqlalchemy import text

from chassis.database import Database
from chassis.errors import DependencyDown
from chassis.identity import SYSTEM_ACTOR
from chassis.jobs import JobKind, JobRecord, Jobs, JobState, RunningJob, find_job
from chassis.uow import JsonObject
from tests.chassis.rig import Begin, RigWork, WordRefused, count_up


async def _enqueue(begin: Begin, kind: str = "count", **payload: object) -> UUID:
    async with begin(SYSTEM_ACTOR) as work:
        return await work.enqueue_job(kind, dict(payload))


async def _find(begin: Begin, job_id: UUID) -> JobRecord:
    async with begin(SYSTEM_ACTOR) as work:
        found = await find_job(work.connection, job_id)
    assert found is not None
    return found


async def _words(begin: Begin, job_id: UUID) -> list[str]:
    async with begin(SYSTEM_ACTOR) as work:
        return await work.words(str(job_id))


async def test_a_job_is_done_step_by_step_with_progress_and_result(begin: Begin) -> None:
    job_id = await _enqueue(begin, steps=3)
    waiting = await _find(begin, job_id)
    assert (waiting.state, waiting.done, waiting.total) == (JobState.QUEUED, 0, None)
    jobs = Jobs(begin=begin, kinds=[JobKind(name="count", work=count_up)])
    assert await jobs.work_one() is True
    assert await jobs.work_one() is False
    found = await _find(begin, job_id)
    assert (found.state, found.done, found.total, found.result) == (JobState.DONE, 3, 3, {"steps": 3})
    assert await _words(begin, job_id) == ["step-0", "step-1", "step-2"]


async def test_a_refused_job_fails_with_the_code_and_without_the_refused_step(begin: Begin) -> None:
    async def refuse(job: RunningJob[RigWork]) -> JsonObject | None:
        async with job.begin() as work:
            await work.write(event_id=None, subject_id=str(job.id), sequence=0, word="half")
            raise WordRefused("Row 7, column B: not a date.", field="file")

    job_id = await _enqueue(begin)
    await Jobs(begin=begin, kinds=[JobKind(name="count", work=refuse)]).work_one()
    found = await _find(begin, job_id)
    assert (found.state, found.code, found.message) == (
        JobState.FAILED,
        "WORD_REFUSED",
        "Row 7, column B: not a date.",
    )
    assert await _words(begin, job_id) == []


async def test_a_defect_fails_the_job_without_its_text(begin: Begin) -> None:
    async def defect(job: RunningJob[RigWork]) -> JsonObject | None:
        raise ValueError("secret value 4711")

    job_id = await _enqueue(begin)
    await Jobs(begin=begin, kinds=[JobKind(name="count", work=defect)]).work_one()
    found = await _find(begin, job_id)
    assert (found.state, found.code, found.message) == (
        JobState.FAILED,
        "INTERNAL",
        "Something went wrong on our side.",
    )


async def test_an_absent_dependency_puts_the_job_back(begin: Begin, database: Database) -> None:
    async def away(job: RunningJob[RigWork]) -> JsonObject | None:
        raise DependencyDown("away")

    job_id = await _enqueue(begin, steps=1)
    assert await Jobs(begin=begin, kinds=[JobKind(name="count", work=away)]).work_one() is True
    jobs = Jobs(begin=begin, kinds=[JobKind(name="count", work=count_up)])
    assert await jobs.work_one() is False
    assert (await _find(begin, job_id)).state is JobState.QUEUED
    async with database.engine.begin() as connection:
        await connection.execute(text("update chassis.jobs set lease_until = now()"))
    assert await jobs.work_one() is True
    assert (await _find(begin, job_id)).state is JobState.DONE


async def test_two_processes_never_work_on_the_same_job(begin: Begin) -> None:
    ids = [await _enqueue(begin, steps=2) for _ in range(10)]
    both = [Jobs(begin=begin, kinds=[JobKind(name="count", work=count_up)]) for _ in range(2)]

    async def all_of(jobs: Jobs[RigWork]) -> int:
        count = 0
        while await jobs.work_one():
            count += 1
        return count

    assert sum(await asyncio.gather(*(all_of(jobs) for jobs in both))) == 10
    assert [await _words(begin, job_id) for job_id in ids] == [["step-0", "step-1"]] * 10


async def test_whoever_lost_the_lease_can_write_no_further_step(begin: Begin, database: Database) -> None:
    taken_over = asyncio.Event()
    first_step = asyncio.Event()

    async def slow(job: RunningJob[RigWork]) -> JsonObject | None:
        async with job.begin() as work:
            await work.write(event_id=None, subject_id=str(job.id), sequence=0, word="step-0")
            await job.advance(work, done=1)
        first_step.set()
        await taken_over.wait()
        async with job.begin() as work:
            await work.write(event_id=None, subject_id=str(job.id), sequence=1, word="from-the-dead")
            await job.advance(work, done=2)
        return None

    job_id = await _enqueue(begin, steps=3)
    dead = asyncio.create_task(Jobs(begin=begin, kinds=[JobKind(name="count", work=slow)]).work_one())
    await first_step.wait()
    async with database.engine.begin() as connection:
        await connection.execute(text("update chassis.jobs set lease_until = now()"))
    assert await Jobs(begin=begin, kinds=[JobKind(name="count", work=count_up)]).work_one() is True
    taken_over.set()
    await dead
    assert await _words(begin, job_id) == ["step-0", "step-1", "step-2"]
    found = await _find(begin, job_id)
    assert (found.state, found.done) == (JobState.DONE, 3)


async def test_a_stopping_process_puts_its_job_back_behind_the_last_step(begin: Begin) -> None:
    stop = asyncio.Event()

    async def endless(job: RunningJob[RigWork]) -> JsonObject | None:
        async with job.begin() as work:
            await work.write(event_id=None, subject_id=str(job.id), sequence=0, word="step-0")
            await job.advance(work, done=1, total=2)
        stop.set()
        await asyncio.Event().wait()
        return None

    job_id = await _enqueue(begin, steps=2)
    jobs = Jobs(begin=begin, kinds=[JobKind(name="count", work=endless)])
    await asyncio.wait_for(jobs.run(stop), 10)
    found = await _find(begin, job_id)
    assert (found.state, found.done) == (JobState.QUEUED, 1)
    assert await Jobs(begin=begin, kinds=[JobKind(name="count", work=count_up)]).work_one() is True
    assert await _words(begin, job_id) == ["step-0", "step-1"]
