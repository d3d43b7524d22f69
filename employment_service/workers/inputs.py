"""What a worker sends: wishes, contact, past work, and what registering asks once."""

from datetime import date
from decimal import Decimal

import strawberry

from employment_service.amounts import cents_of
from employment_service.workers import domain
from employment_service.workers.types import PhysicalDemand

strawberry.enum(domain.ContactPreference, description="PHONE: asked to be called.")
strawberry.enum(
    domain.ExperienceKind,
    description="Care for one's own people and work on one's own land are experience, paid or not.",
)


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
