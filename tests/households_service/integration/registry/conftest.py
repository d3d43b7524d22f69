"""A village with households in it."""

from __future__ import annotations

import pytest

from households_service.registry.domain import Household, MonitoringCategory
from tests.households_service.county import (
    County,
)
from tests.households_service.factories import (
    NEXT_VILLAGE,
    OTHER_VILLAGE,
)

LIST = "query ($filter: HouseholdFilterInput, $area: AreaPath) { households(area: $area, filter: $filter, first: 100) { totalCount edges { node { id code } } } }"


@pytest.fixture(scope="module")
async def village(county: County) -> list[Household]:
    """Three households in two villages, and one in the next township."""
    return [
        await county.register(category=MonitoringCategory.SUDDEN_HARDSHIP),
        await county.register(category=MonitoringCategory.NONE),
        await county.register(area_path=OTHER_VILLAGE),
        await county.register(area_path=NEXT_VILLAGE),
    ]
