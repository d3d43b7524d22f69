"""The 26-column sheet that counties use, sent as it is: each column ends where it should, or nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from households_service.files.columns import match_headers
from households_service.imports.domain import HouseholdDraft
from households_service.imports.registry_sheet import REGISTRY_SHEET
from households_service.imports.staging import KEPT
from households_service.members.domain import LabourCapacity, Relation
from households_service.registry.domain import RegistrationHistory
from tests.households_service.registry_rows import CHINESE, checked_sheet, drafts, found, match_of, number, told

ROW = (
    f"样例县,清泉乡,红柳村,一组,H-001,1,某甲,{number(1)},1,户主,某,小学,非在校生,残疾,弱劳动力或半劳动力,县外省内务工,8,"
    "是,已脱贫,一般贫困户,因病,否,是,否,8100.00,13900000000"
).split(",")
# Where each column ends: how our reports name it, and its attribute of the row or the household with the value there.
# No attribute: checked against the others, or known and forgotten.
ENDS = {
    "县": ("county", None),
    "乡": ("township", None),
    "行政村": ("village", ("area_path", "99/01/01/001/201/")),
    "自然村": ("hamlet", None),
    "户编号": ("household_code", ("code", "H-001")),
    "人编号": ("member_number", ("member_number", "1")),
    "姓名": ("name", ("name", "某甲")),
    "证件号码": ("id_number", ("id_number", number(1))),
    "人数": ("household_size", None),
    "与户主关系": ("relation", ("relation", Relation.HEAD)),
    "民族": (None, None),
    "文化程度": ("education", None),
    "在校生状况": ("in_school", ("in_school", False)),
    "健康状况": ("health", ("disabled", True)),
    "劳动技能": ("labour_capacity", ("labour_capacity", LabourCapacity.PARTIAL)),
    "务工状况": ("working_where", None),
    "务工时间": ("months_worked", None),
    "参加大病医疗": ("serious_illness_cover", None),
    "脱贫属性": ("graduation_status", ("registration_history", RegistrationHistory.GRADUATED)),
    "贫困户属性": ("registration_history", ("registration_history", RegistrationHistory.GRADUATED)),
    "主要致贫原因": ("main_cause", None),
    "危房户": ("unsafe_house", ("safe_housing", True)),
    "饮水安全": ("safe_water", ("safe_water", True)),
    "饮水困难": ("water_difficulty", ("safe_water", True)),
    "人均纯收入": ("per_capita_net_income", None),
    "联系电话": ("phone", ("phone", "13900000000")),
}


def sent(**changed: str) -> tuple[list[str], list[str]]:
    return list(CHINESE), [changed.get(name, value) for name, value in zip(CHINESE, ROW, strict=True)]


def draft_of(header: Sequence[str], row: Sequence[str]) -> HouseholdDraft:
    checked = checked_sheet(header, row)
    assert told(checked) == []
    (draft,) = drafts(checked)
    return draft


def test_the_walk_below_goes_through_all_26_columns() -> None:
    assert tuple(ENDS) == CHINESE
    assert len(CHINESE) == 26


@pytest.mark.parametrize("header", CHINESE)
def test_each_column_is_known_under_its_header(header: str) -> None:
    name, _ = ENDS[header]
    match = match_of(CHINESE)
    place = CHINESE.index(header)
    if name is None:
        assert match.banned_positions == (place,)
    else:
        assert match.positions[name] == place


@pytest.mark.parametrize("header", [name for name, (_, kept) in ENDS.items() if kept is not None])
def test_each_column_ends_in_its_place(header: str) -> None:
    kept = ENDS[header][1]
    assert kept is not None
    attribute, value = kept
    draft = draft_of(*sent())
    owner = draft.rows[0] if hasattr(draft.rows[0], attribute) and header != "行政村" else draft
    if attribute == "registration_history":
        owner = draft
    assert getattr(owner, attribute) == value
    assert draft.rows[0].date_of_birth == date(1980, 1, 1)


@pytest.mark.parametrize(
    ("header", "value", "attribute", "changed"),
    [
        pytest.param("行政村", "红柳行政村", "area_path", "99/01/01/001/201/", id="the village's name in full"),
        pytest.param("脱贫属性", "未脱贫", "registration_history", RegistrationHistory.REGISTERED, id="not graduated"),
        pytest.param("危房户", "是", "safe_housing", False, id="an unsafe house"),
        pytest.param("饮水安全", "否", "safe_water", False, id="unsafe water"),
    ],
)
def test_another_answer_of_a_household_changes_what_is_kept(
    header: str, value: str, attribute: str, changed: object
) -> None:
    assert getattr(draft_of(*sent(**{header: value})), attribute) == changed


@pytest.mark.parametrize(
    ("header", "value", "attribute", "changed"),
    [
        pytest.param("在校生状况", "高中一年级", "in_school", True, id="in school"),
        pytest.param("健康状况", "长期慢性病", "disabled", False, id="an illness is not kept"),
        pytest.param("劳动技能", "普通劳动力", "labour_capacity", LabourCapacity.FULL, id="able to work"),
        pytest.param("人编号", "7", "member_number", "7", id="another person number"),
        pytest.param("联系电话", "", "phone", None, id="no phone"),
    ],
)
def test_another_answer_of_a_person_changes_what_is_kept(
    header: str, value: str, attribute: str, changed: object
) -> None:
    assert getattr(draft_of(*sent(**{header: value})).rows[0], attribute) == changed


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        pytest.param("县", "邻县", "UNKNOWN_VILLAGE", id="the village is in no such county"),
        pytest.param("乡", "白云乡", "UNKNOWN_VILLAGE", id="nor township"),
        pytest.param("人数", "2", "HOUSEHOLD_SIZE_MISMATCH", id="not so many rows"),
        pytest.param("务工时间", "13", "NOT_A_NUMBER", id="a year has twelve months"),
        pytest.param("人均纯收入", "很多", "NOT_A_NUMBER", id="no amount"),
    ],
)
def test_what_is_not_kept_is_checked(header: str, value: str, code: str) -> None:
    assert [issue.code for issue in found(checked_sheet(*sent(**{header: value})))] == [code]


@pytest.mark.parametrize(
    "header", ["自然村", "文化程度", "务工状况", "参加大病医疗", "主要致贫原因", "务工时间", "人均纯收入"]
)
def test_what_is_known_and_not_kept_is_nowhere(header: str) -> None:
    """Nor does it change what is remembered of the household."""
    assert ENDS[header][0] not in KEPT
    assert draft_of(*sent(**{header: ""})) == draft_of(*sent())


def test_ethnicity_is_not_looked_at() -> None:
    checked = checked_sheet(*sent(民族="X" * 5_000))
    assert told(checked) == []
    assert "民族" not in checked.rows.columns
    assert not any(isinstance(value, str) and "XX" in value for value in checked.rows.row(0))


def test_headers_with_blanks_units_and_stars_are_the_same_headers() -> None:
    dressed = [f" *{name} " for name in CHINESE]
    dressed[CHINESE.index("务工时间")] = "务工时间（月）"
    dressed[CHINESE.index("人均纯收入")] = "人均纯收入(元)"
    match = match_headers(dressed, REGISTRY_SHEET.headers)
    assert match.positions == match_of(CHINESE).positions
