"""The process that opens a workbook. Knows nothing, may die: its limits are set before the first byte is read.

Writes one verdict line, then one JSON line `[row number, [cells]]` a row, the header first.
"""

from __future__ import annotations

import io
import resource
import sys
from datetime import date, datetime, time, timedelta

import orjson


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _plain(cell: object) -> str | int | float | bool | None:
    """Dates become ISO text; a whole float below 2**53 is an integer: a spreadsheet stores every number as a float."""
    if cell is None or isinstance(cell, (str, bool, int)):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def main(arguments: list[str]) -> int:
    memory_bytes, cpu_seconds, max_rows, max_columns = (int(argument) for argument in arguments)
    _limit(memory_bytes, cpu_seconds)
    # Loaded under the limits on purpose.
    from python_calamine import (  # noqa: PLC0415
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    out = sys.stdout.buffer
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    except PasswordError:
        out.write(b"protected\n")
        return 0
    except (CalamineError, OSError, ValueError):
        out.write(b"not-a-workbook\n")
        return 0
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet or meta.visible != SheetVisibleEnum.Visible:
            continue
        try:
            sheet = workbook.get_sheet_by_name(meta.name)
        except CalamineError:
            out.write(b"not-a-workbook\n")
            return 0
        if sheet.start is None or sheet.end is None:
            continue
        last_row, last_column = sheet.end
        if last_row > max_rows or last_column >= max_columns:
            out.write(b"too-large\n")
            return 0
        left_columns = sheet.start[1]
        out.write(b"rows\n")
        # iter_rows begins at the first row of the grid, but at the first used column.
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            plain = [None] * left_columns + [_plain(cell) for cell in cells]
            if all(cell is None or cell == "" for cell in plain):
                continue
            out.write(orjson.dumps([number, plain]) + b"\n")
        return 0
    out.write(b"empty\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
