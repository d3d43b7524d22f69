"""Every event as its producer maps it, held against the committed example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.parcels import pack, read_parcel
from chassis.relay import envelope_of
from contracts.common.v1.envelope_pb2 import Parcel
from contracts.households.v1.events_pb2 import DepartmentRecordLinked
from households_service.registry.rpc import answer_of
from households_service.registry.snapshots import ConditionSnapshot, PointSnapshot, Snapshot
from tests.contract import book, catalogue, record_facts
from tests.contract.facts import published
from tests.employment_service.factories import COUNTY, id_of
from tests.households_service.factories import OTHER_VILLAGE, VILLAGE, uuid
from tests.risk_service.unit.cases.invented import CASE

PUBLISHED = published()
EVENT_ID = UUID("01749f00-0000-7000-8000-000000000001")


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_the_producer_makes_the_committed_example(name: str) -> None:
    book.require_same(PUBLISHED[name].message, name.partition("-")[2])


def test_every_event_is_produced_here() -> None:
    assert {made.message.DESCRIPTOR.full_name for made in PUBLISHED.values()} == set(catalogue.event_types())
    assert {name.partition("-")[0] for name in PUBLISHED} == {
        made.message.DESCRIPTOR.name for made in PUBLISHED.values()
    }


def test_every_event_is_about_the_subject_its_contract_names() -> None:
    """Order is kept per subject, so the subject is part of the contract."""
    assert {name: (made.subject_id, made.area_path) for name, made in PUBLISHED.items()} == {
        "AreaChanged": (str(uuid(41)), VILLAGE),
        "AreaChanged-dissolved": (str(uuid(42)), OTHER_VILLAGE),
        "OfficerChanged": (str(uuid(21)), VILLAGE),
        "HouseholdChanged": (str(uuid(1)), VILLAGE),
        "HouseholdChanged-removed": (str(uuid(1)), VILLAGE),
        "IncomeStatementChanged": (str(uuid(1)), VILLAGE),
        "IncomeStatementChanged-costs": (str(uuid(1)), VILLAGE),
        "IncomeStatementFrozen": (str(uuid(1)), VILLAGE),
        "DepartmentRecordLinked": (str(uuid(1)), VILLAGE),
        "DepartmentRecordLinked-reimbursement": (str(uuid(1)), VILLAGE),
        **{
            f"DepartmentRecordLinked-{case}": (str(uuid(1)), VILLAGE)
            for case in (
                "disability",
                "education",
                "housing",
                "civil_affairs",
                "employment",
                "emergency",
                "accident",
                "withdrawal",
            )
        },
        "DepartmentRecordUnlinked": (str(uuid(1)), VILLAGE),
        "DepartmentRecordUnlinked-reimbursement": (str(uuid(1)), VILLAGE),
        "PersonsMerged": (str(uuid(1)), VILLAGE),
        "PersonSplit": (str(uuid(1)), VILLAGE),
        "AreaConditionReported": (str(uuid(91)), VILLAGE),
        "AreaConditionReported-agriculture": (str(uuid(41)), VILLAGE),
        "AreaConditionReported-withdrawal": (str(uuid(41)), VILLAGE),
        "BenefitReductionProposed": (str(uuid(1)), VILLAGE),
        "BenefitReductionGuarded": (str(id_of(501)), VILLAGE),
        "WorkStateChanged": (str(id_of(401)), VILLAGE),
        "WorkStateChanged-none": (str(id_of(401)), VILLAGE),
        "VacancyChanged": (str(id_of(201)), COUNTY),
        "AlertRaised": (str(uuid(0xF1)), VILLAGE),
        "AlertEscalated": (str(uuid(0xF1)), VILLAGE),
        "AlertAmountChanged": (str(uuid(0xF1)), VILLAGE),
        "AlertCleared": (str(uuid(0xF1)), VILLAGE),
        "VerificationTaskAssigned": (str(uuid(0xF2)), VILLAGE),
        "VisitReported": (str(uuid(0xF2)), VILLAGE),
        "CaseChanged": (str(CASE), VILLAGE),
        "CaseDeadlineMissed": (str(CASE), VILLAGE),
        "AssistanceOffered": (str(uuid(0xF5)), VILLAGE),
        "NotificationRequested": (str(uuid(0xF4)), VILLAGE),
    }


@pytest.mark.parametrize(
    ("case", "snapshot"),
    [
        ("condition", ConditionSnapshot(event=record_facts.DRY_POINT, sequence=3)),
        ("agriculture", ConditionSnapshot(event=record_facts.PRICE, sequence=3)),
        ("point", PointSnapshot(point_id=record_facts.DRY_POINT.subject_id, sequence=3)),
    ],
)
def test_a_snapshot_tells_of_a_place_what_the_event_told(case: str, snapshot: Snapshot) -> None:
    book.require_same(answer_of(snapshot), case)


@dataclass(slots=True, kw_only=True)
class WaitingRow:
    """As the relay reads it from the outbox."""

    n: int = 7
    event_id: UUID = EVENT_ID
    event_type: str = DepartmentRecordLinked.DESCRIPTOR.full_name
    subject_id: str = str(uuid(1))
    subject_sequence: int = 3
    area_path: str = VILLAGE
    payload: bytes
    occurred_at: datetime = datetime(2020, 9, 18, 1, 2, 3, 456000, tzinfo=UTC)
    correlation_id: str = "01749f00-0000-7000-8000-0000000000c1"
    traceparent: str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_the_relay_makes_the_committed_envelope_and_the_consumer_reads_it() -> None:
    payload = PUBLISHED["DepartmentRecordLinked"].message.SerializeToString(deterministic=True)
    book.require_same(envelope_of(WaitingRow(payload=payload), "households"))

    (parcel,) = pack([WaitingRow(payload=payload)])
    book.require_same(Parcel.FromString(parcel.seal(lambda row: envelope_of(row, "households"))))

    (read,) = read_parcel("events.households.9901.parcel", book.example(Parcel).SerializeToString())
    assert (read.event_id, read.subject_id, read.subject_sequence, read.source) == (
        str(EVENT_ID),
        str(uuid(1)),
        3,
        "households",
    )
    assert read.occurred_at.ToDatetime(tzinfo=UTC) == datetime(2020, 9, 18, 1, 2, 3, 456000, tzinfo=UTC)
    assert DepartmentRecordLinked.FromString(read.payload) == book.example(DepartmentRecordLinked)
