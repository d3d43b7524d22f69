"""Who may do what with households, as data. A use case names the action; nothing listed means nothing allowed.

SEE_HOUSEHOLDS is the sight every reading query is filtered by. Names stay masked for everybody but the person
(SELF); whoever needs one opens it by REVEAL_MEMBER, with a reason that is written to the audit log.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from chassis.access import AccessPolicy
from chassis.identity import Role, ScopeKind


class Action(StrEnum):
    SEE_AREAS = "SEE_AREAS"
    SEE_HOUSEHOLDS = "SEE_HOUSEHOLDS"
    SEE_LEDGER = "SEE_LEDGER"
    SEE_OFFICERS = "SEE_OFFICERS"
    CHANGE_AREAS = "CHANGE_AREAS"
    CHANGE_HOUSEHOLDS = "CHANGE_HOUSEHOLDS"
    CHANGE_CARE = "CHANGE_CARE"
    CHANGE_LEDGER = "CHANGE_LEDGER"
    RESOLVE_DUPLICATES = "RESOLVE_DUPLICATES"
    REDUCE_AID = "REDUCE_AID"
    CHANGE_OFFICERS = "CHANGE_OFFICERS"
    CHANGE_ACCOUNTING = "CHANGE_ACCOUNTING"
    REVEAL_MEMBER = "REVEAL_MEMBER"
    STREAM_SNAPSHOTS = "STREAM_SNAPSHOTS"
    VERIFY_MEMBER = "VERIFY_MEMBER"
    READ_AID_FOR_WORK = "READ_AID_FOR_WORK"
    FREEZE_STATEMENT = "FREEZE_STATEMENT"
    IMPORT_REGISTRY = "IMPORT_REGISTRY"
    EXPORT_REGISTRY = "EXPORT_REGISTRY"
    EXPORT_OPENED = "EXPORT_OPENED"
    SUBMIT_FEED = "SUBMIT_FEED"
    SEE_FEED = "SEE_FEED"
    REVIEW_ROWS = "REVIEW_ROWS"
    LOOK_UP_PERSON = "LOOK_UP_PERSON"
    SEE_LINKS = "SEE_LINKS"
    UNDO_LINKS = "UNDO_LINKS"
    JUDGE_PERSONS = "JUDGE_PERSONS"
    MERGE_MEMBERS = "MERGE_MEMBERS"
    FIT_LINK_MODEL = "FIT_LINK_MODEL"
    CHANGE_SUPPLY_POINTS = "CHANGE_SUPPLY_POINTS"
    SEE_SUPPLY_POINTS = "SEE_SUPPLY_POINTS"


_AREA = ScopeKind.AREA
_SYSTEM = {Role.SYSTEM: ScopeKind.SYSTEM}
_COUNTY = {Role.COUNTY_APPROVER: _AREA, Role.COUNTY_ADMIN: _AREA}
_CASE_OFFICERS = {
    Role.VILLAGE_SPECIALIST: _AREA,
    Role.SUPPORT_OFFICER: ScopeKind.PAIRED,
    Role.TOWNSHIP_REVIEWER: _AREA,
    **_COUNTY,
}
_SELF = {Role.HOUSEHOLD: ScopeKind.SELF, Role.WORKER: ScopeKind.SELF}
_READERS = {
    **_CASE_OFFICERS,
    **_SELF,
    Role.PLANNER: _AREA,
    Role.SUPERVISOR: _AREA,
    **_SYSTEM,
}

POLICY = AccessPolicy(
    MappingProxyType(
        {
            # The tree is public reference data; a token is still needed.
            Action.SEE_AREAS: dict.fromkeys(Role, ScopeKind.SYSTEM),
            # Not the employment office: a list of households with their labour would be a list of labour to be had.
            Action.SEE_HOUSEHOLDS: _READERS,
            Action.SEE_LEDGER: _READERS,
            Action.SEE_OFFICERS: {**_READERS, Role.SECTOR_LIAISON: _AREA, Role.EMPLOYMENT_STAFF: _AREA},
            Action.CHANGE_AREAS: {Role.COUNTY_ADMIN: _AREA, **_SYSTEM},
            Action.CHANGE_HOUSEHOLDS: {Role.TOWNSHIP_REVIEWER: _AREA, **_COUNTY, **_SYSTEM},
            # Care is asked for by the family itself or noted by who visits it.
            Action.CHANGE_CARE: {**_CASE_OFFICERS, **_SELF, **_SYSTEM},
            Action.CHANGE_LEDGER: {**_CASE_OFFICERS, **_SYSTEM},
            Action.RESOLVE_DUPLICATES: {Role.VILLAGE_SPECIALIST: _AREA, Role.TOWNSHIP_REVIEWER: _AREA, **_COUNTY},
            # Never the village: whoever visits a family does not also hold its aid.
            Action.REDUCE_AID: {Role.TOWNSHIP_REVIEWER: _AREA, **_COUNTY, **_SYSTEM},
            Action.CHANGE_OFFICERS: {Role.COUNTY_ADMIN: _AREA, **_SYSTEM},
            Action.CHANGE_ACCOUNTING: {Role.COUNTY_ADMIN: _AREA, **_SYSTEM},
            Action.REVEAL_MEMBER: _CASE_OFFICERS,
            Action.STREAM_SNAPSHOTS: _SYSTEM,
            Action.VERIFY_MEMBER: _SYSTEM,
            Action.READ_AID_FOR_WORK: _SYSTEM,
            Action.FREEZE_STATEMENT: _SYSTEM,
            Action.IMPORT_REGISTRY: {Role.COUNTY_ADMIN: _AREA, **_SYSTEM},
            # Masked lists for those who oversee an area; names and numbers for the county alone, with a reason.
            Action.EXPORT_REGISTRY: {Role.TOWNSHIP_REVIEWER: _AREA, Role.SUPERVISOR: _AREA, **_COUNTY},
            Action.EXPORT_OPENED: _COUNTY,
            # A department sends and sees its own feed only; the county may send for it. Who a row is about is
            # decided by the county.
            Action.SUBMIT_FEED: {
                Role.DEPARTMENT: ScopeKind.DEPARTMENT,
                Role.SECTOR_LIAISON: _AREA,
                Role.COUNTY_ADMIN: _AREA,
                **_SYSTEM,
            },
            Action.SEE_FEED: {
                Role.DEPARTMENT: ScopeKind.DEPARTMENT,
                Role.SECTOR_LIAISON: _AREA,
                **_COUNTY,
                Role.SUPERVISOR: _AREA,
                **_SYSTEM,
            },
            Action.CHANGE_SUPPLY_POINTS: {Role.COUNTY_ADMIN: _AREA, **_SYSTEM},
            Action.SEE_SUPPLY_POINTS: {
                Role.VILLAGE_SPECIALIST: _AREA,
                Role.TOWNSHIP_REVIEWER: _AREA,
                Role.SECTOR_LIAISON: _AREA,
                **_COUNTY,
                Role.SUPERVISOR: _AREA,
                **_SYSTEM,
            },
            # Bound to a record within the caller's areas; nobody searches people for their own sake.
            Action.LOOK_UP_PERSON: {Role.SECTOR_LIAISON: _AREA, Role.TOWNSHIP_REVIEWER: _AREA, **_COUNTY},
            Action.SEE_LINKS: {
                Role.SECTOR_LIAISON: _AREA,
                Role.TOWNSHIP_REVIEWER: _AREA,
                **_COUNTY,
                Role.SUPERVISOR: _AREA,
                **_SYSTEM,
            },
            Action.UNDO_LINKS: {Role.SECTOR_LIAISON: _AREA, Role.TOWNSHIP_REVIEWER: _AREA, **_COUNTY},
            Action.JUDGE_PERSONS: {Role.TOWNSHIP_REVIEWER: _AREA, **_COUNTY},
            # Two people's records become one person's: the county decides, on what others judged.
            Action.MERGE_MEMBERS: {Role.COUNTY_APPROVER: _AREA, Role.COUNTY_ADMIN: _AREA},
            Action.FIT_LINK_MODEL: {Role.COUNTY_ADMIN: _AREA},
            Action.REVIEW_ROWS: {Role.SECTOR_LIAISON: _AREA, Role.TOWNSHIP_REVIEWER: _AREA, **_COUNTY, **_SYSTEM},
        }
    )
)
