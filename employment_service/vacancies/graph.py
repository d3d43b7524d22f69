"""The public board of vacancies."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from employment_service.access import POLICY
from employment_service.amounts import cents_of
from employment_service.context import EmploymentContext
from employment_service.employers.graph import Area, Employer, id_behind
from employment_service.occupations.graph import Occupation
from employment_service.terms.graph import VacancyTerms, VacancyTermsInput, Workplace, workplace_of
from employment_service.vacancies import domain, service
from employment_service.vacancies.repository import VacancyFilter
from employment_service.workers.types import PhysicalDemand

strawberry.enum(domain.VacancyState)
strawberry.enum(domain.CostKind, description="Costs that recruiters have put on workers.")


@strawberry.type
class VacancyRequirements:
    qualifications: list[str]
    demands: list[PhysicalDemand]
    least_age: int
    group: bool = strawberry.field(description="Recruits a group; each member decides alone.")
    languages: list[str] = strawberry.field(description="Languages the work itself cannot be done without.")
    farm_leave: bool = strawberry.field(description="Leave in the months in which a worker's farm needs them.")


@strawberry.federation.type(keys=["id"], description="Published work.")
class Vacancy:
    id: strawberry.ID
    state: domain.VacancyState
    workplace: Workplace
    terms: VacancyTerms
    requirements: VacancyRequirements
    places: int
    places_left: int = strawberry.field(description="Not taken by a placement. Offers and answers do not show in it.")
    published_at: datetime
    occupation: Occupation | None = strawberry.field(description="What the work is, where it was said.")
    minimum_batch: int = strawberry.field(
        description="Opens when at least so many want it; 1: for anybody alone. Nothing tells how many did."
    )
    version: int
    record: strawberry.Private[domain.Vacancy]

    @strawberry.field(description="Whose employment office looks after it.")
    def office_area(self) -> Area | None:
        return Area(path=AreaPath(self.record.area_path))

    @strawberry.field
    async def employer(self, info: Info[EmploymentContext, None]) -> Employer | None:
        return Employer.perhaps(await info.context.loaders.employers.load(self.record.employer_id))

    @classmethod
    async def resolve_reference(cls, info: Info[EmploymentContext, None], id: str) -> "Vacancy | None":
        POLICY.require(info.context.actor, "readBoard")
        return cls.perhaps(await info.context.loaders.vacancies.load(parse_id(id)))

    @staticmethod
    def of(vacancy: domain.Vacancy) -> "Vacancy":
        needs = vacancy.requirements
        return Vacancy(
            id=strawberry.ID(str(vacancy.id)),
            state=vacancy.state,
            workplace=workplace_of(vacancy.terms.terms.workplace),
            terms=VacancyTerms.of(vacancy.terms),
            requirements=VacancyRequirements(
                qualifications=sorted(needs.qualifications),
                demands=sorted(needs.demands),
                least_age=needs.least_age,
                group=needs.group,
                languages=sorted(needs.languages),
                farm_leave=needs.farm_leave,
            ),
            places=vacancy.places,
            places_left=vacancy.places_left,
            published_at=vacancy.published_at,
            occupation=Occupation.perhaps(vacancy.occupation),
            minimum_batch=vacancy.minimum_batch,
            version=vacancy.version,
            record=vacancy,
        )

    @staticmethod
    def perhaps(vacancy: domain.Vacancy | None) -> "Vacancy | None":
        return None if vacancy is None else Vacancy.of(vacancy)


@strawberry.input
class RequirementsInput:
    qualifications: list[str] = strawberry.field(default_factory=list)
    demands: list[PhysicalDemand] = strawberry.field(default_factory=list)
    least_age: int = 16
    group: bool = False
    languages: list[str] = strawberry.field(default_factory=list)
    farm_leave: bool = False

    def asked(self) -> domain.Requirements:
        return domain.Requirements(
            qualifications=frozenset(self.qualifications),
            demands=frozenset(self.demands),
            least_age=self.least_age,
            group=self.group,
            languages=frozenset(self.languages),
            farm_leave=self.farm_leave,
        )


@strawberry.input
class WorkerPaidCostInput:
    kind: domain.CostKind
    amount: Decimal


@strawberry.input
class PublishVacancyInput:
    employer_id: strawberry.ID
    office_area: AreaPath
    terms: VacancyTermsInput
    requirements: RequirementsInput = strawberry.field(default_factory=RequirementsInput)
    places: int
    occupation: str | None = strawberry.field(default=None, description="An ISCO-08 code; see suggestOccupation.")
    minimum_batch: int = strawberry.field(
        default=1, description="A company's batch: proposed to nobody where fewer would come."
    )
    worker_paid_costs: list[WorkerPaidCostInput] = strawberry.field(
        default_factory=list, description="Anything a worker would pay; any of it keeps the vacancy off the board."
    )
    idempotency_key: str


@strawberry.input
class ReviseTermsInput:
    vacancy_id: strawberry.ID
    terms: VacancyTermsInput
    expected_version: int


@strawberry.input
class AddPlacesInput:
    vacancy_id: strawberry.ID
    places: int = strawberry.field(description="How many there are then in all.")
    expected_version: int


@strawberry.input
class SetMinimumBatchInput:
    vacancy_id: strawberry.ID
    minimum_batch: int = strawberry.field(description="From 1 up to the places there are.")
    expected_version: int


@strawberry.input
class CloseVacancyInput:
    vacancy_id: strawberry.ID
    expected_version: int


@strawberry.input
class VacancyFilterInput:
    open_only: bool = True
    employer_id: strawberry.ID | None = None
    least_wage: Decimal | None = None


PublishVacancyResult = Annotated[Vacancy | Refused, strawberry.union("PublishVacancyResult")]
ReviseTermsResult = Annotated[Vacancy | Refused, strawberry.union("ReviseTermsResult")]
AddPlacesResult = Annotated[Vacancy | Refused, strawberry.union("AddPlacesResult")]
SetMinimumBatchResult = Annotated[Vacancy | Refused, strawberry.union("SetMinimumBatchResult")]
CloseVacancyResult = Annotated[Vacancy | Refused, strawberry.union("CloseVacancyResult")]


@strawberry.type
class VacancyQuery:
    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None], id: strawberry.ID) -> Vacancy | None:
        POLICY.require(info.context.actor, "readBoard")
        return Vacancy.perhaps(await info.context.loaders.vacancies.load(parse_id(id)))

    @strawberry.field(description="The board: published work by the area of its office, everywhere without one.")
    async def vacancies(
        self,
        info: Info[EmploymentContext, None],
        area: AreaPath | None = None,
        filter: VacancyFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Vacancy]:
        POLICY.require(info.context.actor, "readBoard")
        request = PageRequest.of(first, after)
        given = filter or VacancyFilterInput()
        wanted = VacancyFilter(
            area_path=area,
            open_only=given.open_only,
            employer_id=None if given.employer_id is None else parse_id(given.employer_id, field="employerId"),
            least_wage_cents=None if given.least_wage is None else cents_of(given.least_wage, field="leastWage"),
        )
        async with info.context.begin() as uow:
            found = await uow.vacancies.page(wanted, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.vacancies.count(wanted)

        page = page_of(found, request, lambda vacancy: encode_cursor(str(vacancy.id)))
        return Connection.of(page, Vacancy.of, after=after, count=count)


@strawberry.type
class VacancyMutation:
    @strawberry.mutation
    @refusals
    async def publish_vacancy(
        self, info: Info[EmploymentContext, None], input: PublishVacancyInput
    ) -> PublishVacancyResult:
        async with info.context.begin() as uow:
            vacancy = await service.publish_vacancy(
                uow,
                employer_id=parse_id(input.employer_id, field="employerId"),
                area_path=input.office_area,
                terms=input.terms.asked(),
                texts=input.terms.texts(),
                requirements=input.requirements.asked(),
                places=input.places,
                costs=tuple(
                    domain.Cost(kind=each.kind, cents=cents_of(each.amount, field="workerPaidCosts"))
                    for each in input.worker_paid_costs
                ),
                occupation=input.occupation,
                minimum_batch=input.minimum_batch,
                idempotency_key=input.idempotency_key,
            )
        return Vacancy.of(vacancy)

    @strawberry.mutation(description="Voids every yes to the old terms before arrival; each worker decides anew.")
    @refusals
    async def revise_terms(self, info: Info[EmploymentContext, None], input: ReviseTermsInput) -> ReviseTermsResult:
        async with info.context.begin() as uow:
            vacancy = await service.revise_terms(
                uow,
                vacancy_id=parse_id(input.vacancy_id, field="vacancyId"),
                terms=input.terms.asked(),
                texts=input.terms.texts(),
                expected_version=input.expected_version,
            )
        return Vacancy.of(vacancy)

    @strawberry.mutation(description="The terms stay, and nobody is asked anew.")
    @refusals
    async def add_places(self, info: Info[EmploymentContext, None], input: AddPlacesInput) -> AddPlacesResult:
        async with info.context.begin() as uow:
            vacancy = await service.add_places(
                uow,
                vacancy_id=parse_id(input.vacancy_id, field="vacancyId"),
                places=input.places,
                expected_version=input.expected_version,
            )
        return Vacancy.of(vacancy)

    @strawberry.mutation(description="The terms stay, and nobody is asked anew.")
    @refusals
    async def set_minimum_batch(
        self, info: Info[EmploymentContext, None], input: SetMinimumBatchInput
    ) -> SetMinimumBatchResult:
        async with info.context.begin() as uow:
            vacancy = await service.set_minimum_batch(
                uow,
                vacancy_id=parse_id(input.vacancy_id, field="vacancyId"),
                minimum=input.minimum_batch,
                expected_version=input.expected_version,
            )
        return Vacancy.of(vacancy)

    @strawberry.mutation
    @refusals
    async def close_vacancy(self, info: Info[EmploymentContext, None], input: CloseVacancyInput) -> CloseVacancyResult:
        async with info.context.begin() as uow:
            vacancy = await service.close_vacancy(
                uow,
                vacancy_id=parse_id(input.vacancy_id, field="vacancyId"),
                expected_version=input.expected_version,
            )
        return Vacancy.of(vacancy)
