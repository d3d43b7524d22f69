from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.households_service.county import County, open_county


@pytest.fixture(scope="module")
async def county(households_database_url: str) -> AsyncIterator[County]:
    """Areas only; each test module has its own database."""
    async for opened in open_county(households_database_url):
        yield opened
