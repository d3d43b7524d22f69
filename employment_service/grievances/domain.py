"""A way to complain that does not pass through anybody it may be about.

The independent monitor alone hears it; an outside line is named beside every answer. It may be anonymous: then
nobody, the database included, knows who spoke, and a receipt that only the speaker holds opens the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound
from employment_service.policies.domain import EmploymentPolicy


class GrievanceNotFound(NotFound):
    code = "GRIEVANCE_NOT_FOUND"


class GrievanceStepNotPossible(Conflict):
    code = "GRIEVANCE_STEP_NOT_POSSIBLE"


class GrievanceIsAboutYou(Forbidden):
    code = "GRIEVANCE_IS_ABOUT_YOU"


class GrievanceKind(StrEnum):
    DOCUMENTS_KEPT = "DOCUMENTS_KEPT"
    CANNOT_LEAVE = "CANNOT_LEAVE"
    VIOLENCE = "VIOLENCE"
    THREATS = "THREATS"
    PRESSURE_TO_ACCEPT = "PRESSURE_TO_ACCEPT"
    THREAT_TO_AID = "THREAT_TO_AID"
    FEE_OR_DEBT = "FEE_OR_DEBT"
    WAGES = "WAGES"
    HOURS = "HOURS"
    HOUSING_OR_FOOD = "HOUSING_OR_FOOD"
    UNWANTED_CONTACT = "UNWANTED_CONTACT"
    OTHER = "OTHER"


CRITICAL = frozenset(
    {
        GrievanceKind.DOCUMENTS_KEPT,
        GrievanceKind.CANNOT_LEAVE,
        GrievanceKind.VIOLENCE,
        GrievanceKind.THREATS,
        GrievanceKind.THREAT_TO_AID,
    }
)


class GrievanceChannel(StrEnum):
    """How it came. All but APP are written down by the monitor."""

    APP = "APP"
    PHONE = "PHONE"
    LETTER = "LETTER"
    IN_PERSON = "IN_PERSON"
    OUTSIDE_LINE = "OUTSIDE_LINE"


class GrievanceState(StrEnum):
    RECEIVED = "RECEIVED"
    TAKEN_UP = "TAKEN_UP"
    ANSWERED = "ANSWERED"
    REOPENED = "REOPENED"
    CLOSED = "CLOSED"


G = GrievanceState
STEPS = {
    G.RECEIVED: frozenset({G.TAKEN_UP, G.ANSWERED}),
    G.TAKEN_UP: frozenset({G.ANSWERED}),
    G.ANSWERED: frozenset({G.ANSWERED, G.REOPENED, G.CLOSED}),
    G.REOPENED: frozenset({G.TAKEN_UP, G.ANSWERED}),
    G.CLOSED: frozenset({G.REOPENED}),
}
WAITING = frozenset({G.RECEIVED, G.TAKEN_UP, G.REOPENED})


@dataclass(frozen=True, slots=True, kw_only=True)
class GrievanceStep:
    """`by`: the monitor's token subject; None: the one who complained."""

    state: GrievanceState
    at: datetime
    by: str | None
    said: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grievance:
    """`filer`: keyed digest of the token subject, `receipt`: of the receipt; one of the two is there.

    `worker_id`, `household_id`: who is watched over; never set for an anonymous one.
    """

    id: UUID
    area_path: str
    kind: GrievanceKind
    channel: GrievanceChannel
    text: str
    filed_at: datetime
    due_at: datetime
    log: tuple[GrievanceStep, ...]
    filer: bytes | None = None
    receipt: bytes | None = None
    worker_id: UUID | None = None
    household_id: UUID | None = None
    watch_until: datetime | None = None
    about_subject: str | None = None
    about_employer_id: UUID | None = None
    about_placement_id: UUID | None = None
    escalated_at: datetime | None = None
    version: int = 1

    @property
    def state(self) -> GrievanceState:
        return self.log[-1].state

    @property
    def critical(self) -> bool:
        return self.kind in CRITICAL


def filed(
    *,
    id: UUID,  # noqa: A002 - the field's own name
    area_path: str,
    kind: GrievanceKind,
    channel: GrievanceChannel,
    text: str,
    filer: bytes | None,
    receipt: bytes | None,
    worker_id: UUID | None,
    household_id: UUID | None,
    about_subject: str | None,
    about_employer_id: UUID | None,
    about_placement_id: UUID | None,
    at: datetime,
    policy: EmploymentPolicy,
) -> Grievance:
    if not 1 <= len(text.strip()) <= 5000:
        raise InvalidInput("Say in 1 to 5,000 characters what happened.", field="text")
    within = (
        timedelta(hours=policy.critical_hours) if kind in CRITICAL else timedelta(days=policy.grievance_answer_days)
    )
    return Grievance(
        id=id,
        area_path=area_path,
        kind=kind,
        channel=channel,
        text=text.strip(),
        filed_at=at,
        due_at=at + within,
        log=(GrievanceStep(state=G.RECEIVED, at=at, by=None),),
        filer=filer,
        receipt=receipt,
        worker_id=worker_id,
        household_id=household_id,
        watch_until=(
            None if worker_id is None and household_id is None else at + timedelta(days=policy.retaliation_watch_days)
        ),
        about_subject=about_subject,
        about_employer_id=about_employer_id,
        about_placement_id=about_placement_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Who hears. `only_about`: a monitor who is not the one named in the area hears what is about that one alone.
    Empty: everything but what is about themselves.
    """

    by: str
    only_about: frozenset[str] = frozenset()


def require_handler(grievance: Grievance, hearing: Hearing) -> None:
    """Whom it is about neither reads nor handles it, whatever their role."""
    if grievance.about_subject == hearing.by:
        raise GrievanceIsAboutYou("Somebody else handles this.", field="grievanceId")
    if hearing.only_about and grievance.about_subject not in hearing.only_about:
        raise GrievanceNotFound("There is no such grievance.", field="grievanceId")


def stepped(
    grievance: Grievance, to: GrievanceState, *, by: str | None, at: datetime, said: str | None = None
) -> Grievance:
    if to not in STEPS[grievance.state]:
        raise GrievanceStepNotPossible(f"A grievance that is {grievance.state} cannot become {to}.")
    if to in {G.ANSWERED, G.REOPENED} and not (said or "").strip():
        raise InvalidInput("Say something.", field="text")
    if said is not None and len(said) > 5000:
        raise InvalidInput("At most 5,000 characters.", field="text")
    step = GrievanceStep(state=to, at=at, by=by, said=said)
    return replace(grievance, log=(*grievance.log, step), version=grievance.version + 1)
