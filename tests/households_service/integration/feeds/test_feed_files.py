"""A feed's file is taken in steps, with the account that the API gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from households_service.feeds.refusals import BatchIdReused
from households_service.files.columns import HeaderChoice
from households_service.files.domain import FileEncoding
from tests.households_service.county import County
from tests.households_service.departments import expenses, fresh, issues_of, mother, send_file, tally
from tests.households_service.factories import NEXT_VILLAGE
from tests.households_service.sheets import Row, csv_bytes, xlsx_bytes

FILE_HEADER = (
    "流水号",
    "身份证号",
    "姓名",
    "行政村代码",
    "业务类型",
    "业务日期",
    "用途代码",
    "自付费用",
    "民族",
    "疾病诊断",
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("above", [[], [("某县医保结算明细",), ("填报日期", "2020-09-18")]], ids=["bare", "titled"])
async def test_a_file_is_taken_in_steps_with_the_same_account(
    county: County, tmp_path: Path, kind: str, above: list[Row]
) -> None:
    household = await county.register(area_path=NEXT_VILLAGE)
    _, person = await mother(county, household)
    ids = [fresh("F") for _ in range(4)]
    rows: list[tuple[object, ...]] = [
        (ids[0], person["idNumber"], "", "", "结算", "2020-09-18", "MONITORING", "120.50", "某族", "某病"),
        (ids[1], "", "某人", "990101002201", "结算", "2020-09-18", "MONITORING", "10", "某族", "某病"),
        (ids[2], "1.23E+17", "", "", "结算", "2020-09-18", "MONITORING", "10", "某族", "某病"),
        (ids[3], person["idNumber"], "", "", "结算", "2020-09-18", "MONITORING", "-10", "某族", "某病"),
        (ids[0], person["idNumber"], "", "", "结算", "2020-09-18", "MONITORING", "120.50", "某族", "某病"),
    ]
    content = (
        csv_bytes(rows, header=FILE_HEADER, encoding="gb18030", above=above)
        if kind == "csv"
        else xlsx_bytes(rows, header=FILE_HEADER, above=above)
    )
    batch = await send_file(county, tmp_path, "HEALTH_INSURANCE", f"feed.{kind}", content)
    assert (batch.state, tally(batch.account), batch.account.banned_columns_dropped) == ("DONE", (5, 1, 1, 2, 1), 2)
    first = 2 + len(above)
    assert (batch.header_row, await issues_of(county, batch)) == (
        1 + len(above),
        [(first + 2, "身份证号", "ID_EXCEL_TRUNCATED"), (first + 3, "自付费用", "NEGATIVE_AMOUNT")],
    )
    assert [expense.amount_cents for expense in await expenses(county, household)] == [12_050]


async def test_a_file_with_an_unknown_header_is_refused_whole(county: County, tmp_path: Path) -> None:
    content = csv_bytes([("R-1", "x")], header=("流水号", "单位"))
    batch = await send_file(county, tmp_path, "HEALTH_INSURANCE", "feed.csv", content)
    assert (batch.state, batch.refusal_code, batch.account.read) == ("REFUSED", "UNKNOWN_COLUMN", 0)


async def test_a_file_is_told_of_by_its_own_headers(county: County, tmp_path: Path) -> None:
    """Also of what is found only where the row is taken: a place, a person, an earlier row."""
    household = await county.register()
    _, person = await mother(county, household)
    again, header = fresh("F"), ("记录号", "证件号", "村编码", "业务类别", "发生日期", "用途", "个人负担")
    place = "990101999999"
    content = csv_bytes(
        [
            (again, person["idNumber"], place, "结算", "2020-09-18", "防返贫监测", "120.50"),
            (again, person["idNumber"], place, "结算", "2020-09-18", "防返贫监测", "130.50"),
            (again, person["idNumber"], place, "结算", "2020-09-18", "防返贫监测", "130.50"),
            (fresh("F"), person["idNumber"], "", "结算", "2020-09-18", "STATISTICS", "1"),
        ],
        header=header,
    )

    batch = await send_file(county, tmp_path, "HEALTH_INSURANCE", "feed.csv", content)

    # A village that nobody knows puts a row to review: it disagrees with whom the number names.
    assert tally(batch.account) == (4, 0, 2, 1, 1)
    assert await issues_of(county, batch) == [
        (2, "村编码", "UNKNOWN_VILLAGE"),
        (3, "村编码", "UNKNOWN_VILLAGE"),
        (3, "记录号", "RECORD_REPEATED"),
        (5, "用途", "PURPOSE_NOT_ALLOWED"),
    ]


async def test_a_refused_file_comes_again_under_its_number_once_it_is_mended_or_mapped(
    county: County, tmp_path: Path
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    number, header = fresh("B"), ("流水号", "身份证号", "业务类型", "发生日期", "用途", "自付金额", "单位")
    row = (fresh("F"), person["idNumber"], "结算", "2020-09-18", "MONITORING", "120.50", "x")
    content = csv_bytes([row], header=header)

    refused = await send_file(county, tmp_path, "HEALTH_INSURANCE", "feed.csv", content, batch_id=number)
    taken = await send_file(
        county,
        tmp_path,
        "HEALTH_INSURANCE",
        "feed.csv",
        content,
        batch_id=number,
        choice=HeaderChoice(ignored=("单位",)),
    )

    assert (refused.state, refused.refusal_code, taken.state, taken.refusal_code) == (
        "REFUSED",
        "UNKNOWN_COLUMN",
        "DONE",
        None,
    )
    assert (taken.id, tally(taken.account)) == (refused.id, (1, 1, 0, 0, 0))
    with pytest.raises(BatchIdReused):
        await send_file(county, tmp_path, "HEALTH_INSURANCE", "feed.csv", csv_bytes([], header=header), batch_id=number)
    assert [expense.amount_cents for expense in await expenses(county, household)] == [12_050]


async def test_a_file_whose_encoding_does_not_show_is_read_once_its_sender_says_it(
    county: County, tmp_path: Path
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    number, header = fresh("B"), ("流水号", "身份证号", "业务类型", "发生日期", "用途", "自付金额")
    row = (fresh("F"), person["idNumber"], "结算", "2020-09-18", "MONITORING", "120.50")
    content = csv_bytes([row], header=header, encoding="utf-16-le")

    refused = await send_file(county, tmp_path, "HEALTH_INSURANCE", "feed.csv", content, batch_id=number)
    taken = await send_file(
        county,
        tmp_path,
        "HEALTH_INSURANCE",
        "feed.csv",
        content,
        batch_id=number,
        encoding=FileEncoding.UTF_16_LE,
    )

    assert (refused.refusal_code, tally(taken.account)) == ("FILE_ENCODING_UNKNOWN", (1, 1, 0, 0, 0))
