"""Rows of a county's sheet about invented people, checked without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from households_service.files.columns import HeaderChoice, HeaderMatch, match_headers
from households_service.files.grid import Grid
from households_service.files.issues import RowIssue, Severity
from households_service.imports.domain import HouseholdDraft
from households_service.imports.households import CheckedFile
from households_service.imports.places import Village, VillageIndex
from households_service.imports.reading import check_file
from households_service.imports.registry_sheet import REGISTRY_SHEET
from households_service.imports.staging import KEPT, drafts_of
from households_service.linkage.identity_number import check_character
from households_service.sheets.kinds import Rules

RULES = Rules(today=date(2020, 9, 18), sample_ids_allowed=True)
CHINESE = (
    "县", "乡", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码", "人数",
    "与户主关系", "民族", "文化程度", "在校生状况", "健康状况", "劳动技能", "务工状况", "务工时间", "参加大病医疗",
    "脱贫属性", "贫困户属性", "主要致贫原因", "危房户", "饮水安全", "饮水困难", "人均纯收入", "联系电话",
)  # fmt: skip
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


def grid_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid:
    return Grid(
        header=tuple(header),
        numbers=pl.int_range(2, len(rows) + 2, dtype=pl.UInt32, eager=True),
        cells=pl.DataFrame({str(n): [row[n] for row in rows] for n in range(len(header))}),
        numeric={},
    )


def match_of(header: Sequence[str]) -> HeaderMatch:
    return match_headers(header, REGISTRY_SHEET.headers, HeaderChoice())


def checked_sheet(header: Sequence[str], *rows: Sequence[str], within: str = "99/01/01/") -> CheckedFile:
    return check_file(grid_of(header, rows), match_of(header), VILLAGES, RULES, within=within)


def english(*rows: list[str], within: str = "99/01/01/") -> CheckedFile:
    return checked_sheet(ENGLISH, *rows, within=within)


def drafts(checked: CheckedFile) -> list[HouseholdDraft]:
    return drafts_of(checked.sound.select(KEPT))


def found(checked: CheckedFile) -> list[RowIssue]:
    return [
        RowIssue(row=row, column=column, code=code, message=message, value=value, severity=Severity(severity))
        for row, _, column, code, message, value, severity in checked.issues.iter_rows()
    ]


def head(code: str = "H-001", serial: int = 1, size: str = "2", village: str = "990101001201") -> list[str]:
    return [village, code, "某甲", number(serial), "户主", size, ""]


def child(code: str = "H-001", serial: int = 2, size: str = "2", village: str = "990101001201") -> list[str]:
    return [village, code, "某乙", number(serial, "20100305"), "之子", size, ""]


def told(checked: CheckedFile) -> list[tuple[int, str, str]]:
    return [(issue.row, issue.column, issue.code) for issue in found(checked)]
