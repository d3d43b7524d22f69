"""What is kept of contacts, hours and readings goes when it can be a sign of nothing any more."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import text

from chassis.ids import new_id
from tests.employment_service.factories import VILLAGE, id_of
from tests.employment_service.integration.safeguards.questions import CONTACT, shown
from tests.employment_service.town import Town, as_worker

KEPT = ("contacts", "job_contacts", "reported_hours", "term_readings")


async def test_contacts_hours_and_readings_are_deleted_on_their_day_and_no_day_before(town: Town) -> None:
    await town.ready()
    await shown(town, 1)
    await town.mutate(as_worker(), CONTACT, {"happenedOn": "2020-09-18"})
    async with town.begin() as uow:
        await uow.traces.put_hours(id_of(7), VILLAGE, monday=date(2020, 9, 14), hours=40)
        await uow.connection.execute(
            text(
                "insert into contacts (id, worker_id, area_path, source, happened_at, made_by, reasons, requested)"
                " values (:id, :worker, :area, 'CALL_LIST', :at, 'staff-1', '{}', true)"
            ),
            {"id": new_id(), "worker": id_of(301), "area": VILLAGE, "at": uow.now},
        )
    await town.plant_timers()
    began = town.clock.at

    async def left(days: int) -> dict[str, int]:
        town.clock.at = began + timedelta(days=days)
        await town.fire_timers()
        return {name: await town.count(name) for name in KEPT}

    assert await left(43) == dict.fromkeys(KEPT, 1)
    assert (await left(45))["term_readings"] == 0
    assert (await left(361))["contacts"] == 1
    assert await left(367) == dict.fromkeys(KEPT, 0)
