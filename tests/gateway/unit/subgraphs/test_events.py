from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pipeline.stages import SubgraphUnavailable
from gateway.subgraphs.events import EventReader, ServerEvent

STREAM = (
    b': ping\r\n\r\nevent: next\r\ndata: {"a":1}\r\n\r\n:\n\nevent: next\ndata: {\n'
    b'data: "\xe4\xb8\xad"}\n\ndata: bare\n\nid: 7\nretry: 5\n\nevent: complete\ndata:\n\nevent: cut'
)
EVENTS = [
    ServerEvent("next", '{"a":1}'),
    ServerEvent("next", '{\n"中"}'),
    ServerEvent("message", "bare"),
    ServerEvent("complete", ""),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_events_are_the_same_however_they_are_cut(cuts: list[int]) -> None:
    reader = EventReader(1_000)
    places = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[start:end] for start, end in pairwise(places)]

    assert [event for piece in pieces for event in reader.feed(piece)] == EVENTS


@pytest.mark.parametrize("chunk", [b"data: " + b"x" * 101, b"data: " + b"x" * 60 + b"\ndata: " + b"y" * 60 + b"\n"])
def test_an_event_without_end_is_given_up(chunk: bytes) -> None:
    reader = EventReader(100)

    with pytest.raises(SubgraphUnavailable):
        list(reader.feed(chunk))
