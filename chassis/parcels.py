"""Events travel in parcels: those that wait together share one message, one sync to disk, one acknowledgement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import structlog
from google.protobuf.message import DecodeError

from chassis.broker import PARCEL, partition_of
from contracts.common.v1.envelope_pb2 import Envelope, Parcel

MOST_EVENTS = 64
# A broker takes messages of up to 1 MB; a larger event travels alone.
MOST_BYTES = 256 * 1024
ENVELOPE_BYTES = 400


class Waiting(Protocol):
    """What packing needs to know of an event that waits in the outbox."""

    @property
    def event_id(self) -> UUID: ...
    @property
    def subject_id(self) -> str: ...
    @property
    def area_path(self) -> str: ...
    @property
    def payload(self) -> bytes: ...


logger = structlog.get_logger(__name__)
Item = TypeVar("Item", bound=Waiting)


@dataclass(slots=True)
class Packed(Generic[Item]):
    """Rows of one partition, in their order."""

    partition: str
    rows: list[Item] = field(default_factory=list)
    size: int = 0

    @property
    def message_id(self) -> str:
        """The event's own where it is alone; the same rows always give the same."""
        if len(self.rows) == 1:
            return str(self.rows[0].event_id)
        return sha256(b"".join(row.event_id.bytes for row in self.rows)).hexdigest()[:32]

    def seal(self, envelope_of: Callable[[Item], Envelope]) -> bytes:
        return Parcel(envelopes=[envelope_of(row) for row in self.rows]).SerializeToString()


def pack(rows: Sequence[Item]) -> list[Packed[Item]]:
    """In the order in which they must be published: whatever is of one subject leaves in the order of `rows`."""
    packed: list[Packed[Item]] = []
    open_: dict[str, Packed[Item]] = {}
    place_of: dict[str, str] = {}
    for row in rows:
        partition = partition_of(row.area_path)
        if place_of.setdefault(row.subject_id, partition) != partition:
            # The subject moved: what waits of it must leave before this.
            packed += open_.values()
            open_, place_of = {}, {row.subject_id: partition}
        parcel = open_.get(partition)
        size = len(row.payload) + ENVELOPE_BYTES
        if parcel is not None and (len(parcel.rows) >= MOST_EVENTS or parcel.size + size > MOST_BYTES):
            packed.append(parcel)
            parcel = None
        if parcel is None:
            parcel = open_[partition] = Packed(partition)
        parcel.rows.append(row)
        parcel.size += size
    return [*packed, *open_.values()]


def read_parcel(subject: str, data: bytes) -> list[Envelope]:
    """The events of a message, without those that lack an id, a type, a subject, a source or a number.

    A stream of before there were parcels holds bare envelopes, under a subject that names their type.
    """
    try:
        envelopes = list(Parcel.FromString(data).envelopes) if _is_parcel(subject) else [Envelope.FromString(data)]
    except DecodeError:
        envelopes = []
    whole = [envelope for envelope in envelopes if _is_whole(envelope)]
    if not whole or len(whole) < len(envelopes):
        # Not one of ours: nothing can be kept of it, and asking for it again changes nothing.
        logger.error("consumer.unreadable", subject=subject, events=len(envelopes) - len(whole))
    return whole


def slices(counts: Sequence[int]) -> Iterator[slice]:
    """Where the events of each parcel lie among those of all."""
    start = 0
    for count in counts:
        yield slice(start, start + count)
        start += count


def _is_parcel(subject: str) -> bool:
    return subject.rpartition(".")[2] == PARCEL


def _is_whole(envelope: Envelope) -> bool:
    try:
        UUID(envelope.event_id)
    except ValueError:
        return False
    return bool(envelope.event_type and envelope.subject_id and envelope.source and envelope.subject_sequence > 0)
