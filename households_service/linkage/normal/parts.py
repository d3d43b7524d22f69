"""Many parts of names at once: what `name_part` says of each, without a call for each.

The parts are laid end to end, a line each, and pass every table as one text; only what the tables cannot tell (a part
of two scripts, a spelling with both q and x) is asked of the functions for one part.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from households_service.linkage.normal.romanisation import romanised_lines
from households_service.linkage.normal.script import Script, script_of, script_of_letter
from households_service.linkage.normal.skeletons import LONGEST, classes_of_bytes, skeletons, with_sounds
from households_service.linkage.normal.text import BLANK_IN_HAN, LineFolding, fold

_LETTERS = 0x110000
_NO_LETTER, _ASK = 100, 101
_LEFT_OVER_BLANKS = re.compile("(?m)^ +| +$| +(?= )")
_HAN_FROM, _HAN_TO = 0x3400, 0x9FFF
_FOLDING = LineFolding()
_NOT_SMALL = bytes(byte for byte in range(256) if not (97 <= byte <= 122 or byte == 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartColumns:
    """Skeletons as bytes, the usual one and the last of the other readings."""

    roman: list[str]
    is_han: NDArray[np.bool_]
    skeleton: NDArray[np.bytes_]
    other_skeleton: NDArray[np.bytes_]


def folded(texts: Sequence[str]) -> list[str]:
    """`fold` of each."""
    lines = "\n".join(texts)
    if not texts or lines.count("\n") != len(texts) - 1 or any(map(_is_odd_han, set(lines))):
        return [fold(text) for text in texts]
    again = _folded_once(lines)
    while again != lines:
        lines, again = again, _folded_once(again)
    return lines.split("\n")


def _is_odd_han(letter: str) -> bool:
    """A sign among the Han characters that is none: between them it stays, elsewhere it vanishes."""
    return _HAN_FROM <= ord(letter) <= _HAN_TO and _FOLDING[ord(letter)] != letter


def _folded_once(lines: str) -> str:
    lines = unicodedata.normalize("NFKC", lines).translate(_FOLDING)
    return BLANK_IN_HAN.sub("", _LEFT_OVER_BLANKS.sub("", lines)) if " " in lines else lines


def part_columns(texts: Sequence[str]) -> PartColumns:
    """`texts` folded already and none of them empty."""
    scripts = scripts_of(texts)
    roman = list(texts)
    for script in (Script.HAN, Script.ARABIC, Script.CYRILLIC, Script.OTHER):
        rows = np.flatnonzero(scripts == script).tolist()
        if rows:
            for row, latin in zip(rows, romanised_lines([texts[row] for row in rows], script), strict=True):
                roman[row] = latin
    usual, other = _skeletons(roman)
    return PartColumns(roman=roman, is_han=scripts == Script.HAN, skeleton=usual, other_skeleton=other)


def scripts_of(texts: Sequence[str]) -> NDArray[np.int8]:
    """`script_of` of each."""
    if not texts:
        return np.empty(0, dtype=np.int8)
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    seen = np.zeros(_LETTERS, dtype=np.bool_)
    seen[letters] = True
    table = np.zeros(_LETTERS, dtype=np.int8)
    for code in np.flatnonzero(seen).tolist():
        table[code] = _script_or_none(chr(code))
    of_letter, starts = table[letters], np.cumsum(lengths) - lengths
    lowest, highest = np.minimum.reduceat(of_letter, starts), np.maximum.reduceat(of_letter, starts)
    found = np.where(lowest == _NO_LETTER, np.int8(Script.OTHER), lowest)
    for row in np.flatnonzero((lowest != highest) | (lowest == _ASK)).tolist():
        found[row] = script_of(texts[row])
    return found


def _script_or_none(letter: str) -> int:
    script = script_of_letter(letter)
    if script is not Script.OTHER or letter.isalpha():
        return int(script)
    return _ASK if _HAN_FROM <= ord(letter) <= _HAN_TO else _NO_LETTER


def _skeletons(roman: list[str]) -> tuple[NDArray[np.bytes_], NDArray[np.bytes_]]:
    lines = "\n".join(roman).encode("ascii", "ignore").translate(None, delete=_NOT_SMALL)
    usual = _bones(lines, len(roman))
    letters = lines.split(b"\n")
    odd = [row for row, some in enumerate(letters) if not some or b"q" in some or b"x" in some]
    readings = [letters[row].replace(b"q", b"ch").replace(b"x", b"sh") for row in odd]
    others = _bones(b"\n".join(readings), len(odd)).tolist()
    asked = [row for row in odd if not letters[row] or (b"q" in letters[row] and b"x" in letters[row])]
    whole = {row: [bone.encode() for bone in skeletons(roman[row])] for row in asked}
    width = max([LONGEST, *(len(bone) for bones in whole.values() for bone in bones)])
    usual = usual.astype(f"S{width}")
    other = usual.copy()
    for row, bone in zip(odd, others, strict=True):
        other[row] = bone
    for row, bones in whole.items():
        usual[row], other[row] = bones[0], bones[-1]
    return usual, other


def _bones(lines: bytes, count: int) -> NDArray[np.bytes_]:
    """Skeletons of lines of small Latin letters."""
    matrix = np.zeros((count, LONGEST), dtype=np.uint8)
    if not count:
        return matrix.view(f"S{LONGEST}").ravel()
    letters = np.frombuffer(with_sounds(lines.decode("ascii")).encode("ascii"), dtype=np.uint8)
    ends = letters == 10
    line = np.cumsum(ends, dtype=np.int32)
    begins = np.ones(len(letters), dtype=np.bool_)
    begins[1:] = ends[:-1]
    first, inside = classes_of_bytes()
    classes = np.where(begins, first[letters], inside[letters])
    kept = np.flatnonzero((classes > 0) & ~ends)
    classes, line = classes[kept], line[kept]
    if len(classes):
        fresh = np.ones(len(classes), dtype=np.bool_)
        fresh[1:] = (classes[1:] != classes[:-1]) | (line[1:] != line[:-1])
        classes, line = classes[fresh], line[fresh]
    counts = np.bincount(line, minlength=count)
    place = np.arange(len(line)) - (np.cumsum(counts) - counts)[line]
    short = place < LONGEST
    matrix[line[short], place[short]] = classes[short]
    return matrix.view(f"S{LONGEST}").ravel()
