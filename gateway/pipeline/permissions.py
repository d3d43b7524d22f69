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

# Whoever is logged in: the area tree, the rules and the board of vacancies are public among them.
_EVERYBODY: FieldRules = {role: ScopeKind.SYSTEM for role in Role if role is not Role.SYSTEM}
_ADMIN = {Role.COUNTY_ADMIN: _AREA}
_COUNTY = {Role.COUNTY_APPROVER: _AREA, **_ADMIN}
_TOWNSHIP_AND_COUNTY = {Role.TOWNSHIP_REVIEWER: _AREA, **_COUNTY}
_CASE_OFFICERS = {Role.VILLAGE_SPECIALIST: _AREA, Role.SUPPORT_OFFICER: _PAIRED, **_TOWNSHIP_AND_COUNTY}
_FAMILY = {Role.HOUSEHOLD: _SELF, Role.WORKER: _SELF}
_HOUSEHOLDS = {
    **_CASE_OFFICERS,
    **_FAMILY,
    Role.PLANNER: _AREA,
    Role.SUPERVISOR: _AREA,
}
_OFFICERS = {**_HOUSEHOLDS, Role.EMPLOYMENT_STAFF: _AREA, Role.SECTOR_LIAISON: _AREA}
_PROPOSE_CASE = {Role.VILLAGE_SPECIALIST: _AREA, Role.TOWNSHIP_REVIEWER: _AREA}
_DECIDE_CASE = {Role.TOWNSHIP_REVIEWER: _AREA, Role.COUNTY_APPROVER: _AREA}
_DELIVER = {Role.SUPPORT_OFFICER: _PAIRED, **_PROPOSE_CASE}
_ALERTS = {**_CASE_OFFICERS, Role.SUPERVISOR: _AREA, Role.HOUSEHOLD: _SELF}
_WATCH = {role: kind for role, kind in _CASE_OFFICERS.items() if kind is _AREA}
_SCORE = {**_ADMIN, Role.PLANNER: _AREA}
_PLAN = {Role.PLANNER: _AREA}
_SEE_PLANS = {**_PLAN, **_COUNTY}
_SEND_FEED = {Role.DEPARTMENT: _DEPARTMENT, Role.SECTOR_LIAISON: _AREA, **_ADMIN}
_SEE_FEED = {**_SEND_FEED, **_COUNTY, Role.SUPERVISOR: _AREA}
_REVIEW = {Role.SECTOR_LIAISON: _AREA, **_TOWNSHIP_AND_COUNTY}
_SEE_LINKS = {**_REVIEW, Role.SUPERVISOR: _AREA}
_SEE_POINTS = {
    Role.VILLAGE_SPECIALIST: _AREA,
    Role.SECTOR_LIAISON: _AREA,
    Role.SUPERVISOR: _AREA,
    **_TOWNSHIP_AND_COUNTY,
}
_STAFF = {Role.EMPLOYMENT_STAFF: _AREA}
_MONITOR = {Role.INDEPENDENT_MONITOR: _AREA}
# What a worker decides, nobody decides for them: no other role stands beside it.
_WORKER = {Role.WORKER: _SELF}
_MATCHING = _STAFF | _ADMIN | _MONITOR | {Role.SUPERVISOR: _AREA}
_EMPLOYERS = {Role.EMPLOYER: _EMPLOYER}

QUERIES: Mapping[str, FieldRules] = {
    "area": _EVERYBODY,
    "areaByCode": _EVERYBODY,
    "areas": _EVERYBODY,
    "household": _HOUSEHOLDS,
    "householdByCode": _HOUSEHOLDS,
    "households": _HOUSEHOLDS,
    "officers": _OFFICERS,
    "importJob": _ADMIN,
    "departmentBatch": _SEE_FEED,
    "departmentBatchByNumber": _SEE_FEED,
    "reviewRows": _REVIEW,
    "lookUpPerson": _REVIEW,
    "departmentRecord": _SEE_LINKS,
    "departmentRecordByNumber": _SEE_LINKS,
    "sampledLinks": _SEE_LINKS,
    "linkSampleCounts": _SEE_LINKS,
    "linkModel": _SEE_LINKS,
    "feeds": _SEE_FEED,
    "feedDeclarations": _SEE_FEED,
    "supplyPoints": _SEE_POINTS,
    "insuranceProducts": _EVERYBODY,
    "alert": _ALERTS,
    "alerts": _ALERTS,
    "alertRaisedCursor": _WATCH,
    "alertChangedCursor": _WATCH,
    "verificationTasks": _ALERTS,
    "workList": _ALERTS,
    "monitoringCase": _ALERTS,
    "monitoringCases": _ALERTS,
    "visitPrecision": {**_TOWNSHIP_AND_COUNTY, Role.PLANNER: _AREA, Role.SUPERVISOR: _AREA},
    "notifications": {**dict.fromkeys(_CASE_OFFICERS, _SELF), Role.HOUSEHOLD: _SELF},
    "policyPack": _EVERYBODY,
    "thresholdLab": _ADMIN,
    "scoringJob": _SCORE,
    "plan": _SEE_PLANS,
    "plans": _SEE_PLANS,
    "planningJob": _PLAN,
    "planWhatIf": _PLAN,
    "measureEffects": _SEE_PLANS,
    "measureCatalogues": _SEE_PLANS,
    "assistanceOffers": {
        Role.HOUSEHOLD: _SELF,
        Role.SUPPORT_OFFICER: _PAIRED,
        Role.VILLAGE_SPECIALIST: _AREA,
    },
    "assessments": {Role.VILLAGE_SPECIALIST: _AREA, **_TOWNSHIP_AND_COUNTY, Role.PLANNER: _AREA},
    "modelCard": {**_ALERTS, Role.PLANNER: _AREA, **_MONITOR},
    "modelVersions": {**_ALERTS, Role.PLANNER: _AREA, **_MONITOR},
    "modelMonitoring": {
        Role.TOWNSHIP_REVIEWER: _AREA,
        **_COUNTY,
        Role.PLANNER: _AREA,
        Role.SUPERVISOR: _AREA,
        **_MONITOR,
    },
    "me": _WORKER,
    "worker": _WORKER | _STAFF | _MONITOR,
    "vacancy": _EVERYBODY,
    "vacancies": _EVERYBODY,
    "occupation": _EVERYBODY,
    "occupations": _EVERYBODY,
    "suggestOccupation": _EVERYBODY,
    "employer": _EVERYBODY,
    "employers": _EVERYBODY,
    "safeguards": _EVERYBODY,
    "shortlistForWorker": _WORKER | _STAFF,
    "shortlistForVacancy": _STAFF,
    "callList": _STAFF,
    "myCalls": _STAFF,
    "myCallRequests": _WORKER,
    "contacts": _WORKER | _MONITOR,
    "myNotices": _WORKER,
    "careFacilities": _STAFF,
    "nearbyVacancies": _WORKER | _STAFF,
    "explainMatch": _WORKER | _STAFF,
    "matchingRun": _MATCHING,
    "matchingRuns": _MATCHING,
    "matchingJob": _STAFF,
    "offer": _WORKER | _MONITOR,
    "myOffers": _WORKER,
    "coercionFlagRules": _EVERYBODY,
    "coercionFlags": _MONITOR,
    "consentAttempts": _MONITOR,
    "monitorTasks": _MONITOR,
    "myGrievances": _FAMILY,
    "myAuditFacts": _WORKER,
    "myPhoneOpenings": _WORKER,
    "grievanceOfReceipt": {**_FAMILY, Role.INDEPENDENT_MONITOR: _SELF},
    "grievances": _MONITOR,
    "benefitReviews": _MONITOR,
    "placement": _WORKER | _STAFF | _MONITOR | _EMPLOYERS,
    "placements": _WORKER | _STAFF | _MONITOR | _EMPLOYERS,
    "groupRecruitment": _STAFF,
    "groupTrips": _STAFF | _EMPLOYERS,
    "tripsHome": _STAFF,
    "travelSubsidiesOwed": _STAFF,
    "wageClaims": _STAFF | _MONITOR,
    "workFigures": {**_STAFF, **_COUNTY, Role.SUPERVISOR: _AREA, **_MONITOR},
}

MUTATIONS: Mapping[str, FieldRules] = {
    "addArea": _ADMIN,
    "recodeArea": _ADMIN,
    "registerHousehold": _TOWNSHIP_AND_COUNTY,
    "assessHousehold": _TOWNSHIP_AND_COUNTY,
    "removeHousehold": _TOWNSHIP_AND_COUNTY,
    "addMember": _TOWNSHIP_AND_COUNTY,
    "removeMember": _TOWNSHIP_AND_COUNTY,
    "revealMember": _CASE_OFFICERS,
    "recordCareDuty": _CASE_OFFICERS | _FAMILY,
    "endCareDuty": _CASE_OFFICERS | _FAMILY,
    "recordIncome": _CASE_OFFICERS,
    "correctIncome": _CASE_OFFICERS,
    "resolveDuplicateIncome": {Role.VILLAGE_SPECIALIST: _AREA, **_TOWNSHIP_AND_COUNTY},
    "proposeBenefitReduction": _TOWNSHIP_AND_COUNTY,
    "withdrawBenefitReduction": _TOWNSHIP_AND_COUNTY,
    "recordRigidExpense": _CASE_OFFICERS,
    "correctRigidExpense": _CASE_OFFICERS,
    "setAccountingRules": _ADMIN,
    "registerOfficer": _ADMIN,
    "deactivateOfficer": _ADMIN,
    "pairSupportOfficer": _ADMIN,
    "endSupportPairing": _ADMIN,
    "startRegistryImport": _ADMIN,
    "registerSupplyPoint": _ADMIN,
    "serveHouseholds": _ADMIN,
    "endSupply": _ADMIN,
    "submitDepartmentBatch": _SEND_FEED,
    "resolveReviewRow": _REVIEW,
    "revealReviewRow": _REVIEW,
    "undoLink": _REVIEW,
    "confirmLink": _REVIEW,
    "judgeSamePerson": _TOWNSHIP_AND_COUNTY,
    "mergeMembers": _COUNTY,
    "splitMember": _COUNTY,
    "fitLinkModel": _ADMIN,
    "indexPersons": _ADMIN,
    "reportVisit": {Role.VILLAGE_SPECIALIST: _AREA},
    "refuseVisit": {Role.VILLAGE_SPECIALIST: _AREA, Role.SUPPORT_OFFICER: _PAIRED, Role.HOUSEHOLD: _SELF},
    "proposeCase": _PROPOSE_CASE,
    "holdCommunityReview": _PROPOSE_CASE,
    "publishNotice": _PROPOSE_CASE,
    "checkCase": {Role.TOWNSHIP_REVIEWER: _AREA},
    "approveCase": {Role.COUNTY_APPROVER: _AREA},
    "declineCase": _DECIDE_CASE,
    "proposeResolution": _PROPOSE_CASE,
    "reopenCase": _DECIDE_CASE,
    "recordMeasure": _DELIVER,
    "confirmMeasure": {**_DELIVER, Role.HOUSEHOLD: _SELF},
    "clearAlert": {Role.COUNTY_APPROVER: _AREA},
    "markNotificationsRead": {**dict.fromkeys(_CASE_OFFICERS, _SELF), Role.HOUSEHOLD: _SELF},
    "assessHouseholds": _SCORE,
    "planAssistance": _PLAN,
    "approvePlan": {Role.COUNTY_APPROVER: _AREA},
    "proposeMeasures": _PLAN,
    "approveMeasures": {Role.COUNTY_APPROVER: _AREA},
    "recordAssistanceGiven": {Role.SUPPORT_OFFICER: _PAIRED, Role.VILLAGE_SPECIALIST: _AREA},
    "answerAssistanceOffer": {
        Role.HOUSEHOLD: _SELF,
        Role.SUPPORT_OFFICER: _PAIRED,
        Role.VILLAGE_SPECIALIST: _AREA,
    },
    "overrideAssessment": {Role.SUPPORT_OFFICER: _PAIRED, **_PROPOSE_CASE, Role.COUNTY_APPROVER: _AREA},
    "publishModel": _SCORE,
    "decideModel": _COUNTY,
    "registerWorker": _WORKER,
    "updateProfile": _WORKER,
    "askForNearbyWork": _WORKER,
    "nameCompanion": _WORKER,
    "leaveCompanion": _WORKER,
    "refuseCompanion": _WORKER,
    "revealWorkerPhone": _STAFF,
    "claimNextCall": _STAFF,
    "claimCall": _STAFF,
    "renewCalls": _STAFF,
    "releaseCalls": _STAFF,
    "recordCalls": _STAFF,
    "askForCall": _WORKER,
    "takeBackCallRequest": _WORKER,
    "closeNotice": _WORKER,
    "openCareFacility": _STAFF,
    "closeCareFacility": _STAFF,
    "publishVacancy": _EMPLOYERS | _STAFF,
    "reviseTerms": _EMPLOYERS | _STAFF,
    "addPlaces": _EMPLOYERS | _STAFF,
    "setMinimumBatch": _EMPLOYERS | _STAFF,
    "closeVacancy": _EMPLOYERS | _STAFF,
    "confirmOccupation": _STAFF,
    "registerEmployer": _STAFF | _ADMIN,
    "recordInspection": _STAFF | _ADMIN | _MONITOR,
    "closeCriticalFinding": _MONITOR,
    "makeOffer": _STAFF,
    "openGroupRecruitment": _STAFF,
    "startMatchingRun": _STAFF,
    "showOfferTerms": _WORKER,
    "answerTermsQuestions": _WORKER,
    "acceptOffer": _WORKER,
    "declineOffer": _WORKER,
    "withdrawAcceptance": _WORKER,
    "recordContract": _EMPLOYERS,
    "bookTravel": _WORKER | _STAFF,
    "chooseTravel": _WORKER,
    "arrangeGroupTrip": _STAFF | _EMPLOYERS,
    "bookReturnTrip": _STAFF,
    "payTravelSubsidy": _STAFF,
    "confirmArrival": _WORKER | _EMPLOYERS,
    "confirmStart": _WORKER | _EMPLOYERS,
    "confirmWage": _WORKER,
    "reportMissingWage": _WORKER,
    "giveWageHelp": _STAFF | _MONITOR,
    "takeBackStep": _WORKER,
    "takeBackWage": _WORKER,
    "resign": _WORKER,
    "askForAnotherPost": _WORKER,
    "askForReturnTrip": _WORKER,
    "confirmReturn": _WORKER,
    "endPlacement": _EMPLOYERS,
    "answerFollowUp": _WORKER,
    "closeOfferTerms": _WORKER,
    # Whoever may not be a witness is refused by the service, which tells the monitor of the attempt.
    "witnessConsent": dict.fromkeys(_EVERYBODY, _SELF),
    "reportJobContact": _WORKER,
    "reportHours": _WORKER,
    "tellForAudits": _WORKER,
    "withdrawCareFacility": _STAFF,
    "liftHold": _MONITOR,
    "settleFlag": _MONITOR,
    "finishMonitorTask": _MONITOR,
    "fileGrievance": {**_FAMILY, **_MONITOR},
    "reopenGrievance": {**_FAMILY, Role.INDEPENDENT_MONITOR: _SELF},
    "handleGrievance": _MONITOR,
    "decideBenefitReview": _MONITOR,
    "activateSafeguards": _ADMIN,
    "suspendSafeguards": _MONITOR,
    "resumeSafeguards": _MONITOR,
    "stepDownAsMonitor": _MONITOR,
}

# Answers to an offer. An attempt to give one in a worker's place has to stay on record, and the gateway has no store of
# its own: whoever tries is let through to the service, which refuses by the same rule and writes the attempt down.
REFUSED_BY_SERVICE = frozenset(
    {
        "showOfferTerms",
        "closeOfferTerms",
        "answerTermsQuestions",
        "acceptOffer",
        "declineOffer",
        "withdrawAcceptance",
    }
)

SUBSCRIPTIONS: Mapping[str, FieldRules] = {"alertRaised": _WATCH, "alertChanged": _WATCH}

ROOT_FIELDS: RootRules = MappingProxyType(
    {
        OperationType.QUERY: MappingProxyType(QUERIES),
        OperationType.MUTATION: MappingProxyType(MUTATIONS),
        OperationType.SUBSCRIPTION: MappingProxyType(SUBSCRIPTIONS),
    }
)
