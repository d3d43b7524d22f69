"""A risk service on a real database, fed with the households service's messages, and a caller's way to its graph."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy import event, select

from chassis.caller import Caller
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.ids import new_id
from chassis.notifications import Notifications
from chassis.tables import outbox
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.common.v1.money_pb2 import Money
from contracts.households.v1 import events_pb2 as households
from contracts.risk.v1 import events_pb2 as risk
from risk_service.alerts.domain import Alert
from risk_service.assessments.service import assess_due
from risk_service.context import RiskContext
from risk_service.copies.service import settle
from risk_service.main import SUBSCRIPTIONS
from risk_service.schema import schema
from risk_service.uow import RiskUnitOfWork
from tests.risk_service.factories import COUNTY, NOW, VILLAGE
from tests.risk_service.freezer import FakeFreezer

TOWNSHIP = "99/01/01/001/"
OTHER_VILLAGE = "99/01/01/001/202/"
OTHER_COUNTY = "99/01/02/"

SPECIALIST = Actor(subject="specialist-1", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(VILLAGE,))
NEIGHBOUR = Actor(subject="specialist-2", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(OTHER_VILLAGE,))
SUPPORT = Actor(subject="support-1", roles=frozenset({Role.SUPPORT_OFFICER}), areas=(TOWNSHIP,))
UNPAIRED = Actor(subject="support-2", roles=frozenset({Role.SUPPORT_OFFICER}), areas=(TOWNSHIP,))
APPROVER = Actor(subject="approver-1", roles=frozenset({Role.COUNTY_APPROVER}), areas=(COUNTY,))
ADMIN = Actor(subject="admin-1", roles=frozenset({Role.COUNTY_ADMIN}), areas=(COUNTY,))
STAFF = Actor(subject="staff-1", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(COUNTY,))
ELSEWHERE = Actor(subject="approver-9", roles=frozenset({Role.COUNTY_APPROVER}), areas=(OTHER_COUNTY,))

SUPPORT_OFFICER_ID = UUID("01890000-0000-7000-8000-0000000000d1")
SPECIALIST_ID = UUID("01890000-0000-7000-8000-0000000000d2")

Json = Mapping[str, Any]
"""What an answer holds is asserted, not declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    id: UUID
    members: tuple[UUID, ...]
    area_path: str

    def actor(self) -> Actor:
        """The household itself, by one of its members."""
        return Actor(subject=f"member-{self.id}", roles=frozenset({Role.HOUSEHOLD}), member_id=self.members[0])


@dataclass(slots=True)
class Desk:
    database: Database
    listening: Notifications
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    freezer: FakeFreezer = field(default_factory=FakeFreezer)
    _sequences: dict[str, Iterator[int]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def begin(self, actor: Actor = SYSTEM_ACTOR) -> RiskUnitOfWork:
        return RiskUnitOfWork(self.database, actor, self.clock, settle=settle)

    def context(self, actor: Actor, locale: str = "en") -> RiskContext:
        return RiskContext(
            Caller(actor=actor, locale=locale), begin=self.begin, freezer=self.freezer, listening=self.listening
        )

    async def hear(self, message: Message, *, subject: UUID | str, area_path: str) -> None:
        """One event of the households service, handled as the consumer does it."""
        numbers = self._sequences.setdefault(str(subject), count(1))
        envelope = Envelope(
            event_id=str(new_id()),
            event_type=message.DESCRIPTOR.full_name,
            subject_id=str(subject),
            subject_sequence=next(numbers),
            area_path=area_path,
            payload=message.SerializeToString(),
            source="households",
        )
        envelope.occurred_at.FromDatetime(self.clock.now())
        async with self.begin() as uow:
            await SUBSCRIPTIONS[0].deliver(uow, envelope)
        async with self.begin() as uow:
            await assess_due(uow)

    async def place(self, path: str, *, zone: str = "Asia/Shanghai") -> None:
        area_id = new_id()
        message = households.AreaChanged(
            area_id=str(area_id), path=path, code=path.replace("/", ""), name="Invented Place", time_zone=zone
        )
        await self.hear(message, subject=area_id, area_path=path)

    async def officer(
        self, officer_id: UUID, subject: str, *roles: Role, seat: str = VILLAGE, active: bool = True
    ) -> None:
        message = households.OfficerChanged(
            officer_id=str(officer_id), subject=subject, roles=list(roles), area_path=seat, active=active
        )
        await self.hear(message, subject=officer_id, area_path=seat)

    async def family(
        self,
        *,
        area_path: str = VILLAGE,
        members: int = 4,
        officers: tuple[UUID, ...] = (SUPPORT_OFFICER_ID,),
        known: Family | None = None,
        head_born: str = "1985-05-05",
    ) -> Family:
        """Two adults able to work, the others children. `known`: the same family again, changed."""
        family = Family(
            id=known.id if known else new_id(),
            members=known.members if known else tuple(new_id() for _ in range(members)),
            area_path=area_path,
        )
        message = households.HouseholdChanged(
            household_id=str(family.id),
            code=f"H{next(self._numbers):05d}",
            area_path=area_path,
            registration_history=households.REGISTRATION_HISTORY_NEVER_REGISTERED,
            monitoring_category=households.MONITORING_CATEGORY_NEAR_POOR_AT_RISK,
            safe_housing=True,
            safe_water=True,
            support_officer_ids=[str(officer_id) for officer_id in officers],
        )
        for number, member_id in enumerate(family.members):
            adult = number < 2
            message.members.add(
                member_id=str(member_id),
                date_of_birth=head_born if number == 0 else "1985-05-05" if adult else "2012-03-03",
                head=number == 0,
                labour_capacity=households.LABOUR_CAPACITY_FULL if adult else households.LABOUR_CAPACITY_NONE,
                counted=True,
            )
        await self.hear(message, subject=family.id, area_path=area_path)
        return family

    async def statement(
        self,
        family: Family,
        net: str,
        *,
        expenses: str = "0.00",
        as_of: str = "2020-09-18",
        received: str = "",
        production: str = "0.00",
    ) -> None:
        """The same totals for all bases but `received`; everything that is not `production` is wage."""
        statement = households.IncomeStatement(
            household_id=str(family.id), as_of=as_of, member_count=len(family.members), currency="CNY"
        )
        for basis in (
            households.INCOME_BASIS_RECEIVED_12M,
            households.INCOME_BASIS_CALENDAR_YEAR_PROJECTED,
            households.INCOME_BASIS_RUN_RATE_12M,
        ):
            own = received if received and basis == households.INCOME_BASIS_RECEIVED_12M else net
            statement.bases.add(
                basis=basis,
                wage_cents=cents(own) - cents(production),
                production_cents=cents(production),
                net_cents=cents(own),
                rigid_expenses_cents=cents(expenses),
            )
        message = households.IncomeStatementChanged(statement=statement)
        await self.hear(message, subject=family.id, area_path=family.area_path)

    async def bill(
        self,
        family: Family,
        amount: str,
        *,
        record_id: str,
        on: str = "2020-09-18",
        member: int = 0,
        version: int = 1,
        corrects: str = "",
    ) -> None:
        message = households.DepartmentRecordLinked(
            department="HEALTH_INSURANCE",
            record_id=record_id,
            version=version,
            event_type="REIMBURSEMENT" if corrects else "SETTLEMENT",
            household_id=str(family.id),
            member_id=str(family.members[member]),
            area_path=family.area_path,
            event_date=on,
            corrects_record_id=corrects,
            health_insurance=households.HealthInsuranceDetail(
                oop_amount=Money(cents=cents(amount), currency="CNY"),
                settlement_date=on,
                care_setting=households.CARE_SETTING_INPATIENT,
            ),
        )
        await self.hear(message, subject=family.id, area_path=family.area_path)

    async def open_alerts(self, family: Family) -> list[Alert]:
        async with self.begin() as uow:
            return await uow.alerts.open_of_household(family.id)

    async def ask(
        self, actor: Actor, document: str, variables: Json | None = None, *, locale: str = "en"
    ) -> dict[str, Any]:
        """The data of an operation that went well."""
        answer = await self.answer(actor, document, variables, locale=locale)
        assert "errors" not in answer, answer["errors"]
        data = answer["data"]
        assert isinstance(data, dict)
        return data

    async def answer(
        self, actor: Actor, document: str, variables: Json | None = None, *, locale: str = "en"
    ) -> dict[str, Any]:
        result = await schema.execute(
            document, variable_values=dict(variables or {}), context_value=self.context(actor, locale)
        )
        answer: dict[str, object] = {"data": result.data}
        if result.errors:
            answer["errors"] = [
                {"message": error.message, "path": error.path, **(error.extensions or {})} for error in result.errors
            ]
        return answer

    async def published(self, *, about: UUID | None = None) -> list[Message]:
        """This service's own events, oldest first; `about`: of one subject."""
        query = select(outbox).order_by(outbox.c.n)
        if about is not None:
            query = query.where(outbox.c.subject_id == str(about))
        async with self.begin() as uow:
            rows = list(await uow.connection.execute(query))
        messages: list[Message] = []
        for row in rows:
            message: Message = getattr(risk, row.event_type.rpartition(".")[2])()
            message.ParseFromString(row.payload)
            messages.append(message)
        return messages

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Every SQL statement sent meanwhile, but for those that set the wall."""
        sent: list[str] = []

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            if "set_config" not in statement:
                sent.append(statement)

        engine = self.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)


def cents(amount: str) -> int:
    return int(Decimal(amount).scaleb(2))


@asynccontextmanager
async def open_desk(url: str) -> AsyncIterator[Desk]:
    """Areas, one village specialist and one support officer; no household yet."""
    database = Database.connect(url, pool_size=4)
    listening = Notifications(url)
    desk = Desk(database=database, listening=listening)
    try:
        await desk.place(COUNTY)
        await desk.place(VILLAGE)
        await desk.officer(SUPPORT_OFFICER_ID, "support-1", Role.SUPPORT_OFFICER, seat=TOWNSHIP)
        await desk.officer(SPECIALIST_ID, "specialist-1", Role.VILLAGE_SPECIALIST)
        yield desk
    finally:
        await listening.close()
        await database.close()
