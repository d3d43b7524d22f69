"""A small invented county on a real database, and a caller's way to its graph."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy import event, select

from chassis.caller import Caller
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.tables import outbox
from chassis.vault import Vault
from contracts.households.v1 import events_pb2
from households_service.areas.service import NewArea, add_areas
from households_service.context import HouseholdsContext
from households_service.ledger.service import record_income
from households_service.members.domain import LabourCapacity, Relation
from households_service.registry.domain import Household, MonitoringCategory
from households_service.registry.service import NewHousehold, NewMember, register_household
from households_service.schema import schema
from households_service.uow import HouseholdsUnitOfWork, RegistryRules
from tests.households_service.factories import (
    COUNTY,
    NEXT_TOWNSHIP,
    NEXT_VILLAGE,
    OTHER_VILLAGE,
    STORY_MORNING,
    TOWNSHIP,
    VILLAGE,
    canonical_facts,
    id_number,
)

Json = Mapping[str, Any]
"""What an answer holds is asserted, not declared."""

ADMIN = Actor(subject="admin-1", roles=frozenset({Role.COUNTY_ADMIN}), areas=(COUNTY,))
REVIEWER = Actor(subject="reviewer-1", roles=frozenset({Role.TOWNSHIP_REVIEWER}), areas=(TOWNSHIP,))
SPECIALIST = Actor(subject="specialist-1", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(VILLAGE,))
SUPERVISOR = Actor(subject="supervisor-1", roles=frozenset({Role.SUPERVISOR}), areas=(COUNTY,))
EMPLOYMENT_STAFF = Actor(subject="staff-1", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(COUNTY,))
SUPPORT_OFFICER = Actor(subject="support-1", roles=frozenset({Role.SUPPORT_OFFICER}), areas=(TOWNSHIP,))
STRANGER = Actor(subject="specialist-9", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=("99/01/02/001/201/",))
EMPLOYER = Actor(subject="employer-1", roles=frozenset({Role.EMPLOYER}), employer_id="e-1")

PLACES = (
    (COUNTY, "990101", "Invented County"),
    (TOWNSHIP, "990101001", "First Township"),
    (VILLAGE, "990101001201", "First Village"),
    (OTHER_VILLAGE, "990101001202", "Second Village"),
    (NEXT_TOWNSHIP, "990101002", "Next Township"),
    (NEXT_VILLAGE, "990101002201", "Third Village"),
)


def family(*, first_order: int = 1) -> tuple[NewMember, ...]:
    """Two adults and two children, each with a number of an invented person."""
    return (
        NewMember(name="Fa Ther", relation=Relation.HEAD, id_number=id_number(order=first_order), phone="13900000000"),
        NewMember(
            name="Mo Ther",
            relation=Relation.SPOUSE,
            id_number=id_number(born=date(1987, 7, 1), order=first_order),
        ),
        NewMember(
            name="First Child",
            relation=Relation.CHILD,
            date_of_birth=date(2011, 2, 3),
            labour_capacity=LabourCapacity.NONE,
            in_school=True,
        ),
        NewMember(
            name="Second Child",
            relation=Relation.CHILD,
            date_of_birth=date(2015, 5, 6),
            labour_capacity=LabourCapacity.NONE,
        ),
    )


@dataclass(slots=True)
class County:
    database: Database
    clock: FixedClock = field(default_factory=lambda: FixedClock(STORY_MORNING))
    vault: Vault = field(default_factory=lambda: Vault.of_key(b"k" * 32))
    rules: RegistryRules = field(default_factory=lambda: RegistryRules(samples_allowed=True))
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 999)))

    def begin(self, actor: Actor = SYSTEM_ACTOR) -> HouseholdsUnitOfWork:
        return HouseholdsUnitOfWork(self.database, actor, self.clock, self.vault, self.rules)

    async def ask(
        self, actor: Actor, document: str, variables: Mapping[str, object] | None = None, *, locale: str = "en"
    ) -> Json:
        """The data of an operation that went well."""
        answer = await self.answer(actor, document, variables, locale=locale)
        assert "errors" not in answer, answer["errors"]
        data = answer["data"]
        assert isinstance(data, dict)
        return data

    async def answer(
        self, actor: Actor, document: str, variables: Mapping[str, object] | None = None, *, locale: str = "en"
    ) -> Json:
        context = HouseholdsContext(Caller(actor=actor, locale=locale), self.begin)
        result = await schema.execute(document, variable_values=dict(variables or {}), context_value=context)
        answer: dict[str, object] = {"data": result.data}
        if result.errors:
            answer["errors"] = [
                {"message": error.message, "path": error.path, **(error.extensions or {})} for error in result.errors
            ]
        return answer

    async def add_places(self) -> None:
        async with self.begin() as uow:
            await add_areas(
                uow,
                SYSTEM_ACTOR,
                [
                    NewArea(
                        path=path,
                        code=code,
                        name=name,
                        time_zone="Asia/Shanghai",
                        lat=40.0 + number / 100,
                        lon=75.0,
                        valid_from=date(2010, 1, 1),
                    )
                    for number, (path, code, name) in enumerate(PLACES)
                ],
            )

    async def register(
        self,
        *,
        area_path: str = VILLAGE,
        category: MonitoringCategory = MonitoringCategory.NEAR_POOR_AT_RISK,
        members: tuple[NewMember, ...] | None = None,
    ) -> Household:
        number = next(self._numbers)
        async with self.begin() as uow:
            return await register_household(
                uow,
                SYSTEM_ACTOR,
                NewHousehold(
                    code=f"{area_path.replace('/', '')}-{number:04d}",
                    area_path=area_path,
                    members=family(first_order=number) if members is None else members,
                    monitoring_category=category,
                    registered_on=date(2019, 1, 1),
                ),
            )

    async def write_canonical_ledger(self, household: Household) -> None:
        """The ledger of the worked example, the post's wage being the head's."""
        async with self.begin() as uow:
            head = (await uow.members.of_households([household.id]))[household.id][0]
            for fact in canonical_facts():
                owned = fact if fact.member_id is None else replace(fact, member_id=head.id)
                await record_income(uow, SYSTEM_ACTOR, household_id=household.id, fact=owned)

    async def members_of(self, household: Household) -> list[UUID]:
        async with self.begin() as uow:
            return [member.id for member in (await uow.members.of_households([household.id]))[household.id]]

    async def events(self, subject_id: UUID) -> list[Message]:
        """What was published of a subject, in its order."""
        async with self.begin() as uow:
            query = select(outbox).where(outbox.c.subject_id == str(subject_id)).order_by(outbox.c.subject_sequence)
            rows = list(await uow.connection.execute(query))
        messages: list[Message] = []
        for row in rows:
            message: Message = getattr(events_pb2, row.event_type.rpartition(".")[2])()
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


async def open_county(url: str) -> AsyncIterator[County]:
    database = Database.connect(url)
    county = County(database)
    await county.add_places()
    yield county
    await database.close()
