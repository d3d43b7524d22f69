"""Department records as messages: each feed's own fields by its declaration, under the names of the contract."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from google.protobuf.message import Message

from contracts.common.v1.money_pb2 import Money
from contracts.households.v1 import events_pb2 as v1
from households_service.feeds.catalogue.declaration import FeedField, FieldKind
from households_service.feeds.details import FieldValue
from households_service.feeds.domain import (
    AreaConditionReported,
    DepartmentRecordLinked,
    DepartmentRecordUnlinked,
    StoredRecord,
)

CURRENCY = "CNY"


def record_message(event: DepartmentRecordLinked) -> v1.DepartmentRecordLinked:
    record = event.record
    message = v1.DepartmentRecordLinked(
        department=record.department,
        record_id=record.record_id,
        version=record.version,
        event_type=record.event_type,
        household_id=str(event.household_id),
        member_id=str(event.member_id),
        area_path=event.area_path,
        event_date=record.event_date.isoformat(),
        corrects_record_id=record.corrects or "",
    )
    _fill(message, record)
    return message


def unlinked_message(event: DepartmentRecordUnlinked) -> v1.DepartmentRecordUnlinked:
    record = event.record
    return v1.DepartmentRecordUnlinked(
        department=record.department,
        record_id=record.record_id,
        version=event.version,
        event_type=record.event_type,
        household_id=str(event.household_id),
        member_id=str(event.member_id),
        area_path=event.area_path,
        corrects_record_id=record.corrects or "",
    )


def condition_message(event: AreaConditionReported) -> v1.AreaConditionReported:
    record = event.record
    message = v1.AreaConditionReported(
        department=record.department,
        record_id=record.record_id,
        version=record.version,
        event_type=record.event_type,
        area_path=record.area_path,
        event_date=record.event_date.isoformat(),
        corrects_record_id=record.corrects or "",
        point_id="" if record.point_id is None else str(record.point_id),
        household_ids=[str(household_id) for household_id in event.household_ids],
        part=event.part,
        parts=event.parts,
    )
    _fill(message, record)
    return message


def message_name(own: FeedField) -> str:
    """The field's name in the contracts."""
    return own.message_name or re.sub(r"(?<!^)([A-Z])", lambda found: f"_{found[1].lower()}", own.name)


def _fill(message: Message, record: StoredRecord) -> None:
    part: Message = getattr(message, record.feed.part)
    part.SetInParent()
    for own in record.feed.fields:
        value = record.details.get(own.name)
        if value is not None:
            _put(part, own, value)


def _put(part: Message, own: FeedField, value: FieldValue) -> None:
    name = message_name(own)
    if isinstance(value, Decimal) and own.kind is FieldKind.AMOUNT:
        getattr(part, name).CopyFrom(Money(cents=int(value * 100), currency=CURRENCY))
        return
    descriptor = part.DESCRIPTOR.fields_by_name[name]
    if descriptor.enum_type is not None:
        prefix = re.sub(r"(?<!^)([A-Z])", r"_\1", descriptor.enum_type.name).upper()
        setattr(part, name, descriptor.enum_type.values_by_name[f"{prefix}_{value}"].number)
    elif isinstance(value, date):
        setattr(part, name, value.isoformat()[:7] if own.kind is FieldKind.MONTH else value.isoformat())
    else:
        setattr(part, name, str(value) if isinstance(value, Decimal) else value)
