"""The process that opens a file. Knows nothing, may die: its limits are set before the first byte is read.

Arguments: format, memory bytes, CPU seconds, encoding ("" to find it out). On stdin come the known headers, as a line,
and the file. On stdout goes either `{"refusal": code, ...}`, or for a CSV `{"header", "headerRow", "delimiter",
"quoted", "beginsWithHeader", "numbers"}` and the body's bytes, or for each sheet of a workbook `{"sheet", "header",
"headerRow"}` and parts: `{"numbers", "columns": [[bytes, numeric]]}` and the columns' texts, cells apart by the unit
separator; or one part for all of it, `{"numbers", "texts": bytes, "numeric"}`, the distinct texts and for each column
the places of its cells among them. Light on purpose: every import is paid for each file.
"""

from __future__ import annotations

import gc
import io
import resource
import sys
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from itertools import chain, islice

import orjson

from chassis.errors import Refusal
from households_service.files.delimited import read_delimited
from households_service.files.domain import (
    MAX_COLUMNS,
    MAX_ROWS,
    TEMPLATE_SHEETS,
    FileEmpty,
    FileEncoding,
    FileFormat,
    FileNotAWorkbook,
    FileTooLarge,
    WorkbookProtected,
)
from households_service.files.encodings import utf8_of
from households_service.files.headers import ROWS_LOOKED_AT, header_place

UNIT_SEPARATOR = "\x1f"
_ROWS_PER_PART = 10_000
_LARGE_BYTES = 200_000


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main(arguments: Sequence[str]) -> int:
    file_format, memory_bytes, cpu_seconds, encoding = arguments
    # Millions of cells live until the end anyway; looking for cycles among them would cost as much as reading them.
    gc.disable()
    _limit(int(memory_bytes), int(cpu_seconds))
    headers = frozenset(orjson.loads(sys.stdin.buffer.readline()))
    content = sys.stdin.buffer.read()
    out = sys.stdout.buffer
    parts = _workbook(content, headers) if file_format == FileFormat.XLSX else _csv(content, encoding, headers)
    try:
        for part in parts:
            out.write(part)
    except Refusal as refusal:
        out.write(_line({"refusal": refusal.code, "message": refusal.message, "field": refusal.field}))
    return 0


def _csv(content: bytes, encoding: str, headers: AbstractSet[str]) -> Iterator[bytes]:
    utf8, _ = utf8_of(content, FileEncoding(encoding) if encoding else None)
    read = read_delimited(utf8, headers)
    yield _line(
        {
            "header": read.header,
            "headerRow": read.header_row,
            "delimiter": read.delimiter,
            "quoted": read.quoted,
            "beginsWithHeader": read.begins_with_header,
            "numbers": read.numbers or None,
        }
    )
    yield read.body


def _workbook(content: bytes, headers: AbstractSet[str]) -> Iterator[bytes]:
    if len(content) >= _LARGE_BYTES:
        # Loaded under the limits on purpose, and only where it pays.
        from households_service.files.plain_workbook import plain_sheet  # noqa: PLC0415 - loaded where it is used, under the limits

        plain = plain_sheet(content, lambda number: _text(number)[0], headers=headers)
        if plain is not None:
            yield from plain.parts()
            return
    from python_calamine import (  # noqa: PLC0415 - loaded where it is used, under the limits
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [
            meta.name
            for meta in workbook.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
        ]
        template = all(name in visible for name in TEMPLATE_SHEETS)
        found = 0
        for name in TEMPLATE_SHEETS if template else visible:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is None or sheet.end is None:
                continue
            if sheet.end[0] > MAX_ROWS or sheet.end[1] >= MAX_COLUMNS:
                raise FileTooLarge(f"The sheet has cells outside {MAX_ROWS} rows and {MAX_COLUMNS} columns.")
            found += 1
            # iter_rows begins at the first row of the grid, but at the first used column.
            yield from _sheet(name, sheet.iter_rows(), headers, left=sheet.start[1])
            if not template:
                return
    except PasswordError:
        raise WorkbookProtected("The workbook has a password: take it off and send it again.") from None
    except (CalamineError, OSError, ValueError):
        raise FileNotAWorkbook("The content is no workbook that can be read: save it again as .xlsx or .csv.") from None
    if not found:
        raise FileEmpty("The workbook holds no rows.")


def _sheet(name: str, rows: Iterator[Sequence[object]], headers: AbstractSet[str], *, left: int) -> Iterator[bytes]:
    top: list[Sequence[object]] = []
    given: list[int] = []
    for number, row in enumerate(rows, start=1):
        top.append(row)
        if row.count("") < len(row):
            given.append(number)
            if len(given) == ROWS_LOOKED_AT:
                break
    shown = [[_text(cell)[0] for cell in top[number - 1]] for number in given]
    place = header_place(shown, given, headers) if given else 0
    number = given[place] if given else len(top)
    yield _line({"sheet": name, "header": [""] * left + (shown[place] if given else []), "headerRow": number})
    rows = chain(top[number:], rows)
    while part := list(islice(rows, _ROWS_PER_PART)):
        kept = [row for row in part if row.count("") < len(row)]
        numbers = None
        if len(kept) < len(part):
            numbers = [place for place, row in enumerate(part, start=number + 1) if row.count("") < len(row)]
        first, number = number + 1, number + len(part)
        if not kept:
            continue
        columns = [_column(column) for column in zip(*kept, strict=True)]
        empty = (UNIT_SEPARATOR * (len(kept) - 1)).encode()
        whole = [(empty, False)] * left + columns
        yield _line(
            {
                "rows": len(kept),
                "first": first,
                "numbers": numbers,
                "columns": [[len(text), numeric] for text, numeric in whole],
            }
        )
        yield from (text for text, _ in whole)


def _column(cells: Sequence[object]) -> tuple[bytes, list[int] | bool]:
    """The texts, and the places of cells that are numbers in the workbook: of some, of all (True) or none (False)."""
    numeric: list[int] = []
    texts: Sequence[str]
    if set(map(type, cells)) == {str}:
        texts = cells  # type: ignore[assignment]  # just looked at
    else:
        pairs = [_text(cell) for cell in cells]
        texts = [text for text, _ in pairs]
        numeric = [place for place, (_, is_number) in enumerate(pairs) if is_number]
    joined = UNIT_SEPARATOR.join(texts)
    if joined.count(UNIT_SEPARATOR) >= len(texts):
        # Another control character says the same: this is no text.
        joined = UNIT_SEPARATOR.join(text.replace(UNIT_SEPARATOR, "\x1e") for text in texts)
    return joined.encode("utf-8", "replace"), (True if len(numeric) == len(cells) else numeric or False)


def _text(cell: object) -> tuple[str, bool]:
    """A cell as text, and whether it is a number. Dates become ISO text.

    A whole float below 2**53 is shown as an integer: a spreadsheet stores every number as a float. Any other keeps
    its point or exponent, which tells a spoilt ID number.
    """
    if isinstance(cell, float):
        return (str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)), True
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell), True
    return _other_text(cell), False


def _other_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _line(value: object) -> bytes:
    return orjson.dumps(value) + b"\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
