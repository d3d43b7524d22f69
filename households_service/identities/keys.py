"""Keys under which a registered person and a record about them meet, though nothing need be written alike.

Each joins a piece of the name (the consonants of a part, in any place of the name), of the birth and of the place;
none of them is evidence. Texts here are personal: only their keyed hash may be stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

KEYS_VERSION = 2
"""Raised with every change of what a key is made of; the index is then built anew."""
MOST_PARTS = 3
_START = 2
Birth = tuple[int, int, int]
"""Year, month, day; 0 for what is not told."""
UNKNOWN_BIRTH: Birth = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What keys are made of. `place`: twelve digits of a village, "" where it is not told."""

    name: str = ""
    birth: Birth = UNKNOWN_BIRTH
    place: str = ""

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return "Traits(...)"


def stored_keys(person: Traits) -> frozenset[str]:
    """Of a registered person."""
    return frozenset(_keys(person, years=(person.birth[0],) if person.birth[0] else ()))


def sought_keys(person: Traits) -> frozenset[str]:
    """Of a record: a year told alone, or with 1 January for "not known", may be one off."""
    year, month, day = person.birth
    if year and (not month or not day or (month, day) == (1, 1)):
        return frozenset(_keys(person, years=(year - 1, year, year + 1)))
    return frozenset(_keys(person, years=(year,) if year else ()))


def place_digits(area_path: str) -> str:
    """A village's immutable path as twelve digits; codes change, paths do not."""
    return area_path.replace("/", "")


def _keys(person: Traits, *, years: Iterable[int]) -> Iterator[str]:
    _, month, day = person.birth
    parts = _bones(person.name)
    # Day and month are told in either order.
    annual = f"{min(month, day)}-{max(month, day)}" if month and day and (month, day) != (1, 1) else ""
    bones = {bone for part in parts for bone in part}
    # A name may be half typed.
    yield from (f"start+place {start} {person.place}" for start in {bone[:_START] for bone in bones} if person.place)
    for bone in bones:
        if person.place:
            yield f"part+place {bone} {person.place}"
        if annual:
            yield f"part+day {bone} {annual}"
        for year in years:
            yield f"part+year {bone} {year}"
    for at, one in enumerate(parts):
        for other in parts[at + 1 :]:
            yield "parts " + " ".join(sorted((one[0], other[0])))
    for year in years:
        if annual:
            yield f"birth {year} {annual}"
        if person.place:
            yield f"year+place {year} {person.place}"
    if annual and person.place:
        yield f"day+place {annual} {person.place}"


@lru_cache(maxsize=16_384)
def _bones(name: str) -> tuple[tuple[str, ...], ...]:
    """Consonants of each part, in their readings; a part without any is left out."""
    # What names are read with is not needed to start a service.
    from households_service.linkage.normal.names import name_form  # noqa: PLC0415 - the engine is loaded where it is used
    from households_service.linkage.normal.skeletons import skeletons  # noqa: PLC0415 - the engine is loaded where it is used

    form = name_form(name)
    found = (skeletons(part) for part in form.romanised[:MOST_PARTS])
    return tuple(bones for bones in found if bones[0])
