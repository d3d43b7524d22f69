"""From this service's facts to the messages others read. Offers and decisions have no mapping, on purpose."""

from __future__ import annotations

from chassis.outbox import OutboxMessage
from contracts.employment.v1 import events_pb2
from employment_service.benefit_reviews.domain import BenefitReductionGuarded, Verdict
from employment_service.placements.sharing import WorkStateChanged
from employment_service.vacancies.domain import VacancyChanged

WORK_STATES = {
    "NONE": events_pb2.WORK_STATE_NONE,
    "STARTED": events_pb2.WORK_STATE_STARTED,
    "STABLE": events_pb2.WORK_STATE_STABLE,
}


VERDICTS = {
    Verdict.PASSED: events_pb2.BENEFIT_REDUCTION_VERDICT_PASSED,
    Verdict.UNDER_REVIEW: events_pb2.BENEFIT_REDUCTION_VERDICT_UNDER_REVIEW,
    Verdict.KEPT_BACK: events_pb2.BENEFIT_REDUCTION_VERDICT_KEPT_BACK,
}


def to_message(event: object) -> OutboxMessage | None:
    if isinstance(event, WorkStateChanged):
        return OutboxMessage(
            subject_id=str(event.member_id), area_path=event.area_path, message=work_state_message(event)
        )
    if isinstance(event, VacancyChanged):
        vacancy = event.vacancy
        return OutboxMessage(
            subject_id=str(vacancy.id),
            area_path=vacancy.area_path,
            message=events_pb2.VacancyChanged(
                vacancy_id=str(vacancy.id),
                employer_id=str(vacancy.employer_id),
                office_area_path=vacancy.area_path,
                open=vacancy.open,
                places_left=vacancy.places_left,
            ),
        )
    if isinstance(event, BenefitReductionGuarded):
        return OutboxMessage(
            subject_id=str(event.household_id),
            area_path=event.area_path,
            message=events_pb2.BenefitReductionGuarded(
                proposal_id=str(event.proposal_id),
                household_id=str(event.household_id),
                verdict=VERDICTS[event.verdict],
            ),
        )
    raise TypeError(f"No message for {type(event).__name__}.")


def work_state_message(event: WorkStateChanged) -> events_pb2.WorkStateChanged:
    return events_pb2.WorkStateChanged(
        member_id=str(event.member_id),
        household_id=str(event.household_id),
        area_path=event.area_path,
        state=WORK_STATES[event.state],
        since=event.since.isoformat(),
    )
