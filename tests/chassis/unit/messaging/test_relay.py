from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.broker import StoreState
from chassis.relay import envelope_of, is_refill_due, to_mark

MORNING = datetime(2020, 9, 18, 1, tzinfo=UTC)
NOON = datetime(2020, 9, 18, 4, tzinfo=UTC)


@dataclass
class ARow:
    n: int
    subject_id: str = "a"
    subject_sequence: int = 1
    event_id: UUID = field(default_factory=lambda: UUID(int=7))
    event_type: str = "contracts.households.v1.AreaChanged"
    area_path: str = "99/01/01/001/"
    payload: bytes = b"payload"
    occurred_at: datetime = MORNING
    correlation_id: str = "correlation"
    traceparent: str = "00-trace"


def test_only_what_the_broker_took_is_marked() -> None:
    assert to_mark([(ARow(1), True), (ARow(2, "b"), False), (ARow(3, "c"), True)]) == [1, 3]


def test_nothing_of_a_subject_is_marked_behind_one_that_failed() -> None:
    sent = [(ARow(1, "a"), True), (ARow(2, "a"), False), (ARow(3, "b"), True), (ARow(4, "a"), True)]
    assert to_mark(sent) == [1, 3]


@pytest.mark.parametrize(
    ("_case", "noted", "found", "due"),
    [
        ("never noted", None, StoreState(created_at=MORNING, last_sequence=0), False),
        (
            "the same",
            StoreState(created_at=MORNING, last_sequence=5),
            StoreState(created_at=MORNING, last_sequence=5),
            False,
        ),
        (
            "grown",
            StoreState(created_at=MORNING, last_sequence=5),
            StoreState(created_at=MORNING, last_sequence=9),
            False,
        ),
        (
            "another",
            StoreState(created_at=MORNING, last_sequence=5),
            StoreState(created_at=NOON, last_sequence=9),
            True,
        ),
        (
            "shorter",
            StoreState(created_at=MORNING, last_sequence=5),
            StoreState(created_at=MORNING, last_sequence=4),
            True,
        ),
    ],
)
def test_a_store_is_refilled_when_it_lacks_something(
    _case: str, noted: StoreState | None, found: StoreState, due: bool
) -> None:
    assert is_refill_due(noted, found) is due


def test_an_envelope_carries_the_whole_row() -> None:
    envelope = envelope_of(ARow(1, subject_sequence=3), "households")
    assert envelope.event_id == "00000000-0000-0000-0000-000000000007"
    assert (envelope.subject_id, envelope.subject_sequence, envelope.area_path) == ("a", 3, "99/01/01/001/")
    assert (envelope.source, envelope.correlation_id, envelope.traceparent) == ("households", "correlation", "00-trace")
    assert envelope.occurred_at.ToDatetime(tzinfo=UTC) == MORNING
    assert envelope.payload == b"payload"
