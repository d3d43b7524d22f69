"""The policy, role by role: what is not listed here is not allowed."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.identity import Actor, Role
from households_service.access import POLICY, Action
from households_service.registry.sight import Sight
from tests.households_service.factories import COUNTY, MOTHER_ID, TOWNSHIP

CASE = {
    Role.VILLAGE_SPECIALIST,
    Role.SUPPORT_OFFICER,
    Role.TOWNSHIP_REVIEWER,
    Role.COUNTY_APPROVER,
    Role.COUNTY_ADMIN,
}
FAMILY = {Role.HOUSEHOLD, Role.WORKER}
PROCESS = {Role.SYSTEM}
READERS = CASE | FAMILY | PROCESS | {Role.PLANNER, Role.SUPERVISOR}
DAY = date(2020, 9, 18)


@pytest.mark.parametrize(
    ("action", "roles"),
    [
        pytest.param(Action.SEE_AREAS, set(Role), id="the tree is for everybody"),
        pytest.param(Action.SEE_HOUSEHOLDS, READERS, id="no employment office lists households and their labour"),
        pytest.param(Action.SEE_LEDGER, READERS, id="no employment office sees a ledger"),
        pytest.param(Action.REVEAL_MEMBER, CASE, id="only who works on the case opens a name"),
        pytest.param(Action.CHANGE_LEDGER, CASE | PROCESS, id="no family writes its own ledger"),
        pytest.param(Action.CHANGE_CARE, CASE | FAMILY | PROCESS, id="a family says itself whom it cares for"),
        pytest.param(Action.RESOLVE_DUPLICATES, CASE - {Role.SUPPORT_OFFICER}, id="a person decides, never a process"),
        pytest.param(Action.CHANGE_OFFICERS, {Role.COUNTY_ADMIN} | PROCESS, id="pairing is the county's"),
        pytest.param(Action.FREEZE_STATEMENT, PROCESS, id="a decision freezes"),
        pytest.param(Action.VERIFY_MEMBER, PROCESS, id="nobody looks people up"),
        pytest.param(Action.STREAM_SNAPSHOTS, PROCESS, id="nobody takes everything"),
    ],
)
def test_who_may(action: Action, roles: set[Role]) -> None:
    allowed = {role for role in Role if POLICY.allows(Actor(subject="x", roles=frozenset({role})), action)}

    assert allowed == roles


def test_a_sight_is_the_union_of_what_the_roles_allow() -> None:
    everything = Actor(
        subject="support-1",
        roles=frozenset({Role.SUPPORT_OFFICER, Role.VILLAGE_SPECIALIST, Role.WORKER}),
        areas=(TOWNSHIP,),
        member_id=MOTHER_ID,
    )
    paired_only = Actor(subject="support-1", roles=frozenset({Role.SUPPORT_OFFICER}), areas=(COUNTY,))

    assert Sight.of(POLICY.require(everything, Action.SEE_HOUSEHOLDS), day=DAY) == Sight(
        prefixes=(TOWNSHIP,), paired_subject="support-1", member_id=MOTHER_ID, day=DAY
    )
    assert Sight.of(POLICY.require(paired_only, Action.SEE_HOUSEHOLDS), day=DAY) == Sight(
        paired_subject="support-1", day=DAY
    )
