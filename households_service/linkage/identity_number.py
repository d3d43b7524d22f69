"""The arithmetic of resident ID numbers (GB 11643-1999): check character, old 15-digit form, repair of one slip.

Six digits of area, eight of birth date, three of order, one check character by ISO 7064 MOD 11-2 over the first
seventeen. A number always has a fitting check character for exactly one value at each of its other places, so a
single wrong digit can be undone by trying at most one substitute per place.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from operator import mul

_WEIGHTS = tuple(2 ** (17 - position) % 11 for position in range(17))
_INVERSES = tuple(pow(weight, -1, 11) for weight in _WEIGHTS)
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
_OLD_SHAPE = re.compile(r"[1-9][0-9]{14}")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?1[4-8](?:\.0)?")
_NOISE = re.compile(r"[\s\-'·.]+")
OLDEST_YEAR = 1880
LATEST_YEAR = 2099
MOST_PROBES = 19
_PROVINCES = frozenset(
    str(number)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
        (91, 91),
        (99, 99),
    )
    for number in range(first, last + 1)
)
"""First two digits in use (GB/T 2260), 83 and 91 for residents from abroad, 99 for invented people."""


def check_character(first_17: str) -> str:
    """The eighteenth character for seventeen digits."""
    total = sum(map(mul, _WEIGHTS, map(int, first_17)))
    return _CHECKS[total % 11]


def upgraded(number: str) -> str:
    """The 18-character form of a 15-digit number (issued before 1999, to people born in the 1900s); others as given."""
    if not _OLD_SHAPE.fullmatch(number):
        return number
    stem = number[:6] + "19" + number[6:]
    return stem + check_character(stem)


def plain_number(text: str) -> str:
    """Full-width digits, blanks, dashes and a small x folded, 15 digits upgraded. "" for what is no ID number at all.

    The check character may still be wrong: that is what `repair_candidates` is for.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    number = upgraded(_NOISE.sub("", text).upper())
    return number if _SHAPE.fullmatch(number) else ""


def excel_truncated(text: str) -> bool:
    """Did a spreadsheet round the number? It keeps 15 significant digits: the last three are then lost for good."""
    folded = unicodedata.normalize("NFKC", text).strip().replace(" ", "").upper()
    if _SCIENTIFIC.fullmatch(folded):
        return True
    digits = folded.removesuffix(".0")
    return bool(re.fullmatch(r"[1-9][0-9]{14}000", digits)) and digits[17] != check_character(digits[:17])


def is_valid(number: str) -> bool:
    """Shape, check character and a birth date that exists. `number` in its plain form."""
    return bool(_SHAPE.fullmatch(number)) and number[17] == check_character(number[:17]) and _has_birth_date(number)


def repair_candidates(number: str, *, latest_year: int = LATEST_YEAR) -> tuple[str, ...]:
    """Valid numbers one slip away: one character mistyped, or two neighbours swapped; at most 19, likelier slips first.

    Empty for a number that fits already or has no ID number's shape. Numbers of no province, or whose birth date does
    not exist or lies outside 1880 to `latest_year`, are not proposed: that is what keeps the probes few.
    """
    if not _SHAPE.fullmatch(number):
        return ()
    digits = [int(digit) for digit in number[:17]]
    check = _CHECKS.index(number[17])
    excess = (sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) - check) % 11
    if excess == 0 and _has_birth_date(number, latest_year):
        return ()
    found: dict[str, None] = {}
    for place in range(16):
        if (_WEIGHTS[place] - _WEIGHTS[place + 1]) * (digits[place + 1] - digits[place]) % 11 == -excess % 11:
            found[_swapped(number, place)] = None
    if number[17] != "X" and digits[16] != int(number[17]):
        found[_swapped(number, 16)] = None
    for place in range(17):
        digit = (digits[place] - excess * _INVERSES[place]) % 11
        if digit < 10:
            found[f"{number[:place]}{digit}{number[place + 1 :]}"] = None
    found[number[:17] + check_character(number[:17])] = None
    found.pop(number, None)
    born: dict[str, bool] = {}
    probes = []
    for probe in found:
        birth = probe[6:14]
        if birth not in born:
            born[birth] = _has_birth_date(probe, latest_year)
        if born[birth] and probe[:2] in _PROVINCES and probe[17] == check_character(probe[:17]):
            probes.append(probe)
    return tuple(probes[:MOST_PROBES])


def _swapped(number: str, place: int) -> str:
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _has_birth_date(number: str, latest_year: int = LATEST_YEAR) -> bool:
    year = int(number[6:10])
    if not OLDEST_YEAR <= year <= latest_year:
        return False
    try:
        date(year, int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return True
