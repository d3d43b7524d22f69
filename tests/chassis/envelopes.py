"""Events as they come over the broker."""

from __future__ import annotations

from uuid import UUID

from contracts.common.v1.envelope_pb2 import Envelope
from contracts.households.v1.events_pb2 import AreaChanged, OfficerChanged

COUNTY = "99/01/01/"


def an_envelope(
    word: str, *, subject: str, sequence: int, number: int, source: str = "households", traceparent: str = ""
) -> Envelope:
    """`number` makes the event's id."""
    envelope = Envelope(
        event_id=str(UUID(int=number)),
        event_type=AreaChanged.DESCRIPTOR.full_name,
        subject_id=subject,
        subject_sequence=sequence,
        area_path=COUNTY,
        correlation_id="correlation-1",
        traceparent=traceparent,
        payload=AreaChanged(area_id=subject, name=word).SerializeToString(),
        source=source,
    )
    envelope.occurred_at.FromJsonString("2020-09-18T01:00:00Z")
    return envelope


def an_unknown_envelope(*, subject: str, sequence: int, number: int) -> Envelope:
    envelope = an_envelope("", subject=subject, sequence=sequence, number=number)
    envelope.event_type = OfficerChanged.DESCRIPTOR.full_name
    return envelope
