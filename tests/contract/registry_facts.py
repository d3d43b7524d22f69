"""The county's registry and ledger, as the households service's own domain says it. Invented people and places."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from chassis.identity import Role
from households_service.areas.domain import Area, CodePeriod
from households_service.benefits.domain import BenefitReduction
from households_service.care.domain import CareDuty, CareKind
from households_service.ledger.kinds import IncomeGroup, IncomeKind
from households_service.members.domain import LabourCapacity, Member, MembershipRule, PersonalDetails, Relation
from households_service.officers.domain import Officer, Pairing
from households_service.registry.state import HouseholdState
from households_service.statements.domain import (
    AccountingRules,
    FrozenStatement,
    all_statements,
)
from tests.households_service.factories import (
    HOUSEHOLD_ID,
    MOTHER_ID,
    OTHER_VILLAGE,
    STORY_DAY,
    STORY_MORNING,
    VILLAGE,
    canonical_ledger,
    entry,
    expense,
    fact,
    household,
    id_number,
    member,
    uuid,
)

OFFICER = Officer(
    id=uuid(21),
    subject="specialist-1",
    display_name="Invented Officer",
    roles=frozenset({Role.VILLAGE_SPECIALIST, Role.SUPPORT_OFFICER}),
    area_path=VILLAGE,
)
PAIRING = Pairing(
    id=uuid(31), officer_id=OFFICER.id, household_id=HOUSEHOLD_ID, area_path=VILLAGE, valid_from=date(2020, 1, 1)
)
VILLAGE_AREA = Area(
    id=uuid(41),
    path=VILLAGE,
    name="First Village",
    time_zone="Asia/Shanghai",
    lat=39.5,
    lon=76.25,
    codes=(CodePeriod(code="990101001201", valid_from=date(2010, 1, 1)),),
    valid_from=date(2010, 1, 1),
)
DISSOLVED_AREA = replace(
    VILLAGE_AREA,
    id=uuid(42),
    path=OTHER_VILLAGE,
    name="Second Village",
    codes=(CodePeriod(code="990101001202", valid_from=date(2010, 1, 1)),),
    valid_to=date(2020, 9, 1),
)
HOUSEHOLD = household()
MOTHER_NUMBER = id_number(born=date(1987, 7, 1))
MEMBERS: tuple[Member, ...] = (
    member(number=11, details=PersonalDetails(name="Fa Ther", id_number=id_number())),
    member(
        number=12,
        details=PersonalDetails(name="Mo Ther", id_number=MOTHER_NUMBER),
        relation=Relation.SPOUSE,
        date_of_birth=date(1987, 7, 1),
        labour_capacity=LabourCapacity.PARTIAL,
    ),
    member(
        number=13,
        details=PersonalDetails(name="First Child"),
        relation=Relation.CHILD,
        date_of_birth=date(2011, 2, 3),
        labour_capacity=LabourCapacity.NONE,
        in_school=True,
    ),
    member(
        number=14,
        details=PersonalDetails(name="Second Child"),
        relation=Relation.CHILD,
        date_of_birth=None,
        labour_capacity=LabourCapacity.NONE,
        disabled=True,
    ),
)
CARE_DUTIES = (
    CareDuty(
        id=uuid(51),
        member_id=MOTHER_ID,
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        kind=CareKind.ELDER,
        care_area_path=OTHER_VILLAGE,
        valid_from=date(2020, 9, 1),
        valid_to=date(2020, 12, 1),
    ),
    CareDuty(
        id=uuid(52),
        member_id=MOTHER_ID,
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        kind=CareKind.DISABLED,
        care_area_path=VILLAGE,
        valid_from=date(2020, 9, 2),
    ),
)
STATE = HouseholdState(
    household=HOUSEHOLD,
    members=MEMBERS,
    care_duties=CARE_DUTIES,
    support_officer_ids=(OFFICER.id,),
    membership_rule=MembershipRule.REGISTERED_AND_LIVING,
    day=STORY_DAY,
)
GONE = replace(
    STATE,
    household=replace(HOUSEHOLD, removed_on=date(2020, 12, 31), version=2),
    members=(),
    care_duties=(),
    support_officer_ids=(),
)
LEDGER = tuple(canonical_ledger())
BILL = expense(10_318_18)
STATEMENTS = all_statements(LEDGER, [BILL], member_count=4, as_of=STORY_DAY, rules=AccountingRules())
SEED_COSTS = entry(
    fact(
        group=IncomeGroup.PRODUCTION_COST,
        kind=IncomeKind.FARM_INPUTS,
        amount_cents=80_00,
        period_from=date(2020, 1, 1),
        member_id=None,
        payer_type=None,
    ),
    number=110,
)
DECISION_ID = "00000000-0000-0000-0000-0000000000f1"
FROZEN = FrozenStatement(
    id=uuid(61),
    household_id=HOUSEHOLD_ID,
    area_path=VILLAGE,
    decision_id=DECISION_ID,
    as_of=STORY_DAY,
    frozen_at=STORY_MORNING,
    statements=STATEMENTS,
)
REDUCTION = BenefitReduction(
    id=uuid(71),
    household_id=HOUSEHOLD_ID,
    area_path=VILLAGE,
    entry_id=uuid(72),
    current_cents=50_000,
    monthly_cents=20_000,
    effective_from=date(2020, 11, 1),
    reason="Income rose",
    entered_at=STORY_MORNING,
    entered_by="reviewer-1",
)
