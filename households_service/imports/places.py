"""Where a row's village lies: by its 12-digit code, or by the names of county, township and village together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from households_service.imports.refusals import VillageAmbiguous, VillageOutsideArea, VillageUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    path: str
    codes: tuple[str, ...]
    name: str
    township_name: str
    county_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNames:
    """What a row says of where it belongs."""

    village_code: str | None = None
    county: str | None = None
    township: str | None = None
    village: str | None = None


class VillageIndex:
    """Built once per import from the areas in force; a village counts under every code it ever had."""

    def __init__(self, villages: Iterable[Village]) -> None:
        self._by_code: dict[str, Village] = {}
        self._by_name: defaultdict[str, list[Village]] = defaultdict(list)
        for village in villages:
            for code in village.codes:
                self._by_code[code] = village
            self._by_name[_name(village.name)].append(village)

    def path_of(self, row: PlaceNames, *, within: str) -> str:
        """Raises VillageUnknown, VillageAmbiguous or VillageOutsideArea. The message may show a code, never a name."""
        village = self._by_code_of(row) or self._by_names_of(row)
        if not village.path.startswith(within):
            raise VillageOutsideArea("The village lies outside the area this file was sent for.")
        return village.path

    def _by_code_of(self, row: PlaceNames) -> Village | None:
        code = row.village_code
        if code is None and row.village is not None and re.fullmatch(r"\d{12}", row.village):
            code = row.village
        if code is None:
            return None
        if code not in self._by_code:
            shown = f" {code}" if re.fullmatch(r"\d{12}", code) else ""
            raise VillageUnknown(f"No village has the code{shown}.")
        return self._by_code[code]

    def _by_names_of(self, row: PlaceNames) -> Village:
        if row.village is None:
            raise VillageUnknown("A village code or name is needed.")
        found = [
            village
            for village in self._by_name.get(_name(row.village), [])
            if (row.township is None or _same_office(row.township, village.township_name))
            and (row.county is None or _same_office(row.county, village.county_name))
        ]
        if not found:
            raise VillageUnknown("No village has this name in this township and county.")
        if len(found) > 1:
            raise VillageAmbiguous("Several villages have this name: add the township, or the village code.")
        return found[0]


def _name(name: str) -> str:
    """Sheets write 村, 行政村 or 村委会 after a name or leave it out."""
    folded = name.casefold().replace(" ", "")
    for ending in ("行政村", "村委会", "村民委员会", "村", "village"):
        if folded.endswith(ending) and len(folded) > len(ending):
            return folded.removesuffix(ending)
    return folded


def _same_office(said: str, known: str) -> bool:
    """What kind of township or county it is may be left out, but not be another one."""
    said, known = _name(said), _name(known)
    return said == known or known.removeprefix(said) in _OFFICES


_OFFICES = frozenset({"乡", "镇", "街道", "县", "市", "区", "乡镇", "township", "town", "county"})
