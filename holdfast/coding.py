"""What `holdfast occupations evaluate` reads, and the tables that it prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from employment_service.occupations.columns import Headers, Sheet, agreeing, codes_by_column
from employment_service.occupations.domain import Classification, ClassificationUnreadable
from employment_service.occupations.reading import (
    CodedTitle,
    TitlesUnreadable,
    classification_from,
    language_of,
    matching,
    text_of,
    titles_of,
)
from holdfast.console import out

if TYPE_CHECKING:
    from employment_service.occupations.evaluating import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    labels: list[Path]
    titles: Path
    confirmed: Path | None


def given(
    files: Given, of_labels: Headers, of_titles: Headers
) -> tuple[Classification, list[CodedTitle], list[CodedTitle]]:
    """The classification, the titles asked and the confirmed ones. Raises what the reading of files raises."""
    labels = [(text_of(file, "labels"), language_of(file)) for file in files.labels]
    asked = text_of(files.titles, "titles")
    label_column, title_column = agreeing(
        codes_by_column(labels[0][0], "labels", ClassificationUnreadable),
        codes_by_column(asked, "titles", TitlesUnreadable),
    )
    if of_labels.code is None and of_titles.code is None:
        of_labels, of_titles = replace(of_labels, code=label_column), replace(of_titles, code=title_column)
    # The language's column is told once for all files; the titles are the one that has to have it.
    if Sheet(labels[0][0], "labels", ClassificationUnreadable).named(of_labels.language) is None:
        of_labels = replace(of_labels, language=None)
    known = classification_from(labels, name=files.labels[0].stem, headers=of_labels)
    titles = titles_of(asked, headers=of_titles, language=language_of(files.titles))
    taught: list[CodedTitle] = []
    if files.confirmed is not None:
        text = text_of(files.confirmed, "confirmed")
        taught = matching(
            titles_of(text, what="confirmed", headers=replace(of_titles, language=None)), known, what="confirmed"
        )
    return known, matching(titles, known), taught


def tell(found: Mapping[str, Tally], threshold: float) -> None:
    every = next(iter(found.values()))
    table = Table("titles of", "number", "@1", "@5", "answered", "of these right")
    for name, tally in found.items():
        shares = (tally.first / tally.titles, tally.five / tally.titles, tally.coverage, tally.precision)
        table.add_row(name, f"{tally.titles:,}", *(f"{share:.3f}" for share in shares))
    out.print(table)
    levels = Table("right at level of the code", "titles", "@1", "@5")
    for level, (count, first, five) in sorted(every.by_level.items()):
        levels.add_row(str(level), f"{count:,}", f"{first / count:.3f}", f"{five / count:.3f}")
    out.print(levels)
    out.print(
        f"answered {every.coverage:.3f} of the titles at probability {threshold:.3f} or more,"
        f" of these right {every.precision:.3f}",
        soft_wrap=True,
    )
