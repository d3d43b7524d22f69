"""Large workbooks as spreadsheet programs write them, read without an XML reader, which costs five times as much.

Runs in the reading process. The answer is None wherever anything is not in the plain form; then nothing is known and
the real reader is asked. A test holds the two to the same answer.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson

from households_service.files.domain import MAX_ROWS, TEMPLATE_SHEETS
from households_service.files.headers import ROWS_LOOKED_AT, header_place
from households_service.files.plain_cells import OTHER, SHARED, TEXT, WHOLE, NotPlain, PlainCells, plain_cells

LARGE_SHEET_BYTES = 2 * 1024 * 1024
_MOST_CELLS = 60_000_000
_SEPARATOR = b"\x1f"
_ATTRIBUTE = re.compile(rb'([A-Za-z:]+)="([^"]*)"')
_SHEET = re.compile(rb"<sheet ([^>]*?)/?>")
_RELATION = re.compile(rb"<Relationship ([^>]*?)/?>")
_STYLE = re.compile(rb"<xf\b([^>]*?)/?>")
_ENTITY = re.compile(rb"&(?!(?:lt|gt|quot|apos|amp);)")
_ESCAPE = re.compile(rb"_x[0-9A-Fa-f]{4}_")
_NOT_UTF8 = re.compile(rb'<\?xml[^>]*encoding="(?!UTF-8"|utf-8")')
# General, numbers, money, percent and text: no date among them.
_NUMBER_FORMATS = frozenset({0, 1, 2, 3, 4, 9, 10, 11, 37, 38, 39, 40, 48, 49})

Show = Callable[[float], str]
Texts = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlainSheet:
    """`texts` begins with the empty one; `cells`: a row a column of the sheet, places in `texts`.

    `numbers`: of the rows, as a spreadsheet shows them. `numeric`: of each column the places of its numbers.
    """

    name: str
    header: list[str]
    header_row: int
    texts: list[bytes]
    numbers: npt.NDArray[np.int64]
    cells: Texts
    numeric: list[list[int] | bool]

    def parts(self) -> Iterator[bytes]:
        """As the reading process hands them over."""
        yield orjson.dumps({"sheet": self.name, "header": self.header, "headerRow": self.header_row}) + b"\n"
        count = len(self.numbers)
        if not count:
            return
        first = int(self.numbers[0])
        rising = int(self.numbers[-1]) - first == count - 1
        joined = _SEPARATOR.join(self.texts)
        yield (
            orjson.dumps(
                {
                    "rows": count,
                    "first": first,
                    "numbers": None if rising else self.numbers.tolist(),
                    "texts": len(joined),
                    "numeric": self.numeric,
                }
            )
            + b"\n"
        )
        yield joined
        yield self.cells.tobytes()


def plain_sheet(
    content: bytes, show: Show, *, headers: AbstractSet[str] = frozenset(), from_bytes: int = LARGE_SHEET_BYTES
) -> PlainSheet | None:
    """The first visible sheet, if it is large and plain. `show`: a number as text. `headers`: the known ones.

    Raises HeaderAmbiguous.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = _first_sheet(archive)
            if found is None or archive.getinfo(found[1]).file_size < from_bytes:
                return None
            name, path = found
            styles = _plain_styles(archive.read("xl/styles.xml"))
            # Who writes texts into their cells often leaves the list of shared ones out.
            listed = "xl/sharedStrings.xml" in archive.namelist()
            shared = _shared_texts(archive.read("xl/sharedStrings.xml")) if listed else []
            xml = archive.read(path)
            cells = plain_cells(xml, styles)
            if cells.texts and _NOT_UTF8.match(xml) is not None:
                return None
        return _table(name, cells, shared, show, headers)
    except (NotPlain, KeyError, zipfile.BadZipFile, OSError, ValueError):
        return None


def _first_sheet(archive: zipfile.ZipFile) -> tuple[str, str] | None:
    """Its name and its part. A filled template has more than one that counts: None."""
    targets = {}
    for relation in _RELATION.finditer(archive.read("xl/_rels/workbook.xml.rels")):
        said = dict(_ATTRIBUTE.findall(relation[1]))
        if said.get(b"Type", b"").endswith(b"/worksheet"):
            targets[said.get(b"Id")] = said.get(b"Target", b"").decode()
    visible = []
    for sheet in _SHEET.finditer(archive.read("xl/workbook.xml")):
        said = dict(_ATTRIBUTE.findall(sheet[1]))
        if said.get(b"state", b"visible") == b"visible" and said.get(b"r:id") in targets:
            visible.append((said.get(b"name", b"").decode(), targets[said.get(b"r:id")]))
    if not visible or all(name in dict(visible) for name in TEMPLATE_SHEETS):
        return None
    name, target = visible[0]
    return name, target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _plain_styles(xml: bytes) -> frozenset[int]:
    start, end = xml.find(b"<cellXfs"), xml.find(b"</cellXfs>")
    formats = [dict(_ATTRIBUTE.findall(style[1])).get(b"numFmtId", b"0") for style in _STYLE.finditer(xml, start, end)]
    return frozenset(place for place, given in enumerate(formats) if int(given) in _NUMBER_FORMATS)


def _shared_texts(xml: bytes) -> list[bytes]:
    """Raises NotPlain: rich text, readings, entities or escapes stand among them."""
    if b"<si" not in xml:
        return []
    start, end = xml.find(b"<si>"), xml.rfind(b"</si>")
    if start < 0 or end < 0 or _NOT_UTF8.match(xml) is not None:
        raise NotPlain
    body = xml[start : end + len(b"</si>")]
    if b' xml:space="preserve"' in body:
        body = body.replace(b'<t xml:space="preserve">', b"<t>")
    if b"<t/>" in body:
        body = body.replace(b"<t/>", b"<t></t>")
    if not body.startswith(b"<si><t>") or not body.endswith(b"</t></si>"):
        raise NotPlain
    texts = body[len(b"<si><t>") : -len(b"</t></si>")].split(b"</t></si><si><t>")
    if body.count(b"<") != 4 * len(texts) or _is_foreign(body):
        raise NotPlain
    body.decode("utf-8")
    return [_plain(text) for text in texts] if b"&" in body else texts


def _written_texts(texts: list[bytes]) -> list[bytes]:
    """Of cells that hold their own. Raises NotPlain as for those in the list."""
    joined = b"\0".join(texts)
    if joined.count(b"\0") >= max(len(texts), 1) or _is_foreign(joined):
        raise NotPlain
    joined.decode("utf-8")
    return [_plain(text) for text in texts] if b"&" in joined else texts


def _is_foreign(texts: bytes) -> bool:
    return (
        b"\r" in texts
        or _SEPARATOR in texts
        or (b"_x" in texts and _ESCAPE.search(texts) is not None)
        or (b"&" in texts and _ENTITY.search(texts) is not None)
    )


def _plain(text: bytes) -> bytes:
    if b"&" not in text:
        return text
    for entity, character in ((b"lt", b"<"), (b"gt", b">"), (b"quot", b'"'), (b"apos", b"'"), (b"amp", b"&")):
        text = text.replace(b"&" + entity + b";", character)
    return text


def _table(name: str, cells: PlainCells, shared: list[bytes], show: Show, headers: AbstractSet[str]) -> PlainSheet:
    if not cells.rows.size or int(cells.rows[-1]) > MAX_ROWS + 1:
        raise NotPlain
    is_shared = cells.kinds == SHARED
    if int(cells.values[is_shared].max(initial=-1)) >= len(shared):
        raise NotPlain
    written = _written_texts(cells.texts)
    whole, whole_places = np.unique(cells.values[cells.kinds == WHOLE], return_inverse=True)
    texts = [b"", *shared, *written, *(str(number).encode() for number in whole.tolist())]
    places = cells.values + 1
    places[cells.kinds == TEXT] += len(shared)
    places[cells.kinds == WHOLE] = whole_places + len(shared) + len(written) + 1
    places[cells.kinds == OTHER] += len(texts) - 1
    texts += [show(float(text)).encode() for text in cells.others]
    starts = np.flatnonzero(np.diff(cells.rows, prepend=0))
    row_of = np.cumsum(np.diff(cells.rows, prepend=0) != 0) - 1
    width, height = int(cells.columns.max()) + 1, starts.size
    if width * height > _MOST_CELLS:
        raise NotPlain
    table = np.zeros((width, height), dtype=np.uint32)
    table[cells.columns, row_of] = places
    typed = np.zeros((width, height), dtype=np.bool_)
    typed[cells.columns, row_of] = ~is_shared & (cells.kinds != TEXT)
    numbers = cells.rows[starts]
    if b"" in shared or b"" in written:
        kept = np.array([text != b"" for text in texts], dtype=np.bool_)[table].any(axis=0)
        table, typed, numbers = table[:, kept], typed[:, kept], numbers[kept]
        if not numbers.size:
            raise NotPlain
    top = [[texts[place].decode() for place in row] for row in table[:, :ROWS_LOOKED_AT].T.tolist()]
    chosen = header_place(top, numbers[:ROWS_LOOKED_AT].tolist(), headers)
    below = chosen + 1
    return PlainSheet(
        name=name,
        header=top[chosen],
        header_row=int(numbers[chosen]),
        texts=texts,
        numbers=numbers[below:],
        cells=np.ascontiguousarray(table[:, below:]),
        numeric=[_numeric(column) for column in typed[:, below:]],
    )


def _numeric(column: npt.NDArray[np.bool_]) -> list[int] | bool:
    found = np.flatnonzero(column)
    return column.size > 0 if found.size == column.size else found.tolist() or False
