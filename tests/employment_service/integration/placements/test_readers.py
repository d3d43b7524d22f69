"""Every list of the working life, and each role that may read it: to everybody else it is forbidden, not empty."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chassis.graph import encode_cursor
from chassis.ids import new_id
from employment_service.placements.domain import TravelWay
from employment_service.trips.domain import Direction, TravelSubsidy, Trip, TripState
from employment_service.wages.domain import ArrearsLevel, WageArrears
from tests.employment_service.factories import COUNTY, VILLAGE, id_of
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    HEAD,
    MONITOR,
    OTHER_EMPLOYER,
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    SUPERVISOR,
    TOWNSHIP_STAFF,
    Town,
    as_worker,
)

CALLERS = {
    "worker": as_worker(),
    "employer": EMPLOYER,
    "other employer": OTHER_EMPLOYER,
    "staff": STAFF,
    "township staff": TOWNSHIP_STAFF,
    "strange staff": STRANGE_STAFF,
    "monitor": MONITOR,
    "head": HEAD,
    "specialist": SPECIALIST,
    "admin": ADMIN,
    "supervisor": SUPERVISOR,
}
AREA, VACANCY = f'area: "{COUNTY}"', f'vacancyId: "{id_of(201)}"'
READERS = {
    "myOffers { totalCount }": {"worker"},
    "myNotices { totalCount }": {"worker"},
    f"placements({AREA}) {{ totalCount }}": {"worker", "employer", "other employer", "staff", "monitor"},
    f"tripsHome({AREA}) {{ totalCount }}": {"staff"},
    f"travelSubsidiesOwed({AREA}) {{ totalCount }}": {"staff"},
    f"wageClaims({AREA}) {{ totalCount }}": {"staff", "monitor"},
    f"groupTrips({VACANCY}) {{ booked }}": {"staff", "employer"},
    f"groupRecruitment({VACANCY}, {AREA}) {{ confirmed }}": {"staff"},
}


async def test_each_list_opens_to_its_readers_and_to_nobody_else(town: Town) -> None:
    await town.ready()
    for asked, readers in READERS.items():
        answers = {name: (await town.answer(actor, f"{{ {asked} }}"))[1] for name, actor in CALLERS.items()}
        assert {name for name, errors in answers.items() if not errors} == readers, asked
        assert {tuple(errors) for errors in answers.values()} <= {(), ("FORBIDDEN",)}, asked


async def test_lists_come_in_pages_in_their_order_and_a_strange_cursor_is_refused(town: Town) -> None:
    placed = await started(town)
    async with town.begin() as uow:
        for month in (1, 2, 3):
            claim = WageArrears(
                placement_id=placed.id,
                month=date(2020, month, 1),
                worker_id=placed.worker_id,
                employer_id=placed.employer_id,
                area_path=VILLAGE,
                due_on=date(2020, month + 1, 10),
                level=ArrearsLevel.RED,
                raised_on=date(2020, month + 2, 10),
                help_asked_at=uow.now,
            )
            await uow.wages.put(claim)
            trip = Trip(
                id=new_id(),
                placement_id=placed.id,
                worker_id=placed.worker_id,
                area_path=VILLAGE,
                direction=Direction.HOME,
                way=TravelWay.OWN,
                state=TripState.WANTED,
                noted_at=uow.now,
                noted_by="worker-1",
            )
            await uow.trips.add(trip)
        owed = TravelSubsidy(
            placement_id=placed.id,
            worker_id=placed.worker_id,
            area_path=VILLAGE,
            km=60,
            cents=20_000,
            policy_version="2020-1",
            owed_on=date(2020, 9, 12),
        )
        await uow.trips.owe(owed)

    async def page(name: str, node: str, after: str | None = None, first: int = 2) -> tuple[Any, list[str]]:
        document = f"""query($first: Int, $after: String) {{ {name}(area: "{COUNTY}", first: $first, after: $after) {{
            totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {node} }} }} }} }}"""
        data, errors = await town.answer(STAFF, document, {"first": first, "after": after})
        return (None if data is None else data[name]), errors

    for name, node, count in (
        ("wageClaims", "wage { month }", 3),
        ("tripsHome", "placementId", 3),
        ("travelSubsidiesOwed", "placementId", 1),
    ):
        first, _ = await page(name, node)
        rest, _ = await page(name, node, first["pageInfo"]["endCursor"])
        assert (first["totalCount"], len(first["edges"]), len(rest["edges"])) == (
            count,
            min(count, 2),
            max(count - 2, 0),
        )
        assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (count > 2, False)
        if name == "wageClaims":
            months = [edge["node"]["wage"]["month"] for edge in (*first["edges"], *rest["edges"])]
            assert months == ["2020-01", "2020-02", "2020-03"]
        strange = (
            "",
            "x",
            "\u00e9",
            encode_cursor(None),
            encode_cursor("x"),
            encode_cursor("x", "y"),
            "W1tbW1tb" * 4_000,
        )
        for after in strange:
            assert await page(name, node, after) == (None, ["INVALID_CURSOR"]), after[:20]
        for size in (0, -1, 10**9):
            assert await page(name, node, None, size) == (None, ["PAGE_TOO_LARGE"])


@pytest.mark.parametrize("name", ["vacancies", "employers", "placements"])
async def test_a_cursor_of_no_list_is_refused_with_its_code(town: Town, name: str) -> None:
    await town.ready()
    for after in (encode_cursor(None), encode_cursor("x"), encode_cursor("a", "b"), "W1tbW1tb" * 4_000):
        document = f'query($after: String) {{ {name}(area: "{COUNTY}", after: $after) {{ totalCount }} }}'
        assert await town.answer(STAFF, document, {"after": after}) == (None, ["INVALID_CURSOR"])
