"""The standing an employer needs (G13)."""

from __future__ import annotations

from datetime import date

import pytest

from employment_service.employers.domain import EmployerNotInStanding, Inspection, inspected, require_standing
from tests.employment_service.factories import MORNING, employer

MARCH = dict.fromkeys(Inspection, date(2020, 3, 1))


@pytest.mark.parametrize(
    ("on", "in_standing"), [(date(2021, 3, 1), True), (date(2021, 3, 2), False), (date(2020, 2, 28), False)]
)
def test_inspections_hold_for_twelve_months(on: date, in_standing: bool) -> None:
    assert employer().in_standing(on=on, inspection_months=12) is in_standing


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"registration_number": " "}, ("NOT_REGISTERED",)),
        ({"inspected_on": {**MARCH, Inspection.HOUSING: date(2019, 9, 17)}}, ("HOUSING_INSPECTION_TOO_OLD",)),
        (
            {"inspected_on": {key: day for key, day in MARCH.items() if key is not Inspection.EXIT_RIGHTS}},
            ("EXIT_RIGHTS_NOT_INSPECTED",),
        ),
        ({"forbidden_practice": True}, ("FORBIDDEN_PRACTICE",)),
        ({"critical_finding_at": MORNING}, ("UNDER_REVIEW",)),
    ],
)
def test_each_shortcoming_has_its_word(changes: dict[str, object], expected: tuple[str, ...]) -> None:
    assert employer(**changes).shortcomings(on=date(2020, 9, 18), inspection_months=12) == expected


def test_an_employer_without_standing_is_refused() -> None:
    with pytest.raises(EmployerNotInStanding, match="FORBIDDEN_PRACTICE"):
        require_standing(employer(forbidden_practice=True), on=date(2020, 9, 18), inspection_months=12)


def test_a_later_inspection_restores_standing() -> None:
    old = employer(inspected_on={**MARCH, Inspection.CONTRACTS: date(2019, 1, 1)})

    fresh = inspected(old, Inspection.CONTRACTS, on=date(2020, 9, 17), today=date(2020, 9, 18))

    assert fresh.in_standing(on=date(2020, 9, 18), inspection_months=12)
