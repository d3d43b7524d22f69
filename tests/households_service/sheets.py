"""Registry sheets and feed records about invented people, as bytes and as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook

from tests.households_service.factories import id_number

HEADER = ("行政村代码", "户编号", "姓名", "证件号码", "人数", "与户主关系", "民族", "劳动技能")
VILLAGE_CODE = "990101001201"

Row = tuple[object, ...]


def household_rows(code: str, order: int, *, size: int = 2, village: str = VILLAGE_CODE) -> list[Row]:
    """A head and `size - 1` children."""
    rows: list[Row] = [
        (
            village,
            code,
            f"户主{order}",
            id_number(born=date(1980, 1, 1), order=order),
            size,
            "户主",
            "某族",
            "普通劳动力",
        )
    ]
    rows += [
        (village, code, f"孩子{order}之{n}", id_number(born=date(2010, 1, n), order=order), size, "之子", "某族", "")
        for n in range(1, size)
    ]
    return rows


def csv_bytes(
    rows: Sequence[Row], *, header: Sequence[str] = HEADER, encoding: str = "utf-8", above: Sequence[Row] = ()
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows((*above, header))
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(rows: Sequence[Row], *, header: Sequence[str] = HEADER, above: Sequence[Row] = ()) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (*above, header, *rows):
        sheet.append(list(row))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def bill(record_id: str, amount: str, person: dict[str, object], **changes: object) -> dict[str, object]:
    return {
        "recordId": record_id,
        "person": person,
        "eventType": "SETTLEMENT",
        "eventDate": "2020-09-18",
        "purposeCode": "MONITORING",
        "sentAt": "2020-09-18T09:00:00+08:00",
        "oopAmount": amount,
        "settlementDate": "2020-09-17",
        "careKind": "INPATIENT",
        **changes,
    }
