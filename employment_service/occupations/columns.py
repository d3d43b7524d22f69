"""Tables of others: CSV or TSV, and which of their columns is the code, the title, the language."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from chassis.errors import InvalidInput

CODES = (
    "code",
    "iscogroup",
    "isco_code",
    "isco08code",
    "isco08",
    "iscocode",
    "isco",
    "onetsoccode",
    "onetsoc",
    "onetcode",
    "soc_code",
    "soccode",
    "soc2018code",
    "soc",
    "noccode",
    "noc",
    "kldb",
    "romecode",
    "coderome",
    "expected_code",
    "csco_code",
    "cscocode",
    "escocode",
    "occupation_code",
    "occupationcode",
    "occupation",
    "codenum",
    "esco_code",
    "concepturi",
    "uri",
    "classcode",
    "target",
    "y",
)
TITLES = (
    "title",
    "jobtitle",
    "job_title",
    "job_name",
    "jobname",
    "vacancytitle",
    "postingtitle",
    "rawtitle",
    "alternatetitle",
    "reportedjobtitle",
    "preferredlabel",
    "label",
    "name",
    "text",
    "term",
    "altlabel",
    "position",
    "query",
    "vacancy",
    "posting",
    "titel",
    "bezeichnung",
    "intitule",
    "libelle",
    "titulo",
    "denominacion",
    "denominazione",
    "nazwa",
    "naam",
)
LABELS = (
    "label",
    "preferredlabel",
    "preferred_label",
    "label_en",
    "title",
    "titleen",
    "occupationtitle",
    "name",
    "preferredterm",
    "unitgrouptitle",
    "classtitle",
    "titel",
    "bezeichnung",
    "berufsbenennung",
    "intitule",
    "libelle",
    "titulo",
    "denominacion",
    "denominazione",
    "nazwa",
    "naam",
    "description_en",
)
LANGUAGES = ("language", "lang", "locale", "language_code", "languagecode")
ALTERNATIVES = (
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
DEFINITIONS = ("definition", "description", "tasks", "scopenote")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What a caller says columns are called; where nothing is said, the usual names are looked for."""

    code: str | None = None
    title: str | None = None
    """Of a classification: the label."""
    language: str | None = None
    alternatives: str | None = None

    def found_in(self, sheet: Sheet) -> Headers:
        """What this file has of them: a second file of a classification may have other columns."""
        return Headers(
            code=sheet.named(self.code),
            title=sheet.named(self.title),
            language=sheet.named(self.language),
            alternatives=sheet.named(self.alternatives),
        )


USUAL_HEADERS = Headers()


class Sheet:
    """Its columns, and rows with their number in the file; rows without anything are passed over."""

    def __init__(self, text: str, what: str, refusal: type[InvalidInput]) -> None:
        self.what, self._refusal, self._text = what, refusal, text
        first = text.partition("\n")[0]
        self._delimiter = max(("\t", ",", ";", "|"), key=first.count)
        self._rows = csv.reader(io.StringIO(text), delimiter=self._delimiter)
        try:
            self.names = [name.strip() for name in next(self._rows)]
            self._first = 1
            if any(re.fullmatch(r"\d[\d.\-/]*", name) for name in self.names):
                # No column is called by a figure: the first row is one already.
                self.names = [f"column {at}" for at in range(1, len(self.names) + 1)]
                self._rows, self._first = csv.reader(io.StringIO(text), delimiter=self._delimiter), 0
        except (StopIteration, csv.Error) as failure:
            raise refusal(f"{what}: there is nothing in it.", field=what) from failure
        self.columns = [_plain(name) for name in self.names]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        before = self._rows.line_num
        try:
            for row in self._rows:
                if any(cell.strip() for cell in row):
                    yield before + 1, row
                before = self._rows.line_num
        except csv.Error as failure:
            raise self.refused(f"row {self._rows.line_num} cannot be read") from failure

    def column(self, usual: Collection[str], told: str | None = None) -> int | None:
        """Raises where the column that was told is not there."""
        if told is None:
            return next((self.columns.index(name) for name in usual if name in self.columns), None)
        for names, wanted in ((self.names, told.strip()), (self.columns, _plain(told))):
            if wanted in names:
                return names.index(wanted)
        raise self.refused(f"there is no column {told!r}; its columns are {self._told()}")

    def wordiest(self, but: Collection[int | None]) -> int | None:
        """The column with the most letters in its first rows, of those no longer than titles are; None: there is none.

        For files whose columns are called as nobody else calls them.
        """
        rows = list(islice(csv.reader(io.StringIO(self._text), delimiter=self._delimiter), self._first, SAMPLED))
        best, most = None, 1.0
        for at in range(len(self.columns)):
            texts = [cell(row, at) for row in rows if cell(row, at)]
            if at in but or not texts or sum(map(len, texts)) / len(texts) > LONGEST_TITLE:
                continue
            letters = sum(sum(each.isalpha() for each in text) for text in texts) / len(rows)
            if letters > most:
                best, most = at, letters
        return best

    def named(self, told: str | None) -> str | None:
        return told if told is not None and (told.strip() in self.names or _plain(told) in self.columns) else None

    def needed(self, missing: str) -> InvalidInput:
        return self.refused(f"columns {missing} are needed; its columns are {self._told()}. Name others by option")

    def refused(self, why: str) -> InvalidInput:
        return self._refusal(f"{self.what}: {why}.", field=self.what)

    def at(self, number: int, column: int, why: str) -> InvalidInput:
        return self.refused(f"row {number}, column {self.names[column]}: {why}")

    def _told(self) -> str:
        return ", ".join(name[:40] for name in self.names[:20]) or "none"


SAMPLED = 200
LONGEST_TITLE = 120


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "", name.strip().lower())


def cell(row: list[str], at: int | None) -> str:
    return "" if at is None or at >= len(row) else row[at].strip()


def code_of(text: str) -> str:
    """Of an address the last part; the C that ESCO puts before a group falls away; parted by hyphens, not by spaces."""
    code = text.rsplit("/", 1)[-1] if "://" in text else text
    code = re.sub(r"\s+", "-", code)
    return code[1:] if re.fullmatch(r"C\d{1,4}", code) else code


def codes_by_column(text: str, what: str, refusal: type[InvalidInput]) -> Mapping[str, Collection[str]]:
    """What stands in each column that may hold the code, the usual one first; where no column is called as usual, in
    each of all.
    """
    sheet = Sheet(text, what, refusal)
    usual = [(name, sheet.columns.index(name)) for name in CODES if name in sheet.columns]
    candidates = usual or [(name, at) for at, name in enumerate(sheet.names)]
    found: dict[str, set[str]] = {name: set() for name, _ in candidates}
    for _, row in sheet.rows():
        for name, at in candidates:
            found[name].add(code_of(cell(row, at)))
    return found if usual else {name: codes for name, codes in found.items() if _are_codes(codes - {""})}


def _are_codes(texts: Collection[str]) -> bool:
    """Most have a figure in them and none of the spaces that titles have."""
    return sum(any(each.isdigit() for each in text) and " " not in text for text in texts) > 0.8 * len(texts) > 0


def agreeing(
    labels: Mapping[str, Collection[str]], titles: Mapping[str, Collection[str]]
) -> tuple[str | None, str | None]:
    """The columns of a classification and of titles whose codes are the same, as far as any are."""
    best = (
        next((name for name in labels if name in CODES), None),
        next((name for name in titles if name in CODES), None),
    )
    most, widest = 0.0, max((len(set(codes) - {""}) for codes in labels.values()), default=0)
    for label_column, codes in labels.items():
        known = set(codes) - {""}
        # Of columns that nobody names so, the one that tells the most rows apart is the code.
        weight = 1.0 if label_column in CODES else len(known) / max(widest, 1)
        for title_column, asked in titles.items():
            common = weight * sum(matched(code, known) is not None for code in asked) / max(len(asked), 1)
            if common > most + 0.01:
                best, most = (label_column, title_column), common
    return best


def matched(code: str, known: Collection[str]) -> str | None:
    """The known code that is meant, where a spreadsheet or another edition wrote it otherwise; None: there is none."""
    plain = code.removesuffix(".0")
    zeros = (plain.zfill(length) for length in (4, 2, 3, 5, 6))
    for each in (code, plain, *zeros, f"{code}.00", code.removesuffix(".00"), code.upper(), plain.lstrip("0")):
        if each and each in known:
            return each
    return None
