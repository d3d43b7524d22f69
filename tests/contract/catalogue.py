"""What the contracts hold, by their descriptors: events, and the requests and responses of rpcs."""

from __future__ import annotations

from google.protobuf.descriptor import Descriptor, FileDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from contracts.common.v1 import envelope_pb2
from contracts.employment.v1 import employment_service_pb2
from contracts.employment.v1 import events_pb2 as employment
from contracts.households.v1 import department_feeds_pb2, households_service_pb2
from contracts.households.v1 import events_pb2 as households
from contracts.risk.v1 import events_pb2 as risk
from contracts.risk.v1 import risk_service_pb2

EVENT_FILES: tuple[FileDescriptor, ...] = (households.DESCRIPTOR, employment.DESCRIPTOR, risk.DESCRIPTOR)
RPC_FILES: tuple[FileDescriptor, ...] = (
    households_service_pb2.DESCRIPTOR,
    department_feeds_pb2.DESCRIPTOR,
    employment_service_pb2.DESCRIPTOR,
    risk_service_pb2.DESCRIPTOR,
)


def event_types() -> dict[str, type[Message]]:
    """By full name: messages of the event files that are no part of another message of their file."""
    return {
        message.full_name: GetMessageClass(message)
        for file in EVENT_FILES
        for message in file.message_types_by_name.values()
        if message.full_name not in _parts(file)
    }


def rpc_types() -> dict[str, type[Message]]:
    """By full name: requests and responses of every rpc."""
    return {
        message.full_name: GetMessageClass(message)
        for file in RPC_FILES
        for service in file.services_by_name.values()
        for method in service.methods
        for message in (method.input_type, method.output_type)
    }


def exemplified() -> dict[str, type[Message]]:
    frame = (envelope_pb2.Envelope, envelope_pb2.Parcel)
    return {**event_types(), **rpc_types(), **{kind.DESCRIPTOR.full_name: kind for kind in frame}}


def _parts(file: FileDescriptor) -> set[str]:
    used: set[str] = set()
    for message in file.message_types_by_name.values():
        used |= {part.full_name for part in parts_of(message)}
    return used


def parts_of(message: Descriptor) -> list[Descriptor]:
    return [field.message_type for field in message.fields if field.message_type is not None]
