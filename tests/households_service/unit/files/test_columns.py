"""Headers: known by many spellings, banned ones dropped and counted, unknown ones stop the file."""

from __future__ import annotations

import pytest

from households_service.files.columns import (
    BannedColumnMapped,
    Column,
    ColumnMissing,
    ColumnSet,
    ColumnTwice,
    HeaderChoice,
    HeaderMissing,
    HeaderUnknown,
    column_letter,
    is_banned,
    match_headers,
)

KNOWN = ColumnSet(
    columns=(
        Column(name="household_code", spellings=("户编号",), required=True),
        Column(name="name", spellings=("姓名",)),
        Column(name="id_number", spellings=("证件号码",)),
        Column(name="date_of_birth", spellings=("出生日期",)),
    ),
    one_of=(("id_number", "date_of_birth"),),
)


def test_spellings_width_case_and_units_do_not_matter() -> None:
    match = match_headers(["户 编号*", "ＮＡＭＥ", "Id-Number (18)"], KNOWN)
    assert match.positions == {"household_code": 0, "name": 1, "id_number": 2}
    assert match.banned_count == 0


def test_banned_columns_are_counted_and_not_matched() -> None:
    match = match_headers(["户编号", "民族", "证件号码", "政治面貌", "自身动力", "Ethnicity"], KNOWN)
    assert match.positions == {"household_code": 0, "id_number": 2}
    assert match.banned_positions == (1, 3, 4, 5)


@pytest.mark.parametrize(
    "header",
    ["民族", "民族代码", "宗教信仰", "是否党员", "自身发展动力不足", "Religion", "partyMembership", "own motivation", "GPS trace",
     "passport no", "信访记录", "Police record", "trust_score", "指纹", "计划生育",
     "民 族", "民　族", "民_族", "宗 教 信 仰"],
)  # fmt: skip
def test_what_must_never_be_read_is_banned(header: str) -> None:
    assert is_banned(header)


@pytest.mark.parametrize(
    "header", ["surface", "Trace-free".replace("Trace-free", "terrace"), "姓名", "healthInsured", "人数"]
)
def test_words_that_only_contain_a_banned_one_are_not(header: str) -> None:
    assert not is_banned(header)


def test_a_diagnosis_is_banned_where_health_detail_is() -> None:
    assert is_banned("疾病诊断", health_detail=True)
    assert is_banned("diagnosisCode", health_detail=True)
    assert not is_banned("diagnosisCode")


def test_an_unknown_header_names_its_column_and_the_nearest_known_one() -> None:
    with pytest.raises(HeaderUnknown) as caught:
        match_headers(["户编号", "证件号", "favourite_colour"], KNOWN)
    assert caught.value.code == "UNKNOWN_COLUMN"
    assert "column B “证件号” (nearest known: id_number, also written 证件号码)" in caught.value.message
    assert "column C “favourite_colour”" in caught.value.message


def test_an_unknown_header_that_looks_like_a_value_is_not_repeated() -> None:
    with pytest.raises(HeaderUnknown) as caught:
        match_headers(["户编号", "出生日期", "990101198001011234"], KNOWN)
    assert "990101198001011234" not in caught.value.message


def test_a_person_may_map_or_ignore_an_unknown_header_by_name() -> None:
    choice = HeaderChoice(mapped=(("证件号", "id_number"),), ignored=("备注",))
    match = match_headers(["户编号", "证件号", "备注"], KNOWN, choice)
    assert match.positions == {"household_code": 0, "id_number": 1}
    assert match.ignored_positions == (2,)


def test_a_banned_column_cannot_be_mapped() -> None:
    with pytest.raises(BannedColumnMapped):
        match_headers(["户编号", "民族", "证件号码"], KNOWN, HeaderChoice(mapped=(("民族", "name"),)))


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        pytest.param(["H-001", "某某", "990101198001011234"], HeaderMissing, id="no header row"),
        pytest.param(["姓名", "证件号码"], ColumnMissing, id="a required column"),
        pytest.param(["户编号", "姓名"], ColumnMissing, id="one of two columns"),
        pytest.param(["户编号", "household_code", "证件号码"], ColumnTwice, id="a column twice"),
    ],
)
def test_a_header_that_cannot_work_is_refused(header: list[str], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        match_headers(header, KNOWN)


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_a_spreadsheet_does(index: int, letters: str) -> None:
    assert column_letter(index) == letters
