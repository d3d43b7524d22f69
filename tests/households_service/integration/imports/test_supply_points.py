"""The sheet's column of supply points: homes are served from the day of the import on, by registered points only."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode
from households_service.points.service import register_supply_point
from households_service.points.tables import supply_point_services, supply_points
from households_service.registry.tables import households
from tests.households_service.county import ADMIN, County
from tests.households_service.factories import VILLAGE
from tests.households_service.imported import count_of, report, run_import
from tests.households_service.sheets import HEADER, csv_bytes, household_rows

WITH_POINT = (*HEADER, "供水点编号")


async def point(county: County, number: str) -> None:
    async with county.begin(ADMIN) as uow:
        await register_supply_point(uow, ADMIN, number=number, name="井", area_path=VILLAGE, registered_on=None)


def sheet(code: str, order: int, number: str) -> bytes:
    return csv_bytes([(*row, number) for row in household_rows(code, order)], header=WITH_POINT)


async def services(county: County, code: str) -> list[tuple[str, date | None]]:
    query = (
        select(supply_points.c.number, supply_point_services.c.valid_to)
        .join(supply_point_services, supply_point_services.c.point_id == supply_points.c.id)
        .join(households, households.c.id == supply_point_services.c.household_id)
        .where(households.c.code == code)
        .order_by(supply_point_services.c.id)
    )
    async with county.begin() as uow:
        return [(row[0], row[1]) for row in await uow.connection.execute(query)]


async def test_homes_are_served_as_the_sheet_says_and_once(county: County, store: FileStore) -> None:
    await point(county, "W-1")
    done = await run_import(county, store, sheet("SP-001", 901, "W-1"), ImportMode.COMMIT_VALID)
    assert (done.account.rows_registered, await services(county, "SP-001")) == (2, [("W-1", None)])

    again = await run_import(county, store, sheet("SP-001", 901, "W-1"), ImportMode.COMMIT_VALID)
    assert (again.account.rows_unchanged, await services(county, "SP-001")) == (2, [("W-1", None)])


async def test_another_point_ends_the_one_before(county: County, store: FileStore) -> None:
    await point(county, "W-2")
    await point(county, "W-3")
    await run_import(county, store, csv_bytes(household_rows("SP-002", 902)), ImportMode.COMMIT_VALID)
    assert await services(county, "SP-002") == []

    first = await run_import(county, store, sheet("SP-002", 902, "W-2"), ImportMode.COMMIT_VALID)
    assert (first.account.rows_updated, first.account.rows_unchanged) == (1, 1)
    moved = await run_import(county, store, sheet("SP-002", 902, "W-3"), ImportMode.COMMIT_VALID)
    assert (moved.account.rows_updated, moved.account.rows_unchanged) == (1, 1)
    async with county.begin() as uow:
        today = uow.today
    assert await services(county, "SP-002") == [("W-2", today), ("W-3", None)]

    silent = await run_import(county, store, sheet("SP-002", 902, ""), ImportMode.COMMIT_VALID)
    assert silent.account.rows_unchanged == 2
    assert (await services(county, "SP-002"))[-1] == ("W-3", None)


async def test_a_point_that_nobody_registered_keeps_the_household_out(county: County, store: FileStore) -> None:
    for mode in (ImportMode.VALIDATE, ImportMode.COMMIT_VALID):
        done = await run_import(county, store, sheet("SP-003", 903, "W-404"), mode)
        assert done.account.rows_rejected == 2
        assert [(issue["row"], issue["column"], issue["code"]) for issue in await report(county, done)] == [
            (2, "供水点编号", "SUPPLY_POINT_NOT_KNOWN"),
            (3, "户编号", "HOUSEHOLD_HAS_ERRORS"),
        ]
    assert await count_of(county, "SP-003") == (0, 0)


async def test_a_number_that_none_can_be_and_two_points_of_one_home_are_told(county: County, store: FileStore) -> None:
    await point(county, "W-5")
    await point(county, "W-6")
    head, child = household_rows("SP-004", 904)
    twofold = csv_bytes([(*head, "W-5"), (*child, "W-6")], header=WITH_POINT)
    done = await run_import(county, store, twofold, ImportMode.COMMIT_VALID)
    assert "HOUSEHOLD_VALUES_DIFFER" in [issue["code"] for issue in await report(county, done)]
    odd = await run_import(county, store, sheet("SP-004", 904, "号 5"), ImportMode.COMMIT_VALID)
    assert {issue["code"] for issue in await report(county, odd)} == {"SUPPLY_POINT_NUMBER_MALFORMED"}
    assert await count_of(county, "SP-004") == (0, 0)
