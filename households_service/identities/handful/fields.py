"""Dates and codes, a pair at a time: the levels of `linkage.comparing_dates` and `linkage.closeness`."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from households_service.linkage.closeness import district
from households_service.linkage.identity_number import is_valid
from households_service.linkage.normal.dates import read_date
from households_service.linkage.schema import FieldKind
from households_service.linkage.values import NORMALISERS

_identity, _postcode, _household = (
    NORMALISERS[kind] for kind in (FieldKind.ID, FieldKind.POSTCODE, FieldKind.HOUSEHOLD)
)
_SAME_CODE = 4


@lru_cache(maxsize=16_384)
def read_day(text: str) -> int:
    """Year, month and day as one number, 0 for a part that is not known; 0 for none."""
    year, month, day = read_date(text) if text else (0, 0, 0)
    return year * 10_000 + month * 100 + day if year > 0 else 0


@lru_cache(maxsize=4_096)
def read_place(text: str) -> str:
    return _postcode(text) if text else ""


def read_number(text: str) -> str:
    return _identity(text) if text else ""


def read_household(text: str) -> str:
    return _household(text) if text else ""


@lru_cache(maxsize=16_384)
def date_level(one: int, two: int) -> int:
    if not one or not two:
        return 0
    (year_a, rest_a), (year_b, rest_b) = divmod(one, 10_000), divmod(two, 10_000)
    (month_a, day_a), (month_b, day_b) = divmod(rest_a, 100), divmod(rest_b, 100)
    whole = bool(month_a and month_b and day_a and day_b)
    if one == two:
        return 7 if whole else 4
    gap = abs(year_a - year_b)
    if whole:
        if (gap == 0 and month_a == day_b and day_a == month_b) or _is_slip(one, two):
            return 6
        two_years = gap <= 2 or _differing(year_a, year_b) == 1
        if (gap == 0 and (month_a == month_b or day_a == day_b)) or (rest_a == rest_b and two_years):
            return 5
    if gap == 0:
        return 4 if not whole or rest_a == 101 or rest_b == 101 else 3
    return 2 if gap <= 2 else 1


def _differing(one: int, two: int) -> int:
    return sum(a != b for a, b in zip(f"{one:08d}", f"{two:08d}", strict=True))


def _is_slip(one: int, two: int) -> bool:
    """One wrong digit, or two neighbours swapped, anywhere in the eight digits."""
    a, b = f"{one:08d}", f"{two:08d}"
    places = [place for place in range(8) if a[place] != b[place]]
    if len(places) == 1:
        return True
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    low, high = places
    return a[low] == b[high] and a[high] == b[low]


def number_level(one: str, two: str) -> int:
    if not one or not two:
        return 0
    if one == two:
        return _SAME_CODE
    slips, length = OSA.distance(one, two, score_cutoff=2), min(len(one), len(two))
    level = 2 if slips == 2 and length >= 6 else 3 if slips == 1 and length >= 3 else 1
    if level > 1 and length == 18 and (level == 2 or (is_valid(one) and is_valid(two))):
        return 1
    return level


@lru_cache(maxsize=4_096)
def place_level(one: str, two: str) -> int:
    if not one or not two:
        return 0
    if one == two:
        return _SAME_CODE
    if min(len(one), len(two)) >= 3 and OSA.distance(one, two, score_cutoff=1) == 1:
        return 3
    wider = district(one)
    return 2 if wider and wider == district(two) else 1


def household_level(one: str, two: str) -> int:
    if not one or not two:
        return 0
    return _SAME_CODE if one == two else 1
