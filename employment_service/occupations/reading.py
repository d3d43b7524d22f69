"""Classifications and titled codes from files of others: CSV or TSV with whatever of the usual headers they have."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chassis.errors import InvalidInput
from employment_service.occupations.domain import (
    CODE,
    LANGUAGE,
    Classification,
    ClassificationUnreadable,
    ConfirmedTitle,
    Occupation,
)

LARGEST_FILE = 512 * 1024 * 1024
_CODES = (
    "code",
    "iscogroup",
    "isco_code",
    "isco08",
    "isco",
    "onetsoccode",
    "soc_code",
    "soccode",
    "soc",
    "expected_code",
    "csco_code",
    "occupation_code",
    "occupation",
    "codenum",
    "esco_code",
    "concepturi",
)
_TITLES = (
    "title",
    "jobtitle",
    "job_name",
    "alternatetitle",
    "reportedjobtitle",
    "preferredlabel",
    "label",
    "name",
    "text",
    "term",
    "altlabel",
)
_LABELS = ("label", "preferredlabel", "label_en", "title", "name", "preferredterm", "description_en")
_LANGUAGES = ("language", "lang", "locale", "language_code")
_ALTERNATIVES = (
    "alternatives",
    "altlabels",
    "alternative",
    "alternativelabels",
    "alias",
    "aliases",
    "hiddenlabels",
    "synonyms",
    "alternatetitle",
    "alternatetitles",
    "reportedjobtitle",
    "altlabel",
)
_DEFINITIONS = ("definition", "description", "tasks", "scopenote")
_PARTED = re.compile(r"[;|\n]")


class TitlesUnreadable(InvalidInput):
    code = "TITLES_UNREADABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedTitle:
    title: str
    code: str
    language: str = ""


@dataclass(slots=True)
class _Gathered:
    labels: dict[str, dict[str, None]] = field(default_factory=dict)
    alternatives: dict[str, dict[str, None]] = field(default_factory=dict)
    definitions: dict[str, None] = field(default_factory=dict)


def classification_of(text: str, *, name: str, what: str = "labels") -> Classification:
    """Rows of code and label; a language, alternatives (parted by ; or | or line breaks, or a column each that is named
    alternative...) and a definition where there are such columns. A code may have many rows.

    Raises ClassificationUnreadable, naming the row.
    """
    columns, rows = _table(text, what, ClassificationUnreadable)
    code_at = _column(columns, _CODES)
    label_at = _column(columns, _LABELS)
    if code_at is None or label_at is None:
        raise ClassificationUnreadable(f"{what}: columns `code` and `label` are needed.", field=what)
    language_at = _column(columns, _LANGUAGES)
    others = [at for at, column in enumerate(columns) if at not in {code_at, label_at} and _is_alternative(column)]
    told = [at for at, column in enumerate(columns) if column in _DEFINITIONS and at != label_at]
    gathered: dict[str, _Gathered] = {}
    for number, row in rows:
        code = _code(_cell(row, code_at))
        if not CODE.fullmatch(code):
            raise ClassificationUnreadable(f"{what}: row {number} has no usable code.", field=what)
        language = _language(_cell(row, language_at), what, number)
        each = gathered.setdefault(code, _Gathered())
        if label := _cell(row, label_at):
            each.labels.setdefault(language, {})[label] = None
        for at in others:
            for title in _PARTED.split(_cell(row, at)):
                if title.strip() and title.strip().casefold() != "n/a":
                    each.alternatives.setdefault(language, {})[title.strip()] = None
        for at in told:
            if _cell(row, at):
                each.definitions[_cell(row, at)] = None
    return Classification.of(name, (_occupation(code, each) for code, each in gathered.items()))


def _occupation(code: str, each: _Gathered) -> Occupation:
    alternatives = {
        language: tuple(title for title in titles if title not in each.labels.get(language, {}))
        for language, titles in each.alternatives.items()
    }
    return Occupation(
        code=code,
        labels={language: tuple(labels) for language, labels in each.labels.items()},
        alternatives={language: titles for language, titles in alternatives.items() if titles},
        definition=" ".join(each.definitions),
    )


def titles_of(text: str, *, what: str = "titles") -> list[CodedTitle]:
    """Rows of a title and its code, in the file's order; rows where one of the two is empty are left out.

    Raises TitlesUnreadable, naming what is missing.
    """
    columns, rows = _table(text, what, TitlesUnreadable)
    code_at = _column(columns, _CODES)
    title_at = _column(columns, tuple(name for name in _TITLES if code_at is None or name != columns[code_at]))
    if code_at is None or title_at is None:
        raise TitlesUnreadable(f"{what}: columns `title` and `code` are needed.", field=what)
    language_at = _column(columns, _LANGUAGES)
    found = [
        CodedTitle(
            title=_cell(row, title_at),
            code=_code(_cell(row, code_at)),
            language=_language(_cell(row, language_at), what, number),
        )
        for number, row in rows
    ]
    usable = [each for each in found if each.title and each.code]
    if not usable:
        raise TitlesUnreadable(f"{what}: no row has both a title and a code.", field=what)
    return usable


def text_of(file: Path, what: str) -> str:
    """UTF-8, with or without a mark. Raises TitlesUnreadable."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise TitlesUnreadable(f"--{what}: {file} is larger than 512 MB.", field=what)
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as failure:
        raise TitlesUnreadable(f"--{what}: {file} is not UTF-8 text.", field=what) from failure
    except OSError as failure:
        raise TitlesUnreadable(f"--{what}: {file}: {failure.strerror}.", field=what) from failure


def confirmed(titles: list[CodedTitle]) -> list[ConfirmedTitle]:
    return [ConfirmedTitle(title=each.title, code=each.code) for each in titles]


def _table(text: str, what: str, refusal: type[InvalidInput]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Headers in small letters without blanks, and rows with their number in the file."""
    first = text.partition("\n")[0]
    delimiter = max(("\t", ",", ";"), key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        header = next(rows)
    except (StopIteration, csv.Error) as failure:
        raise refusal(f"{what}: there is nothing in it.", field=what) from failure
    columns = [re.sub(r"[^a-z0-9_]", "", name.strip().lower()) for name in header]

    def numbered() -> Iterator[tuple[int, list[str]]]:
        try:
            for number, row in enumerate(rows, start=2):
                if any(cell.strip() for cell in row):
                    yield number, row
        except csv.Error as failure:
            raise refusal(f"{what}: row {rows.line_num} cannot be read.", field=what) from failure

    return columns, numbered()


def _column(columns: list[str], names: tuple[str, ...]) -> int | None:
    return next((columns.index(name) for name in names if name in columns), None)


def _is_alternative(column: str) -> bool:
    return column in _ALTERNATIVES or re.fullmatch(r"alt(?:ernative)?_?(?:label|title)?_?\d*", column) is not None


def _cell(row: list[str], at: int | None) -> str:
    return "" if at is None or at >= len(row) else row[at].strip()


def _code(cell: str) -> str:
    """Of an address the last part; the C that ESCO puts before a group falls away."""
    code = cell.rsplit("/", 1)[-1] if "://" in cell else cell
    return code[1:] if re.fullmatch(r"C\d{1,4}", code) else code


def _language(cell: str, what: str, number: int) -> str:
    if cell and not LANGUAGE.fullmatch(cell):
        raise TitlesUnreadable(f"{what}: row {number}: a language is a tag such as zh or en-GB.", field=what)
    return cell.replace("_", "-").lower()


def as_rows(classification: Classification) -> Iterator[Mapping[str, str]]:
    """The classification as rows of a file that `classification_of` reads."""
    for each in classification.occupations:
        for language in dict.fromkeys([*each.labels, *each.alternatives]):
            labels = each.labels.get(language, ())
            others = [*labels[1:], *each.alternatives.get(language, ())]
            yield {
                "code": each.code,
                "language": language,
                "label": labels[0] if labels else "",
                "alternatives": ";".join(others),
                "definition": each.definition,
            }
