"""The county's sheet to households: faults of a cell, of a household, of a file, each with its code and place."""

from __future__ import annotations

import pytest

from households_service.files.issues import Severity
from households_service.imports.changes import canonical
from households_service.imports.domain import AccountOutOfBalance, ImportAccount
from households_service.imports.registry_sheet import SUPPLY_POINT
from households_service.imports.staging import KEPT, drafts_of
from households_service.sheets.issues import in_senders_words
from tests.households_service.registry_rows import (
    ENGLISH,
    checked_sheet,
    child,
    drafts,
    english,
    found,
    head,
    match_of,
    number,
    told,
)


def test_an_attitude_among_the_causes_is_refused_and_counted() -> None:
    rows = [
        [*head(f"H-00{n}", n, "1"), cause]
        for n, cause in enumerate(["因病", "自身发展动力不足", "因学、自身动力"], start=2)
    ]
    assert checked_sheet([*ENGLISH, "主要致贫原因"], *rows).banned_values_refused == 2


def test_a_lack_of_labour_is_doubted_where_half_of_a_household_can_work() -> None:
    rows = [[*head(), "缺劳动力"], [*child(), "缺劳动力"], [*head("H-002", 3, "1"), "因病"]]
    checked = checked_sheet([*ENGLISH, "主要致贫原因"], *rows)
    assert [(issue.row, issue.code, issue.severity) for issue in found(checked)] == [
        (2, "CAUSE_DOUBTFUL", Severity.WARNING)
    ]
    assert len(drafts(checked)) == 2


def test_two_sound_rows_are_one_household() -> None:
    checked = english(head(), child())
    assert told(checked) == []
    assert [(draft.code, len(draft.rows)) for draft in drafts(checked)] == [("H-001", 2)]
    assert (checked.rows.height, checked.sound.height, checked.households_read) == (2, 2, 1)


def test_rows_of_a_household_may_stand_apart() -> None:
    checked = english(head(), head("H-002", 5, "1"), child())
    assert told(checked) == []
    assert [(draft.code, [row.number for row in draft.rows]) for draft in drafts(checked)] == [
        ("H-001", [2, 4]),
        ("H-002", [3]),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [head(), [*child()[:3], "1.23E+17", *child()[4:]]],
            [(2, "household_code", "HOUSEHOLD_HAS_ERRORS"), (3, "id_number", "ID_EXCEL_TRUNCATED")],
            id="an ID number turned into 1.23E+17",
        ),
        pytest.param(
            [
                head(),
                child(serial=2),
                head("H-002", 2, "1"),
                ["990101001201", "H-003", "某丙", number(2), "户主", "1", ""],
            ],
            [(4, "id_number", "DUPLICATE_ID_IN_FILE"), (5, "id_number", "DUPLICATE_ID_IN_FILE")],
            id="one ID number twice",
        ),
        pytest.param(
            [head(size="1"), head(serial=9, size="1")],
            [
                (2, "household_size", "HOUSEHOLD_SIZE_MISMATCH"),
                (3, "household_code", "DUPLICATE_HOUSEHOLD"),
                (3, "household_size", "HOUSEHOLD_SIZE_MISMATCH"),
            ],
            id="a duplicate household: two heads",
        ),
        pytest.param(
            [head(), child(village="990101002201")],
            [(2, "household_code", "HOUSEHOLD_HAS_ERRORS"), (3, "household_code", "DUPLICATE_HOUSEHOLD")],
            id="one household code in two villages",
        ),
        pytest.param([child(size="1")], [(2, "relation", "HEAD_MISSING")], id="no head"),
        pytest.param(
            [head(size="3"), child(size="")],
            [(2, "household_size", "HOUSEHOLD_SIZE_MISMATCH"), (3, "household_code", "HOUSEHOLD_HAS_ERRORS")],
            id="fewer rows than members",
        ),
        pytest.param(
            [head(size="1", village="990101009999")],
            [(2, "village_code", "UNKNOWN_VILLAGE")],
            id="an unknown village code",
        ),
        pytest.param(
            [head(size="1", village="990102001201")],
            [(2, "village_code", "VILLAGE_OUTSIDE_AREA")],
            id="a village of another county",
        ),
        pytest.param(
            [[*head(size="1")[:6], "1981-01-01"]], [(2, "date_of_birth", "BIRTH_DATES_DIFFER")], id="two birth dates"
        ),
        pytest.param(
            [["990101001201", "H-001", "某甲", "", "户主", "1", ""]],
            [(2, "date_of_birth", "BIRTH_DATE_MISSING")],
            id="neither ID number nor birth date",
        ),
        pytest.param(
            [["990101001201", "", "某甲", number(1), "户主", "1", ""]],
            [(2, "household_code", "HOUSEHOLD_CODE_MALFORMED")],
            id="no household code",
        ),
        pytest.param(
            [["990101001201", "H-001", "", number(1), "伯乐", "x", ""]],
            [(2, "name", "VALUE_MISSING"), (2, "relation", "NOT_IN_LIST"), (2, "household_size", "NOT_A_NUMBER")],
            id="three faults in one row are told at once",
        ),
    ],
)
def test_each_fault_has_its_row_column_and_code(rows: list[list[str]], expected: list[tuple[int, str, str]]) -> None:
    checked = english(*rows)
    assert told(checked) == expected
    spoilt = {row for row, _column, _code in expected}
    assert not spoilt & {row.number for draft in drafts(checked) for row in draft.rows}


def test_no_report_holds_a_personal_value() -> None:
    checked = english([*head(size="1")[:3], number(1)[:17] + "Z", "户主", "1", ""])
    shown = repr(found(checked))
    assert number(1)[:10] not in shown
    assert "某甲" not in shown
    assert found(checked)[0].value == "99****************"


def test_villages_are_found_by_name_when_the_names_leave_no_doubt() -> None:
    header = ["乡", "行政村", "户编号", "姓名", "证件号码", "与户主关系"]

    def paths(*rows: tuple[str, ...]) -> list[tuple[str | None, str | None]]:
        checked = checked_sheet(header, *rows, within="99/01/")
        issue = next(iter(found(checked)), None)
        draft = next(iter(drafts(checked)), None)
        return [(draft.area_path if draft else None, issue.code if issue else None)]

    assert paths(("白杨乡", "红柳行政村", "H-1", "某甲", number(1), "户主")) == [("99/01/01/002/201/", None)]
    assert paths(("", "红柳村", "H-1", "某甲", number(1), "户主")) == [(None, "AMBIGUOUS_VILLAGE")]
    assert paths(("白杨乡", "无名村", "H-1", "某甲", number(1), "户主")) == [(None, "UNKNOWN_VILLAGE")]


def test_the_order_of_rows_does_not_change_what_a_household_says() -> None:
    (one,) = drafts(english(head(), child()))
    (other,) = drafts(english(child(), head()))
    (third,) = drafts(english(head(), child(serial=3)))
    assert canonical(one) == canonical(other)
    assert canonical(one) != canonical(third)


def test_reports_use_the_headers_of_the_file() -> None:
    header = ["行政村代码", "户编号", "姓名", "身份证号", "与户主关系"]
    checked = checked_sheet(header, ("990101001201", "H-001", "某甲", "12", "户主"))
    assert in_senders_words(checked.issues, match_of(header))["column"].to_list() == ["身份证号"]


def test_water_called_safe_and_difficult_is_taken_as_not_safe_with_a_warning() -> None:
    checked = checked_sheet([*ENGLISH, "饮水安全", "饮水困难"], [*head(size="1"), "是", "是"])
    assert [(issue.code, issue.severity) for issue in found(checked)] == [("WATER_ANSWERS_DIFFER", Severity.WARNING)]
    assert drafts(checked)[0].safe_water is False


def test_an_account_that_does_not_add_up_is_refused() -> None:
    ImportAccount(
        rows_read=3, rows_registered=1, rows_unchanged=1, rows_rejected=1, households_read=1, households_valid=1
    )
    with pytest.raises(AccountOutOfBalance):
        ImportAccount(rows_read=3, rows_registered=1).require_balance()


def test_rows_that_an_older_version_staged_are_read() -> None:
    staged = english(head(), child()).sound.select(KEPT)
    assert drafts_of(staged.drop(SUPPLY_POINT)) == drafts_of(staged)
