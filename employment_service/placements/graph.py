"""Placements. How one ended is shown to its worker and the independent monitor; to others it has ended."""

from datetime import date, datetime

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, Money, PageRequest, encode_cursor, page_of
from chassis.graph.scalars import money_of_cents
from chassis.identity import Role
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.employers.graph import Employer, id_behind
from employment_service.follow_ups.graph import FollowUp
from employment_service.placements import domain
from employment_service.placements.calendar import month_text
from employment_service.placements.differences import Figure
from employment_service.placements.domain import PlacementState
from employment_service.placements.reading import listable, sees_everything
from employment_service.placements.reasons import StepReason
from employment_service.placements.repository import PlacementFilter
from employment_service.terms.graph import VacancyTerms
from employment_service.trips.domain import Direction
from employment_service.trips.types import TravelSubsidy, Trip
from employment_service.vacancies.graph import Vacancy
from employment_service.vacancies.words import spoken
from employment_service.wages.types import LateWage
from employment_service.workers.graph import Worker
from employment_service.workers.service import is_self

strawberry.enum(StepReason, description="A closed list. Why a worker leaves is said only if they want to.")
strawberry.enum(Figure)


@strawberry.type
class PlacementStep:
    state: PlacementState
    on: date
    recorded_at: datetime
    reason: StepReason = strawberry.field(description="NOT_SAID to whoever may not know how it ended.")


@strawberry.type(description="Where the contract or the wage was not what the worker accepted.")
class TermsMismatch:
    figure: Figure
    accepted: str
    written: str
    found_at: datetime


@strawberry.type
class WageConfirmation:
    month: str
    amount: Money | None


@strawberry.federation.type(keys=["id"], description="What follows a worker's yes.")
class Placement:
    id: strawberry.ID
    since: date
    version: int
    record: strawberry.Private[domain.Placement]

    @strawberry.field(description="STABLE needs three months and three wages the worker confirmed.")
    async def state(self, info: Info[EmploymentContext, None]) -> PlacementState:
        return domain.shown_state(self.record, to_worker_or_monitor=await self._is_open(info))

    @strawberry.field(description="The transition log; for others than worker and monitor, without how it ended.")
    async def steps(self, info: Info[EmploymentContext, None]) -> list[PlacementStep]:
        everything = await self._is_open(info)
        steps = [domain.shown_step(step, to_worker_or_monitor=everything) for step in self.record.log]
        return [
            PlacementStep(state=step.state, on=step.on, recorded_at=step.recorded_at, reason=step.reason)
            for step in steps
        ]

    @strawberry.field(
        description="The placement this one took over from by a transfer. For the worker and the monitor."
    )
    async def follows(self, info: Info[EmploymentContext, None]) -> "Placement | None":
        if self.record.follows_id is None or not await self._is_open(info):
            return None
        return Placement.perhaps(await info.context.loaders.placements.load(self.record.follows_id))

    @strawberry.field(description="The placement that took over from this one. For the worker and the monitor.")
    async def followed_by(self, info: Info[EmploymentContext, None]) -> "Placement | None":
        if self.record.state is not PlacementState.TRANSFERRED or not await self._is_open(info):
            return None
        return Placement.perhaps(await info.context.loaders.placements_following.load(self.record.id))

    @strawberry.field(
        description="Since when work has gone on without a gap, through transfers; null before the start."
    )
    async def worked_since(self, info: Info[EmploymentContext, None]) -> date | None:
        if not await self._is_open(info):
            return None
        return self.record.worked_since or self.record.day_of(PlacementState.STARTED)

    @strawberry.field(
        description="The worker asked for another post; nothing ends before that has begun. Null for the employer."
    )
    async def another_post_asked(self, info: Info[EmploymentContext, None]) -> bool | None:
        if await self._is_employers(info):
            return None
        return self.record.current and self.record.another_post_asked_at is not None

    @strawberry.field(description="Each confirmed by the worker. Null for the employer.")
    async def confirmed_wage_months(self, info: Info[EmploymentContext, None]) -> list[str] | None:
        if await self._is_employers(info):
            return None
        return [month_text(wage.month) for wage in self.record.wages]

    @strawberry.field(description="For the worker, the employer and the independent monitor.")
    async def mismatches(self, info: Info[EmploymentContext, None]) -> list[TermsMismatch] | None:
        everything = await self._is_open(info)
        if not everything and not await self._is_employers(info):
            return None
        found = await info.context.loaders.mismatches.load(self.record.id)
        return [
            TermsMismatch(figure=each.figure, accepted=each.accepted, written=each.written, found_at=each.found_at)
            for each in found
            if everything or each.figure is not Figure.WAGE_PAID
        ]

    @strawberry.field(description="The way there and home.")
    async def trips(self, info: Info[EmploymentContext, None]) -> list[Trip]:
        everything = await self._is_open(info)
        found = await info.context.loaders.trips.load(self.record.id)
        return [Trip.of(trip) for trip in found if everything or trip.direction is Direction.OUT]

    @strawberry.field(description="Paid without an application. For the worker and the independent monitor.")
    async def travel_subsidy(self, info: Info[EmploymentContext, None]) -> TravelSubsidy | None:
        if not await self._is_open(info):
            return None
        return TravelSubsidy.perhaps(await info.context.loaders.subsidies.load(self.record.id))

    @strawberry.field(description="Wages that were due and not confirmed. For the worker and the independent monitor.")
    async def late_wages(self, info: Info[EmploymentContext, None]) -> list[LateWage] | None:
        if not await self._is_open(info):
            return None
        return [LateWage.of(each) for each in await info.context.loaders.late_wages.load(self.record.id)]

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return Vacancy.perhaps(await info.context.loaders.vacancies.load(self.record.vacancy_id))

    @strawberry.field
    async def employer(self, info: Info[EmploymentContext, None]) -> Employer | None:
        return Employer.perhaps(await info.context.loaders.employers.load(self.record.employer_id))

    @strawberry.field(description="Null for the employer: see workerName.")
    async def worker(self, info: Info[EmploymentContext, None]) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers.load(self.record.worker_id))

    @strawberry.field(description="The name the worker gave, while the placement is current.")
    async def worker_name(self, info: Info[EmploymentContext, None]) -> str | None:
        if not self.record.current:
            return None
        return await info.context.loaders.display_names.load(self.record.worker_id)

    @strawberry.field(description="The terms the worker accepted.")
    async def terms(self, info: Info[EmploymentContext, None]) -> VacancyTerms | None:
        version = await info.context.loaders.terms.load((self.record.vacancy_id, self.record.terms_version))
        return None if version is None else VacancyTerms.of(version)

    @strawberry.field(description="The earliest day on which it can be stable; null before the start.")
    async def stable_from(self, info: Info[EmploymentContext, None]) -> date | None:
        policy = await info.context.loaders.policies.load(self.record.area_path)
        return domain.stable_from(self.record, months=policy.stable_months)

    @strawberry.field(description="With the amounts. For the worker and the independent monitor.")
    async def wages(self, info: Info[EmploymentContext, None]) -> list[WageConfirmation] | None:
        if not await self._is_open(info):
            return None
        return [
            WageConfirmation(
                month=month_text(wage.month), amount=None if wage.cents is None else money_of_cents(wage.cents)
            )
            for wage in self.record.wages
        ]

    @strawberry.field
    async def follow_ups(self, info: Info[EmploymentContext, None]) -> list[FollowUp] | None:
        if not await self._is_open(info):
            return None
        language = await self._language(info)
        return [FollowUp.of(each, language) for each in await info.context.loaders.follow_ups.load(self.record.id)]

    @strawberry.field(description="The worker wants the funded trip home. For the worker and the independent monitor.")
    async def return_trip_wanted(self, info: Info[EmploymentContext, None]) -> bool | None:
        return self.record.return_trip_wanted if await self._is_open(info) else None

    @strawberry.field(description="Waits for the independent monitor. For the worker and the monitor.")
    async def on_hold(self, info: Info[EmploymentContext, None]) -> bool | None:
        return await info.context.loaders.held.load(self.record.id) if await self._is_open(info) else None

    @classmethod
    async def resolve_reference(cls, info: Info[EmploymentContext, None], id: str) -> "Placement | None":
        return cls.perhaps(await info.context.loaders.placements.load(parse_id(id)))

    async def _language(self, info: Info[EmploymentContext, None]) -> str:
        """The worker's own; to the monitor the request's."""
        worker = await info.context.loaders.workers.load(self.record.worker_id)
        if worker is None or not is_self(info.context.actor, worker):
            return info.context.locale
        return spoken(worker.contact.language) or info.context.locale

    async def _is_employers(self, info: Info[EmploymentContext, None]) -> bool:
        """Whoever reads it by being the employer, and by nothing more."""
        actor = info.context.actor
        by_area = actor.has(Role.EMPLOYMENT_STAFF) and actor.covers_area(self.record.area_path)
        employs = actor.employer_id == str(self.record.employer_id)
        return employs and not by_area and not await self._is_open(info)

    async def _is_open(self, info: Info[EmploymentContext, None]) -> bool:
        worker = await info.context.loaders.workers.load(self.record.worker_id)
        own = worker is not None and is_self(info.context.actor, worker)
        return sees_everything(info.context.actor.roles, own=own)

    @staticmethod
    def of(placement: domain.Placement) -> "Placement":
        return Placement(
            id=strawberry.ID(str(placement.id)),
            since=placement.since,
            version=placement.version,
            record=placement,
        )

    @staticmethod
    def perhaps(placement: domain.Placement | None) -> "Placement | None":
        return None if placement is None else Placement.of(placement)


@strawberry.input
class PlacementFilterInput:
    current_only: bool = True
    vacancy_id: strawberry.ID | None = None


@strawberry.type
class PlacementQuery:
    @strawberry.field
    async def placement(self, info: Info[EmploymentContext, None], id: strawberry.ID) -> Placement | None:
        return Placement.perhaps(await info.context.loaders.placements.load(parse_id(id)))

    @strawberry.field(description="Of an area for staff and monitor, of their own for employers and workers.")
    async def placements(
        self,
        info: Info[EmploymentContext, None],
        area: AreaPath | None = None,
        filter: PlacementFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Placement]:
        request = PageRequest.of(first, after)
        given = filter or PlacementFilterInput()
        async with info.context.begin() as uow:
            wanted = await listable(
                uow,
                PlacementFilter(
                    area_path=area,
                    vacancy_id=None if given.vacancy_id is None else parse_id(given.vacancy_id, field="vacancyId"),
                    current_only=given.current_only,
                ),
            )
            found = await uow.placements.page(wanted, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.placements.count(wanted)

        page = page_of(found, request, lambda placement: encode_cursor(str(placement.id)))
        return Connection.of(page, Placement.of, after=after, count=count)
