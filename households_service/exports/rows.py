"""Households and members as rows of a list, under the names that the registry sheet has for them.

So that what was exported in the open can be sent back as a registry sheet and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import polars as pl

from households_service.areas.domain import Area
from households_service.exports.domain import ExportList
from households_service.members.domain import (
    Member,
    Residence,
    masked_id_number,
    masked_name,
    masked_phone,
)
from households_service.registry.domain import Household

_OF_HOUSEHOLD = (
    "village_code", "village", "household_code", "registration_history", "monitoring_category", "unsafe_house",
    "safe_water",
)  # fmt: skip
COLUMNS: Mapping[ExportList, tuple[str, ...]] = {
    ExportList.HOUSEHOLDS: (*_OF_HOUSEHOLD, "members", "registered_on"),
    ExportList.MEMBERS: (
        *_OF_HOUSEHOLD, "name", "id_number", "date_of_birth", "relation", "labour_capacity", "in_school", "health",
        "living_here", "phone",
    ),
}  # fmt: skip

Value = str | int | None


def household_rows(
    households: Sequence[Household],
    members: Mapping[UUID, Sequence[Member]],
    areas: Mapping[str, Area],
    *,
    today: date,
) -> pl.DataFrame:
    rows = []
    for household in households:
        present = sum(member.present_on(today) for member in members.get(household.id, ()))
        rows.append((*_household(household, areas, today), present, household.registered_on.isoformat()))
    return _frame(ExportList.HOUSEHOLDS, rows)


def member_rows(
    households: Sequence[Household],
    members: Mapping[UUID, Sequence[Member]],
    areas: Mapping[str, Area],
    *,
    today: date,
    opened: bool,
) -> pl.DataFrame:
    """Those present today. Masked: the first character of a name, the year of birth, the last two of a number."""
    rows = []
    for household in households:
        of_household = _household(household, areas, today)
        rows += [
            (*of_household, *_member(member, opened=opened))
            for member in members.get(household.id, ())
            if member.present_on(today)
        ]
    return _frame(ExportList.MEMBERS, rows)


def _household(household: Household, areas: Mapping[str, Area], today: date) -> tuple[Value, ...]:
    area = areas.get(household.area_path)
    return (
        "" if area is None else area.code_on(today) or "",
        "" if area is None else area.name,
        household.code,
        household.registration_history.value.lower(),
        household.monitoring_category.value.lower(),
        _word(not household.safe_housing),
        _word(household.safe_water),
    )


def _member(member: Member, *, opened: bool) -> tuple[Value, ...]:
    details, born = member.details, member.date_of_birth
    return (
        details.name if opened else masked_name(details.name),
        details.id_number if opened else masked_id_number(details.id_number),
        None if born is None else born.isoformat() if opened else str(born.year),
        member.relation.value.lower(),
        member.labour_capacity.value.lower(),
        _word(member.in_school),
        "disabled" if member.disabled else "healthy",
        _word(member.residence is not Residence.REGISTERED_AWAY),
        details.phone if opened else masked_phone(details.phone),
    )


def _word(yes: object) -> str:
    return "yes" if yes else "no"


def _frame(which: ExportList, rows: Sequence[tuple[Value, ...]]) -> pl.DataFrame:
    schema = {name: pl.Int64() if name == "members" else pl.String() for name in COLUMNS[which]}
    return pl.DataFrame(rows, schema=schema, orient="row")
