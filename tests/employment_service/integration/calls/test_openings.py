"""A worker sees who opened their phone number (G19)."""

from __future__ import annotations

from tests.employment_service.factories import id_of
from tests.employment_service.integration.calls.phoning import REVEAL, phoned
from tests.employment_service.town import MONITOR, STAFF, Town, as_worker

OPENINGS = "{ myPhoneOpenings { by reason } }"


async def test_g19_a_worker_sees_who_opened_their_number(town: Town) -> None:
    await town.add_areas()
    await town.add(phoned(1), phoned(2))
    await town.ask(STAFF, REVEAL, {"worker": str(id_of(301))})

    assert await town.ask(as_worker(), OPENINGS) == {"myPhoneOpenings": [{"by": "staff-1", "reason": "Wage"}]}
    assert await town.ask(as_worker(2), OPENINGS) == {"myPhoneOpenings": []}
    for other in (STAFF, MONITOR):
        assert (await town.answer(other, OPENINGS))[1] != []
