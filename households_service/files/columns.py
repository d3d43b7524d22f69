"""Which column of a sheet is which: known names and their other spellings, what must never be read, what is unknown.

A banned column is dropped before any of its cells is looked at; only how many were dropped is told.
Any other unknown header stops the file until someone maps it or ignores it by name: a silently skipped column is
data a family once gave and nobody got.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from chassis.errors import InvalidInput
from households_service.files.headers import ROWS_LOOKED_AT, clean, fold, unspaced

_SHOWN_CHARACTERS = 40
OWN_PREFIX = "_"
"""Columns that our own error sheets add; a mended sheet may come back with them."""

# Chinese terms are found anywhere in a header, Latin ones as whole words: "surface" is not "face".
BANNED_HAN = (
    "民族", "族别", "宗教", "信仰", "教派", "政治面貌", "党员", "党派", "入党",
    "自身动力", "自身发展动力", "发展动力", "内生动力", "思想", "态度", "积极性", "信访", "上访", "前科",
    "犯罪", "刑满", "拘留", "吸毒", "维稳", "重点人员",
    "护照", "境外亲属", "海外关系", "国外亲属", "指纹", "人脸", "虹膜", "声纹", "基因", "生物特征", "轨迹", "定位",
    "通话记录",     "计划生育", "节育", "避孕", "生育",
)  # fmt: skip
BANNED_WORDS = (
    "ethnicity", "ethnic", "nationality", "minzu", "race", "religion", "religious", "faith", "worship",
    "political", "politics", "attitude", "motivation", "thought", "ideology", "police", "criminal",
    "detention", "petition", "petitions",
    "passport", "fingerprint", "biometric", "biometrics", "face", "iris", "voiceprint", "dna", "gps",
    "trace", "tracking", "contraception", "fertility",
)  # fmt: skip
BANNED_PHRASES = (
    "own motivation", "party member", "party membership", "political party", "trust score", "security score",
    "security risk", "relatives abroad", "relative abroad", "birth control", "social graph", "phone content",
)  # fmt: skip
HEALTH_DETAIL_HAN = ("诊断", "病种", "疾病", "病名", "症状", "处方", "药品", "检查结果")
HEALTH_DETAIL_WORDS = (
    "diagnosis", "diagnoses", "disease", "icd", "icd10", "icd11", "symptom", "symptoms", "prescription",
    "drug", "drugs",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`name` is the one the reports use; `spellings` are the other headers that mean it."""

    name: str
    spellings: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSet:
    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    """Groups of column names of which at least one must be there."""
    health_detail_banned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderChoice:
    """What the sender decided about headers we do not know: mapped to a known column, or ignored by name."""

    mapped: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMatch:
    positions: Mapping[str, int]
    """Known column name -> index in the sheet."""
    banned_positions: tuple[int, ...]
    ignored_positions: tuple[int, ...]
    header: tuple[str, ...]

    @property
    def banned_count(self) -> int:
        return len(self.banned_positions)


class HeaderUnknown(InvalidInput):
    code = "UNKNOWN_COLUMN"


class HeaderMissing(InvalidInput):
    code = "HEADER_MISSING"


class ColumnMissing(InvalidInput):
    code = "COLUMN_MISSING"


class ColumnTwice(InvalidInput):
    code = "COLUMN_TWICE"


class BannedColumnMapped(InvalidInput):
    code = "BANNED_COLUMN_MAPPED"


def match_headers(header: Sequence[str], known: ColumnSet, choice: HeaderChoice | None = None) -> HeaderMatch:
    """Raises the first thing a person must decide about; never guesses a column by likeness."""
    chosen = choice or HeaderChoice()
    by_spelling = _by_spelling(known)
    mapped = {fold(given): _known_name(known, name) for given, name in chosen.mapped}
    ignored = {fold(given) for given in chosen.ignored}
    _refuse_mapped_bans(chosen, known)
    if not any(fold(given) in by_spelling or fold(given) in mapped for given in header):
        raise HeaderMissing(f"None of the first {ROWS_LOOKED_AT} rows holds a known column: put the header there.")
    positions: dict[str, int] = {}
    banned: list[int] = []
    skipped: list[int] = []
    unknown: list[int] = []
    for index, given in enumerate(header):
        folded = fold(given)
        name = mapped.get(folded) or by_spelling.get(folded)
        if name is not None:
            if name in positions:
                raise ColumnTwice(
                    f"Columns {column_letter(positions[name])} and {column_letter(index)} are both {name}.", field=name
                )
            positions[name] = index
        elif is_banned(given, health_detail=known.health_detail_banned):
            banned.append(index)
        elif folded in ignored or not folded or given.startswith(OWN_PREFIX):
            skipped.append(index)
        else:
            unknown.append(index)
    if unknown:
        raise _unknown(header, unknown, by_spelling)
    _require_columns(known, positions)
    return HeaderMatch(
        positions=positions, banned_positions=tuple(banned), ignored_positions=tuple(skipped), header=tuple(header)
    )


def headers_of(known: ColumnSet, choice: HeaderChoice | None = None) -> frozenset[str]:
    """Every header by which a row is known as the header row, folded: known spellings, and what the sender maps."""
    mapped = () if choice is None else choice.mapped
    return frozenset((*_by_spelling(known), *(fold(given) for given, _ in mapped))) - {""}


def is_banned(header: str, *, health_detail: bool = False) -> bool:
    text = clean(header)
    # Sheets set two characters wide apart: "民 族".
    joined = unspaced(text)
    words = set(re.split(r"[^a-z0-9]+", _split_camel(text).casefold()))
    spaced = " ".join(re.split(r"[^a-z0-9]+", _split_camel(text).casefold()))
    han = BANNED_HAN + (HEALTH_DETAIL_HAN if health_detail else ())
    latin = BANNED_WORDS + (HEALTH_DETAIL_WORDS if health_detail else ())
    return (
        any(term in joined for term in han)
        or any(word in words for word in latin)
        or any(phrase in spaced for phrase in BANNED_PHRASES)
    )


def column_letter(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA, as a spreadsheet shows it."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _split_camel(text: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)


def _by_spelling(known: ColumnSet) -> dict[str, str]:
    return {fold(spelling): column.name for column in known.columns for spelling in (column.name, *column.spellings)}


def _known_name(known: ColumnSet, name: str) -> str:
    by_spelling = _by_spelling(known)
    folded = fold(name)
    if folded not in by_spelling:
        raise HeaderUnknown(f"A header is mapped to a column that does not exist ({_hint(name, by_spelling)}).")
    return by_spelling[folded]


def _refuse_mapped_bans(choice: HeaderChoice, known: ColumnSet) -> None:
    for given, name in choice.mapped:
        if is_banned(given, health_detail=known.health_detail_banned):
            raise BannedColumnMapped("A column that must never be read cannot be mapped to a known one.", field=name)


def _unknown(header: Sequence[str], unknown: Iterable[int], by_spelling: Mapping[str, str]) -> HeaderUnknown:
    parts = [
        f"column {column_letter(index)} {_shown(header[index])} ({_hint(header[index], by_spelling)})"
        for index in unknown
    ]
    return HeaderUnknown("Unknown header: " + "; ".join(parts) + ". Map it or ignore it by name.", field="header")


def _shown(header: str) -> str:
    """A header with a long number in it is a row of data in the wrong place: not repeated."""
    text = clean(header)
    if sum(character.isdigit() for character in text) >= 6:
        return "(a value, not a header)"
    return f"“{text[:_SHOWN_CHARACTERS]}”"


def _hint(header: str, by_spelling: Mapping[str, str]) -> str:
    nearest = _nearest(header, by_spelling)
    return f"nearest known: {nearest}" if nearest else "no known one is like it"


def _nearest(header: str, by_spelling: Mapping[str, str]) -> str:
    """Our name, with the header it goes by where that is another; empty where none has anything of it."""
    spelling, score, _index = process.extractOne(fold(header), list(by_spelling), scorer=fuzz.WRatio)
    if not score:
        return ""
    name = by_spelling[spelling]
    return name if spelling == fold(name) else f"{name}, also written {spelling}"


def _require_columns(known: ColumnSet, positions: Mapping[str, int]) -> None:
    for column in known.columns:
        if column.required and column.name not in positions:
            written = f" (also written {', '.join(column.spellings)})" if column.spellings else ""
            raise ColumnMissing(f"The column {column.name} is missing{written}.", field=column.name)
    for group in known.one_of:
        if not any(name in positions for name in group):
            raise ColumnMissing(f"One of the columns {', '.join(group)} must be there.", field=group[0])
