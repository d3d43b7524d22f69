"""Classifications and titled codes from files of others: CSV or TSV with whatever of the usual headers they have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chassis.errors import InvalidInput
from employment_service.file_kinds import kind_of
from employment_service.occupations.columns import (
    ALTERNATIVES,
    CODES,
    DEFINITIONS,
    LABELS,
    LANGUAGES,
    TITLES,
    USUAL_HEADERS,
    Headers,
    Sheet,
    cell,
    code_of,
    matched,
)
from employment_service.occupations.domain import (
    CODE,
    LANGUAGE,
    Classification,
    ClassificationUnreadable,
    ConfirmedTitle,
    Occupation,
    levels_of,
)

LARGEST_FILE = 512 * 1024 * 1024
NAMED = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt", "polish": "pl",
    "polski": "pl", "dutch": "nl", "russian": "ru", "русский": "ru", "chinese": "zh", "中文": "zh", "turkish": "tr",
    "arabic": "ar", "japanese": "ja", "korean": "ko", "ukrainian": "uk", "romanian": "ro", "czech": "cs",
}  # fmt: skip
"""Languages that a file calls by their names."""
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


def classification_of(
    text: str, *, name: str, what: str = "labels", headers: Headers = USUAL_HEADERS, language: str = ""
) -> Classification:
    """Rows of code and label; a language, alternatives (parted by ; or | or line breaks, or a column each that is named
    alternative...) and a definition where there are such columns. A code may have many rows. `language`: of rows that
    name none.

    Raises ClassificationUnreadable, naming the row and the column.
    """
    return classification_from([(text, language)], name=name, what=what, headers=headers)


def classification_from(
    texts: Sequence[tuple[str, str]], *, name: str, what: str = "labels", headers: Headers = USUAL_HEADERS
) -> Classification:
    """Of several files, each with its language: one a language, or labels in one and other titles in the next."""
    gathered: dict[str, _Gathered] = {}
    for text, language in texts:
        _gather(Sheet(text, what, ClassificationUnreadable), headers, language, gathered)
    return Classification.of(name, (_occupation(code, each) for code, each in gathered.items()))


def _gather(sheet: Sheet, headers: Headers, usual: str, gathered: dict[str, _Gathered]) -> None:
    headers = headers.found_in(sheet) if gathered else headers
    code_at = sheet.column(CODES, headers.code)
    label_at = sheet.column(LABELS, headers.title)
    if label_at is None and code_at is not None and not gathered:
        label_at = sheet.wordiest([code_at, sheet.column(LANGUAGES, headers.language)])
    told_at = sheet.column((), headers.alternatives)
    others = [at for at, column in enumerate(sheet.columns) if at == told_at or _is_alternative(column)]
    others = [at for at in others if at not in {code_at, label_at}]
    # A second file may have other titles alone.
    if code_at is None or (label_at is None and not (gathered and others)):
        raise sheet.needed("`code` and `label`")
    language_at = sheet.column(LANGUAGES, headers.language)
    told = [at for at, column in enumerate(sheet.columns) if column in DEFINITIONS and at != label_at]
    for number, row in sheet.rows():
        code = code_of(cell(row, code_at))
        if not CODE.fullmatch(code):
            raise sheet.at(number, code_at, "no usable code")
        language = _language(sheet, row, language_at, number) or usual
        each = gathered.setdefault(code, _Gathered())
        if label := cell(row, label_at):
            each.labels.setdefault(language, {})[label] = None
        for at in others:
            for title in _PARTED.split(cell(row, at)):
                if title.strip() and title.strip().casefold() != "n/a":
                    each.alternatives.setdefault(language, {})[title.strip()] = None
        for at in told:
            if cell(row, at):
                each.definitions[cell(row, at)] = None


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


def titles_of(
    text: str, *, what: str = "titles", headers: Headers = USUAL_HEADERS, language: str = ""
) -> list[CodedTitle]:
    """Rows of a title and its code, in the file's order; rows where one of the two is empty are left out.

    Raises TitlesUnreadable, naming what is missing.
    """
    sheet = Sheet(text, what, TitlesUnreadable)
    code_at = sheet.column(CODES, headers.code)
    usual = [name for name in TITLES if code_at is None or name != sheet.columns[code_at]]
    title_at = sheet.column(usual, headers.title)
    if title_at is None and code_at is not None:
        title_at = sheet.wordiest([code_at, sheet.column(LANGUAGES, headers.language)])
    if code_at is None or title_at is None:
        raise sheet.needed("`title` and `code`")
    language_at = sheet.column(LANGUAGES, headers.language)
    found = [
        CodedTitle(
            title=cell(row, title_at),
            code=code_of(cell(row, code_at)),
            language=_language(sheet, row, language_at, number) or language,
        )
        for number, row in sheet.rows()
    ]
    usable = [each for each in found if each.title and each.code]
    if not usable:
        raise sheet.refused("no row has both a title and a code")
    return usable


def matching(titles: Sequence[CodedTitle], known: Classification, *, what: str = "titles") -> list[CodedTitle]:
    """Codes as the classification writes them. Raises TitlesUnreadable where it has none of them, nor a group."""
    codes = known.by_code
    groups = {step for code in codes for step in levels_of(code)}
    found = [replace(each, code=matched(each.code, codes) or each.code) for each in titles]
    if not any(each.code in codes or levels_of(each.code)[-1] in groups for each in found):
        raise TitlesUnreadable(
            f"{what}: none of its codes stands in the labels; name the columns of the codes by option.", field=what
        )
    return found


def language_of(file: Path) -> str:
    """What the name ends in: occupations_fr.csv; empty where it ends otherwise."""
    found = re.search(r"[_.\-]([a-z]{2})$", file.stem)
    return "" if found is None else found[1]


def text_of(file: Path, what: str) -> str:
    """UTF-8 with or without a mark, or UTF-16 with one; a Parquet file as CSV. Raises TitlesUnreadable."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise TitlesUnreadable(f"{what}: {file} is larger than 512 MB.", field=what)
        raw = file.read_bytes()
    except OSError as failure:
        raise TitlesUnreadable(f"{what}: {file}: {failure.strerror}.", field=what) from failure
    if raw.startswith(b"PAR1"):
        return _from_parquet(raw, f"{what}: {file}", what)
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as failure:
        raise TitlesUnreadable(f"{what}: {file} is {kind_of(raw)}.", field=what) from failure


def _from_parquet(raw: bytes, told: str, what: str) -> str:
    """Lists are parted as `classification_of` parts them."""
    import polars as pl  # noqa: PLC0415 - heavy; only where such a file is given

    try:
        table = pl.read_parquet(raw)
        lists = [name for name, kind in table.schema.items() if isinstance(kind, pl.List)]
        joined = table.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join("|") for name in lists)
        return joined.write_csv()
    except (pl.exceptions.PolarsError, ValueError) as failure:
        raise TitlesUnreadable(f"{told} is no Parquet file of plain columns.", field=what) from failure


def confirmed(titles: list[CodedTitle]) -> list[ConfirmedTitle]:
    return [ConfirmedTitle(title=each.title, code=each.code) for each in titles]


def _is_alternative(column: str) -> bool:
    return column in ALTERNATIVES or re.fullmatch(r"alt(?:ernative)?_?(?:label|title)?_?\d*", column) is not None


def _language(sheet: Sheet, row: list[str], at: int | None, number: int) -> str:
    said = cell(row, at)
    tag = NAMED.get(said.casefold(), said).replace("_", "-")
    if at is not None and tag and not LANGUAGE.fullmatch(tag):
        raise sheet.at(number, at, "a language is a tag such as zh or en-GB")
    return tag.lower()


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
