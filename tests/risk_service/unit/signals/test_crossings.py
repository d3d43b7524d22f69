from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from benchmarks.crossing_tally import CrossingMissed
from benchmarks.crossings import cross, default_pack
from risk_service.alerts import judged, weighing
from risk_service.policy.factors import RiskFactor
from risk_service.signals.factors import judging
from risk_service.signals.facts import weighing as facts_weighing


def test_every_crossing_of_every_factor_is_raised_as_it_is_told_and_none_is_lowered() -> None:
    """`benchmarks/crossings.py` crosses a million."""
    tally = cross(6_000, seed=7)
    assert tally.all >= 6_000
    assert set(tally.crossings) == set(RiskFactor)


def test_a_crossing_that_was_missed_would_be_found() -> None:
    """Another policy's levels are not those that are expected here."""
    pack = default_pack()
    blind = replace(pack, housing_rules=(replace(pack.housing_rules[0], yellow_grades=frozenset("B")),))
    with pytest.raises(CrossingMissed):
        cross(1_000, seed=7, weighed_by=blind)


def test_nothing_that_makes_a_level_can_be_told_a_likelihood() -> None:
    for room in (judged, weighing, facts_weighing, judging):
        source = inspect.getsource(room).replace("Nothing here knows a likelihood", "")
        words = set(source.replace(".", " ").replace("_", " ").split())
        assert not {"scoring", "assessment", "likelihood", "probability"} & words, room.__name__
