from __future__ import annotations

import pytest

from chassis.errors import Forbidden
from chassis.identity import Actor, Role
from risk_service.access import (
    CHECK_CASE,
    CLEAR_ALERT,
    DECIDE_CASE,
    READ_ASSESSMENT,
    READ_CASES,
    READ_PRECISION,
    REPORT_VISIT,
    policy,
    require_area,
    visibility,
)


@pytest.mark.parametrize(
    ("action", "roles"),
    [
        (CLEAR_ALERT, {Role.COUNTY_APPROVER}),
        (REPORT_VISIT, {Role.VILLAGE_SPECIALIST}),
        (DECIDE_CASE, {Role.COUNTY_APPROVER}),
        (CHECK_CASE, {Role.TOWNSHIP_REVIEWER}),
    ],
)
def test_a_decision_belongs_to_one_role(action: str, roles: set[Role]) -> None:
    assert {role for role in Role if policy.allows(Actor(subject="x", roles=frozenset({role})), action)} == roles


def test_employment_and_employers_read_no_likelihood() -> None:
    closed = {Role.EMPLOYMENT_STAFF, Role.EMPLOYER, Role.WORKER, Role.DEPARTMENT, Role.SECTOR_LIAISON, Role.SUPERVISOR}
    for role in closed:
        with pytest.raises(Forbidden):
            policy.require(Actor(subject="x", roles=frozenset({role})), READ_ASSESSMENT)


def test_two_roles_see_what_either_sees() -> None:
    actor = Actor(
        subject="x", roles=frozenset({Role.SUPPORT_OFFICER, Role.VILLAGE_SPECIALIST}), areas=("99/01/01/001/201/",)
    )
    seen = visibility(actor, policy.require(actor, READ_ASSESSMENT))
    assert (seen.areas, seen.paired_subject, seen.everything) == (("99/01/01/001/201/",), "x", False)


def test_a_list_of_another_area_is_refused_and_one_above_is_narrowed() -> None:
    actor = Actor(subject="x", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=("99/01/01/001/201/",))
    scope = policy.require(actor, READ_ASSESSMENT)
    require_area(actor, scope, "99/01/01/")
    with pytest.raises(Forbidden):
        require_area(actor, scope, "99/01/01/001/202/")


@pytest.mark.parametrize("role", [Role.EMPLOYMENT_STAFF, Role.EMPLOYER, Role.WORKER, Role.DEPARTMENT])
def test_employment_and_departments_read_no_case_and_no_precision(role: Role) -> None:
    actor = Actor(subject="x", roles=frozenset({role}))
    assert not policy.allows(actor, READ_CASES)
    assert not policy.allows(actor, READ_PRECISION)
