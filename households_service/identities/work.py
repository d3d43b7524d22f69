"""Long work on the index and the model: keys for registries that were there before them, a model of one's own."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import orjson
from sqlalchemy import select, text

from chassis.identity import SYSTEM_ACTOR
from chassis.jobs import JobKind, RunningJob
from chassis.tables import jobs
from chassis.timers import DueTimer
from chassis.uow import JsonObject
from households_service.identities.keys import KEYS_VERSION
from households_service.identities.models.service import FIT_JOB, INDEX_JOB
from households_service.identities.people import registered
from households_service.identities.sketches import Sketch
from households_service.members.repository import keyed
from households_service.uow import Begin, HouseholdsUnitOfWork

MEMBERS_PER_STEP = 1_000
MOST_PEOPLE = 60_000
MOST_ROWS = 12_000
_KEPT_FOR = timedelta(days=2)

Job = RunningJob[HouseholdsUnitOfWork]


def link_index_job() -> JobKind[HouseholdsUnitOfWork]:
    return JobKind(name=INDEX_JOB, work=build_index)


def link_fit_job() -> JobKind[HouseholdsUnitOfWork]:
    return JobKind(name=FIT_JOB, work=fit_model)


async def build_index(job: Job) -> JsonObject:
    """Keys of every present member, anew. A killed job goes on behind its last step."""
    after = UUID(str(job.cursor["after"])) if job.cursor else UUID(int=0)
    done, total = job.done, job.total
    while True:
        async with job.begin() as uow:
            if not total:
                total = await uow.members.count_present("")
            members = await uow.members.present_after(after, limit=MEMBERS_PER_STEP)
            if not members:
                await uow.link_keys.note_built(uow.now)
                return {"members": done}
            await uow.link_keys.put([keyed(member) for member in members])
            after, done = members[-1].id, done + len(members)
            await job.advance(uow, done=done, total=max(total, done), cursor={"after": str(after)})


async def keep_indexed(begin: Begin) -> None:
    """At the start: a registry that was there before its keys, or has keys of an older kind, gets them by a job."""
    async with begin(SYSTEM_ACTOR) as uow:
        if await uow.link_keys.built() >= KEYS_VERSION:
            return
        if not await uow.members.count_present(""):
            await uow.link_keys.note_built(uow.now)
            return
        await uow.connection.execute(text("select pg_advisory_xact_lock(hashtext('link index'))"))
        waiting = select(jobs.c.id).where(jobs.c.kind == INDEX_JOB, jobs.c.state.in_(["QUEUED", "RUNNING"]))
        if (await uow.connection.execute(waiting)).first() is None:
            await uow.enqueue_job(INDEX_JOB, {})


async def fit_model(job: Job) -> JsonObject:
    """On the rows that departments sent within the last 90 days and the people they may be about.

    Raises TooFewRowsToFit; the model before stays in force.
    """
    from households_service.identities.models.fitting import fit  # noqa: PLC0415 - see `people.weigh_people`
    from households_service.identities.weighing import columns_of  # noqa: PLC0415 - the engine is loaded where it is used

    async with job.begin() as uow:
        rows = await _rows(uow)
        people = await _people(uow)
        today = uow.today
    source = f"this registry on {today.isoformat()}, {len(people)} persons, {len(rows)} rows"
    fitted = await asyncio.to_thread(fit, columns_of(rows), columns_of(people), source=source)
    model = fitted.named(f"fitted-{today.isoformat()}")
    async with job.begin() as uow:
        await uow.link_models.add(model, at=uow.now)
    return {
        "version": model.version,
        "thresholdBits": model.threshold_bits,
        "expectedPrecision": model.expected_precision,
        "expectedRecall": model.expected_recall,
    }


async def forget_look_ups(uow: HouseholdsUnitOfWork, due: DueTimer) -> None:
    """Daily: how often somebody asked is counted over a day at most."""
    del due
    await uow.look_ups.forget(uow.now - _KEPT_FOR)


async def _people(uow: HouseholdsUnitOfWork) -> list[Sketch]:
    """By the order of their ids, evenly over the registry."""
    count = await uow.members.count_present("")
    ids = await uow.members.ids_present(every=max(1, count // MOST_PEOPLE))
    return [person.sketch for person in await registered(uow, frozenset(ids[:MOST_PEOPLE]), within="")]


async def _rows(uow: HouseholdsUnitOfWork) -> list[Sketch]:
    """What departments said of people, newest rows first; none of it leaves this process."""
    found: list[Sketch] = []
    codes = await uow.areas.code_paths()
    for raw in await uow.batches.newest_raw(limit=MOST_ROWS):
        row = orjson.loads(uow.vault.open(raw.sealed, place=f"department_raw_row:{raw.id}"))
        said = {key: str(row[key]) for key in _SAID if row.get(key) not in {None, ""}}
        if not said:
            continue
        village = said.get("villageCode", "")
        found.append(
            Sketch(
                name=said.get("name", ""),
                id_number=said.get("idNumber", ""),
                date_of_birth=said.get("dateOfBirth", ""),
                place=codes.get(village, village).replace("/", ""),
                household=said.get("householdCode", "").upper(),
            )
        )
    return found


_SAID = ("name", "idNumber", "dateOfBirth", "villageCode", "householdCode")
