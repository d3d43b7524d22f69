"""A workbook to fill in, made for one area: Help, Households, Members, Codes, with lists to choose from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from households_service.files.domain import TEMPLATE_SHEETS
from households_service.imports.registry_sheet import HOUSEHOLD_CODE, REGISTRY_SHEET, VILLAGE_CODE
from households_service.sheets.schema import SheetColumn

_HOUSEHOLDS, _MEMBERS = TEMPLATE_SHEETS
ROWS = 5_000
"""So far down reach the lists to choose from; rows below are read like any other."""
_WIDTH = 18
_HELP = (
    ("填写说明", "How to fill this in"),
    (
        "每户在 Households 填一行；每个家庭成员在 Members 填一行，户编号相同。",
        "One row a household on Households; one row a member on Members, with the household's code.",
    ),
    (
        "不要改动表头。不要增加民族、宗教、政治面貌、思想态度等列：这些列不会被读取。",
        "Leave the headers as they are. Columns on ethnicity, religion, politics or attitude are never read.",
    ),
    (
        "证件号码按文本填写（18 位），不要让表格软件改成数字。",
        "Type ID numbers as text (18 characters); a number loses its last digits.",
    ),
    (
        "没有证件号码的，填写出生日期，例如 2020-09-18。",
        "Without an ID number give the date of birth, such as 2020-09-18.",
    ),
    ("带下拉列表的列只填列表中的值。", "Where a cell offers a list, choose from it."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVillage:
    code: str
    name: str
    township: str


def template(area_name: str, area_path: str, villages: Sequence[TemplateVillage], *, chinese: bool = True) -> bytes:
    """`villages`: those of the area, which the template offers. Blocking for a moment."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8EEF7", "border": 1})
        text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        help_sheet = book.add_worksheet("Help")
        sheets = {name: book.add_worksheet(name) for name in TEMPLATE_SHEETS}
        codes = book.add_worksheet("Codes")
        help_sheet.set_column(0, 1, 60, wrapped)
        help_sheet.write_row(0, 0, (f"{area_name} ({area_path})", ""), bold)
        for number, (zh, en) in enumerate(_HELP, start=1):
            help_sheet.write_row(number, 0, (zh, en), wrapped)
        lists = _codes(codes, villages, bold, text, chinese=chinese)
        for name, sheet in sheets.items():
            columns = _columns(name)
            sheet.set_column(0, len(columns) - 1, _WIDTH, text)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column.label if chinese else column.name, bold)
                if column.note:
                    sheet.write_comment(0, place, column.note)
                if column.name in lists:
                    sheet.data_validation(
                        1,
                        place,
                        ROWS,
                        place,
                        {"validate": "list", "source": lists[column.name], "error_type": "warning"},
                    )
        first = len(_HELP) + 2
        help_sheet.write_row(first, 0, ("列 / column", "说明 / meaning"), bold)
        for number, column in enumerate([*_columns(_HOUSEHOLDS), *_columns(_MEMBERS)[1:]], start=first + 1):
            needed = " (必填 / needed)" if column.required or column.name == VILLAGE_CODE else ""
            help_sheet.write_row(number, 0, (f"{column.label} / {column.name}{needed}", column.note), wrapped)
    return content.getvalue()


def _columns(sheet: str) -> list[SheetColumn]:
    offered = [column for column in REGISTRY_SHEET.columns if column.in_template]
    code = REGISTRY_SHEET.by_name[HOUSEHOLD_CODE]
    rest = [column for column in offered if column.name != HOUSEHOLD_CODE]
    of_household = sheet == _HOUSEHOLDS
    chosen = [column for column in rest if column.of_household is of_household]
    return [code, *sorted(chosen, key=lambda column: column.name != VILLAGE_CODE)] if of_household else [code, *chosen]


def _codes(
    sheet: xlsxwriter.worksheet.Worksheet,
    villages: Sequence[TemplateVillage],
    bold: xlsxwriter.format.Format,
    text: xlsxwriter.format.Format,
    *,
    chinese: bool,
) -> dict[str, str]:
    """Writes the lists in both languages, villages with their names beside.

    Returns where each list stands, in the language of the headers.
    """
    lists: dict[str, str] = {}
    sheet.write_row(0, 0, ("行政村代码", "行政村", "乡"), bold)
    sheet.set_column(0, 2, _WIDTH, text)
    for number, village in enumerate(villages, start=1):
        sheet.write_row(number, 0, (village.code, village.name, village.township), text)
    if villages:
        lists[VILLAGE_CODE] = f"=Codes!$A$2:$A${len(villages) + 1}"
    place = 4
    for column in REGISTRY_SHEET.columns:
        if not (column.in_template and column.shown):
            continue
        sheet.write_row(0, place, (column.label, column.name), bold)
        for number, (zh, en) in enumerate(column.shown, start=1):
            sheet.write_row(number, place, (zh, en), text)
        letter = xlsxwriter.utility.xl_col_to_name(place if chinese else place + 1)
        lists[column.name] = f"=Codes!${letter}$2:${letter}${len(column.shown) + 1}"
        place += 3
    return lists
