"""Use cases of department feeds: submit a batch, see what became of it, decide over rows that wait for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from chassis.access import Scope
from chassis.errors import Forbidden
from chassis.identity import Actor, ScopeKind
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.areas.domain import level_of
from households_service.feeds.catalogue.known import feed_of
from households_service.feeds.departments import Department, department_of
from households_service.feeds.domain import LARGEST_BATCH, BatchAccount, BatchState, DepartmentBatch
from households_service.feeds.incoming import require_record_id
from households_service.feeds.parsing import BatchRules, parse_json_record, purpose_of, require_known_fields
from households_service.feeds.receiving import take_records
from households_service.feeds.refusals import (
    BatchEmpty,
    BatchIdReused,
    BatchTooLarge,
    FeedAreaMissing,
    UnknownBatch,
)
from households_service.files.columns import HeaderChoice
from households_service.files.domain import FileEncoding, FilePurpose
from households_service.files.service import keep_upload
from households_service.files.store import FileStore
from households_service.uow import HouseholdsUnitOfWork

FEED_JOB = "department-records"
BATCH = "feed.batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is said once for a whole batch. `area_path` None: the one area of the caller's token."""

    department: str
    batch_id: str
    area_path: str | None = None
    purpose_code: str | None = None


async def submit_batch(
    uow: HouseholdsUnitOfWork, actor: Actor, *, envelope: Envelope, records: Sequence[Mapping[str, object]]
) -> DepartmentBatch:
    """All records in one transaction. The same batch again gives the batch as it is and does nothing.

    Raises UnknownField (nothing is read or kept), PurposeNotAllowed, BatchTooLarge, BatchEmpty, BatchIdReused,
    Forbidden.
    """
    opened = await _open(uow, actor, envelope)
    require_known_fields(records, feed_of(opened.department))
    purpose = purpose_of(envelope.purpose_code or "", feed_of(opened.department))
    if not records:
        raise BatchEmpty("A batch holds at least one record.", field="records")
    if len(records) > LARGEST_BATCH:
        raise BatchTooLarge(f"At most {LARGEST_BATCH} records at once; send more as a file.", field="records")
    content = uow.vault.index(orjson.dumps([purpose, list(records)], option=orjson.OPT_SORT_KEYS).decode(), kind=BATCH)
    batch, taken = await _numbered(uow, replace(opened, state=BatchState.RUNNING, content_token=content))
    if taken:
        return batch
    rules = await batch_rules(uow, batch, purpose_code=purpose)
    parsed = [parse_json_record(record, row=row, rules=rules) for row, record in enumerate(records, start=1)]
    return await take_records(uow, batch, parsed, whole=True)


async def submit_file(
    uow: HouseholdsUnitOfWork,
    store: FileStore,
    actor: Actor,
    *,
    envelope: Envelope,
    file_name: str,
    content: bytes,
    choice: HeaderChoice,
    encoding: FileEncoding | None = None,
) -> DepartmentBatch:
    """Queues the work. Raises what `submit_batch` raises of the envelope, and the refusals of an upload.

    `encoding`: answers FILE_ENCODING_UNKNOWN.
    """
    opened = await _open(uow, actor, envelope)
    purpose = purpose_of(envelope.purpose_code or "", feed_of(opened.department))
    file = await keep_upload(
        uow,
        store,
        purpose=FilePurpose.DEPARTMENT_RECORDS,
        file_name=file_name,
        content=content,
        area_path=opened.area_path,
        department=opened.department,
    )
    content_token = uow.vault.index(f"{purpose}\n{file.sha256}", kind=BATCH)
    batch, taken = await _numbered(
        uow, replace(opened, state=BatchState.QUEUED, file_id=file.id, content_token=content_token)
    )
    if taken:
        return batch
    job_id = await uow.enqueue_job(
        FEED_JOB,
        {
            "batchKey": str(batch.id),
            "purposeCode": purpose or "",
            "mapped": [list(pair) for pair in choice.mapped],
            "ignored": list(choice.ignored),
            "encoding": "" if encoding is None else encoding.value,
        },
        area_path=batch.area_path,
    )
    queued = replace(batch, job_id=job_id)
    await uow.batches.put(queued)
    return queued


async def find_batch(uow: HouseholdsUnitOfWork, actor: Actor, batch_key: UUID) -> DepartmentBatch:
    """Raises UnknownBatch, also for one that is not the caller's to see."""
    scope = POLICY.require(actor, Action.SEE_FEED)
    batch = await uow.batches.get(batch_key)
    if not covers(scope, batch):
        raise UnknownBatch("There is no such batch, or not for you.", field="id")
    return batch


async def find_batch_by_number(
    uow: HouseholdsUnitOfWork, actor: Actor, *, department: str, batch_id: str
) -> DepartmentBatch:
    scope = POLICY.require(actor, Action.SEE_FEED)
    batch = await uow.batches.by_number(department_of(department), batch_id)
    if batch is None or not covers(scope, batch):
        raise UnknownBatch("There is no such batch, or not for you.", field="batchId")
    return batch


def covers(scope: Scope, batch: DepartmentBatch) -> bool:
    """A department sees its own feed in its own areas; an office sees every feed in its area."""
    if scope.covers(area_path=batch.area_path):
        return True
    return scope.covers(department=batch.department) and scope.actor.covers_area(batch.area_path)


async def batch_rules(uow: HouseholdsUnitOfWork, batch: DepartmentBatch, *, purpose_code: str | None) -> BatchRules:
    zone: ZoneInfo = (await uow.areas.zones_of([batch.area_path]))[batch.area_path]
    return BatchRules(
        feed=feed_of(batch.department),
        department=batch.department,
        batch_id=batch.batch_id,
        today=batch.received_at.astimezone(zone).date(),
        zone=zone,
        sample_ids_allowed=uow.rules.samples_allowed,
        purpose_code=purpose_code or None,
    )


async def _open(uow: HouseholdsUnitOfWork, actor: Actor, envelope: Envelope) -> DepartmentBatch:
    scope = POLICY.require(actor, Action.SUBMIT_FEED)
    department: Department = department_of(envelope.department)
    area_path = _feed_area(scope, actor, envelope.area_path)
    scope.require(department=department, area_path=area_path)
    await uow.areas.get(area_path)
    return DepartmentBatch(
        id=new_id(),
        department=department,
        batch_id=require_record_id(envelope.batch_id, field="batchId"),
        area_path=area_path,
        state=BatchState.QUEUED,
        account=BatchAccount(),
        content_token=b"",
        submitted_by=actor.subject,
        received_at=uow.now,
    )


def _feed_area(scope: Scope, actor: Actor, wanted: str | None) -> str:
    """The area whose people a feed may speak of. Raises FeedAreaMissing, MalformedAreaPath or Forbidden."""
    if wanted is None:
        if len(actor.areas) != 1:
            raise FeedAreaMissing("Say for which area the feed is meant.", field="areaPath")
        return actor.areas[0]
    level_of(wanted)
    if ScopeKind.SYSTEM not in scope.kinds and not actor.covers_area(wanted):
        raise Forbidden("This lies outside what you may act on.", field="areaPath")
    return wanted


async def _numbered(uow: HouseholdsUnitOfWork, batch: DepartmentBatch) -> tuple[DepartmentBatch, bool]:
    """The batch to take and False, or the one that was taken under its number and True.

    A file that was refused as a whole took nothing: mended, mapped or said to be of another encoding it comes again
    under its number, and is the same batch. Raises BatchIdReused when the number came with other content before.
    """
    await uow.batches.lock_department(batch.department)
    before = await uow.batches.by_number(batch.department, batch.batch_id)
    if before is None:
        return batch, False
    if before.state is BatchState.REFUSED:
        return replace(batch, id=before.id), False
    if (before.content_token, before.area_path) != (batch.content_token, batch.area_path):
        raise BatchIdReused("This batch number came with other content before.", field="batchId")
    return before, True
