"""Clocks and limits that an area sets for itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from employment_service.offers.domain import CoolingPeriodNotOver
from employment_service.offers.service import accept
from employment_service.policies.domain import EmploymentPolicy
from employment_service.policies.repository import PolicyUnreadable
from employment_service.policies.tables import employment_policies
from tests.employment_service.factories import COUNTY, TOWNSHIP, VILLAGE
from tests.employment_service.town import Town, as_worker


async def test_the_nearest_areas_latest_policy_is_in_force(town: Town) -> None:
    async with town.begin() as uow:
        await uow.policies.add(
            EmploymentPolicy(version="c", area_path=COUNTY, valid_from=date(2020, 1, 1), cooling_hours=96)
        )
        await uow.policies.add(
            EmploymentPolicy(version="t1", area_path=TOWNSHIP, valid_from=date(2020, 1, 1), cooling_hours=120)
        )
        await uow.policies.add(
            EmploymentPolicy(version="t2", area_path=TOWNSHIP, valid_from=date(2020, 9, 19), follow_up_days=(3, 10))
        )
        for path, on, version, hours in (
            ("99/01/02/", date(2020, 9, 18), "2020-1", 72),
            (COUNTY, date(2020, 9, 18), "c", 96),
            (COUNTY, date(2019, 12, 31), "2020-1", 72),
            (VILLAGE, date(2020, 9, 18), "t1", 120),
            (VILLAGE, date(2020, 9, 19), "t2", 72),
        ):
            policy = await uow.policies.in_force(area_path=path, on=on)
            assert (policy.version, policy.cooling_hours) == (version, hours)
        assert policy.follow_up_days == (3, 10)


async def test_an_area_may_give_more_time_to_think(town: Town) -> None:
    await town.ready()
    async with town.begin() as uow:
        await uow.policies.add(
            EmploymentPolicy(version="c", area_path=COUNTY, valid_from=date(2020, 1, 1), cooling_hours=96)
        )
    made = await town.offer()
    shown = await town.understood(made)
    town.clock.advance(timedelta(hours=95))

    with pytest.raises(CoolingPeriodNotOver, match="96 hours"):
        await accept(
            town.begin, as_worker(), offer_id=made.id, terms_hash=shown.terms_hash, expected_version=shown.version
        )


@pytest.mark.parametrize(
    "figures",
    [
        {"colour": 1},
        {"cooling_hours": "72"},
        {"cooling_hours": 0},
        {"cooling_hours": True},
        {"cooling_hours": 71},
        {"quiet_days": 89},
        {"stable_months": 2},
        {"least_age": 15},
        {"adult_age": 17},
        {"inspection_months": 13},
        {"safeguards_months": 13},
        {"follow_up_days": [7, 0]},
        [],
    ],
)
async def test_an_unreadable_or_weaker_policy_stops_instead_of_falling_back(town: Town, figures: object) -> None:
    async with town.begin() as uow:
        await uow.connection.execute(
            insert(employment_policies).values(
                applies_under=COUNTY, valid_from=date(2020, 1, 1), version="x", figures=figures
            )
        )
    with pytest.raises(PolicyUnreadable):
        async with town.begin() as uow:
            await uow.policies.in_force(area_path=COUNTY, on=date(2020, 9, 18))
