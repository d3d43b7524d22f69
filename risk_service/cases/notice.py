"""What may hang on a village's notice board: case number, village and category, and no word that tells more. Pure."""

from __future__ import annotations

import re

from risk_service.cases.refusals import NoticeNotAllowed

MAX_TEXT = 500
# Digits, also in groups, also full-width: what is long enough to be somebody's number.
_DIGITS = re.compile(r"\d(?:[\s\-.·]?\d)+[xX]?")
_IDENTITY_LENGTHS = frozenset({15, 18, 20, 22})
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}")
_SHORT_PHONE = frozenset({7, 8})
_ACCOUNT_FROM = 12
_HEALTH = re.compile(
    r"病|癌|瘤|残疾|手术|住院|诊断|艾滋|透析|化疗|精神|怀孕|"
    r"\b(?:ill(?:ness)?|sick(?:ness)?|disease|disab\w*|cancer\w*|tumou?r\w*|surger\w*|surgical|hospital\w*|diagnos\w*|"
    r"hiv|aids|dialysis|chemotherap\w*|psychiat\w*|mental\w*|depress\w*|pregnan\w*|diabet\w*|tuberculosis|stroke)\b",
    re.IGNORECASE,
)


def require_publishable(text: str, *, field: str) -> None:
    """Raises NoticeNotAllowed, naming the field and the kind of what was found, never the value."""
    if len(text) > MAX_TEXT:
        raise NoticeNotAllowed(f"A notice has at most {MAX_TEXT} characters.", field=field)
    for found in _DIGITS.finditer(text):
        kind = _kind_of(found[0])
        if kind is not None:
            raise NoticeNotAllowed(f"A notice shows no {kind}; take it out.", field=field)
    if _HEALTH.search(text):
        raise NoticeNotAllowed("A notice says nothing about anybody's health; take it out.", field=field)


def _kind_of(written: str) -> str | None:
    ends_in_letter = written[-1] in "xX"
    digits = "".join(str(int(one)) for one in written if one.isdecimal())
    length = len(digits) + ends_in_letter
    if length in _IDENTITY_LENGTHS:
        return "identity number"
    if _PHONE.fullmatch(digits) or (length in _SHORT_PHONE and not _is_day(digits)):
        return "phone number"
    return "account number" if length >= _ACCOUNT_FROM else None


def _is_day(digits: str) -> bool:
    """Eight digits that read as a day, such as 20200924."""
    return re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", digits) is not None
