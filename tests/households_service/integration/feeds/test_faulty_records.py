"""What cannot be is rejected row by row, by field and code; the rest is taken."""

from __future__ import annotations

import pytest

from tests.households_service.county import County
from tests.households_service.departments import (
    codes_of,
    expenses,
    fresh,
    issues_of,
    mother,
    record,
    send,
    send_bills,
    tally,
)
from tests.households_service.sheets import bill


async def test_what_cannot_be_is_rejected_row_by_row(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    good = fresh("R")
    batch = await send_bills(
        county,
        bill(good, "100.00", person),
        bill(fresh("R"), "-100.00", person),
        bill(fresh("R"), "-50.00", person, eventType="REIMBURSEMENT", corrects="NEVER-SEEN"),
        bill(fresh("R"), "-100.01", person, eventType="REIMBURSEMENT", corrects=good),
        bill(fresh("R"), "100.00", {"idNumber": "1.23E+17"}),
        bill(fresh("R"), "-40.00", person, eventType="REIMBURSEMENT", corrects=good),
    )
    assert tally(batch.account) == (6, 2, 0, 4, 0)
    assert await issues_of(county, batch) == [
        (2, "oopAmount", "NEGATIVE_AMOUNT"),
        (3, "corrects", "CORRECTS_UNKNOWN_RECORD"),
        (4, "oopAmount", "REIMBURSEMENT_TOO_LARGE"),
        (5, "idNumber", "ID_EXCEL_TRUNCATED"),
    ]
    assert [expense.amount_cents for expense in await expenses(county, household)] == [6_000]


@pytest.mark.parametrize(
    ("department", "event", "values", "issue"),
    [
        ("DISABILITY_FEDERATION", "CERTIFICATE", {"level": 5}, ("level", "NOT_A_NUMBER")),
        ("DISABILITY_FEDERATION", "CERTIFICATE", {}, ("level", "VALUE_MISSING")),
        ("DISABILITY_FEDERATION", "SETTLEMENT", {"level": 1}, ("eventType", "NOT_IN_LIST")),
        ("EDUCATION", "ENROLMENT", {}, ("enrolled", "VALUE_MISSING")),
        ("EDUCATION", "SCHOOL_COST", {"costAfterAid": "-1"}, ("costAfterAid", "NEGATIVE_AMOUNT")),
        ("HOUSING", "INSPECTION", {"grade": "E"}, ("grade", "NOT_IN_LIST")),
        ("HOUSING", "INSPECTION", {"grade": "D", "inspectedOn": "2031-01-01"}, ("inspectedOn", "EVENT_DATE_IN_FUTURE")),
        ("HUMAN_RESOURCES", "EMPLOYMENT_CHANGE", {"month": "2020-08"}, ("employmentStarted", "VALUE_MISSING")),
        ("HUMAN_RESOURCES", "WAGE_ARREARS", {"wageArrearsMonths": 1.5, "month": "2020-08"}, ("wageArrearsMonths", "NOT_A_NUMBER")),
        ("EMERGENCY_MANAGEMENT", "DISASTER_LOSS", {"disasterId": "bad id", "lossAmount": "1"}, ("disasterId", "NOT_A_CODE")),
        ("FIRE", "FIRE_DAMAGE", {"uncompensatedLoss": "1", "severeInjuryOrDeath": "perhaps"}, ("severeInjuryOrDeath", "NOT_IN_LIST")),
    ],
)  # fmt: skip
async def test_a_faulty_record_is_rejected_by_field_and_code(
    county: County, department: str, event: str, values: dict[str, object], issue: tuple[str, str]
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    batch = await send(county, department, record(event, person, fresh("R"), **values))
    assert (tally(batch.account), await codes_of(county, batch)) == ((1, 0, 0, 1, 0), [issue])
