"""One sheet row to one member, with every faulty cell named; a row's own faults, not those between rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from chassis.errors import InvalidInput, Refusal
from households_service.files.columns import HeaderMatch
from households_service.files.domain import Cell, SheetRow
from households_service.files.issues import RowIssue, Severity
from households_service.imports import registry_sheet as sheet
from households_service.imports.cells import (
    CellNotInList,
    amount_of,
    choice_of,
    code_of,
    date_of,
    flag_of,
    masked,
    optional_text,
    required_text,
    text_of,
    whole_number_of,
)
from households_service.imports.domain import RegistryRow
from households_service.imports.id_cells import IdNumberBirthDate, id_number_of
from households_service.members.domain import LabourCapacity, Relation, Residence, age_on
from households_service.registry.domain import RegistrationHistory

Value = TypeVar("Value")
WORKING_AGE = 16


class BirthDatesDiffer(InvalidInput):
    code = "BIRTH_DATES_DIFFER"


class BirthDateMissing(InvalidInput):
    code = "BIRTH_DATE_MISSING"


class HouseholdCodeMalformed(InvalidInput):
    code = "HOUSEHOLD_CODE_MALFORMED"


class LabourCapacityAssumed(InvalidInput):
    code = "LABOUR_CAPACITY_ASSUMED"


class WaterAnswersDiffer(InvalidInput):
    code = "WATER_ANSWERS_DIFFER"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRow:
    """`row` is None when an error was found; `household_code` is there as soon as that one cell could be read."""

    number: int
    household_code: str | None
    row: RegistryRow | None
    issues: tuple[RowIssue, ...]
    attitude_values: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRules:
    today: date
    sample_ids_allowed: bool
    """True outside production: invented people carry area code 99xxxx."""


class _Reader:
    """Reads the cells of one row by column name and collects what is wrong with them."""

    def __init__(self, row: SheetRow, match: HeaderMatch) -> None:
        self.row = row
        self.match = match
        self.issues: list[RowIssue] = []

    def cell(self, name: str) -> Cell:
        position = self.match.positions.get(name)
        return None if position is None else self.row.cells[position]

    def read(self, name: str, parse: Callable[[Cell], Value]) -> Value | None:
        try:
            return parse(self.cell(name))
        except Refusal as refusal:
            self.report(name, refusal)
            return None

    def choose(self, name: str, choices: Mapping[str, Value]) -> Value | None:
        return self.read(name, lambda cell: choice_of(cell, choices))

    def report(self, name: str, refusal: Refusal, *, severity: Severity = Severity.ERROR) -> None:
        self.issues.append(
            RowIssue(
                row=self.row.number,
                column=name,
                code=refusal.code,
                message=refusal.message,
                value=masked(self.cell(name)),
                severity=severity,
            )
        )

    def is_faulty(self) -> bool:
        return any(issue.severity is Severity.ERROR for issue in self.issues)


def parse_row(raw: SheetRow, match: HeaderMatch, rules: RowRules) -> ParsedRow:
    reader = _Reader(raw, match)
    code = reader.read(sheet.HOUSEHOLD_CODE, _household_code)
    name = reader.read(sheet.NAME, required_text)
    relation = reader.choose(sheet.RELATION, sheet.RELATIONS)
    if relation is None and not text_of(reader.cell(sheet.RELATION)):
        reader.report(sheet.RELATION, CellNotInList("The relation to the head is needed."))
    id_number = reader.read(
        sheet.ID_NUMBER,
        lambda cell: id_number_of(cell, today=rules.today, samples_allowed=rules.sample_ids_allowed),
    )
    born = _birth_date(reader, None if id_number is None else id_number.date_of_birth, rules.today)
    labour = reader.choose(sheet.LABOUR_CAPACITY, sheet.LABOUR_CAPACITIES)
    disabled = reader.choose(sheet.HEALTH, sheet.DISABLED_BY_HEALTH)
    in_school = reader.choose(sheet.IN_SCHOOL, sheet.IN_SCHOOL_WORDS)
    size = reader.read(sheet.HOUSEHOLD_SIZE, lambda cell: whole_number_of(cell, least=1, most=40))
    phone = reader.read(sheet.PHONE, _phone)
    living_here = reader.read(sheet.LIVING_HERE, flag_of)
    unsafe_house = reader.read(sheet.UNSAFE_HOUSE, flag_of)
    safe_water = _safe_water(reader)
    history = _history(reader)
    category = reader.choose(sheet.MONITORING_CATEGORY, sheet.MONITORING_WORDS)
    village_code = reader.read(sheet.VILLAGE_CODE, code_of)
    attitudes = _check_what_is_not_kept(reader)
    names = tuple(reader.read(column, optional_text) for column in (sheet.COUNTY, sheet.TOWNSHIP, sheet.VILLAGE))
    if reader.is_faulty() or code is None or name is None or relation is None:
        return ParsedRow(
            number=raw.number, household_code=code, row=None, issues=tuple(reader.issues), attitude_values=attitudes
        )
    row = RegistryRow(
        number=raw.number,
        household_code=code,
        village_code=village_code or None,
        county_name=names[0],
        township_name=names[1],
        village_name=names[2],
        member_number=reader.read(sheet.MEMBER_NUMBER, code_of) or None,
        name=name,
        id_number=id_number,
        date_of_birth=born,
        household_size=size,
        relation=relation,
        labour_capacity=labour or _assumed_capacity(reader, born, rules.today, in_school=bool(in_school)),
        residence=Residence.REGISTERED_AWAY if living_here is False else Residence.REGISTERED_AND_LIVING,
        in_school=bool(in_school),
        disabled=bool(disabled),
        phone=phone,
        registration_history=history,
        monitoring_category=category,
        unsafe_house=unsafe_house,
        safe_water=safe_water,
    )
    return ParsedRow(
        number=raw.number,
        household_code=code,
        row=None if reader.is_faulty() else row,
        issues=tuple(reader.issues),
        attitude_values=attitudes,
    )


def _household_code(cell: Cell) -> str:
    code = code_of(cell).upper()
    if not code:
        raise HouseholdCodeMalformed("A household code is needed.")
    if not (3 <= len(code) <= 40 and all(c.isascii() and (c.isdigit() or c.isupper() or c in ".-") for c in code)):
        raise HouseholdCodeMalformed("A household code has 3 to 40 digits, capital letters, dots or dashes.")
    return code


def _phone(cell: Cell) -> str | None:
    text = code_of(cell).replace(" ", "").replace("-", "")
    if not text:
        return None
    if not (5 <= len(text.removeprefix("+")) <= 18 and text.removeprefix("+").isdigit()):
        raise CellNotInList("A phone number has 5 to 18 digits.")
    return text


def _birth_date(reader: _Reader, by_id: date | None, today: date) -> date | None:
    """The date of the ID number when there is one; a second, different date is a fault and not a choice of ours."""
    stated = reader.read(sheet.DATE_OF_BIRTH, date_of)
    if stated is not None and stated > today:
        reader.report(sheet.DATE_OF_BIRTH, IdNumberBirthDate("The date of birth lies in the future."))
    if stated is not None and by_id is not None and stated != by_id:
        reader.report(sheet.DATE_OF_BIRTH, BirthDatesDiffer("The date of birth differs from the one in the ID number."))
    born = by_id or stated
    if born is None and not reader.is_faulty():
        reader.report(
            sheet.DATE_OF_BIRTH if sheet.DATE_OF_BIRTH in reader.match.positions else sheet.ID_NUMBER,
            BirthDateMissing("An ID number or a date of birth is needed."),
        )
    return born


def _assumed_capacity(reader: _Reader, born: date | None, today: date, *, in_school: bool) -> LabourCapacity:
    """For an empty cell: children and pupils do not work; of an adult a person should say it, so that is told."""
    if in_school or (born is not None and age_on(born, today) < WORKING_AGE):
        return LabourCapacity.NONE
    if sheet.LABOUR_CAPACITY in reader.match.positions:
        reader.report(
            sheet.LABOUR_CAPACITY,
            LabourCapacityAssumed("Nothing is said of an adult's ability to work: full ability is assumed."),
            severity=Severity.WARNING,
        )
    return LabourCapacity.FULL


def _safe_water(reader: _Reader) -> bool | None:
    safe = reader.read(sheet.SAFE_WATER, flag_of)
    difficult = reader.read(sheet.WATER_DIFFICULTY, flag_of)
    if safe is True and difficult is True:
        reader.report(
            sheet.WATER_DIFFICULTY,
            WaterAnswersDiffer("Water is said to be safe and difficult: taken as not safe."),
            severity=Severity.WARNING,
        )
    return False if difficult else safe


def _history(reader: _Reader) -> RegistrationHistory | None:
    graduation = reader.choose(sheet.GRADUATION_STATUS, sheet.GRADUATION_WORDS)
    registered = reader.choose(sheet.REGISTRATION_HISTORY, sheet.REGISTRATION_WORDS)
    return graduation or registered


def _check_what_is_not_kept(reader: _Reader) -> int:
    """Says what is wrong with them, then forgets them. Returns how many attitude scores were refused."""
    reader.read(sheet.PER_CAPITA_INCOME, amount_of)
    reader.read(sheet.MONTHS_WORKED, lambda cell: whole_number_of(cell, least=0, most=12))
    cause = text_of(reader.cell(sheet.MAIN_CAUSE)).casefold()
    return sum(any(word in part for word in sheet.ATTITUDE_WORDS) for part in cause.replace("、", ",").split(","))


def is_head(row: RegistryRow) -> bool:
    return row.relation is Relation.HEAD
