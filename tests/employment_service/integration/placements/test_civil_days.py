"""Days are those of the village: in a county two hours behind the capital's clock everything falls due two hours later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from employment_service.placements.leaving import take_back_step
from employment_service.placements.service import confirm_start, confirm_wage
from tests.employment_service.factories import AREAS
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.town import Town, as_worker


async def fired_at(town: Town, instant: datetime, table: str, where: str) -> list[int]:
    """How many rows there are a second before an instant, and at it, once timers have fired."""
    counts = []
    for moment in (instant - timedelta(seconds=1), instant):
        town.clock.at = moment
        await town.fire_timers()
        counts.append(await town.count(table, where))
    return counts


async def test_follow_ups_late_wages_and_steady_work_keep_the_villages_own_midnight(town: Town) -> None:
    placed = await started(town)
    async with town.begin() as uow:
        await uow.areas.put([replace(area, time_zone="Asia/Urumqi") for area in AREAS])
    # Planned by the clock of Shanghai; taken back and begun again they are planned by the village's.
    async with town.begin(as_worker()) as uow:
        placed = await take_back_step(uow, placement_id=placed.id, expected_version=placed.version)
    # Half an hour into the 12th in the village; in UTC it is the 11th still.
    town.clock.at = datetime(2020, 9, 11, 18, 30, tzinfo=UTC)
    async with town.begin(as_worker()) as uow:
        placed = await confirm_start(uow, placement_id=placed.id, on=None, expected_version=placed.version)
    assert placed.since == date(2020, 9, 12)

    def midnight(month: int, day: int) -> datetime:
        return datetime(2020, month, day, tzinfo=UTC) - timedelta(hours=6)

    assert await fired_at(town, midnight(9, 19), "follow_ups", "state = 'DUE'") == [0, 1]
    assert await fired_at(town, midnight(10, 26), "wage_arrears", "level = 'YELLOW'") == [0, 1]
    assert await fired_at(town, midnight(11, 10), "wage_arrears", "level = 'RED'") == [0, 1]
    for month in (9, 10, 11):
        async with town.begin(as_worker()) as uow:
            placed = await confirm_wage(
                uow, placement_id=placed.id, month=date(2020, month, 1), cents=None, expected_version=placed.version
            )
    assert await fired_at(town, midnight(12, 12), "placements", "state = 'STABLE'") == [0, 1]
    assert await town.count("placement_steps", "state = 'STABLE' and happened_on = '2020-12-12'") == 1
