"""An invented county on a real database, with every caller the rules speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from google.protobuf.message import Message
from sqlalchemy import event, func, select, text

from chassis.caller import Caller
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.ids import new_id
from chassis.jobs import JobKind, Jobs
from chassis.tables import audit, outbox
from chassis.timers import Timers
from chassis.vault import Vault
from contracts.employment.v1 import events_pb2
from employment_service.benefit_reviews import service as benefit_reviews
from employment_service.context import EmploymentContext
from employment_service.employers.domain import Employer
from employment_service.matching.boards import Boards
from employment_service.matching.outcomes import collecting
from employment_service.matching.runs import following
from employment_service.matching.runs.kept import Plans
from employment_service.matching.runs.service import JOB as MATCHING_JOB
from employment_service.matching.runs.working import work_run
from employment_service.occupations.desk import TitleDesk
from employment_service.offers import renewal
from employment_service.offers import timers as offer_timers
from employment_service.offers.domain import Offer
from employment_service.offers.making import make_offer
from employment_service.offers.service import accept, answer_questions, show_terms
from employment_service.placements import timers as placement_timers
from employment_service.placements.domain import Placement
from employment_service.safeguards.domain import RecruitmentSafeguards, activate
from employment_service.safeguards.flags import timers as flag_timers
from employment_service.schema import schema
from employment_service.terms.aid import AidReader
from employment_service.terms.questions import questions
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy
from employment_service.wages import clock as wage_clock
from employment_service.workers.domain import Worker
from employment_service.workers.service import VerifiedMember
from tests.employment_service.factories import (
    AREAS,
    COUNTY,
    MORNING,
    TOWNSHIP,
    VILLAGE,
    checklist,
    employer,
    household,
    id_of,
    vacancy,
    worker,
)

Json = Mapping[str, Any]
"""What an answer holds is asserted, not declared."""

STAFF = Actor(subject="staff-1", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(COUNTY,))
TOWNSHIP_STAFF = Actor(subject="staff-2", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(TOWNSHIP,))
STRANGE_STAFF = Actor(subject="staff-9", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=("99/01/02/",))
ADMIN = Actor(subject="admin-1", roles=frozenset({Role.COUNTY_ADMIN}), areas=(COUNTY,))
MONITOR = Actor(subject="monitor-1", roles=frozenset({Role.INDEPENDENT_MONITOR}), areas=(COUNTY,))
SPECIALIST = Actor(subject="specialist-1", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(VILLAGE,))
HEAD = Actor(subject="head-1", roles=frozenset({Role.HOUSEHOLD}), member_id=id_of(9_001))
EMPLOYER = Actor(subject="boss-1", roles=frozenset({Role.EMPLOYER}), employer_id=str(id_of(101)))
OTHER_EMPLOYER = Actor(subject="boss-2", roles=frozenset({Role.EMPLOYER}), employer_id=str(id_of(102)))
SUPERVISOR = Actor(subject="supervisor-1", roles=frozenset({Role.SUPERVISOR}), areas=(COUNTY,))


def as_worker(number: int = 1, *, session: str | None = None) -> Actor:
    return Actor(
        subject=f"worker-{number}", roles=frozenset({Role.WORKER}), member_id=id_of(400 + number), session=session
    )


KINDS = (
    *offer_timers.KINDS,
    *renewal.KINDS,
    *placement_timers.KINDS,
    *wage_clock.KINDS,
    *flag_timers.KINDS,
    *benefit_reviews.KINDS,
    *collecting.KINDS,
    *following.KINDS,
)


@dataclass(slots=True)
class KnownPeople:
    """Stands for the households service: knows some people by number, name and date of birth, exactly."""

    people: dict[tuple[str, str, date], VerifiedMember] = field(default_factory=dict)
    asked: int = 0

    async def verify(self, *, id_number: str, name: str, date_of_birth: date) -> VerifiedMember | None:
        self.asked += 1
        return self.people.get((id_number, name, date_of_birth))


@dataclass(slots=True)
class Town:
    database: Database
    clock: FixedClock = field(default_factory=lambda: FixedClock(MORNING))
    vault: Vault = field(default_factory=lambda: Vault.of_key(b"e" * 32))
    people: KnownPeople = field(default_factory=KnownPeople)
    boards: Boards = field(default_factory=Boards)
    aid: AidReader | None = None
    plans: Plans = field(default_factory=Plans)
    titles: TitleDesk = field(default_factory=lambda: TitleDesk(most_exemplars=600))

    def begin(self, actor: Actor = SYSTEM_ACTOR) -> EmploymentUnitOfWork:
        return EmploymentUnitOfWork(
            self.database,
            actor,
            self.clock,
            vault=self.vault,
            zone=ZoneInfo("Asia/Shanghai"),
            boards=self.boards,
            plans=self.plans,
        )

    async def ask(
        self, actor: Actor, document: str, variables: Mapping[str, object] | None = None, *, locale: str = "en"
    ) -> Json:
        """The data of an operation that went well."""
        data, errors = await self.answer(actor, document, variables, locale=locale)
        assert errors == []
        assert data is not None
        return data

    async def answer(
        self, actor: Actor, document: str, variables: Mapping[str, object] | None = None, *, locale: str = "en"
    ) -> tuple[Json | None, list[str]]:
        """Data, and the codes of the errors."""
        context = EmploymentContext(Caller(actor=actor, locale=locale), self.begin, self.people, self.titles, self.aid)
        result = await schema.execute(document, variable_values=dict(variables or {}), context_value=context)
        errors = [str((error.extensions or {}).get("code", error.message)) for error in result.errors or []]
        return cast("Json | None", result.data), errors

    async def mutate(self, actor: Actor, document: str, given: Mapping[str, object]) -> Json:
        """The one result of a mutation `mutation($input: ...) { result: ... }`."""
        result = (await self.ask(actor, document, {"input": given}))["result"]
        assert isinstance(result, Mapping)
        return result

    async def add_areas(self) -> None:
        async with self.begin() as uow:
            await uow.areas.put(AREAS)

    async def add_safeguards(self, *, since: date = date(2020, 8, 1), **changes: object) -> RecruitmentSafeguards:
        async with self.begin() as uow:
            record = activate(
                id=new_id(),
                area_path=COUNTY,
                checklist=checklist(**changes),
                previous=None,
                by="admin-1",
                on=since,
                longest_months=12,
            )
            await uow.safeguards.add(record)
            return record

    async def add(self, *things: Worker | Employer | Vacancy) -> None:
        async with self.begin() as uow:
            for thing in things:
                if isinstance(thing, Worker):
                    number = int(thing.subject.removeprefix("worker-"))
                    await uow.households.put(household(number, area_path=thing.area_path))
                    await uow.workers.add(thing)
                elif isinstance(thing, Employer):
                    await uow.employers.add(thing)
                else:
                    await uow.vacancies.add(thing)

    async def ready(self, *, workers: int = 1, places: int = 5) -> None:
        """Areas, safeguards, an employer in standing, a vacancy, and workers 1 to `workers`."""
        await self.add_areas()
        await self.add_safeguards()
        await self.add(employer(), vacancy(places=places), *(worker(number) for number in range(1, workers + 1)))

    async def ready_people(self, *numbers: int, places: int = 20) -> None:
        """More workers; the first ones also bring an employer in standing and a vacancy. Areas and safeguards stand."""
        if not await self.count("employers"):
            await self.add(employer(), vacancy(places=places))
        await self.add(*(worker(number) for number in numbers))

    async def offer(self, *, worker_number: int = 1, vacancy_number: int = 1, key: str | None = None) -> Offer:
        async with self.begin(STAFF) as uow:
            return await make_offer(
                uow,
                worker_id=id_of(300 + worker_number),
                vacancy_id=id_of(200 + vacancy_number),
                idempotency_key=key or str(new_id()),
            )

    async def plant_timers(self) -> None:
        """Those that repeat by themselves."""
        await Timers(begin=self.begin, kinds=KINDS).plant()

    async def understood(self, made: Offer, *, worker_number: int = 1) -> Offer:
        """The terms opened, and the three questions on them answered rightly."""
        actor = as_worker(worker_number)
        return await self.answered(await show_terms(self.begin, actor, offer_id=made.id), worker_number=worker_number)

    async def answered(self, shown: Offer, *, worker_number: int = 1) -> Offer:
        """The three questions on opened terms answered rightly."""
        actor = as_worker(worker_number)
        async with self.begin(actor) as uow:
            version = await uow.vacancies.terms_version(shown.vacancy_id, shown.terms_version)
        assert version is not None
        answers = {question.code: question.right for question in questions(version, shown.shown_language or "en")}
        clear, understood = await answer_questions(self.begin, actor, offer_id=shown.id, answers=answers)
        assert understood
        return clear

    async def answered_offer(self, offer_id: UUID, *, worker_number: int) -> Offer:
        """The same, of an offer known by its id only."""
        async with self.begin(as_worker(worker_number)) as uow:
            shown = await uow.offers.get(offer_id)
        assert shown is not None
        return await self.answered(shown, worker_number=worker_number)

    async def accepted(self, *, worker_number: int = 1, vacancy_number: int = 1) -> tuple[Offer, Placement]:
        """An offer made, its terms shown, and accepted 72 hours later."""
        made = await self.offer(worker_number=worker_number, vacancy_number=vacancy_number)
        shown = await self.understood(made, worker_number=worker_number)
        self.clock.advance(timedelta(hours=72))
        return await accept(
            self.begin,
            as_worker(worker_number),
            offer_id=made.id,
            terms_hash=shown.terms_hash,
            expected_version=shown.version,
        )

    def set_clock(self, day: date, *, hour: int = 9) -> None:
        """To an hour of a day in Shanghai."""
        self.clock.at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)

    async def fire_timers(self) -> int:
        timers = Timers(begin=self.begin, kinds=KINDS)
        fired = 0
        while await timers.fire_one():
            fired += 1
        return fired

    async def work_jobs(self) -> int:
        jobs = Jobs(begin=self.begin, kinds=[JobKind(name=MATCHING_JOB, work=work_run)])
        worked = 0
        while await jobs.work_one():
            worked += 1
        return worked

    async def count(self, table: str, where: str = "true") -> int:
        async with self.begin() as uow:
            return int(await uow.connection.scalar(text(f"select count(*) from {table} where {where}")) or 0)

    async def events(self, kind: type[Message]) -> list[Message]:
        async with self.begin() as uow:
            rows = await uow.connection.execute(
                select(outbox.c.payload).where(outbox.c.event_type == kind.DESCRIPTOR.full_name).order_by(outbox.c.n)
            )
            return [kind.FromString(row.payload) for row in rows]

    async def work_states(self) -> list[tuple[str, str]]:
        """(state, since) of every WorkStateChanged, in order."""
        found = await self.events(events_pb2.WorkStateChanged)
        return [
            (events_pb2.WorkState.Name(each.state).removeprefix("WORK_STATE_"), each.since)
            for each in found
            if isinstance(each, events_pb2.WorkStateChanged)
        ]

    async def audited(self, action: str) -> list[tuple[str, str]]:
        async with self.begin() as uow:
            rows = await uow.connection.execute(
                select(audit.c.actor, audit.c.subject_id).where(audit.c.action == action).order_by(audit.c.n)
            )
            return [(row.actor, row.subject_id) for row in rows]

    async def total_events(self) -> int:
        async with self.begin() as uow:
            return int(await uow.connection.scalar(select(func.count()).select_from(outbox)) or 0)

    @contextmanager
    def counted_queries(self) -> Iterator[list[str]]:
        """Every statement sent to the database meanwhile, but the area wall's."""
        sent: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            if "set_config" not in statement:
                sent.append(statement)

        engine = self.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)
