"""What happened, as each service's own domain says it: the same on every run. Invented people and places."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from chassis.identity import Role
from chassis.outbox import OutboxMessage
from employment_service.events import to_message as employment_message
from employment_service.placements.sharing import WorkStateChanged
from employment_service.vacancies.domain import VacancyChanged
from households_service.areas.domain import Area, AreaChanged, CodePeriod
from households_service.care.domain import CareDuty, CareKind
from households_service.events import to_message as households_message
from households_service.feeds.departments import Department, EventType
from households_service.feeds.details import FieldValue, details_of
from households_service.feeds.domain import (
    AreaConditionReported,
    BatchAccount,
    BatchState,
    DepartmentBatch,
    DepartmentRecordLinked,
    DepartmentRecordUnlinked,
    LinkRule,
    RowStatus,
    StoredRecord,
)
from households_service.identities.judgements.domain import Merge, PersonsMerged, PersonSplit
from households_service.ledger.kinds import IncomeGroup, IncomeKind
from households_service.members.domain import LabourCapacity, Member, MembershipRule, PersonalDetails, Relation
from households_service.officers.domain import Officer, OfficerChanged, Pairing
from households_service.registry.state import HouseholdChanged, HouseholdState
from households_service.statements.domain import (
    AccountingRules,
    FrozenStatement,
    IncomeStatementChanged,
    IncomeStatementFrozen,
    all_statements,
)
from risk_service.alerts.domain import Alert, AlertRaised, PolicyUsed, clear, raise_alert, visit, weigh
from risk_service.events import to_message as risk_message
from risk_service.notifications.domain import Notification, NotificationAsked, NotificationKind, RecipientKind
from risk_service.policy.domain import AlertLevel
from risk_service.signals.domain import Signal, Standing, standings
from risk_service.verification.domain import (
    ContactManner,
    Specialist,
    Visit,
    VisitOutcome,
    VisitReported,
    assign,
    plan_task,
)
from tests.employment_service.factories import id_of, vacancy
from tests.households_service.factories import (
    FATHER_ID,
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
from tests.risk_service.factories import cost, default_pack

# Households

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
BILL_RECORD = StoredRecord(
    id=uuid(71),
    department=Department.HEALTH_INSURANCE,
    record_id="HI-2020-000417",
    version=1,
    batch_key=uuid(70),
    row=1,
    area_path=VILLAGE,
    status=RowStatus.LINKED,
    content_token=b"content",
    person_token=b"person",
    event_type=EventType.SETTLEMENT,
    event_date=date(2020, 9, 17),
    purpose_code="MEDICAL_COST_MONITORING",
    sent_at=STORY_MORNING,
    corrects=None,
    details=details_of({"oopAmount": Decimal("10318.18"), "settlementDate": STORY_DAY, "careKind": "INPATIENT"}),
    received_at=STORY_MORNING,
    household_id=HOUSEHOLD_ID,
    member_id=MOTHER_ID,
)
BATCH = DepartmentBatch(
    id=BILL_RECORD.batch_key,
    department=Department.HEALTH_INSURANCE,
    batch_id="HI-2020-09",
    area_path="99/01/01/",
    state=BatchState.DONE,
    account=BatchAccount(read=2, linked=2),
    content_token=b"batch",
    submitted_by="health-insurance",
    received_at=STORY_MORNING,
    finished_at=STORY_MORNING,
)
PAID_BACK = replace(
    BILL_RECORD,
    id=uuid(72),
    record_id="HI-2020-000522",
    version=2,
    event_type=EventType.REIMBURSEMENT,
    event_date=date(2020, 10, 5),
    corrects="HI-2020-000417",
    details=details_of({"oopAmount": Decimal("-1000.00"), "settlementDate": date(2020, 10, 6)}),
)


def _record(department: Department, event: EventType, number: int, **values: FieldValue) -> StoredRecord:
    """One of every department, about the same person on the same day."""
    return replace(
        BILL_RECORD,
        id=uuid(73 + number),
        department=department,
        record_id=f"D-{number}",
        event_type=event,
        purpose_code="MONITORING",
        details=details_of(values),
    )


CERTIFICATE = _record(
    Department.DISABILITY_FEDERATION,
    EventType.CERTIFICATE,
    1,
    level=2,
    issuedOn=date(2020, 9, 1),
    change="WORSE",
)
SCHOOL_COST = _record(
    Department.EDUCATION,
    EventType.SCHOOL_COST,
    2,
    enrolled=True,
    stage="HIGHER",
    costAfterAid=Decimal("6000.00"),
)
INSPECTION = _record(Department.HOUSING, EventType.INSPECTION, 3, grade="D", inspectedOn=date(2020, 9, 2))
_BENEFIT: dict[str, FieldValue] = {
    "benefitCode": "SUBSISTENCE_ALLOWANCE",
    "from": date(2020, 1, 1),
    "to": date(2020, 12, 1),
    "monthlyAmount": Decimal("500.00"),
    "changeReasonCode": "C-3",
}
BENEFIT = _record(Department.CIVIL_AFFAIRS, EventType.BENEFIT, 4, **_BENEFIT)
WORK_ENDED = _record(
    Department.HUMAN_RESOURCES,
    EventType.EMPLOYMENT_CHANGE,
    5,
    employmentStarted=False,
    employmentEnded=True,
    month=date(2020, 8, 1),
    wageArrearsMonths=2,
)
DISASTER = _record(
    Department.EMERGENCY_MANAGEMENT,
    EventType.DISASTER_LOSS,
    6,
    disasterId="FLOOD-2020-07",
    lossAmount=Decimal("5400.00"),
    homeUsable=False,
)
FIRE_DAMAGE = _record(
    Department.FIRE,
    EventType.FIRE_DAMAGE,
    7,
    uncompensatedLoss=Decimal("2500.00"),
    severeInjuryOrDeath=True,
)
WITHDRAWN = replace(
    FIRE_DAMAGE,
    id=uuid(81),
    record_id="D-8",
    event_type=EventType.WITHDRAWAL,
    corrects="D-7",
    details=FIRE_DAMAGE.details.put("uncompensatedLoss", Decimal("-2500.00")),
)
POINT_ID = uuid(91)
OUTAGE = replace(
    _record(Department.WATER, EventType.OUTAGE, 9, supplyPointId="WP-201-1", outageDays=7, qualityOk=False),
    household_id=None,
    member_id=None,
    point_id=POINT_ID,
    link_rule=LinkRule.PLACE,
)
DRY_POINT = AreaConditionReported(
    record=OUTAGE, subject_id=POINT_ID, household_ids=(HOUSEHOLD_ID, uuid(2)), part=1, parts=2
)
PRICE = AreaConditionReported(
    record=replace(
        _record(
            Department.AGRICULTURE,
            EventType.PRICE_REPORT,
            10,
            commodityCode="COTTON",
            area="990101001201",
            priceIndex=Decimal("79.5"),
        ),
        household_id=None,
        member_id=None,
        link_rule=LinkRule.PLACE,
    ),
    subject_id=VILLAGE_AREA.id,
    household_ids=(),
    part=1,
    parts=1,
)
PRICE_WITHDRAWN = replace(
    PRICE,
    record=replace(PRICE.record, id=uuid(84), record_id="D-11", event_type=EventType.WITHDRAWAL, corrects="D-10"),
)


def _linked(record: StoredRecord) -> DepartmentRecordLinked:
    return DepartmentRecordLinked(record=record, household_id=HOUSEHOLD_ID, member_id=MOTHER_ID, area_path=VILLAGE)


MERGE = Merge(
    id=uuid(0xA1),
    area_path=VILLAGE,
    surviving_id=MOTHER_ID,
    merged_id=uuid(0xA2),
    moved_records=(),
    merged_at=STORY_MORNING,
    merged_by="approver-1",
    reason="Registered twice",
)


HOUSEHOLDS_FACTS: dict[str, object] = {
    "AreaChanged": AreaChanged(area=VILLAGE_AREA, code="990101001201"),
    "AreaChanged-dissolved": AreaChanged(area=DISSOLVED_AREA, code="990101001202"),
    "OfficerChanged": OfficerChanged(officer=OFFICER),
    "HouseholdChanged": HouseholdChanged(state=STATE),
    "HouseholdChanged-removed": HouseholdChanged(state=GONE),
    "IncomeStatementChanged": IncomeStatementChanged(
        household_id=HOUSEHOLD_ID, area_path=VILLAGE, statements=STATEMENTS
    ),
    "IncomeStatementChanged-costs": IncomeStatementChanged(
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        statements=all_statements([*LEDGER, SEED_COSTS], [], member_count=4, as_of=STORY_DAY, rules=AccountingRules()),
    ),
    "IncomeStatementFrozen": IncomeStatementFrozen(frozen=FROZEN),
    "DepartmentRecordLinked": _linked(BILL_RECORD),
    "DepartmentRecordLinked-reimbursement": _linked(PAID_BACK),
    "DepartmentRecordLinked-disability": _linked(CERTIFICATE),
    "DepartmentRecordLinked-education": _linked(SCHOOL_COST),
    "DepartmentRecordLinked-housing": _linked(INSPECTION),
    "DepartmentRecordLinked-civil_affairs": _linked(BENEFIT),
    "DepartmentRecordLinked-employment": _linked(WORK_ENDED),
    "DepartmentRecordLinked-emergency": _linked(DISASTER),
    "DepartmentRecordLinked-accident": _linked(FIRE_DAMAGE),
    "DepartmentRecordLinked-withdrawal": _linked(WITHDRAWN),
    "DepartmentRecordUnlinked": DepartmentRecordUnlinked(
        record=BILL_RECORD, household_id=HOUSEHOLD_ID, member_id=MOTHER_ID, area_path=VILLAGE, version=2
    ),
    "DepartmentRecordUnlinked-reimbursement": DepartmentRecordUnlinked(
        record=PAID_BACK, household_id=HOUSEHOLD_ID, member_id=MOTHER_ID, area_path=VILLAGE, version=2
    ),
    "PersonsMerged": PersonsMerged(merge=MERGE, surviving_household_id=HOUSEHOLD_ID, merged_household_id=uuid(0xA3)),
    "PersonSplit": PersonSplit(merge=MERGE, surviving_household_id=HOUSEHOLD_ID, split_household_id=uuid(0xA3)),
    "AreaConditionReported": DRY_POINT,
    "AreaConditionReported-agriculture": PRICE,
    "AreaConditionReported-withdrawal": PRICE_WITHDRAWN,
}

# Employment

WORK_STATE = WorkStateChanged(
    member_id=id_of(401), household_id=id_of(501), area_path=VILLAGE, state="STARTED", since=date(2020, 9, 12)
)
EMPLOYMENT_FACTS: dict[str, object] = {
    "WorkStateChanged": WORK_STATE,
    "WorkStateChanged-none": replace(WORK_STATE, state="NONE", since=date(2020, 11, 2)),
    "VacancyChanged": VacancyChanged(vacancy=vacancy()),
}

# Risk

ALERT_ID = UUID(DECISION_ID)
TASK_ID = uuid(0xF2)
_POLICY = PolicyUsed(rule=default_pack().rules[0], version="everywhere@2020.2", content_hash="0" * 64, currency="CNY")


def _standing(*signals: Signal) -> Standing:
    pack = default_pack()
    (found,) = standings(signals, [], rule=pack.rules[0], year=pack.policy_year)
    return found


def _alert(*signals: Signal) -> tuple[Alert, AlertRaised]:
    raised = raise_alert(
        id=ALERT_ID,
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        standing=_standing(*signals),
        policy=_POLICY,
        at=STORY_MORNING,
        on=STORY_DAY,
    )
    assert raised is not None
    return raised


_MARCH, _MAY, _JUNE = (
    cost("HI-1", "1500.00", on=date(2020, 3, 2)),
    cost("HI-2", "700.00", on=date(2020, 5, 4)),
    cost("HI-3", "900.00", on=date(2020, 6, 1)),
)
_BACK = cost("HI-4", "-1000.00", on=date(2020, 6, 8), corrects="HI-1")
RED, RAISED = _alert(cost("HI-2020-000417", "10318.18"))
_, (ESCALATED,) = weigh(_alert(_MARCH, _MAY)[0], _standing(_MARCH, _MAY, _JUNE), _POLICY)
_, (LESS,) = weigh(ESCALATED.alert, _standing(_MARCH, _MAY, _JUNE, _BACK), _POLICY)
_, CLEARED = clear(visit(RED)[0], at=STORY_MORNING, statement_id=FROZEN.id, watch_until=date(2020, 12, 20))
TASK, ASSIGNED = assign(
    plan_task(
        id=TASK_ID,
        alert_id=ALERT_ID,
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        level=AlertLevel.RED,
        due_on=date(2020, 9, 23),
        due_at=datetime(2020, 9, 23, 16, tzinfo=UTC),
        preferred_manner=ContactManner.HOME,
        at=STORY_MORNING,
    ),
    Specialist(officer_id=OFFICER.id, subject=OFFICER.subject, area_path=VILLAGE, open_tasks=0),
)
assert ASSIGNED is not None
RISK_FACTS: dict[str, object] = {
    "AlertRaised": RAISED,
    "AlertEscalated": ESCALATED,
    "AlertAmountChanged": LESS,
    "AlertCleared": CLEARED,
    "VerificationTaskAssigned": ASSIGNED,
    "VisitReported": VisitReported(
        visit=Visit(
            id=uuid(0xF3),
            task_id=TASK_ID,
            alert_id=ALERT_ID,
            household_id=HOUSEHOLD_ID,
            area_path=VILLAGE,
            visitor_id=OFFICER.id,
            visitor_subject=OFFICER.subject,
            visited_on=date(2020, 9, 21),
            manner=ContactManner.HOME,
            asked_by_household=False,
            spoke_with=(FATHER_ID,),
            needs=(),
            outcome=VisitOutcome.NO_LASTING_RISK,
            findings="Found.",
            note="",
            checks=(),
            reported_at=STORY_MORNING,
        ),
        factor=RED.factor,
        records=RED.records,
    ),
    "NotificationRequested": NotificationAsked(
        notification=Notification(
            id=uuid(0xF4),
            recipient_kind=RecipientKind.OFFICER,
            recipient_id=OFFICER.id,
            kind=NotificationKind.ALERT_RAISED,
            about_id=ALERT_ID,
            household_id=HOUSEHOLD_ID,
            area_path=VILLAGE,
            created_at=STORY_MORNING,
            read_at=None,
        )
    ),
}


def published() -> dict[str, OutboxMessage]:
    """By name and case ("HouseholdChanged-removed"), as each service's own mapping makes it."""
    made: dict[str, OutboxMessage | None] = {
        **{name: households_message(event) for name, event in HOUSEHOLDS_FACTS.items()},
        **{name: employment_message(event) for name, event in EMPLOYMENT_FACTS.items()},
        **{name: risk_message(event) for name, event in RISK_FACTS.items()},
    }
    return {name: message for name, message in made.items() if message is not None}
