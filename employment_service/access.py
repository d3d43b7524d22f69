"""Who may do what in this service, as data.

Nobody but WORKER with SELF appears beside an action that decides something for a worker.
"""

from __future__ import annotations

from chassis.access import AccessPolicy
from chassis.identity import Role, ScopeKind

SELF, AREA, EMPLOYER, SYSTEM = ScopeKind.SELF, ScopeKind.AREA, ScopeKind.EMPLOYER, ScopeKind.SYSTEM

# A public board: every signed-in caller reads it, so the kind of scope is not asked.
EVERYBODY = dict.fromkeys(Role, AREA)

OWN = {Role.WORKER: SELF}
HANDLERS = {Role.EMPLOYMENT_STAFF: AREA, Role.INDEPENDENT_MONITOR: AREA}

POLICY = AccessPolicy(
    {
        "registerWorker": OWN,
        "changeWorker": OWN,
        "readWorker": OWN | HANDLERS,
        "revealPhone": {Role.EMPLOYMENT_STAFF: AREA},
        "readWorkingMembers": {
            Role.HOUSEHOLD: SELF,
            Role.WORKER: SELF,
            Role.VILLAGE_SPECIALIST: AREA,
            Role.SUPPORT_OFFICER: AREA,
            Role.TOWNSHIP_REVIEWER: AREA,
            Role.COUNTY_APPROVER: AREA,
            Role.EMPLOYMENT_STAFF: AREA,
            Role.INDEPENDENT_MONITOR: AREA,
        },
        "readBoard": EVERYBODY,
        "readOccupations": EVERYBODY,
        "confirmOccupation": {Role.EMPLOYMENT_STAFF: AREA},
        "readSafeguards": EVERYBODY,
        "activateSafeguards": {Role.COUNTY_ADMIN: AREA},
        "monitorSafeguards": {Role.INDEPENDENT_MONITOR: AREA},
        "registerEmployer": {Role.EMPLOYMENT_STAFF: AREA, Role.COUNTY_ADMIN: AREA},
        "inspectEmployer": {
            Role.EMPLOYMENT_STAFF: AREA,
            Role.COUNTY_ADMIN: AREA,
            Role.INDEPENDENT_MONITOR: AREA,
        },
        "closeCriticalFinding": {Role.INDEPENDENT_MONITOR: AREA},
        "writeVacancy": {Role.EMPLOYER: EMPLOYER, Role.EMPLOYMENT_STAFF: AREA},
        "readShortlist": OWN | {Role.EMPLOYMENT_STAFF: AREA},
        "readVacancyShortlist": {Role.EMPLOYMENT_STAFF: AREA},
        "makeOffer": {Role.EMPLOYMENT_STAFF: AREA},
        "readOffer": OWN | {Role.INDEPENDENT_MONITOR: AREA},
        "showOfferTerms": OWN,
        "acceptOffer": OWN,
        "declineOffer": OWN,
        "withdrawAcceptance": OWN,
        "readPlacement": OWN | HANDLERS | {Role.EMPLOYER: EMPLOYER},
        "recordContract": {Role.EMPLOYER: EMPLOYER},
        "bookTravel": OWN | {Role.EMPLOYMENT_STAFF: AREA},
        "confirmArrival": OWN | {Role.EMPLOYER: EMPLOYER},
        "confirmStart": OWN | {Role.EMPLOYER: EMPLOYER},
        "confirmWage": OWN,
        "takeBackStep": OWN,
        "resign": OWN,
        "endPlacement": {Role.EMPLOYER: EMPLOYER},
        "readFollowUps": OWN | {Role.INDEPENDENT_MONITOR: AREA},
        "answerFollowUp": OWN,
        "streamWorkStates": {Role.SYSTEM: SYSTEM},
    }
)
