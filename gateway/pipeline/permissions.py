"""Which role may ask for which root field, and over what it acts there, as data.

Nothing listed means nothing allowed, for queries as for mutations; a test holds this table against the composed graph.
The scope kinds say what the subgraph will hold the caller to; here they decide only whether a named area must lie
in the caller's areas.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from chassis.identity import Role, ScopeKind
from gateway.pipeline.stages import OperationType

FieldRules: TypeAlias = Mapping[Role, ScopeKind]
RootRules: TypeAlias = Mapping[OperationType, Mapping[str, FieldRules]]

_AREA = ScopeKind.AREA
_PAIRED = ScopeKind.PAIRED
_SELF = ScopeKind.SELF
_EMPLOYER = ScopeKind.EMPLOYER
_DEPARTMENT = ScopeKind.DEPARTMENT

# Whoever is logged in. The area tree and vacancies are public among them.
_EVERYBODY: dict[Role, ScopeKind] = {role: ScopeKind.SYSTEM for role in Role if role is not Role.SYSTEM}
_COUNTY = {Role.COUNTY_APPROVER: _AREA, Role.COUNTY_ADMIN: _AREA}
_TOWNSHIP_AND_COUNTY = {Role.TOWNSHIP_REVIEWER: _AREA, **_COUNTY}
_CASE_OFFICERS = {Role.VILLAGE_SPECIALIST: _AREA, Role.SUPPORT_OFFICER: _PAIRED, **_TOWNSHIP_AND_COUNTY}
_WATCHERS = {Role.PLANNER: _AREA, Role.SUPERVISOR: _AREA, Role.INDEPENDENT_MONITOR: _AREA}
_PEOPLE = {Role.HOUSEHOLD: _SELF, Role.WORKER: _SELF}
_READERS = {
    **_CASE_OFFICERS,
    **_WATCHERS,
    **_PEOPLE,
    Role.EMPLOYMENT_STAFF: _AREA,
    Role.SECTOR_LIAISON: _AREA,
}
_FEEDS = {Role.DEPARTMENT: _DEPARTMENT, Role.SECTOR_LIAISON: _AREA, Role.COUNTY_ADMIN: _AREA}
_STAFF = {Role.EMPLOYMENT_STAFF: _AREA, Role.COUNTY_ADMIN: _AREA}
_WORKER = {Role.WORKER: _SELF}
_PLACING = {**_STAFF, Role.EMPLOYER: _EMPLOYER}
_ALERTS = {**_CASE_OFFICERS, **_WATCHERS, Role.SECTOR_LIAISON: _AREA}

QUERIES: Mapping[str, FieldRules] = {
    "area": _EVERYBODY,
    "areas": _EVERYBODY,
    "household": _READERS,
    "householdByCode": _READERS,
    "households": _READERS,
    "officers": _READERS,
    "reviewRows": _FEEDS | _TOWNSHIP_AND_COUNTY,
    "departmentBatch": _FEEDS,
    "importJob": _COUNTY,
    "job": _COUNTY | _FEEDS | _STAFF,
    "alert": _ALERTS | _PEOPLE,
    "alerts": _ALERTS | _PEOPLE,
    "alertRaisedCursor": _ALERTS,
    "workList": _CASE_OFFICERS,
    "verificationTasks": _CASE_OFFICERS,
    "notifications": _EVERYBODY,
    "me": _EVERYBODY,
    "worker": _WORKER | _STAFF,
    "vacancies": _EVERYBODY,
    "vacancy": _EVERYBODY,
    "shortlistForWorker": _WORKER | _STAFF,
    "shortlistForVacancy": _STAFF,
    "myOffers": _WORKER,
    "placement": _WORKER | _PLACING,
}

MUTATIONS: Mapping[str, FieldRules] = {
    "registerHousehold": _TOWNSHIP_AND_COUNTY,
    "recordIncome": _CASE_OFFICERS,
    "recordRigidExpense": _CASE_OFFICERS,
    "resolveDuplicateIncome": {Role.VILLAGE_SPECIALIST: _AREA, **_TOWNSHIP_AND_COUNTY},
    "recordCareDuty": _CASE_OFFICERS | _PEOPLE,
    "endCareDuty": _CASE_OFFICERS | _PEOPLE,
    "pairSupportOfficer": {Role.COUNTY_ADMIN: _AREA},
    "submitDepartmentBatch": {Role.DEPARTMENT: _DEPARTMENT},
    "resolveReviewRow": _FEEDS | _TOWNSHIP_AND_COUNTY,
    "startRegistryImport": {Role.COUNTY_ADMIN: _AREA},
    "revealMember": _CASE_OFFICERS,
    "reportVisit": _CASE_OFFICERS,
    "clearAlert": _TOWNSHIP_AND_COUNTY | {Role.VILLAGE_SPECIALIST: _AREA},
    "registerWorker": _WORKER,
    "askForNearbyWork": _WORKER,
    "acceptOffer": _WORKER,
    "declineOffer": _WORKER,
    "withdrawAcceptance": _WORKER,
    "resign": _WORKER,
    "makeOffer": _STAFF,
    "showOfferTerms": _WORKER | _STAFF,
    "recordContract": _PLACING,
    "bookTravel": _WORKER | _STAFF,
    "confirmArrival": _WORKER | _PLACING,
    "confirmStart": _WORKER | _PLACING,
    "confirmWage": _WORKER | _PLACING,
    "publishVacancy": _PLACING,
    "registerEmployer": _STAFF,
    "activateSafeguards": _STAFF,
    "answerFollowUp": _WORKER | _STAFF,
}

SUBSCRIPTIONS: Mapping[str, FieldRules] = {
    "alertRaised": _ALERTS,
}

ROOT_FIELDS: RootRules = MappingProxyType(
    {
        OperationType.QUERY: MappingProxyType(QUERIES),
        OperationType.MUTATION: MappingProxyType(MUTATIONS),
        OperationType.SUBSCRIPTION: MappingProxyType(SUBSCRIPTIONS),
    }
)
