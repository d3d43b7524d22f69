"""Newcomers of a sheet who may be registered already: under another spelling, without a number, in another household.

Nobody is kept out for it, and nobody is doubled in silence: each is told as a warning that names the other's household.
"""

from __future__ import annotations

from collections.abc import Sequence

from households_service.files.issues import RowIssue, Severity
from households_service.identities.keys import UNKNOWN_BIRTH, Birth, place_digits
from households_service.identities.people import Asked, Likely, weigh_people
from households_service.identities.sketches import Agreement, LinkField
from households_service.imports import registry_sheet as sheet
from households_service.imports.domain import HouseholdDraft, RegistryRow
from households_service.imports.refusals import PERSON_MAY_BE_REGISTERED
from households_service.uow import HouseholdsUnitOfWork

MOST_COMPARED = 3
"""Of each newcomer: who is registered twice shares the rarest keys."""
_LIKELY = 0.5
_ANYBODY_BITS = -40.0
_AGREES = frozenset({Agreement.SAME, Agreement.CLOSE})
Newcomer = tuple[HouseholdDraft, RegistryRow]


async def look_alikes(uow: HouseholdsUnitOfWork, newcomers: Sequence[Newcomer], *, within: str) -> list[RowIssue]:
    """One warning per newcomer at most. A fixed number of queries."""
    if not newcomers:
        return []
    verdicts = await weigh_people(
        uow,
        [_asked(draft, row) for draft, row in newcomers],
        within=within,
        most=MOST_COMPARED,
        shown_from=_ANYBODY_BITS,
    )
    found = []
    for (draft, row), verdict in zip(newcomers, verdicts.of_rows, strict=True):
        others = {_folded(other.name) for other in draft.rows if other.number != row.number}
        likely = [one for one in verdict.likely if _folded(one.person.member.details.name) not in others]
        best = next((one for one in likely if _may_be(one)), None)
        if best is not None:
            found.append(_issue(row, best))
    return found


def _may_be(one: Likely) -> bool:
    if one.probability >= _LIKELY and not one.contradicted:
        return True
    agreements = {weight.field: weight.agreement for weight in one.weights}
    first, last = agreements.get(LinkField.FIRST_NAME), agreements.get(LinkField.LAST_NAME)
    named = (first in _AGREES and last in _AGREES) or (first == Agreement.SAME and last == Agreement.NOT_GIVEN)
    # One of two sound numbers may still be the wrong one.
    return (
        named
        and agreements.get(LinkField.DATE_OF_BIRTH) == Agreement.SAME
        and agreements.get(LinkField.VILLAGE) == Agreement.SAME
    )


def _asked(draft: HouseholdDraft, row: RegistryRow) -> Asked:
    """The household's code says nothing for or against anybody: somebody may have moved."""
    return Asked(
        name=row.name,
        id_number=row.id_number or "",
        birth=_birth(row),
        date_of_birth="" if row.date_of_birth is None else row.date_of_birth.isoformat(),
        place=place_digits(draft.area_path),
        family=draft.code,
    )


def _birth(row: RegistryRow) -> Birth:
    born = row.date_of_birth
    if born is not None:
        return (born.year, born.month, born.day)
    if row.id_number is not None:
        return (int(row.id_number[6:10]), int(row.id_number[10:12]), int(row.id_number[12:14]))
    return UNKNOWN_BIRTH


def _folded(name: str) -> str:
    return "".join(name.casefold().split())


def _issue(row: RegistryRow, best: Likely) -> RowIssue:
    return RowIssue(
        row=row.number,
        column=sheet.NAME,
        code=PERSON_MAY_BE_REGISTERED,
        message=f"A member of household {best.person.household_code} may be this person: somebody should judge it.",
        severity=Severity.WARNING,
    )
