from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.broker import stream_name, subject_of
from chassis.parcels import MOST_BYTES, MOST_EVENTS, pack, read_parcel, slices
from contracts.common.v1.envelope_pb2 import Envelope, Parcel
from tests.chassis.envelopes import an_envelope

PARCEL = "events.households.9901.parcel"
HERE, THERE = "99/01/01/001/", "99/02/01/001/"


@dataclass(frozen=True)
class ARow:
    n: int
    subject_id: str = "a"
    area_path: str = HERE
    payload: bytes = b"payload"

    @property
    def event_id(self) -> UUID:
        return UUID(int=self.n)


def numbers(rows: list[ARow]) -> list[list[int]]:
    return [[row.n for row in parcel.rows] for parcel in pack(rows)]


@pytest.mark.parametrize(
    ("area_path", "subject"),
    [
        ("99/01/01/001/201/", "events.households.9901.parcel"),
        ("99/", "events.households.99.parcel"),
        ("", "events.households.none.parcel"),
    ],
)
def test_the_prefecture_is_the_partition_in_the_subject(area_path: str, subject: str) -> None:
    (parcel,) = pack([ARow(1, area_path=area_path)])
    assert subject_of("households", parcel.partition) == subject
    assert stream_name("households") == "HOUSEHOLDS"


def test_what_waits_together_in_a_prefecture_travels_together() -> None:
    assert numbers([ARow(1, "a"), ARow(2, "b", THERE), ARow(3, "c"), ARow(4, "d", "")]) == [[1, 3], [2], [4]]


def test_a_parcel_is_closed_when_it_is_full() -> None:
    many = [ARow(n) for n in range(1, MOST_EVENTS + 2)]
    assert [len(parcel) for parcel in numbers(many)] == [MOST_EVENTS, 1]
    large = [ARow(n, payload=b"x" * (MOST_BYTES // 2)) for n in range(1, 4)]
    assert numbers(large) == [[1], [2], [3]]


def test_what_is_of_one_subject_leaves_in_its_order_though_it_moved() -> None:
    rows = [ARow(1, "a"), ARow(2, "b"), ARow(3, "a", THERE), ARow(4, "b"), ARow(5, "a")]
    assert numbers(rows) == [[1, 2], [3], [4], [5]]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from((HERE, THERE, ""))), max_size=200))
def test_every_row_leaves_once_and_in_order_of_its_subject(drawn: list[tuple[str, str]]) -> None:
    rows = [ARow(n, subject, area) for n, (subject, area) in enumerate(drawn, start=1)]
    sent = [row for parcel in pack(rows) for row in parcel.rows]
    assert sorted(row.n for row in sent) == [row.n for row in rows]
    for subject in "abcd":
        own = [row.n for row in sent if row.subject_id == subject]
        assert own == sorted(own)
    assert all(row.area_path[:5] == parcel.rows[0].area_path[:5] for parcel in pack(rows) for row in parcel.rows)


def test_the_same_rows_have_the_same_message_id_and_others_another() -> None:
    (one,), (same,), (more,) = (pack([ARow(n) for n in range(1, last)]) for last in (3, 3, 4))
    assert one.message_id == same.message_id != more.message_id
    assert pack([ARow(7)])[0].message_id == "00000000-0000-0000-0000-000000000007"


def test_a_parcel_is_read_as_it_was_sealed() -> None:
    envelopes = {n: an_envelope("word", subject="a", sequence=n, number=n) for n in (1, 2)}
    (parcel,) = pack([ARow(1), ARow(2)])
    assert read_parcel(PARCEL, parcel.seal(lambda row: envelopes[row.n])) == [envelopes[1], envelopes[2]]


def test_a_bare_envelope_of_an_older_stream_is_read() -> None:
    envelope = an_envelope("word", subject="a", sequence=1, number=1)
    assert read_parcel("events.households.9901.AreaChanged", envelope.SerializeToString()) == [envelope]


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"hello"])
@pytest.mark.parametrize("subject", [PARCEL, "events.households.9901.AreaChanged"])
def test_what_is_no_parcel_is_not_read(subject: str, data: bytes) -> None:
    assert read_parcel(subject, data) == []


@pytest.mark.parametrize("field", ["event_id", "event_type", "subject_id", "source", "subject_sequence"])
def test_an_event_without_its_essentials_is_left_out(field: str) -> None:
    good, bad = (an_envelope("word", subject="a", sequence=n, number=n) for n in (1, 2))
    bad.ClearField(field)  # type: ignore[arg-type]  # each field by name
    assert read_parcel(PARCEL, Parcel(envelopes=[good, bad]).SerializeToString()) == [good]
    assert read_parcel("events.households.9901.AreaChanged", bad.SerializeToString()) == []


def test_outcomes_are_shared_out_by_the_length_of_each_parcel() -> None:
    outcomes = [Envelope(subject_sequence=n) for n in range(6)]
    assert [len(outcomes[own]) for own in slices([1, 3, 2])] == [1, 3, 2]
    assert outcomes[list(slices([1, 3, 2]))[1]] == outcomes[1:4]
