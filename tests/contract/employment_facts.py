"""Everything the employment service tells, by message and case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from employment_service.benefit_reviews.domain import BenefitReductionGuarded, Verdict
from employment_service.placements.sharing import WorkStateChanged
from employment_service.vacancies.domain import VacancyChanged
from tests.employment_service.factories import id_of, vacancy
from tests.households_service.factories import (
    VILLAGE,
)

WORK_STATE = WorkStateChanged(
    member_id=id_of(401), household_id=id_of(501), area_path=VILLAGE, state="STARTED", since=date(2020, 9, 12)
)
EMPLOYMENT_FACTS: dict[str, object] = {
    "WorkStateChanged": WORK_STATE,
    "WorkStateChanged-none": replace(WORK_STATE, state="NONE", since=date(2020, 11, 2)),
    "VacancyChanged": VacancyChanged(vacancy=vacancy()),
    "BenefitReductionGuarded": BenefitReductionGuarded(
        proposal_id=id_of(901), household_id=id_of(501), area_path=VILLAGE, verdict=Verdict.UNDER_REVIEW
    ),
}
