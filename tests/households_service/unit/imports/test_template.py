"""The workbook to fill in, as whoever fills it in meets it: chosen from its lists and sent back, nothing is wrong."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from households_service.files.columns import match_headers
from households_service.files.domain import FileFormat
from households_service.files.reading import read_grid
from households_service.imports.places import Village, VillageIndex
from households_service.imports.reading import TEMPLATE_KEY, check_file
from households_service.imports.registry_sheet import REGISTRY_SHEET
from households_service.imports.template import TemplateVillage, template
from tests.households_service.registry_rows import RULES, drafts, number

VILLAGE = TemplateVillage(code="990101001201", name="红柳村", township="清泉乡")
INDEX = VillageIndex(
    [
        Village(
            path="99/01/01/001/201/",
            codes=(VILLAGE.code,),
            name=VILLAGE.name,
            township_name=VILLAGE.township,
            county_name="样例县",
        )
    ]
)
_LIST = re.compile(r"=?Codes!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)")


def opened(*, chinese: bool) -> Workbook:
    return load_workbook(io.BytesIO(template("样例县", "99/01/01/", [VILLAGE], chinese=chinese)))


def sheet_of(book: Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


def header_of(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[1]]


def lists_of(book: Workbook, name: str) -> Mapping[str, list[str]]:
    """By header what its drop-down offers."""
    sheet, codes = sheet_of(book, name), sheet_of(book, "Codes")
    found = {}
    for one in sheet.data_validations.dataValidation:
        place = _LIST.fullmatch(str(one.formula1))
        assert place is not None
        cells = [codes[f"{place[1]}{row}"].value for row in range(int(place[2]), int(place[3]) + 1)]
        column = sheet[str(one.sqref).split(":")[0]].column
        found[header_of(sheet)[int(column) - 1]] = [str(cell) for cell in cells]
    return found


@pytest.mark.parametrize("chinese", [True, False], ids=["Chinese", "English"])
def test_every_choice_is_offered_in_the_language_of_the_headers(*, chinese: bool) -> None:
    book = opened(chinese=chinese)
    assert book.sheetnames == ["Help", "Households", "Members", "Codes"]
    offered = {**lists_of(book, "Households"), **lists_of(book, "Members")}
    expected = {"行政村代码" if chinese else "village_code": [VILLAGE.code]}
    for column in REGISTRY_SHEET.columns:
        if column.in_template and column.shown:
            words = [label if chinese else code for label, code in column.shown]
            expected[column.label if chinese else column.name] = words
    assert offered == expected


@pytest.mark.parametrize("chinese", [True, False], ids=["Chinese", "English"])
def test_filled_in_from_its_lists_it_is_taken_as_it_is(*, chinese: bool) -> None:
    """As many households as the longest list has choices, so that each choice is sent once."""
    book = opened(chinese=chinese)
    homes, members = sheet_of(book, "Households"), sheet_of(book, "Members")
    typed = ("户编号", "姓名", "证件号码") if chinese else ("household_code", "name", "id_number")
    count = 10
    for place in range(count):
        code = f"H-{place:03d}"
        _fill(homes, 2 + place, lists_of(book, "Households"), place, {typed[0]: code})
        for order in range(2):
            values = {typed[0]: code, typed[1]: f"某{'甲乙'[order]}", typed[2]: number(2 * place + order)}
            relations = lists_of(book, "Members")["与户主关系" if chinese else "relation"]
            values["与户主关系" if chinese else "relation"] = relations[1 + place % 9 if order else 0]
            _fill(members, 2 + 2 * place + order, lists_of(book, "Members"), place, values)
    content = io.BytesIO()
    book.save(content)

    grid = read_grid(content.getvalue(), FileFormat.XLSX, key=TEMPLATE_KEY)
    match = match_headers(grid.header, REGISTRY_SHEET.headers)
    checked = check_file(grid, match, INDEX, RULES, within="99/01/01/")

    assert checked.issues.height == 0
    found = drafts(checked)
    assert (len(found), sum(len(draft.rows) for draft in found)) == (count, 2 * count)
    assert len({draft.monitoring_category for draft in found}) == 4
    assert len({draft.registration_history for draft in found}) == 3
    assert {draft.safe_water for draft in found} == {True, False}


def _fill(sheet: Worksheet, row: int, lists: Mapping[str, list[str]], place: int, values: Mapping[str, str]) -> None:
    for column, name in enumerate(header_of(sheet), start=1):
        value = values.get(name)
        if value is None and name in lists:
            value = lists[name][place % len(lists[name])]
        if value is not None:
            sheet.cell(row, column).value = value
