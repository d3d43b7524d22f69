"""From CSCO-2022 to ISCO-08, as far as public facts go, each entry saying how it came.

There is no official table. A title that both have is exact; else the wider group that a Chinese group as a whole
belongs to; else nothing is claimed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from employment_service.occupations.domain import Classification
from employment_service.occupations.sources import csco, isco


class Way(StrEnum):
    EXACT = "EXACT"
    """One of its titles is a title of the ISCO unit group."""
    BY_GROUP = "BY_GROUP"
    """Its group belongs under this ISCO group, which is wider than a unit group more often than not."""
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    csco: str
    isco: str | None
    way: Way


@cache
def crossings() -> Mapping[str, Crossing]:
    """By CSCO code, for every code. Raises ClassificationNotFound where CSCO-2022 is not installed."""
    known, groups = _unit_titles(isco()), _groups()
    chinese = csco()
    return {each.code: _crossing(chinese, each.code, known, groups) for each in chinese.occupations}


def _unit_titles(classification: Classification) -> dict[str, str]:
    units = set(classification.units)
    return {title: each.code for each in classification.occupations if each.code in units for title in each.titles()}


def _groups() -> dict[str, str]:
    table = resources.files("employment_service.occupations").joinpath("data/csco_isco.csv").read_text(encoding="utf-8")
    return {row["csco"]: row["isco"] for row in csv.DictReader(io.StringIO(table))}


def _crossing(chinese: Classification, code: str, known: Mapping[str, str], groups: Mapping[str, str]) -> Crossing:
    titles = chinese.get(code).titles()
    # The name counts before other titles; two titles that lead to two groups say nothing sure.
    named = known.get(titles[0])
    found = {named} if named else {known[title] for title in titles if title in known}
    if len(found) == 1:
        return Crossing(csco=code, isco=found.pop(), way=Way.EXACT)
    for prefix in (code[:7], code[:4]):
        if prefix in groups:
            return Crossing(csco=code, isco=groups[prefix], way=Way.BY_GROUP)
    return Crossing(csco=code, isco=None, way=Way.NONE)
