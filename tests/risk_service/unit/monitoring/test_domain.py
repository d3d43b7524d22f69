from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np
import pytest

from risk_service.monitoring.domain import (
    Concern,
    Override,
    OverrideDirection,
    OverrideNoteMissing,
    OverrideReason,
    challenge,
    drift_concern,
    stability_index,
    told_and_seen,
)
from risk_service.monitoring.outcomes import months_before


def test_shares_that_stay_have_no_drift_and_an_exchange_of_two_bins_has_it_exactly() -> None:
    assert stability_index([0.5, 0.5], [0.5, 0.5]) == 0.0
    assert stability_index([0.8, 0.2], [0.2, 0.8]) == pytest.approx(1.2 * np.log(4))
    assert np.isfinite(stability_index([1.0, 0.0], [0.0, 1.0]))


@pytest.mark.parametrize(
    ("index", "concern"),
    [(None, Concern.UNTOLD), (0.09, Concern.NONE), (0.1, Concern.WATCH), (0.25, Concern.ALARM)],
)
def test_drift_is_watched_from_a_tenth_and_alarms_from_a_quarter(index: float | None, concern: Concern) -> None:
    assert drift_concern(index) is concern


@pytest.mark.parametrize(
    ("events", "concern"),
    [(79, Concern.ALARM), (80, Concern.NONE), (100, Concern.NONE), (125, Concern.NONE), (126, Concern.ALARM)],
)
def test_told_and_seen_alarm_outside_their_corridor(events: int, concern: Concern) -> None:
    seen = np.zeros(1_000, dtype=np.bool_)
    seen[:events] = True
    found = told_and_seen("all", np.full(1_000, 0.1), seen)
    assert (found.observed, found.concern) == (events, concern)
    assert found.ratio == pytest.approx(events / 100)


def test_a_few_events_more_than_told_are_watched_and_no_alarm() -> None:
    seen = np.zeros(20, dtype=np.bool_)
    seen[:3] = True
    assert told_and_seen("few", np.full(20, 0.1), seen).concern is Concern.WATCH


def test_of_fewer_than_ten_households_nothing_is_told() -> None:
    nothing = told_and_seen("nine", np.full(9, 0.5), np.ones(9, dtype=np.bool_))
    assert (nothing.households, nothing.expected, nothing.observed, nothing.ratio) == (None, None, None, None)
    assert challenge("v", np.full(9, 0.5), np.full(9, 0.5)) is None
    assert told_and_seen("hidden", np.full(50, 0.5), np.ones(50, dtype=np.bool_), hidden=True).households is None


def test_a_challenger_is_held_against_what_serves_on_the_same_households() -> None:
    served = np.linspace(0.0, 0.99, 100)
    found = challenge("v", served, served[::-1])
    assert found is not None
    assert (found.households, found.shared_visits) == (100, 0.0)
    assert found.correlation == pytest.approx(-1.0)


def test_disagreeing_needs_a_reason_in_words() -> None:
    with pytest.raises(OverrideNoteMissing):
        Override(
            id=UUID(int=1),
            household_id=UUID(int=2),
            area_path="99/",
            direction=OverrideDirection.MORE_LIKELY,
            reason=OverrideReason.WRONG_DATA,
            note="  ",
            model_version="prior-1",
            likelihood=0.5,
            noted_by="x",
            noted_at=datetime(2020, 9, 18, tzinfo=UTC),
        )


def test_months_go_back_to_the_last_day_where_there_is_none() -> None:
    assert months_before(date(2021, 3, 31), 1) == date(2021, 2, 28)
    assert months_before(date(2020, 9, 18), 12) == date(2019, 9, 18)
