"""An ID number as it stands in a sheet: what a spreadsheet did to it is told apart from a typing error."""

from __future__ import annotations

from datetime import date

from chassis.errors import InvalidInput
from households_service.files.domain import Cell
from households_service.imports.cells import text_of
from households_service.linkage.identity_number import excel_truncated, upgraded
from households_service.members.id_number import IdNumber

_EXACT_IN_A_SPREADSHEET = 10**15
_OLDEST_BIRTH = date(1880, 1, 1)


class IdNumberTruncated(InvalidInput):
    """A spreadsheet keeps 15 significant digits: the last three of an ID number are lost for good."""

    code = "ID_EXCEL_TRUNCATED"


class IdNumberBirthDate(InvalidInput):
    code = "ID_BIRTH_DATE_IMPOSSIBLE"


def id_number_of(cell: Cell, *, today: date, samples_allowed: bool) -> IdNumber | None:
    """None for an empty cell. Raises IdNumberTruncated, IdNumberBirthDate or a refusal of `IdNumber.parse`.

    Fifteen-digit numbers (before 1999, people born in the 1900s) get their century and check character.
    """
    if isinstance(cell, float) or (isinstance(cell, int) and cell >= _EXACT_IN_A_SPREADSHEET):
        raise _truncated()
    text = text_of(cell).removeprefix("'").replace(" ", "").replace("-", "").upper()
    if not text:
        return None
    if excel_truncated(text):
        raise _truncated()
    number = IdNumber.parse(upgraded(text), samples_allowed=samples_allowed)
    if not _OLDEST_BIRTH <= number.date_of_birth <= today:
        raise IdNumberBirthDate("The birth date inside the ID number lies in the future or too far back.")
    return number


def _truncated() -> IdNumberTruncated:
    return IdNumberTruncated(
        "A spreadsheet turned this ID number into a rounded number: format the column as text and type it again."
    )
