"""Departments that send their records, and what came of them: for the tests of feeds."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from uuid import UUID

from chassis.identity import Actor, Role
from chassis.jobs import Jobs
from contracts.households.v1 import events_pb2
from households_service.expenses.domain import RigidExpense
from households_service.feeds.departments import Department
from households_service.feeds.domain import BatchAccount, DepartmentBatch, StoredRecord
from households_service.feeds.review_rows import service as review
from households_service.feeds.service import Envelope, find_batch, submit_batch, submit_file
from households_service.feeds.work import feed_file_job
from households_service.files.columns import HeaderChoice
from households_service.files.domain import FileEncoding
from households_service.files.store import FileStore
from households_service.registry.domain import Household
from tests.households_service.county import County
from tests.households_service.factories import COUNTY

_numbers = count(1)

FIRST: dict[Department, tuple[str, dict[str, object]]] = {
    Department.HEALTH_INSURANCE: ("SETTLEMENT", {"oopAmount": "120.50"}),
    Department.DISABILITY_FEDERATION: ("CERTIFICATE", {"level": 2, "issuedOn": "2020-09-01", "change": "WORSE"}),
    Department.EDUCATION: ("SCHOOL_COST", {"costAfterAid": "6000", "stage": "大学", "enrolled": True}),
    Department.HOUSING: ("INSPECTION", {"grade": "D级", "inspectedOn": "2020-09-02"}),
    Department.CIVIL_AFFAIRS: (
        "BENEFIT",
        {"benefitCode": "低保", "from": "2020-01", "monthlyAmount": "500"},
    ),
    Department.HUMAN_RESOURCES: ("EMPLOYMENT_CHANGE", {"employmentEnded": "是", "month": "2020-08"}),
    Department.EMERGENCY_MANAGEMENT: (
        "DISASTER_LOSS",
        {"disasterId": "FLOOD-1", "lossAmount": "5400", "homeUsable": False},
    ),
    Department.TRAFFIC: ("TRAFFIC_ACCIDENT", {"uncompensatedLoss": "2500"}),
    Department.FIRE: ("FIRE_DAMAGE", {"uncompensatedLoss": "2500", "severeInjuryOrDeath": "Y"}),
    Department.COURT: ("JUDICIAL_RELIEF", {"uncompensatedLoss": "900"}),
}
"""Of each sender about people a record and its own fields."""


def fresh(prefix: str) -> str:
    return f"{prefix}-{next(_numbers)}"


def sender(department: str) -> Actor:
    return Actor(
        subject=f"feed-{department}", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department=department
    )


INSURER = sender("HEALTH_INSURANCE")
LIAISON = Actor(subject="liaison-1", roles=frozenset({Role.SECTOR_LIAISON}), areas=(COUNTY,))
VICTIM_RELIEF = frozenset({"TRAFFIC", "FIRE", "COURT"})


def record(event: str, person: dict[str, object] | None, record_id: str, **values: object) -> dict[str, object]:
    found: dict[str, object] = {
        "recordId": record_id,
        "eventType": event,
        "eventDate": "2020-09-17",
        **values,
    }
    return found if person is None else found | {"person": person}


async def send(county: County, department: str, *records: dict[str, object]) -> DepartmentBatch:
    """Of records that name no purpose the one that every feed but the victims' serves."""
    actor = sender(department)
    purpose = "VICTIM_RELIEF" if department in VICTIM_RELIEF else "MONITORING"
    envelope = Envelope(department=department, batch_id=fresh("B"), purpose_code=purpose)
    async with county.begin(actor) as uow:
        return await submit_batch(uow, actor, envelope=envelope, records=records)


async def send_bills(
    county: County, *records: dict[str, object], batch_id: str | None = None, actor: Actor = INSURER
) -> DepartmentBatch:
    envelope = Envelope(department="HEALTH_INSURANCE", batch_id=batch_id or fresh("B"))
    async with county.begin(actor) as uow:
        return await submit_batch(uow, actor, envelope=envelope, records=records)


async def send_file(
    county: County,
    folder: Path,
    department: str,
    file_name: str,
    content: bytes,
    *,
    batch_id: str | None = None,
    choice: HeaderChoice | None = None,
    encoding: FileEncoding | None = None,
) -> DepartmentBatch:
    """Once it is worked off."""
    store, actor = FileStore(folder=folder, vault=county.vault), sender(department)
    envelope = Envelope(department=department, batch_id=batch_id or fresh("B"))
    async with county.begin(actor) as uow:
        queued = await submit_file(
            uow,
            store,
            actor,
            envelope=envelope,
            file_name=file_name,
            content=content,
            choice=choice or HeaderChoice(),
            encoding=encoding,
        )
    assert await Jobs(begin=county.begin, kinds=[feed_file_job(store)]).work_one()
    async with county.begin(actor) as uow:
        return await find_batch(uow, actor, queued.id)


def tally(account: BatchAccount) -> tuple[int, int, int, int, int]:
    """Read, linked, review, rejected, unchanged."""
    assert account.balanced
    return (account.read, account.linked, account.review, account.rejected, account.unchanged)


async def issues_of(county: County, batch: DepartmentBatch) -> list[tuple[int, str, str]]:
    async with county.begin() as uow:
        return [(issue.row, issue.column, issue.code) for _, issue in await uow.batches.issues(batch.id)]


async def codes_of(county: County, batch: DepartmentBatch) -> list[tuple[str, str]]:
    return [(column, code) for _, column, code in await issues_of(county, batch)]


async def waiting(county: County, actor: Actor = LIAISON) -> list[StoredRecord]:
    async with county.begin(actor) as uow:
        return list(await review.review_rows(uow, actor, area_path=None, department=None, after=None, limit=100))


async def mother(county: County, household: Household) -> tuple[UUID, dict[str, object]]:
    async with county.begin() as uow:
        member = (await uow.members.of_households([household.id]))[household.id][1]
    return member.id, {"idNumber": member.details.id_number}


async def expenses(county: County, household: Household) -> list[RigidExpense]:
    async with county.begin() as uow:
        return list((await uow.expenses.of_households([household.id])).get(household.id, ()))


async def costs(county: County, household: Household) -> list[tuple[str, int, int]]:
    """Kind, cents and version of each expense."""
    return [(one.kind, one.amount_cents, one.version) for one in await expenses(county, household)]


async def told(county: County, household: Household) -> list[events_pb2.DepartmentRecordLinked]:
    events = await county.events(household.id)
    return [one for one in events if isinstance(one, events_pb2.DepartmentRecordLinked)]
