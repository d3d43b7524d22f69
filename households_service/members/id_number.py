"""Resident ID numbers by GB 11643-1999: six digits of area, eight of birth date, three of order, a check character.

The arithmetic of the check character is `linkage.identity_number`'s. Area codes 99xxxx are unassigned, so a
number with one belongs to nobody: invented people use them, and a production system refuses them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from chassis.errors import InvalidInput
from households_service.linkage.identity_number import check_character

_SHAPE = re.compile(r"[1-9]\d{16}[\dX]")
_SPREADSHEET = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
SAMPLE_AREA = "99"


class MalformedIdNumber(InvalidInput):
    code = "MALFORMED_ID_NUMBER"


class IdNumberLostDigits(InvalidInput):
    """A spreadsheet turned the number into a rounded one; what is lost cannot be guessed."""

    code = "ID_NUMBER_LOST_DIGITS"


class IdNumberCheckFailed(InvalidInput):
    code = "ID_NUMBER_CHECK_FAILED"


class SampleIdNumber(InvalidInput):
    code = "SAMPLE_ID_NUMBER"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number that passed every check. The messages of its refusals never repeat it."""

    text: str

    def __repr__(self) -> str:
        return "IdNumber(...)"

    @property
    def date_of_birth(self) -> date:
        return date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    @staticmethod
    def parse(raw: str, *, samples_allowed: bool, field: str = "idNumber") -> IdNumber:
        """Accepts full-width digits, spaces and a small x. Raises one of the refusals above."""
        text = unicodedata.normalize("NFKC", raw).replace(" ", "").upper()
        if _SPREADSHEET.fullmatch(text):
            raise IdNumberLostDigits("A spreadsheet rounded this ID number; format the column as text.", field=field)
        if not _SHAPE.fullmatch(text):
            raise MalformedIdNumber("An ID number has 17 digits and a check character.", field=field)
        if text[17] != check_character(text[:17]):
            raise IdNumberCheckFailed("The check character of this ID number does not fit.", field=field)
        number = IdNumber(text)
        try:
            number.date_of_birth  # noqa: B018  raises when the eight digits are no day
        except ValueError:
            raise MalformedIdNumber("An ID number holds a date of birth that exists.", field=field) from None
        if text.startswith(SAMPLE_AREA) and not samples_allowed:
            raise SampleIdNumber("ID numbers with area code 99xxxx belong to invented people.", field=field)
        return number
