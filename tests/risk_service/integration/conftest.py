from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.risk_service.desk import Desk, open_desk
from tests.risk_service.factories import NOW
from tests.risk_service.freezer import FakeFreezer


@pytest.fixture(scope="module")
async def module_desk(risk_database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(risk_database_url) as opened:
        yield opened


@pytest.fixture
def desk(module_desk: Desk) -> Desk:
    """One database per test module; every test makes families of its own, on the morning of the story."""
    module_desk.clock.at = NOW
    module_desk.freezer = FakeFreezer()
    return module_desk
