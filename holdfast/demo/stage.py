"""What the chapters of the story share: who plays, what was found out, and what must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.clock import OffsetClock
from chassis.errors import Breakdown
from chassis.identity import Actor, Role
from holdfast.demo.endpoint import Answer, Caller, Endpoint
from holdfast.seed import story as family

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2020, 9, 18, 9, 0, tzinfo=ZONE)
COUNTY = "99/01/01/"
TOWNSHIP = "99/01/01/001/"


class StoryDiverged(Breakdown):
    """The story did not go as it must; names what was expected and what came."""

    code = "STORY_DIVERGED"


@dataclass(slots=True, kw_only=True)
class Stage:
    """`say`: prints one line of the story. `interlude`: called between chapters with the coming one's name."""

    endpoint: Endpoint
    clock: OffsetClock
    say: Callable[[str], None]
    found: dict[str, str] = field(default_factory=dict)

    def department(self) -> Caller:
        return self.caller(Role.DEPARTMENT, "health-insurance", COUNTY, department="HEALTH_INSURANCE")

    def specialist(self) -> Caller:
        """The village's, known once the task named them."""
        return self.caller(Role.VILLAGE_SPECIALIST, self.found["specialist"], family.VILLAGE)

    def reviewer(self) -> Caller:
        """Of the township: looks at records that found nobody for certain, and again at some that did."""
        return self.caller(Role.TOWNSHIP_REVIEWER, family.TOWNSHIP_REVIEWER, TOWNSHIP)

    def approver(self) -> Caller:
        return self.caller(Role.COUNTY_APPROVER, "county-approver-1", COUNTY)

    def staff(self) -> Caller:
        return self.caller(Role.EMPLOYMENT_STAFF, "employment-staff-1", COUNTY)

    def admin(self) -> Caller:
        return self.caller(Role.COUNTY_ADMIN, "county-admin-1", COUNTY)

    def mother(self) -> Caller:
        return self.caller(Role.WORKER, "worker-of-the-story", member_id=UUID(self.found["mother"]))

    def employer(self) -> Caller:
        return self.caller(Role.EMPLOYER, "employer-of-the-story", employer_id=self.found["employer"])

    def caller(
        self,
        role: Role,
        subject: str,
        *areas: str,
        member_id: UUID | None = None,
        employer_id: str | None = None,
        department: str | None = None,
    ) -> Caller:
        actor = Actor(
            subject=subject,
            roles=frozenset({role}),
            areas=areas,
            member_id=member_id,
            employer_id=employer_id,
            department=department,
        )
        return self.endpoint.caller(actor)

    def today(self) -> str:
        return self.clock.now().astimezone(ZONE).date().isoformat()

    def go_to(self, moment: datetime) -> None:
        """Moves the clock of every process forward to `moment`."""
        self.clock.set_offset(moment.astimezone(UTC) - datetime.now(UTC))
        self.say(f"The clock of the whole system now says {moment.astimezone(ZONE):%Y-%m-%d %H:%M}.")

    def pass_hours(self, hours: float) -> None:
        self.go_to(self.clock.now() + timedelta(hours=hours))


def expect(what: str, got: object, wanted: object) -> None:
    """Raises StoryDiverged unless they are equal."""
    if got != wanted:
        raise StoryDiverged(f"{what}: expected {wanted}, got {got}.")


def made(answer: Answer, mutation: str) -> Answer:
    """The result of a mutation that must not be refused."""
    result = answer.at(mutation)
    if isinstance(result.value, Mapping) and result.value.get("__typename") == "Refused":
        raise StoryDiverged(f"{mutation} was refused: {result.value}.")
    return result


def refusal_code(whole: Answer, mutation: str) -> str:
    """The code of a refusal, whether the gateway or the service gave it. StoryDiverged if there was none."""
    value = whole.value
    if isinstance(value, Mapping):
        if value.get("errors"):
            return whole.text("errors.0.extensions.code")
        result = whole.at(f"data.{mutation}")
        if isinstance(result.value, Mapping) and result.value.get("__typename") == "Refused":
            return result.text("code")
    raise StoryDiverged(f"{mutation} should have been refused.")
