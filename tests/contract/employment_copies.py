"""The family of registry_facts.py as the employment service keeps it."""

from __future__ import annotations

from datetime import date

from employment_service.copies.domain import AreaCopy, CareDuty, CareKind, HouseholdCopy, MemberCopy, Point
from tests.households_service.factories import FATHER_ID, HOUSEHOLD_ID, MOTHER_ID, OTHER_VILLAGE, VILLAGE, uuid

MEMBERS = (
    MemberCopy(
        id=FATHER_ID, household_id=HOUSEHOLD_ID, area_path=VILLAGE, date_of_birth=date(1985, 3, 14), in_school=False
    ),
    MemberCopy(
        id=MOTHER_ID,
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        date_of_birth=date(1987, 7, 1),
        in_school=False,
        care_duties=(
            CareDuty(
                id=uuid(51),
                kind=CareKind.ELDER,
                area_path=OTHER_VILLAGE,
                valid_from=date(2020, 9, 1),
                valid_to=date(2020, 12, 1),
            ),
            CareDuty(id=uuid(52), kind=CareKind.DISABLED, area_path=VILLAGE, valid_from=date(2020, 9, 2)),
        ),
    ),
    MemberCopy(
        id=uuid(13), household_id=HOUSEHOLD_ID, area_path=VILLAGE, date_of_birth=date(2011, 2, 3), in_school=True
    ),
    MemberCopy(id=uuid(14), household_id=HOUSEHOLD_ID, area_path=VILLAGE, date_of_birth=None, in_school=False),
)
HOUSEHOLD = HouseholdCopy(id=HOUSEHOLD_ID, area_path=VILLAGE, subject_sequence=2, members=MEMBERS)
AREA = AreaCopy(
    id=uuid(41),
    path=VILLAGE,
    code="990101001201",
    level="VILLAGE",
    name="First Village",
    time_zone="Asia/Shanghai",
    centre=Point(lat=39.5, lon=76.25),
)
