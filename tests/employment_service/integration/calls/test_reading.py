"""What it takes to read the call list."""

from __future__ import annotations

from tests.employment_service.factories import COUNTY, employer, id_of, vacancy
from tests.employment_service.integration.calls.phoning import ask_for_nearby_work, find_matches, phoned
from tests.employment_service.town import STAFF, Town, as_worker

PAGE = """query($area: AreaPath!) { callList(area: $area) {
    edges { node { workerId whys { reason vacancy { id } } worker { displayName } } } } }"""


async def test_workers_and_their_work_are_read_with_the_list(town: Town) -> None:
    """In its transaction, by two statements for any number; what the driver is asked for directly is not counted."""
    await town.add_areas()
    await town.add_safeguards()
    await town.add(employer(), vacancy(), phoned(1), phoned(2))
    for number in (1, 2):
        await ask_for_nearby_work(town, as_worker(number))
    await find_matches(town)

    with town.counted_queries() as sent:
        page = (await town.ask(STAFF, PAGE, {"area": COUNTY}))["callList"]

    assert isinstance(page, dict)
    assert [(edge["node"]["workerId"], edge["node"]["whys"]) for edge in page["edges"]] == [
        (str(id_of(300 + number)), [{"reason": "NEW_MATCH", "vacancy": {"id": str(id_of(201))}}]) for number in (1, 2)
    ]
    assert [edge["node"]["worker"]["displayName"] for edge in page["edges"]] == [
        "Invented Person 1",
        "Invented Person 2",
    ]
    assert len(sent) == 2
