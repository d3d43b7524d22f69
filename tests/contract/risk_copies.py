"""The family of registry_facts.py as the risk service keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from risk_service.copies.domain import BasisCopy, HouseholdCopy, LabourCapacity, MemberCopy
from risk_service.policy.domain import IncomeBasis
from tests.households_service.factories import FATHER_ID, HOUSEHOLD_ID, MOTHER_ID, VILLAGE, uuid

DAY = date(2020, 9, 18)
HOUSEHOLD = HouseholdCopy(
    id=HOUSEHOLD_ID,
    code="990101001201-0001",
    area_path=VILLAGE,
    registration_history="NEVER_REGISTERED",
    monitoring_category="NEAR_POOR_AT_RISK",
    safe_housing=True,
    safe_water=True,
    members=(
        MemberCopy(
            id=FATHER_ID,
            date_of_birth=date(1985, 3, 14),
            head=True,
            labour_capacity=LabourCapacity.FULL,
            in_school=False,
            disabled=False,
            counted=True,
            care_duties=0,
        ),
        MemberCopy(
            id=MOTHER_ID,
            date_of_birth=date(1987, 7, 1),
            head=False,
            labour_capacity=LabourCapacity.PARTIAL,
            in_school=False,
            disabled=False,
            counted=True,
            care_duties=2,
        ),
        MemberCopy(
            id=uuid(13),
            date_of_birth=date(2011, 2, 3),
            head=False,
            labour_capacity=LabourCapacity.NONE,
            in_school=True,
            disabled=False,
            counted=True,
            care_duties=0,
        ),
        MemberCopy(
            id=uuid(14),
            date_of_birth=None,
            head=False,
            labour_capacity=LabourCapacity.NONE,
            in_school=False,
            disabled=True,
            counted=True,
            care_duties=0,
        ),
    ),
    support_officer_ids=(uuid(21),),
)
RECEIVED = BasisCopy(
    basis=IncomeBasis.RECEIVED_12M,
    as_of=DAY,
    member_count=4,
    currency="CNY",
    wage=7_500_00,
    production=6_000_00,
    property_income=2_400_00,
    transfer=6_000_00,
    production_costs=0,
    net=21_900_00,
    rigid_expenses=10_318_18,
)
BASES = (
    RECEIVED,
    replace(RECEIVED, basis=IncomeBasis.CALENDAR_YEAR_PROJECTED, wage=13_500_00, net=27_900_00),
    replace(RECEIVED, basis=IncomeBasis.RUN_RATE_12M, wage=18_000_00, net=32_400_00),
)
