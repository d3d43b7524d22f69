"""What departments reported, and what a person decided over it, as the households service's own domain says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from households_service.feeds.departments import Department, EventType
from households_service.feeds.details import FieldValue, details_of
from households_service.feeds.domain import (
    AreaConditionReported,
    BatchAccount,
    BatchState,
    DepartmentBatch,
    DepartmentRecordLinked,
    LinkRule,
    RowStatus,
    StoredRecord,
)
from households_service.identities.judgements.domain import Merge
from tests.contract.registry_facts import VILLAGE_AREA
from tests.households_service.factories import (
    HOUSEHOLD_ID,
    MOTHER_ID,
    STORY_DAY,
    STORY_MORNING,
    VILLAGE,
    uuid,
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
