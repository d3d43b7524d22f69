from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from chassis.errors import Conflict, InvalidInput
from chassis.identity import Role
from households_service.officers.domain import (
    AlreadyPaired,
    NotASupportOfficer,
    Officer,
    OfficerInactive,
    OfficerLoadExceeded,
    OfficerOutsideArea,
    require_pairable,
)


def officer(**changes: Any) -> Officer:
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "subject": "officer-1",
        "display_name": "Officer One",
        "roles": frozenset({Role.SUPPORT_OFFICER}),
        "area_path": "99/01/01/001/",
    }
    return Officer(**(values | changes))


def pair(someone: Officer, *, load: int = 0, monitored: bool = True, paired: bool = False) -> None:
    require_pairable(
        someone,
        area_path="99/01/01/001/201/",
        household_monitored=monitored,
        monitored_load=load,
        limit=10,
        paired=paired,
    )


def test_the_tenth_monitored_household_is_taken_and_the_eleventh_refused() -> None:
    pair(officer(), load=9)
    with pytest.raises(OfficerLoadExceeded):
        pair(officer(), load=10)


def test_a_household_that_is_not_monitored_is_no_load() -> None:
    pair(officer(), load=10, monitored=False)


@pytest.mark.parametrize(
    ("someone", "paired", "refusal"),
    [
        pytest.param(officer(active=False), False, OfficerInactive, id="gone"),
        pytest.param(officer(roles=frozenset({Role.PLANNER})), False, NotASupportOfficer, id="another role"),
        pytest.param(officer(area_path="99/01/01/002/"), False, OfficerOutsideArea, id="another township"),
        pytest.param(officer(), True, AlreadyPaired, id="twice"),
    ],
)
def test_who_cannot_be_paired_is_refused(someone: Officer, *, paired: bool, refusal: type[Conflict]) -> None:
    with pytest.raises(refusal):
        pair(someone, paired=paired)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"roles": frozenset()}, id="no role"),
        pytest.param({"roles": frozenset({Role.WORKER})}, id="a worker"),
        pytest.param({"roles": frozenset({Role.SYSTEM})}, id="the system"),
        pytest.param({"subject": ""}, id="no subject"),
        pytest.param({"display_name": " "}, id="no name"),
    ],
)
def test_who_is_no_officer_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        officer(**changes)
