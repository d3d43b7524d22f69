from __future__ import annotations

import pytest

from chassis.errors import DependencyDown, InvalidInput
from chassis.intake import Patience
from chassis.parked import reason_of
from chassis.subscription import ReceivedEvent
from contracts.households.v1.events_pb2 import AreaChanged, OfficerChanged
from tests.chassis.envelopes import an_envelope
from tests.chassis.rig import WordRefused


def test_waiting_for_a_gap_grows_to_its_limit() -> None:
    patience = Patience()
    assert [patience.gap_seconds(tries) for tries in (1, 2, 3, 6, 7, 50)] == [0.2, 0.4, 0.8, 6.4, 10.0, 10.0]


def test_a_refusal_is_parked_with_its_own_words_and_a_defect_with_none() -> None:
    refused = reason_of(WordRefused("Row 3 is not a date.", field="bornOn"))
    assert (refused.code, refused.text) == ("WORD_REFUSED", "Row 3 is not a date. (field bornOn)")
    assert reason_of(InvalidInput("No.")).text == "No."
    defect = reason_of(KeyError("Li Example, 990101199001011234"))
    assert (defect.code, defect.text) == ("INTERNAL", "A defect of ours: KeyError.")
    assert reason_of(DependencyDown("10.0.0.1 is away")).text == "A defect of ours: DependencyDown."


def test_an_event_is_read_as_the_kind_its_handler_is_for() -> None:
    envelope = an_envelope("word", subject="a", sequence=1, number=1)
    event = ReceivedEvent(envelope=envelope, message=AreaChanged(name="word"))
    assert event.read(AreaChanged).name == "word"
    assert event.occurred_at.isoformat() == "2020-09-18T01:00:00+00:00"
    with pytest.raises(TypeError):
        event.read(OfficerChanged)
