"""Department records as a gRPC stream: the same records, rules and accounts as over GraphQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet
from grpc.aio import ServicerContext

from chassis.errors import Refusal
from chassis.identity import Actor
from chassis.rpc import caller_of_call
from contracts.common.v1.money_pb2 import Money
from contracts.households.v1 import department_feeds_pb2 as v1
from contracts.households.v1.department_feeds_pb2_grpc import DepartmentFeedsServiceServicer
from contracts.households.v1.department_record_pb2 import DepartmentRecord
from households_service.feeds.catalogue.known import feed_of
from households_service.feeds.departments import department_of
from households_service.feeds.domain import LARGEST_BATCH, DepartmentBatch
from households_service.feeds.events import CURRENCY, message_name
from households_service.feeds.refusals import BatchTooLarge, RecordCurrencyDiffers, UnknownField
from households_service.feeds.service import Envelope, submit_batch
from households_service.files.issues import RowIssue, Severity
from households_service.uow import Begin

MOST_ISSUES = 100
"""Told in the answer of a stream, of each batch."""
# Where the record that comes in has another name than the event that goes out.
_NAMES = {"careKind": "care_kind"}
PERSON = {
    "id_number": "idNumber",
    "name": "name",
    "date_of_birth": "dateOfBirth",
    "village_code": "villageCode",
    "household_code": "householdCode",
}


@dataclass(slots=True, kw_only=True)
class _Batch:
    department: str
    batch_id: str
    area_path: str
    records: list[Mapping[str, object]] = field(default_factory=list)


class FeedsRpc(DepartmentFeedsServiceServicer):
    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    async def Submit(
        self, request_iterator: AsyncIterator[v1.SubmitRequest], context: ServicerContext[Message, Message]
    ) -> v1.SubmitResponse:
        """A batch ends where the next one begins. The first that is refused ends the stream."""
        actor, answer = caller_of_call(), v1.SubmitResponse()
        batch: _Batch | None = None
        async for request in request_iterator:
            record = request.record
            if batch is not None and (record.department, record.batch_id) != (batch.department, batch.batch_id):
                if not await self._submit(actor, batch, answer):
                    return answer
                batch = None
            if batch is None:
                batch = _Batch(department=record.department, batch_id=record.batch_id, area_path=request.area_path)
            try:
                batch.records.append(read_record(record, place=len(batch.records)))
                if len(batch.records) > LARGEST_BATCH:
                    raise BatchTooLarge(f"At most {LARGEST_BATCH} records of one batch.", field="records")
            except Refusal as refusal:
                answer.batches.append(_refused(batch, refusal))
                return answer
        if batch is not None:
            await self._submit(actor, batch, answer)
        return answer

    async def _submit(self, actor: Actor, batch: _Batch, answer: v1.SubmitResponse) -> bool:
        """Whether the batch was taken, or had been before."""
        envelope = Envelope(department=batch.department, batch_id=batch.batch_id, area_path=batch.area_path or None)
        try:
            async with self._begin(actor) as uow:
                taken = await submit_batch(uow, actor, envelope=envelope, records=batch.records)
                issues = [issue for _, issue in await uow.batches.issues(taken.id, limit=MOST_ISSUES)]
        except Refusal as refusal:
            answer.batches.append(_refused(batch, refusal))
            return False
        answer.batches.append(_told(taken, issues))
        return True


def read_record(record: DepartmentRecord, *, place: int) -> Mapping[str, object]:
    """As a JSON record. Raises UnknownField for what the contract, or this feed, does not know."""
    feed = feed_of(department_of(record.department))
    part = record.WhichOneof("extra")
    messages: list[Message] = [record, record.person]
    if part is not None:
        messages.append(getattr(record, part))
    if part is not None and part != feed.part:
        wrong = f"{part}, which is not of the feed {feed.name}: its own fields come in {feed.part}"
        raise UnknownField(f"Record {place + 1} holds {wrong}.", field=f"records.{place}.{part}")
    strange = sorted({number for message in messages for number in _unknown_numbers(message)})
    if strange:
        numbers = ", ".join(str(number) for number in strange)
        raise UnknownField(
            f"Record {place + 1} holds fields that the contract does not know, by number: {numbers}.",
            field=f"records.{place}",
        )
    found: dict[str, object] = {
        "recordId": record.record_id,
        "eventType": record.event_type,
        "eventDate": record.event_date,
        "purposeCode": record.purpose_code,
        "corrects": record.corrects,
    }
    if record.HasField("sent_at"):
        found["sentAt"] = record.sent_at.ToDatetime(tzinfo=UTC).isoformat()
    person = {name: value for own, name in PERSON.items() if (value := getattr(record.person, own))}
    if person:
        found["person"] = person
    if part is not None:
        extra: Message = getattr(record, part)
        for own in feed.fields:
            value = _value(extra, _NAMES.get(own.name, message_name(own)))
            if value is not None:
                found[own.name] = value
    return {name: value for name, value in found.items() if value != ""}


def _unknown_numbers(message: Message) -> Sequence[int]:
    unknown = UnknownFieldSet(message)
    return [unknown[place].field_number for place in range(len(unknown))]


def _value(message: Message, name: str) -> str | int | bool | None:
    """None: not given."""
    given = message.DESCRIPTOR.fields_by_name[name]
    if given.has_presence and not message.HasField(name):
        return None
    value: object = getattr(message, name)
    match value:
        case Money():
            if value.currency != CURRENCY:
                raise RecordCurrencyDiffers(f"Amounts are in {CURRENCY}.", field=name)
            return str(Decimal(value.cents).scaleb(-2))
        case int() if given.type == FieldDescriptor.TYPE_ENUM and given.enum_type is not None:
            # CARE_SETTING_INPATIENT of CareSetting -> INPATIENT; the zero says nothing.
            prefix = given.enum_type.values[0].name.removesuffix("UNSPECIFIED")
            return given.enum_type.values_by_number[value].name.removeprefix(prefix) if value else None
        case bool() | int() | str():
            return value if value != "" else None
    raise TypeError(name)


def _told(batch: DepartmentBatch, issues: Iterable[RowIssue]) -> v1.SubmittedBatch:
    account = batch.account
    return v1.SubmittedBatch(
        batch_id=batch.batch_id,
        batch_key=str(batch.id),
        read=account.read,
        linked=account.linked,
        review=account.review,
        rejected=account.rejected,
        unchanged=account.unchanged,
        issues=[
            v1.RecordIssue(
                row=issue.row,
                field=issue.column,
                code=issue.code,
                message=issue.message,
                warning=issue.severity is Severity.WARNING,
            )
            for issue in issues
        ],
    )


def _refused(batch: _Batch, refusal: Refusal) -> v1.SubmittedBatch:
    return v1.SubmittedBatch(batch_id=batch.batch_id, refusal_code=refusal.code, refusal_message=refusal.message)
