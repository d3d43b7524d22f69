"""What must never be known is refused or dropped unread, and kept nowhere."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from households_service.feeds.refusals import UnknownField
from households_service.feeds.tables import department_batches, department_raw_rows, department_records
from tests.households_service.county import County
from tests.households_service.departments import (
    costs,
    expenses,
    fresh,
    mother,
    record,
    send,
    send_bills,
    send_file,
    tally,
)
from tests.households_service.factories import id_number
from tests.households_service.sheets import bill, csv_bytes, xlsx_bytes

BANNED_VALUE = "某某族甲乙丙"


@pytest.mark.parametrize("department", ["HEALTH_INSURANCE", "CIVIL_AFFAIRS", "FIRE", "WATER"])
async def test_a26_the_api_refuses_a_batch_with_an_ethnicity_field_and_keeps_nothing(
    county: County, department: str, caplog: pytest.LogCaptureFixture
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    sound = record("WITHDRAWAL", None, fresh("R"), corrects="R-0")
    for strange in ({"民族": BANNED_VALUE}, {"ethnicity": BANNED_VALUE}, {"faultShare": BANNED_VALUE}):
        with caplog.at_level(logging.DEBUG), pytest.raises(UnknownField) as caught:
            await send(county, department, sound, sound | strange | {"person": person})
        assert caught.value.code == "UNKNOWN_FIELD"
        assert BANNED_VALUE not in caught.value.message + str(caught.value.field)
    assert BANNED_VALUE not in caplog.text
    assert BANNED_VALUE.encode() not in await dump(county)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a26_a_file_drops_the_banned_column_unread_and_counts_it(
    county: County, tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    header = ("流水号", "身份证号", "业务类型", "业务日期", "用途代码", "资助后费用", "学段", "民族", "政治面貌")
    rows: list[tuple[object, ...]] = [
        (
            fresh("F"),
            person["idNumber"],
            "教育支出",
            "2020-09-01",
            "MONITORING",
            "6000",
            "大学",
            BANNED_VALUE,
            BANNED_VALUE,
        ),
        (
            fresh("F"),
            id_number(order=986),
            "教育支出",
            "2020-09-01",
            "MONITORING",
            "-1",
            "大学",
            BANNED_VALUE,
            BANNED_VALUE,
        ),
    ]
    content = csv_bytes(rows, header=header) if kind == "csv" else xlsx_bytes(rows, header=header)
    with caplog.at_level(logging.DEBUG):
        batch = await send_file(county, tmp_path, "EDUCATION", f"f.{kind}", content)

    assert (tally(batch.account), batch.account.banned_columns_dropped) == ((2, 1, 0, 1, 0), 2)
    assert await costs(county, household) == [("SCHOOLING", 600_000, 1)]
    written = capfd.readouterr()
    assert BANNED_VALUE not in caplog.text + written.out + written.err
    assert BANNED_VALUE.encode() not in await dump(county)
    # The upload itself lies sealed, and no sealed row of it holds the value either.
    assert not any(BANNED_VALUE.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    async with county.begin() as uow:
        rows_kept = (
            await uow.connection.execute(
                text("select id, row_sealed from department_raw_rows where batch_key = :key"), {"key": batch.id}
            )
        ).all()
        opened = [uow.vault.open(row.row_sealed, place=f"department_raw_row:{row.id}") for row in rows_kept]
    assert len(opened) == 2
    assert not any(BANNED_VALUE in raw for raw in opened)


async def dump(county: County) -> bytes:
    """Every row of every table, as COPY writes it."""
    out = io.BytesIO()
    async with county.begin() as uow:
        tables = (
            await uow.connection.execute(
                text(
                    "select format('%I.%I', schemaname, tablename) from pg_tables"
                    " where schemaname in ('public', 'chassis')"
                )
            )
        ).scalars()
        for table in list(tables):
            for row in await uow.connection.execute(text(f"select t::text from {table} t")):
                out.write(row[0].encode() + b"\n")
    assert len(out.getvalue()) > 1000
    return out.getvalue()


async def rows_in(county: County) -> tuple[int, int, int]:
    async with county.begin() as uow:
        counted = [
            int(await uow.connection.scalar(select(func.count()).select_from(table)) or 0)
            for table in (department_batches, department_records, department_raw_rows)
        ]
    return (counted[0], counted[1], counted[2])


async def test_an_unknown_field_refuses_the_whole_batch_and_keeps_nothing(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    before = await rows_in(county)
    with pytest.raises(UnknownField) as caught:
        await send_bills(county, bill(fresh("R"), "1.00", person), bill(fresh("R"), "1.00", person, diagnosis="secret"))
    assert caught.value.field == "records.1.diagnosis"
    assert "secret" not in caught.value.message
    assert await rows_in(county) == before
    assert await expenses(county, household) == []
