"""Workers: seen by themselves and by the employment staff of their area; to everybody else they are not there."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Money, Refused, refusals
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.occupations.graph import Occupation
from employment_service.workers import domain, service
from employment_service.workers.companions.domain import Companion as CompanionRecord
from employment_service.workers.companions.service import may_see_companion
from employment_service.workers.inputs import AskForNearbyWorkInput, RegisterWorkerInput, UpdateProfileInput
from employment_service.workers.types import PhysicalDemand

if TYPE_CHECKING:
    from employment_service.matching.graph import Member


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


@strawberry.type(description="Somebody to go with: to one workplace together, or not at all.")
class Companion:
    worker_id: strawberry.ID
    display_name: str | None = strawberry.field(description="Null until both have named each other.")
    confirmed: bool = strawberry.field(description="Both have named each other. Only then does it count.")

    @staticmethod
    def of(record: CompanionRecord) -> "Companion":
        return Companion(
            worker_id=strawberry.ID(str(record.worker_id)),
            display_name=record.display_name,
            confirmed=record.confirmed,
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

    @strawberry.field(
        description="Whom the worker wants to go with. For the worker; for the staff of the area once both said so."
    )
    async def companion(self, info: Info[EmploymentContext, None]) -> Companion | None:
        if not may_see_companion(info.context.actor, self.record):
            return None
        found = await info.context.loaders.companions.load(self.record.id)
        shown = found is not None and (found.confirmed or self._is_own(info))
        return Companion.of(found) if found is not None and shown else None

    @strawberry.field(description="Who named the worker and was not answered yet. For the worker alone.")
    async def named_by(self, info: Info[EmploymentContext, None]) -> list[Companion] | None:
        if not self._is_own(info):
            return None
        return [Companion.of(each) for each in await info.context.loaders.named_by.load(self.record.id)]

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
