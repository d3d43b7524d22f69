from __future__ import annotations

import numpy as np

from benchmarks.risk_panel import invented_features, invented_panel
from risk_service.training.asof import splits_of
from risk_service.training.panel import panel_of


def test_the_invented_panel_is_the_same_each_time_and_can_be_tested_as_of_years() -> None:
    first, again = (panel_of(invented_panel(1_500), invented_features()) for _ in range(2))
    assert np.array_equal(first.values, again.values, equal_nan=True)
    assert 0.1 < float(first.label[first.labelled].mean()) < 0.5
    assert len(splits_of(first)) >= 4
