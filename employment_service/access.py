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
MONITOR = {Role.INDEPENDENT_MONITOR: AREA}

POLICY = AccessPolicy(
    {
        "registerWorker": OWN,
        "changeWorker": OWN,
        "chooseCompanion": OWN,
        "readCompanion": OWN | {Role.EMPLOYMENT_STAFF: AREA},
        "readWorker": OWN | HANDLERS,
        "revealPhone": {Role.EMPLOYMENT_STAFF: AREA},
        "readCallList": {Role.EMPLOYMENT_STAFF: AREA},
        "callWorkers": {Role.EMPLOYMENT_STAFF: AREA},
        "askForCall": OWN,
        "readContacts": OWN | {Role.INDEPENDENT_MONITOR: AREA},
        "readNotices": OWN,
        "openCareFacility": {Role.EMPLOYMENT_STAFF: AREA},
        "readFreedWork": {Role.EMPLOYMENT_STAFF: AREA},
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
        "startMatchingRun": {Role.EMPLOYMENT_STAFF: AREA},
        "readMatchingRun": {
            Role.EMPLOYMENT_STAFF: AREA,
            Role.COUNTY_ADMIN: AREA,
            Role.SUPERVISOR: AREA,
            Role.INDEPENDENT_MONITOR: AREA,
        },
        # Who is proposed what: for those alone who may make an offer, and for whoever watches over it.
        "readProposals": HANDLERS,
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
        "answerTermsQuestions": OWN,
        "acceptOffer": OWN,
        "declineOffer": OWN,
        "withdrawAcceptance": OWN,
        "readPlacement": OWN | HANDLERS | {Role.EMPLOYER: EMPLOYER},
        "recordContract": {Role.EMPLOYER: EMPLOYER},
        "openGroupRecruitment": {Role.EMPLOYMENT_STAFF: AREA},
        "bookTravel": OWN | {Role.EMPLOYMENT_STAFF: AREA},
        "chooseTravel": OWN,
        "arrangeGroupTrip": {Role.EMPLOYMENT_STAFF: AREA, Role.EMPLOYER: EMPLOYER},
        "bookReturnTrip": {Role.EMPLOYMENT_STAFF: AREA},
        "paySubsidy": {Role.EMPLOYMENT_STAFF: AREA},
        "confirmArrival": OWN | {Role.EMPLOYER: EMPLOYER},
        "confirmStart": OWN | {Role.EMPLOYER: EMPLOYER},
        "confirmWage": OWN,
        "reportWage": OWN,
        "helpWithWages": {Role.EMPLOYMENT_STAFF: AREA, Role.INDEPENDENT_MONITOR: AREA},
        "takeBackStep": OWN,
        "resign": OWN,
        "endPlacement": {Role.EMPLOYER: EMPLOYER},
        "readFollowUps": OWN | {Role.INDEPENDENT_MONITOR: AREA},
        "answerFollowUp": OWN,
        "readFigures": {
            Role.EMPLOYMENT_STAFF: AREA,
            Role.COUNTY_ADMIN: AREA,
            Role.COUNTY_APPROVER: AREA,
            Role.SUPERVISOR: AREA,
            Role.INDEPENDENT_MONITOR: AREA,
        },
        "readFlags": MONITOR,
        "liftHold": MONITOR,
        "witnessConsent": EVERYBODY,
        "reportJobContact": OWN,
        "reportHours": OWN,
        "fileGrievance": {Role.WORKER: SELF, Role.HOUSEHOLD: SELF, **MONITOR},
        "streamWorkStates": {Role.SYSTEM: SYSTEM},
    }
)
