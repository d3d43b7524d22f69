"""Words of the sheet: what a template offers is taken, in both languages, and a refusal names what may stand there."""

from __future__ import annotations

import polars as pl
import pytest

from households_service.imports.registry_sheet import REGISTRY_SHEET
from households_service.sheets.checking import read_cells
from households_service.sheets.kinds import Cells
from households_service.sheets.schema import SheetColumn
from tests.households_service.registry_rows import RULES, checked_sheet, found, head

OFFERED = [column for column in REGISTRY_SHEET.columns if column.shown]


@pytest.mark.parametrize("column", OFFERED, ids=lambda column: column.name)
def test_what_the_template_offers_is_taken_and_means_the_same_in_both_languages(column: SheetColumn) -> None:
    for label, code in column.shown:
        read = read_cells(Cells(texts=pl.Series([label, code, code.upper()])), column.kind, RULES)
        assert (read.faults.to_list(), read.values.n_unique(), read.values.null_count()) == ([0, 0, 0], 1, 0), label


def test_the_offered_choices_are_all_different() -> None:
    for column in OFFERED:
        read = read_cells(Cells(texts=pl.Series([label for label, _ in column.shown])), column.kind, RULES)
        assert read.values.n_unique() == len(column.shown), column.name


@pytest.mark.parametrize(
    ("header", "value", "message"),
    [
        pytest.param(
            "与户主关系",
            "伯乐",
            "The value is none of 户主 (head), 配偶 (spouse), 子女 (child), 儿媳 (child_in_law), 孙子 (grandchild),"
            " 父母 (parent), 岳父 (parent_in_law), 祖父 (grandparent), 兄弟姐妹 (sibling), 其他 (other).",
            id="relation",
        ),
        pytest.param(
            "健康状况",
            "肺炎",
            "The value is none of 健康 (healthy), 长期慢性病 (chronic illness), 患有大病 (serious illness), 残疾 (disabled).",
            id="health",
        ),
        pytest.param(
            "劳动技能",
            "x",
            "The value is none of 普通劳动力 (full), 弱劳动力 (partial), 无劳动力 (none).",
            id="labour",
        ),
        pytest.param("在校生状况", "x", "The value is none of 是 (yes), 否 (no).", id="school"),
        pytest.param("危房户", "x", "Write 是 or 否 (yes or no).", id="a yes or no"),
    ],
)
def test_a_value_that_is_in_no_list_is_told_the_list(header: str, value: str, message: str) -> None:
    columns = ["village_code", "household_code", "name", "id_number", "relation", "household_size", "date_of_birth"]
    row = head(size="1")
    if header == "与户主关系":
        row[4] = value
        columns[4] = header
    else:
        columns.append(header)
        row.append(value)
    assert [issue.message for issue in found(checked_sheet(columns, row)) if issue.code == "NOT_IN_LIST"] == [message]


@pytest.mark.parametrize("word", ["高中二年级", "本科一年级", "硕士研究生及以上", "在校生", "学前教育"])
def test_every_kind_of_school_is_school(word: str) -> None:
    kind = REGISTRY_SHEET.by_name["in_school"].kind
    assert read_cells(Cells(texts=pl.Series([word])), kind, RULES).values.to_list() == ["PUPIL"]
