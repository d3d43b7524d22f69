"""The public board of vacancies."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, Money, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from employment_service.access import POLICY
from employment_service.amounts import cents_of, clock_time_of, idempotency_key_of, minutes_of
from employment_service.context import EmploymentContext
from employment_service.copies.domain import Point
from employment_service.employers.graph import Area, Employer, id_behind
from employment_service.vacancies import domain, service
from employment_service.vacancies.repository import VacancyFilter
from employment_service.workers.domain import PhysicalDemand

strawberry.enum(domain.VacancyState)
strawberry.enum(domain.Housing, description="NONE: lives at home. FREE: housed by the employer, at no cost.")
strawberry.enum(domain.DeductionKind, description="The only deductions there are; anything else would be a fee.")
strawberry.enum(domain.CostKind, description="Costs that recruiters have put on workers.")
strawberry.enum(PhysicalDemand, description="What work may demand and a worker may rule out for themselves.")


@strawberry.type(description="Where the work is; it may lie outside the county.")
class Workplace:
    name: str
    lat: float
    lon: float


@strawberry.type
class TermsDeduction:
    kind: domain.DeductionKind
    monthly: Money


@strawberry.type(description="All a worker is shown before deciding. Changed terms have another hash and void a yes.")
class VacancyTerms:
    version: int
    hash: str
    set_at: datetime
    employer_name: str
    workplace: Workplace
    task: str
    monthly_wage: Money
    pay_day: int = strawberry.field(description="Day of the following month.")
    shift_from: str
    shift_to: str
    weekly_hours: int
    housing: domain.Housing
    deductions: list[TermsDeduction]
    contract_months: int
    notice_days: int = strawberry.field(description="Given by the employer. A worker may leave at once.")
    help_contact: str = strawberry.field(description="Outside the employer.")
    starts_on: date

    @staticmethod
    def of(version: domain.TermsVersion) -> "VacancyTerms":
        terms = version.terms
        return VacancyTerms(
            version=version.number,
            hash=version.hash,
            set_at=version.set_at,
            employer_name=terms.employer_name,
            workplace=_workplace(terms.workplace),
            task=terms.task,
            monthly_wage=money_of_cents(terms.monthly_wage_cents, terms.currency),
            pay_day=terms.pay_day,
            shift_from=clock_time_of(terms.shift_from_minutes),
            shift_to=clock_time_of(terms.shift_to_minutes),
            weekly_hours=terms.weekly_hours,
            housing=terms.housing,
            deductions=[
                TermsDeduction(kind=each.kind, monthly=money_of_cents(each.monthly_cents, terms.currency))
                for each in terms.deductions
            ],
            contract_months=terms.contract_months,
            notice_days=terms.notice_days,
            help_contact=terms.help_contact,
            starts_on=terms.starts_on,
        )


@strawberry.type
class VacancyRequirements:
    qualifications: list[str]
    demands: list[PhysicalDemand]
    least_age: int
    group: bool = strawberry.field(description="Recruits a group; each member decides alone.")


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
    version: int
    record: strawberry.Private[domain.Vacancy]

    @strawberry.field(description="Whose employment office looks after it.")
    def office_area(self) -> Area:
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
            workplace=_workplace(vacancy.terms.terms.workplace),
            terms=VacancyTerms.of(vacancy.terms),
            requirements=VacancyRequirements(
                qualifications=sorted(needs.qualifications),
                demands=sorted(needs.demands),
                least_age=needs.least_age,
                group=needs.group,
            ),
            places=vacancy.places,
            places_left=vacancy.places_left,
            published_at=vacancy.published_at,
            version=vacancy.version,
            record=vacancy,
        )

    @staticmethod
    def perhaps(vacancy: domain.Vacancy | None) -> "Vacancy | None":
        return None if vacancy is None else Vacancy.of(vacancy)


@strawberry.input
class WorkplaceInput:
    name: str
    lat: float
    lon: float


@strawberry.input
class DeductionInput:
    kind: domain.DeductionKind
    monthly: Decimal


@strawberry.input
class VacancyTermsInput:
    employer_name: str
    workplace: WorkplaceInput
    task: str
    monthly_wage: Decimal
    currency: str = "CNY"
    pay_day: int
    shift_from: str = strawberry.field(description='"08:30"')
    shift_to: str
    weekly_hours: int
    housing: domain.Housing = domain.Housing.NONE
    deductions: list[DeductionInput] = strawberry.field(default_factory=list)
    contract_months: int
    notice_days: int
    help_contact: str
    starts_on: date

    def asked(self) -> domain.Terms:
        return domain.Terms(
            employer_name=self.employer_name,
            workplace=domain.Workplace(
                name=self.workplace.name, place=Point(lat=self.workplace.lat, lon=self.workplace.lon)
            ),
            task=self.task,
            monthly_wage_cents=cents_of(self.monthly_wage, field="terms.monthlyWage"),
            currency=self.currency,
            pay_day=self.pay_day,
            shift_from_minutes=minutes_of(self.shift_from, field="terms.shiftFrom"),
            shift_to_minutes=minutes_of(self.shift_to, field="terms.shiftTo"),
            weekly_hours=self.weekly_hours,
            housing=self.housing,
            deductions=tuple(
                domain.Deduction(kind=each.kind, monthly_cents=cents_of(each.monthly, field="terms.deductions"))
                for each in self.deductions
            ),
            contract_months=self.contract_months,
            notice_days=self.notice_days,
            help_contact=self.help_contact,
            starts_on=self.starts_on,
        )


@strawberry.input
class RequirementsInput:
    qualifications: list[str] = strawberry.field(default_factory=list)
    demands: list[PhysicalDemand] = strawberry.field(default_factory=list)
    least_age: int = 16
    group: bool = False

    def asked(self) -> domain.Requirements:
        return domain.Requirements(
            qualifications=frozenset(self.qualifications),
            demands=frozenset(self.demands),
            least_age=self.least_age,
            group=self.group,
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
                requirements=input.requirements.asked(),
                places=input.places,
                costs=tuple(
                    domain.Cost(kind=each.kind, cents=cents_of(each.amount, field="workerPaidCosts"))
                    for each in input.worker_paid_costs
                ),
                idempotency_key=idempotency_key_of(input.idempotency_key),
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


def _workplace(workplace: domain.Workplace) -> Workplace:
    return Workplace(name=workplace.name, lat=workplace.place.lat, lon=workplace.place.lon)
