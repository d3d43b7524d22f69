"""What a row says of its person."""

from __future__ import annotations

from datetime import date

from households_service.feeds.incoming import PersonReference
from households_service.feeds.row_reader import RowReader
from households_service.files.domain import Cell
from households_service.files.issues import RowIssue
from households_service.imports.cells import code_of, date_of, masked, optional_text
from households_service.imports.id_cells import id_number_of
from households_service.linkage.identity_number import plain_number, repair_candidates
from households_service.members.id_number import IdNumber, IdNumberCheckFailed


def read_person(reader: RowReader, *, today: date, samples_allowed: bool) -> PersonReference | None:
    """None where nothing at all is said of a person, or something is wrong with it."""
    before = len(reader.issues)
    id_number, mistyped = _id_number(reader, today, samples_allowed=samples_allowed)
    name = reader.read("name", optional_text)
    born = reader.read("dateOfBirth", date_of)
    village_code = reader.read("villageCode", code_of)
    household_code = reader.read("householdCode", code_of)
    if len(reader.issues) > before or not any((id_number, mistyped, name, born, village_code, household_code)):
        return None
    return PersonReference(
        id_number=id_number,
        mistyped_number=mistyped,
        name=name,
        date_of_birth=born,
        village_code=village_code or None,
        household_code=(household_code or "").upper() or None,
    )


def _id_number(reader: RowReader, today: date, *, samples_allowed: bool) -> tuple[IdNumber | None, str | None]:
    """The number, or what stands there if its check character does not fit: it may still tell who is meant."""
    mistyped: list[str] = []

    def parse(cell: Cell) -> IdNumber | None:
        try:
            return id_number_of(cell, today=today, samples_allowed=samples_allowed)
        except IdNumberCheckFailed as refusal:
            number = plain_number(str(cell))
            if not repair_candidates(number, latest_year=today.year):
                raise
            mistyped.append(number)
            reader.doubts.append(
                RowIssue.of(refusal, row=reader.row, column="idNumber", value=masked(reader.cells.get("idNumber")))
            )
            return None

    return reader.read("idNumber", parse), mistyped[0] if mistyped else None
