"""Workers: seen by themselves and by the employment staff of their area; to everybody else they are not there."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Money, Refused, refusals
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from employment_service.amounts import cents_of
from employment_service.context import EmploymentContext
from employment_service.occupations.graph import Occupation
from employment_service.workers import domain, service
from employment_service.workers.types import PhysicalDemand

if TYPE_CHECKING:
    from employment_service.matching.graph import Member

strawberry.enum(domain.ContactPreference, description="PHONE: asked to be called.")


strawberry.enum(
    domain.ExperienceKind,
    description="Care for one's own people and work on one's own land are experience, paid or not.",
)


@strawberry.type(description="Past work, as the worker tells it.")
class Experience:
    title: str
    kind: domain.ExperienceKind
    occupation: Occupation | None
    years: float | None

    @staticmethod
    def of(said: domain.WorkerExperience) -> "Experience":
        return Experience(
            title=said.title, kind=said.kind, occupation=Occupation.perhaps(said.occupation), years=said.years
        )


@strawberry.federation.type(keys=["id"], description="A person who entered the job module by their own act.")
class Worker:
    id: strawberry.ID
    member_id: strawberry.ID
    area_path: AreaPath
    display_name: str
    contact_preference: domain.ContactPreference
    qualifications: list[str]
    wage_floor: Money
    max_distance_km: float | None
    max_commute_minutes: int | None
    experience: list[Experience]
    seeking: bool = strawberry.field(description="Wants offers now.")
    asked_nearby_at: datetime | None
    registered_at: datetime
    version: int
    record: strawberry.Private[domain.Worker]

    @strawberry.field
    def member(
        self,
    ) -> Annotated["Member", strawberry.lazy("employment_service.matching.graph")] | None:
        from employment_service.matching.graph import Member  # noqa: PLC0415 - the two know each other

        return Member(id=self.member_id)

    @strawberry.field(description="Only of whoever asked to be called; see revealWorkerPhone.")
    def phone_masked(self) -> str | None:
        contact = self.record.contact
        if contact.preference is not domain.ContactPreference.PHONE or contact.phone is None:
            return None
        return domain.masked_phone(contact.phone)

    @strawberry.field(description="Said by the worker. For the worker alone.")
    def health_limits(self, info: Info[EmploymentContext, None]) -> list[PhysicalDemand] | None:
        return sorted(self.record.wishes.health_limits) if self._is_own(info) else None

    @strawberry.field(description="Languages the worker says they can work in. For the worker alone.")
    def languages(self, info: Info[EmploymentContext, None]) -> list[str] | None:
        return sorted(self.record.wishes.languages) if self._is_own(info) else None

    @strawberry.field(description="Months, 1 is January, in which the farm needs the worker. For the worker alone.")
    def farm_months(self, info: Info[EmploymentContext, None]) -> list[int] | None:
        return sorted(self.record.wishes.farm_months) if self._is_own(info) else None

    @strawberry.field(description="Chooses the language of messages, nothing else. For the worker alone.")
    def preferred_language(self, info: Info[EmploymentContext, None]) -> str | None:
        return self.record.contact.language if self._is_own(info) else None

    @strawberry.field(description="Lets the household's officers see that, not why, work began or ended. Off at first.")
    def shares_work_state(self, info: Info[EmploymentContext, None]) -> bool | None:
        return self.record.shares_work_state if self._is_own(info) else None

    @strawberry.field(description="For the worker alone.")
    def follow_up_wanted(self, info: Info[EmploymentContext, None]) -> bool | None:
        return self.record.follow_up_wanted if self._is_own(info) else None

    @classmethod
    async def resolve_reference(cls, info: Info[EmploymentContext, None], id: str) -> "Worker | None":
        return cls.perhaps(await info.context.loaders.workers.load(parse_id(id)))

    def _is_own(self, info: Info[EmploymentContext, None]) -> bool:
        return service.is_self(info.context.actor, self.record)

    @staticmethod
    def of(worker: domain.Worker) -> "Worker":
        wishes = worker.wishes
        return Worker(
            id=strawberry.ID(str(worker.id)),
            member_id=strawberry.ID(str(worker.member_id)),
            area_path=AreaPath(worker.area_path),
            display_name=worker.contact.display_name,
            contact_preference=worker.contact.preference,
            qualifications=sorted(wishes.qualifications),
            wage_floor=money_of_cents(wishes.wage_floor_cents),
            max_distance_km=wishes.max_distance_km,
            max_commute_minutes=wishes.max_commute_minutes,
            experience=[Experience.of(each) for each in worker.experience],
            seeking=worker.seeking,
            asked_nearby_at=worker.asked_nearby_at,
            registered_at=worker.registered_at,
            version=worker.version,
            record=worker,
        )

    @staticmethod
    def perhaps(worker: domain.Worker | None) -> "Worker | None":
        return None if worker is None else Worker.of(worker)


@strawberry.input(description="What the worker wants of work; left out: no limit.")
class WishesInput:
    qualifications: list[str] = strawberry.field(default_factory=list)
    wage_floor: Decimal = Decimal(0)
    max_distance_km: float | None = None
    max_commute_minutes: int | None = None
    health_limits: list[PhysicalDemand] = strawberry.field(default_factory=list)
    languages: list[str] = strawberry.field(
        default_factory=list, description="Languages one can work in; used only where a vacancy asks for one."
    )
    farm_months: list[int] = strawberry.field(
        default_factory=list, description="Months, 1 is January, in which the family's farm needs the worker."
    )
    free_from: date | None = None

    def asked(self) -> domain.Wishes:
        return domain.Wishes(
            qualifications=frozenset(self.qualifications),
            wage_floor_cents=cents_of(self.wage_floor, field="wageFloor"),
            max_distance_km=self.max_distance_km,
            max_commute_minutes=self.max_commute_minutes,
            health_limits=frozenset(self.health_limits),
            languages=frozenset(self.languages),
            farm_months=frozenset(self.farm_months),
            free_from=self.free_from,
        )


@strawberry.input
class ContactInput:
    display_name: str
    contact_preference: domain.ContactPreference = domain.ContactPreference.MESSAGE
    phone: str | None = None
    preferred_language: str | None = None

    def asked(self) -> domain.Contact:
        return domain.Contact(
            display_name=self.display_name,
            preference=self.contact_preference,
            phone=self.phone,
            language=self.preferred_language,
        )


@strawberry.input
class RegisterWorkerInput:
    id_number: str = strawberry.field(description="Asked of the registry once and not kept.")
    name: str = strawberry.field(description="As registered; asked once and not kept.")
    date_of_birth: date
    contact: ContactInput
    wishes: WishesInput = strawberry.field(default_factory=WishesInput)
    shares_work_state: bool = False
    idempotency_key: str


@strawberry.input
class ExperienceInput:
    title: str
    kind: domain.ExperienceKind = domain.ExperienceKind.WAGE
    occupation: str | None = strawberry.field(default=None, description="An ISCO-08 code; see suggestOccupation.")
    years: float | None = None

    def asked(self) -> domain.WorkerExperience:
        return domain.WorkerExperience(title=self.title, kind=self.kind, occupation=self.occupation, years=self.years)


@strawberry.input(description="What is left out stays as it is.")
class UpdateProfileInput:
    contact: ContactInput | None = None
    wishes: WishesInput | None = None
    seeking: bool | None = None
    shares_work_state: bool | None = None
    follow_up_wanted: bool | None = None
    experience: list[ExperienceInput] | None = strawberry.field(
        default=None, description="All of it, in place of what was told before."
    )
    expected_version: int


@strawberry.input
class AskForNearbyWorkInput:
    max_distance_km: float
    max_commute_minutes: int | None = None


@strawberry.type
class RevealedPhone:
    worker_id: strawberry.ID
    phone: str


RegisterWorkerResult = Annotated[Worker | Refused, strawberry.union("RegisterWorkerResult")]
UpdateProfileResult = Annotated[Worker | Refused, strawberry.union("UpdateProfileResult")]
AskForNearbyWorkResult = Annotated[Worker | Refused, strawberry.union("AskForNearbyWorkResult")]
RevealWorkerPhoneResult = Annotated[RevealedPhone | Refused, strawberry.union("RevealWorkerPhoneResult")]


@strawberry.type
class WorkerQuery:
    @strawberry.field(description="The caller as a worker; null before registering.")
    async def me(self, info: Info[EmploymentContext, None]) -> Worker | None:
        async with info.context.begin() as uow:
            return Worker.perhaps(await service.own_worker(uow))

    @strawberry.field
    async def worker(self, info: Info[EmploymentContext, None], id: strawberry.ID) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers.load(parse_id(id)))


@strawberry.type
class WorkerMutation:
    @strawberry.mutation(description="By the person alone, who proves who they are once.")
    @refusals
    async def register_worker(
        self, info: Info[EmploymentContext, None], input: RegisterWorkerInput
    ) -> RegisterWorkerResult:
        worker = await service.register_worker(
            info.context.begin_as,
            info.context.actor,
            info.context.verifier,
            id_number=input.id_number,
            name=input.name,
            date_of_birth=input.date_of_birth,
            contact=input.contact.asked(),
            wishes=input.wishes.asked(),
            shares_work_state=input.shares_work_state,
            idempotency_key=input.idempotency_key,
        )
        return Worker.of(worker)

    @strawberry.mutation
    @refusals
    async def update_profile(
        self, info: Info[EmploymentContext, None], input: UpdateProfileInput
    ) -> UpdateProfileResult:
        async with info.context.begin() as uow:
            worker = await service.update_profile(
                uow,
                expected_version=input.expected_version,
                contact=None if input.contact is None else input.contact.asked(),
                wishes=None if input.wishes is None else input.wishes.asked(),
                seeking=input.seeking,
                shares_work_state=input.shares_work_state,
                follow_up_wanted=input.follow_up_wanted,
                experience=None if input.experience is None else tuple(each.asked() for each in input.experience),
            )
        return Worker.of(worker)

    @strawberry.mutation(description="The worker asks for work near home. Nothing moves by itself.")
    @refusals
    async def ask_for_nearby_work(
        self, info: Info[EmploymentContext, None], input: AskForNearbyWorkInput
    ) -> AskForNearbyWorkResult:
        async with info.context.begin() as uow:
            worker = await service.ask_for_nearby_work(
                uow, max_distance_km=input.max_distance_km, max_commute_minutes=input.max_commute_minutes
            )
        return Worker.of(worker)

    @strawberry.mutation(
        description="Of a worker who asked to be called. The reason is written to the audit log. Without the claim of "
        "a call, the worker sees it among their contacts as one they did not ask for."
    )
    @refusals
    async def reveal_worker_phone(
        self,
        info: Info[EmploymentContext, None],
        worker_id: strawberry.ID,
        reason: str,
        claim_id: strawberry.ID | None = None,
    ) -> RevealWorkerPhoneResult:
        async with info.context.begin() as uow:
            phone = await service.reveal_phone(
                uow,
                worker_id=parse_id(worker_id, field="workerId"),
                reason=reason,
                claim_id=None if claim_id is None else parse_id(claim_id, field="claimId"),
            )
        return RevealedPhone(worker_id=worker_id, phone=phone)
