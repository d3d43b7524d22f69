"""Runs of an area as GraphQL: a job with progress, totals with their proof, proposals, prices and the audit."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.matching.graph import ScoreParts
from employment_service.matching.reasons import Parts
from employment_service.matching.runs import domain, service
from employment_service.matching.runs.repository import ProposalFilter
from employment_service.matching.runs.told import AuditScenario, MatchingComparison, MatchingJob, MatchingStability
from employment_service.vacancies.graph import Vacancy
from employment_service.workers.graph import Worker

strawberry.enum(domain.Cause, name="MatchingCause", description="Why a run follows another.")


@strawberry.type(description="What a run proposes for one worker. Not an offer: a person makes one, or nobody does.")
class MatchingProposal:
    number: int
    score: int
    price: int = strawberry.field(description="What a place there is worth to whoever else wants it.")
    options: int = strawberry.field(description="Vacancies that would be possible.")
    distance_km: float | None
    score_parts: ScoreParts | None = strawberry.field(description="Null where nothing is proposed.")
    one: strawberry.Private[domain.Proposal]

    @strawberry.field(description="Who goes with them: the same work is proposed to both, or nothing to either.")
    async def companion(self, info: Info[EmploymentContext, None]) -> Worker | None:
        if self.one.companion_id is None:
            return None
        return Worker.perhaps(await info.context.loaders.workers.load(self.one.companion_id))

    @strawberry.field
    async def worker(self, info: Info[EmploymentContext, None]) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers.load(self.one.worker_id))

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return await _vacancy(info, self.one.vacancy_id)

    @strawberry.field(description="What the run before proposed instead.")
    async def moved_from(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return await _vacancy(info, self.one.moved_from)

    @staticmethod
    def of(one: domain.Proposal) -> "MatchingProposal":
        parts = Parts(
            stable=one.stable,
            gain_cents=one.gain_cents,
            weight=one.weight,
            way_cents=one.way_cents,
            care_cents=one.care_cents,
        )
        return MatchingProposal(
            number=one.number,
            score=one.score,
            price=one.price,
            options=one.options,
            distance_km=one.km,
            score_parts=None if one.vacancy_id is None else ScoreParts.of(parts),
            one=one,
        )


@strawberry.type(description="The price of a place: the one state that a run leaves to the next.")
class MatchingPrice:
    price: int
    proposed: int = strawberry.field(description="Workers it is proposed to.")
    minimum: int = strawberry.field(description="So many more must come for anybody to come; 0 and 1: anybody alone.")
    below_minimum: bool = strawberry.field(description="Fewer would come: nobody is proposed it.")
    vacancy_id: strawberry.Private[UUID]

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return await _vacancy(info, self.vacancy_id)

    @staticmethod
    def of(one: domain.PlacePrice) -> "MatchingPrice":
        return MatchingPrice(
            price=one.price,
            proposed=one.proposed,
            minimum=one.least,
            below_minimum=one.too_few,
            vacancy_id=one.vacancy_id,
        )


@strawberry.input(description="What is left out does not restrict.")
class ProposalFilterInput:
    placed: bool | None = None
    moved: bool | None = None
    vacancy_id: strawberry.ID | None = None

    def asked(self) -> ProposalFilter:
        return ProposalFilter(
            placed=self.placed,
            moved=self.moved,
            vacancy_id=None if self.vacancy_id is None else parse_id(self.vacancy_id, field="vacancyId"),
        )


@strawberry.type(description="Everybody of an area who looks for work, against all published work.")
class MatchingRun:
    id: strawberry.ID
    area_path: AreaPath
    as_of: date
    made_at: datetime
    follows: strawberry.ID | None = strawberry.field(description="The run whose prices and proposals it began with.")
    cause: domain.Cause | None
    keep_bonus: int = strawberry.field(description="Points below which nobody was moved from an earlier proposal.")
    policy_version: str
    workers: int
    bound_now: int = strawberry.field(description="Left alone: an offer to them runs, or they have work.")
    carers: int
    vacancies: int
    places: int
    pairs: int = strawberry.field(description="Feasible pairs of a worker and a vacancy; all of them count.")
    points: int
    bound: int = strawberry.field(description="No assignment over any feasible pairs is worth more points.")
    gap: float = strawberry.field(
        description="(bound - points) / points: the proof that BY_SURPLUS is the best; else what the rule costs."
    )
    placed: int
    rounds: int
    displaced: int = strawberry.field(description="Whose earlier proposal is gone.")
    moved: int = strawberry.field(description="Others who are proposed something else than before.")
    seconds: float = strawberry.field(description="Of computing that the plan and its proof took.")
    lived_on: bool = strawberry.field(
        description="The plan before, changed only where the event asks for it: at most one other person is moved for "
        "each whom it is about. What the rule, another aim or another way would come to is told of runs made anew."
    )
    couples: int
    couples_placed: int = strawberry.field(description="Both at the same work.")
    waiting: int = strawberry.field(description="Proposed nothing, since their companion is not free or elsewhere.")
    batches: int = strawberry.field(description="Vacancies that need more than one to come.")
    batches_below_minimum: int
    compared: list[MatchingComparison]
    rule: domain.Rule
    stability: MatchingStability | None = strawberry.field(
        description="Null where more than 2 million pairs count and nobody asked for deferred acceptance, and of a "
        "plan that lived on."
    )
    audit: list[AuditScenario]

    @strawberry.field(description="For the employment staff and the independent monitor; null for everybody else.")
    async def proposals(
        self,
        info: Info[EmploymentContext, None],
        filter: ProposalFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[MatchingProposal] | None:
        request, run_id = PageRequest.of(first, after), parse_id(self.id)
        wanted = (filter or ProposalFilterInput()).asked()
        async with info.context.begin() as uow:
            if not service.may_read_proposals(uow):
                return None
            found = await service.list_proposals(uow, run_id, wanted, request)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await service.count_proposals(uow, run_id, wanted)

        page = page_of(found, request, lambda one: encode_cursor(one.number))
        return Connection.of(page, MatchingProposal.of, after=after, count=count)

    @strawberry.field
    async def prices(
        self, info: Info[EmploymentContext, None], first: int | None = None, after: str | None = None
    ) -> Connection[MatchingPrice]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.list_prices(uow, parse_id(self.id), request)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await service.count_prices(uow, parse_id(self.id))

        page = page_of(found, request, lambda one: encode_cursor(str(one.vacancy_id)))
        return Connection.of(page, MatchingPrice.of, after=after, count=count)

    @staticmethod
    def of(run: domain.MatchingRun) -> "MatchingRun":
        totals = run.totals
        return MatchingRun(
            id=strawberry.ID(str(run.id)),
            area_path=AreaPath(run.area_path),
            as_of=run.as_of,
            made_at=run.made_at,
            follows=None if run.follows is None else strawberry.ID(str(run.follows)),
            cause=run.cause,
            keep_bonus=run.keep_bonus,
            policy_version=run.policy_version,
            workers=totals.workers,
            bound_now=totals.bound_now,
            carers=totals.carers,
            vacancies=totals.vacancies,
            places=totals.places,
            pairs=totals.pairs,
            points=totals.points,
            bound=totals.bound,
            gap=totals.gap,
            placed=totals.placed,
            rounds=totals.rounds,
            displaced=totals.displaced,
            moved=totals.moved,
            seconds=round(totals.seconds, 4),
            lived_on=totals.lived_on,
            couples=totals.couples,
            couples_placed=totals.couples_placed,
            waiting=totals.waiting,
            batches=totals.batches,
            batches_below_minimum=totals.batches_too_few,
            compared=[
                MatchingComparison(
                    way=each.way, points=each.points, placed=each.placed, carers_placed=each.carers_placed
                )
                for each in totals.compared
            ],
            rule=totals.rule,
            stability=None if totals.stability is None else MatchingStability(**asdict(totals.stability)),
            audit=[AuditScenario.of(scenario) for scenario in run.audit],
        )


@strawberry.input
class StartMatchingRunInput:
    area: AreaPath
    follows: strawberry.ID | None = strawberry.field(
        default=None, description="A run of the same area: begin with its prices, and move few people."
    )
    rule: domain.Rule = domain.Rule.BY_SURPLUS
    idempotency_key: str


StartMatchingRunResult = Annotated[MatchingJob | Refused, strawberry.union("StartMatchingRunResult")]


@strawberry.type
class MatchingRunQuery:
    @strawberry.field(description="For the employment staff, the county and whoever watches over it.")
    async def matching_run(self, info: Info[EmploymentContext, None], id: strawberry.ID) -> MatchingRun:
        async with info.context.begin() as uow:
            return MatchingRun.of(await service.read_run(uow, parse_id(id)))

    @strawberry.field(description="At or below an area, newest first.")
    async def matching_runs(
        self, info: Info[EmploymentContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[MatchingRun]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.list_runs(uow, area, request)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await service.count_runs(uow, area)

        page = page_of(found, request, lambda one: encode_cursor(one[0]))
        return Connection.of(page, lambda one: MatchingRun.of(one[1]), after=after, count=count)

    @strawberry.field(description="Null for a job that is not there, or not for this caller.")
    async def matching_job(self, info: Info[EmploymentContext, None], id: strawberry.ID) -> MatchingJob | None:
        async with info.context.begin() as uow:
            found = await service.read_job(uow, parse_id(id))
        return None if found is None else MatchingJob.of(found)


@strawberry.type
class MatchingRunMutation:
    @strawberry.mutation(description="As a job. It proposes and offers nothing.")
    @refusals
    async def start_matching_run(
        self, info: Info[EmploymentContext, None], input: StartMatchingRunInput
    ) -> StartMatchingRunResult:
        async with info.context.begin() as uow:
            job = await service.start_run(
                uow,
                area_path=input.area,
                follows=None if input.follows is None else parse_id(input.follows, field="follows"),
                idempotency_key=input.idempotency_key,
                rule=input.rule,
            )
        return MatchingJob.of(job)


async def _vacancy(info: Info[EmploymentContext, None], vacancy_id: UUID | None) -> Vacancy | None:
    return None if vacancy_id is None else Vacancy.perhaps(await info.context.loaders.vacancies.load(vacancy_id))
