"""The county's sheet to households: faults of a cell, of a household, of a file, each with its code and place."""

from __future__ import annotations

from datetime import date

import pytest

from households_service.files.columns import HeaderChoice, match_headers
from households_service.files.domain import Cell, SheetRow
from households_service.files.issues import Severity, in_senders_words
from households_service.imports.domain import AccountOutOfBalance, ImportAccount
from households_service.imports.households import (
    CheckedFile,
    RegisteredAlready,
    canonical,
    check_registry,
    check_rows,
)
from households_service.imports.places import Village, VillageIndex
from households_service.imports.registry_sheet import REGISTRY_COLUMNS
from households_service.imports.rows import RowRules, parse_row
from households_service.linkage.identity_number import check_character
from households_service.members.domain import LabourCapacity, Relation
from households_service.registry.domain import MonitoringCategory, RegistrationHistory

RULES = RowRules(today=date(2020, 9, 18), sample_ids_allowed=True)
CHINESE = [
    "县",
    "乡",
    "行政村",
    "自然村",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "人数",
    "与户主关系",
    "民族",
    "文化程度",
    "在校生状况",
    "健康状况",
    "劳动技能",
    "务工状况",
    "务工时间",
    "参加大病医疗",
    "脱贫属性",
    "贫困户属性",
    "主要致贫原因",
    "危房户",
    "饮水安全",
    "饮水困难",
    "人均纯收入",
    "联系电话",
]
ENGLISH = ["village_code", "household_code", "name", "id_number", "relation", "household_size", "date_of_birth"]
VILLAGES = VillageIndex(
    [
        Village(
            path="99/01/01/001/201/",
            codes=("990101001201",),
            name="红柳村",
            township_name="清泉乡",
            county_name="样例县",
        ),
        Village(
            path="99/01/01/002/201/",
            codes=("990101002201",),
            name="红柳村",
            township_name="白杨乡",
            county_name="样例县",
        ),
        Village(
            path="99/01/02/001/201/", codes=("990102001201",), name="远山村", township_name="远山乡", county_name="邻县"
        ),
    ]
)


def number(serial: int, born: str = "19800101") -> str:
    stem = f"990101{born}{serial:03d}"
    return stem + check_character(stem)


def english(*rows: list[Cell], within: str = "99/01/01/") -> CheckedFile:
    match = match_headers(ENGLISH, REGISTRY_COLUMNS)
    parsed = [parse_row(SheetRow(number=n, cells=tuple(row)), match, RULES) for n, row in enumerate(rows, start=2)]
    return check_rows(parsed, VILLAGES, within=within)


def head(code: str = "H-001", serial: int = 1, size: Cell = "2", village: str = "990101001201") -> list[Cell]:
    return [village, code, "某甲", number(serial), "户主", size, ""]


def child(code: str = "H-001", serial: int = 2, size: Cell = "2", village: str = "990101001201") -> list[Cell]:
    return [village, code, "某乙", number(serial, "20100305"), "之子", size, ""]


def told(checked: CheckedFile) -> list[tuple[int, str, str]]:
    return [(issue.row, issue.column, issue.code) for issue in checked.issues]


def test_a_row_of_the_chinese_county_sheet_is_understood() -> None:
    match = match_headers(CHINESE, REGISTRY_COLUMNS)
    assert len(CHINESE) == 26
    assert match.banned_positions == (10,)
    cells = (
        f"样例县,清泉乡,红柳村,一组,H-001,1,某甲,{number(1)},1,户主,某,小学,非在校生,残疾,弱劳动力或半劳动力,县外省内务工,8,"
        "是,已脱贫,一般贫困户,因病,否,是,否,8100.00,13900000000"
    ).split(",")
    parsed = parse_row(SheetRow(number=2, cells=tuple(cells)), match, RULES)
    assert parsed.issues == ()
    row = parsed.row
    assert row is not None
    assert row.id_number is not None
    assert row.id_number.text == number(1)
    assert (row.household_code, row.member_number, row.name, row.phone) == ("H-001", "1", "某甲", "13900000000")
    assert row.date_of_birth == date(1980, 1, 1)
    assert (row.relation, row.labour_capacity, row.disabled, row.in_school) == (
        Relation.HEAD,
        LabourCapacity.PARTIAL,
        True,
        False,
    )
    checked = check_rows([parsed], VILLAGES, within="99/01/01/")
    draft = checked.drafts[0]
    assert draft.area_path == "99/01/01/001/201/"
    assert draft.registration_history is RegistrationHistory.GRADUATED
    assert draft.monitoring_category is MonitoringCategory.NONE
    assert (draft.safe_housing, draft.safe_water) == (True, True)


def test_an_attitude_among_the_causes_is_refused_and_counted() -> None:
    match = match_headers([*ENGLISH, "主要致贫原因"], REGISTRY_COLUMNS)
    parsed = [
        parse_row(SheetRow(number=n, cells=(*head(f"H-00{n}", n, "1"), cause)), match, RULES)
        for n, cause in enumerate(["因病", "自身发展动力不足", "因学、自身动力"], start=2)
    ]
    assert check_rows(parsed, VILLAGES, within="99/01/01/").banned_values_refused == 2


def test_two_sound_rows_are_one_household() -> None:
    checked = english(head(), child())
    assert told(checked) == []
    assert [(draft.code, len(draft.rows)) for draft in checked.drafts] == [("H-001", 2)]
    assert (checked.rows_read, checked.rows_valid, checked.households_read) == (2, 2, 1)


def test_rows_of_a_household_may_stand_apart() -> None:
    checked = english(head(), head("H-002", 5, "1"), child())
    assert told(checked) == []
    assert [(draft.code, [row.number for row in draft.rows]) for draft in checked.drafts] == [
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
            [(5, "id_number", "DUPLICATE_ID_IN_FILE")],
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
def test_each_fault_has_its_row_column_and_code(rows: list[list[Cell]], expected: list[tuple[int, str, str]]) -> None:
    checked = english(*rows)
    assert told(checked) == expected
    spoilt = {row for row, _column, _code in expected}
    assert not spoilt & {row.number for draft in checked.drafts for row in draft.rows}


def test_no_report_holds_a_personal_value() -> None:
    checked = english([*head(size="1")[:3], number(1)[:17] + "Z", "户主", "1", ""])
    shown = repr(checked.issues)
    assert number(1)[:10] not in shown
    assert "某甲" not in shown
    assert checked.issues[0].value == "99****************"


def test_villages_are_found_by_name_when_the_names_leave_no_doubt() -> None:
    match = match_headers(["乡", "行政村", "户编号", "姓名", "证件号码", "与户主关系"], REGISTRY_COLUMNS)

    def paths(*rows: tuple[str, ...]) -> list[tuple[str | None, str | None]]:
        parsed = [parse_row(SheetRow(number=n, cells=row), match, RULES) for n, row in enumerate(rows, start=2)]
        checked = check_rows(parsed, VILLAGES, within="99/01/")
        issue = next(iter(checked.issues), None)
        draft = next(iter(checked.drafts), None)
        return [(draft.area_path if draft else None, issue.code if issue else None)]

    assert paths(("白杨乡", "红柳行政村", "H-1", "某甲", number(1), "户主")) == [("99/01/01/002/201/", None)]
    assert paths(("", "红柳村", "H-1", "某甲", number(1), "户主")) == [(None, "AMBIGUOUS_VILLAGE")]
    assert paths(("白杨乡", "无名村", "H-1", "某甲", number(1), "户主")) == [(None, "UNKNOWN_VILLAGE")]


def test_the_registry_takes_out_what_it_knows() -> None:
    checked = english(
        head("H-001", 1, "1"),
        head("H-002", 2, "1"),
        head("H-003", 3, "2"),
        child("H-003", 4, "2"),
        head("H-004", 5, "1"),
    )
    known = RegisteredAlready(
        household_codes=frozenset({"H-001", "H-002"}), id_numbers={number(2): "H-002", number(4, "20100305"): None}
    )
    fresh, unchanged = check_registry(checked, known, frozenset({"H-001"}))
    assert [draft.code for draft in unchanged] == ["H-001"]
    assert [draft.code for draft in fresh.drafts] == ["H-004"]
    assert told(fresh) == [
        (3, "household_code", "DUPLICATE_HOUSEHOLD"),
        (4, "household_code", "HOUSEHOLD_HAS_ERRORS"),
        (5, "id_number", "DUPLICATE_ID_IN_REGISTRY"),
    ]


def test_the_order_of_rows_does_not_change_what_a_household_says() -> None:
    one = english(head(), child()).drafts[0]
    other = english(child(), head()).drafts[0]
    assert canonical(one) == canonical(other)
    assert canonical(one) != canonical(english(head(), child(serial=3)).drafts[0])


def test_reports_use_the_headers_of_the_file() -> None:
    header = ["行政村代码", "户编号", "姓名", "身份证号", "与户主关系"]
    match = match_headers(header, REGISTRY_COLUMNS)
    row = SheetRow(number=2, cells=("990101001201", "H-001", "某甲", "12", "户主"))
    checked = check_rows([parse_row(row, match, RULES)], VILLAGES, within="99/01/01/")
    assert [issue.column for issue in in_senders_words(checked.issues, match)] == ["身份证号"]


def test_water_called_safe_and_difficult_is_taken_as_not_safe_with_a_warning() -> None:
    match = match_headers([*ENGLISH, "饮水安全", "饮水困难"], REGISTRY_COLUMNS, HeaderChoice())
    parsed = parse_row(SheetRow(number=2, cells=(*head(size="1"), "是", "是")), match, RULES)
    assert [(issue.code, issue.severity) for issue in parsed.issues] == [("WATER_ANSWERS_DIFFER", Severity.WARNING)]
    assert check_rows([parsed], VILLAGES, within="99/").drafts[0].safe_water is False


def test_an_account_that_does_not_add_up_is_refused() -> None:
    ImportAccount(
        rows_read=3, rows_registered=1, rows_unchanged=1, rows_rejected=1, households_read=1, households_valid=1
    )
    with pytest.raises(AccountOutOfBalance):
        ImportAccount(rows_read=3, rows_registered=1).require_balance()
