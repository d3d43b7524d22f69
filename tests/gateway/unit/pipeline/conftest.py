"""A gateway over the three services."""

from __future__ import annotations

import pytest

from tests.gateway.unit.pipeline.graph import LOG
from tests.gateway.unit.pipeline.memory import Gateway


@pytest.fixture
def gateway() -> Gateway:
    LOG.clear()
    return Gateway()
