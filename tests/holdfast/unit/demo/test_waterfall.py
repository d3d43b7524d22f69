"""The demo tells a waterfall only when it adds up and the threshold decides by it."""

from __future__ import annotations

import pytest

from holdfast.demo.chapters.waterfall import Weighed
from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import StoryDiverged


def weighed(*, bits: float = 3.0, probability: float = 8 / 9, threshold: float = 2.0, outcome: str = "AUTO") -> Weighed:
    waterfall = [
        {"field": "FIRST_NAME", "agreement": "CLOSE", "bits": 7.5},
        {"field": "HOUSEHOLD", "agreement": "NOT_GIVEN", "bits": 0.0},
        {"field": "PRIOR", "agreement": "NOT_GIVEN", "bits": -4.5},
    ]
    candidate = {"memberId": "m-1", "probability": probability, "bits": bits, "waterfall": waterfall}
    decision = {"outcome": outcome, "thresholdBits": threshold, "modelVersion": "v-1", "candidates": [candidate]}
    return Weighed.of(Answer(decision))


def test_a_sound_waterfall_is_told_without_what_was_not_given() -> None:
    one = weighed()
    one.check(outcome="AUTO")
    assert one.agreement("FIRST_NAME") == "CLOSE"
    assert one.agreement("VILLAGE") == "NOT_GIVEN"
    assert [line.split() for line in one.lines()] == [
        ["first", "name", "CLOSE", "+7.50", "bits"],
        ["prior", "-4.50", "bits"],
        ["sum", "+3.00", "bits", "=", "probability", "0.888889"],
        ["threshold", "2.00", "bits", "(0.8000):", "AUTO,", "model", "v-1"],
    ]


@pytest.mark.parametrize(
    ("faulty", "what"),
    [
        pytest.param(weighed(bits=3.5, probability=0.9187), "The waterfall's sum against the log odds", id="sum"),
        pytest.param(weighed(probability=0.5), "The probability of these odds", id="probability"),
        pytest.param(weighed(outcome="REVIEW"), "The decision", id="outcome"),
        pytest.param(weighed(threshold=3.5), "The sum reaches the threshold", id="threshold"),
    ],
)
def test_what_does_not_add_up_ends_the_story(faulty: Weighed, what: str) -> None:
    with pytest.raises(StoryDiverged, match=what):
        faulty.check(outcome="AUTO")
