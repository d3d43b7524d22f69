"""`holdfast risk publish` and `rescore`: the likelihood as it is served, in a system that runs."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

from chassis.errors import DependencyDown, InvalidInput
from holdfast.console import err
from holdfast.risk.database import risk_database
from holdfast.risk.files import ModelUnreadable

if TYPE_CHECKING:
    from chassis.identity import Actor
    from chassis.jobs import JobRecord
    from risk_service.publishing.domain import ModelVersion
    from risk_service.uow import Begin

LOOK_SECONDS = 0.3
TAKEN_WITHIN_SECONDS = 30.0


class PublisherMissing(InvalidInput):
    code = "PUBLISHER_MISSING"


def publish_file(table: Path, *, by: str, note: str) -> ModelVersion:
    """Stored as a proposal in the name of a person, who then decides nothing about it."""
    from chassis.identity import Actor, Role

    if not by.strip():
        raise PublisherMissing("Say in whose name: --by LOGIN.", field="by")
    try:
        body = table.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise ModelUnreadable(f"{table} cannot be read ({failure}).", field="table") from failure
    return asyncio.run(_publish(body, Actor(subject=by, roles=frozenset({Role.PLANNER, Role.SYSTEM})), note))


async def _publish(body: str, actor: Actor, note: str) -> ModelVersion:
    from risk_service.publishing.service import publish

    async with risk_database() as begin, begin(actor) as uow:
        return await publish(uow, actor, body=body, why=note)


def rescore(area: str, *, refit: bool) -> JobRecord:
    """Starts the job, and shows its progress until it ends. Raises DependencyDown where no service takes it up."""
    return asyncio.run(_rescore(area, refit=refit))


async def _rescore(area: str, *, refit: bool) -> JobRecord:
    from chassis.identity import SYSTEM_ACTOR
    from risk_service.assessments.batches import start_scoring

    async with risk_database() as begin:
        async with begin(SYSTEM_ACTOR) as uow:
            job_id = await start_scoring(uow, SYSTEM_ACTOR, area_path=area, refit=refit)
        return await _followed(begin, job_id)


async def _followed(begin: Begin, job_id: UUID) -> JobRecord:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from chassis.identity import SYSTEM_ACTOR
    from chassis.jobs import JobState
    from risk_service.assessments.batches import own_job

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    started = monotonic()
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("waiting", total=None)
        while True:
            async with begin(SYSTEM_ACTOR) as uow:
                record = await own_job(uow, job_id)
            bar.update(task, description=record.state.value.lower(), completed=record.done, total=record.total)
            if record.state in {JobState.DONE, JobState.FAILED}:
                return record
            if record.state is JobState.QUEUED and monotonic() - started > TAKEN_WITHIN_SECONDS:
                raise DependencyDown("The job is noted, but no risk service has taken it up: is it running?")
            await asyncio.sleep(LOOK_SECONDS)
