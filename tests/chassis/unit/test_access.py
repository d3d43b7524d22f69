from __future__ import annotations

import inspect
from uuid import UUID

import pytest

from chassis.access import AccessPolicy, Scope
from chassis.database import EVERYWHERE, NOWHERE, area_wall
from chassis.errors import Forbidden
from chassis.identity import SYSTEM_ACTOR, Actor, Role, ScopeKind

POLICY = AccessPolicy(
    {
        "read": {
            Role.COUNTY_APPROVER: ScopeKind.AREA,
            Role.SUPPORT_OFFICER: ScopeKind.PAIRED,
            Role.HOUSEHOLD: ScopeKind.SELF,
            Role.EMPLOYER: ScopeKind.EMPLOYER,
            Role.DEPARTMENT: ScopeKind.DEPARTMENT,
            Role.SYSTEM: ScopeKind.SYSTEM,
        },
        "clear": {Role.COUNTY_APPROVER: ScopeKind.AREA},
    }
)
VILLAGE = "99/01/01/001/201/"


def actor(role: Role, *areas: str, employer_id: str | None = None, department: str | None = None) -> Actor:
    return Actor(
        subject="s",
        roles=frozenset({role}),
        areas=areas,
        member_id=UUID(int=1),
        employer_id=employer_id,
        department=department,
    )


def test_a_role_that_is_not_listed_may_not() -> None:
    with pytest.raises(Forbidden):
        POLICY.require(actor(Role.SUPPORT_OFFICER, "99/01/01/"), "clear")


def test_an_action_that_was_never_declared_is_a_defect() -> None:
    with pytest.raises(KeyError):
        POLICY.require(actor(Role.COUNTY_APPROVER, "99/01/01/"), "claer")


@pytest.mark.parametrize(
    ("areas", "covered"),
    [
        pytest.param(("99/01/01/",), True, id="the county above"),
        pytest.param((VILLAGE,), True, id="the village itself"),
        pytest.param(("99/01/02/", "99/01/01/001/"), True, id="one of several areas"),
        pytest.param(("99/01/02/",), False, id="another county"),
        pytest.param(("99/01/01/001/202/",), False, id="the next village"),
        pytest.param((), False, id="no area at all"),
    ],
)
def test_an_area_covers_what_lies_below_it(areas: tuple[str, ...], covered: bool) -> None:
    scope = POLICY.require(actor(Role.COUNTY_APPROVER, *areas), "read")

    assert scope.covers(area_path=VILLAGE) is covered


def test_each_scope_kind_looks_at_its_own_fact_only() -> None:
    paired = POLICY.require(actor(Role.SUPPORT_OFFICER, VILLAGE), "read")
    own = POLICY.require(actor(Role.HOUSEHOLD, VILLAGE), "read")
    employer = POLICY.require(actor(Role.EMPLOYER, VILLAGE, employer_id="e1"), "read")
    department = POLICY.require(actor(Role.DEPARTMENT, VILLAGE, department="HEALTH_INSURANCE"), "read")

    assert paired.covers(paired=True)
    assert not paired.covers(area_path=VILLAGE, own=True)
    assert own.covers(own=True)
    assert not own.covers(area_path=VILLAGE, paired=True)
    assert employer.covers(employer_id="e1")
    assert not employer.covers(employer_id="e2")
    assert department.covers(department="HEALTH_INSURANCE")
    assert not department.covers(department="EDUCATION")
    assert POLICY.require(SYSTEM_ACTOR, "read").covers()


def test_an_employer_without_id_does_not_own_what_has_no_employer() -> None:
    assert not POLICY.require(actor(Role.EMPLOYER), "read").covers(employer_id=None)


def test_require_refuses_what_is_not_covered() -> None:
    with pytest.raises(Forbidden):
        POLICY.require(actor(Role.COUNTY_APPROVER, "99/01/02/"), "clear").require(area_path=VILLAGE)


def test_require_asks_exactly_what_covers_does() -> None:
    assert inspect.signature(Scope.require).parameters == inspect.signature(Scope.covers).parameters
    with pytest.raises(TypeError):
        POLICY.require(SYSTEM_ACTOR, "read").require(area=VILLAGE)  # type: ignore[call-arg]  # an argument is missing on purpose


@pytest.mark.parametrize(
    ("caller", "wall"),
    [
        pytest.param(SYSTEM_ACTOR, EVERYWHERE, id="the system"),
        pytest.param(actor(Role.WORKER), EVERYWHERE, id="a worker acts on own things"),
        pytest.param(actor(Role.COUNTY_APPROVER), NOWHERE, id="staff without area"),
        pytest.param(actor(Role.COUNTY_APPROVER, "99/01/01/"), ("99/01/01/", "99/01/01/~"), id="one area"),
        pytest.param(
            actor(Role.COUNTY_APPROVER, "99/01/01/002/", "99/01/01/001/"),
            ("99/01/01/00", "99/01/01/00~"),
            id="two areas",
        ),
        pytest.param(actor(Role.COUNTY_APPROVER, "11/01/", "99/01/"), EVERYWHERE, id="nothing in common"),
    ],
)
def test_the_database_wall_is_the_common_prefix_of_the_areas(caller: Actor, wall: tuple[str, str]) -> None:
    assert area_wall(caller) == wall
