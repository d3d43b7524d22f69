"""Families registered for a monitoring case, and its steps, each by whom it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid4

from chassis.identity import Role
from holdfast.demo.chapters.visit import CLEAR, INCOME, VISIT
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import COUNTY, ZONE, made, refusal_code
from holdfast.demo.waiting import until
from households_service.linkage.identity_number import check_character
from tests.e2e.county import County

TOWNSHIP = "99/01/01/003/"
VILLAGE = "99/01/01/003/203/"
SPECIALIST, REVIEWER, APPROVER = "village-specialist-003-203", "township-reviewer-003", "county-approver-1"
CHECKS = [
    {"subject": subject, "result": "OK"}
    for subject in ("FOOD", "CLOTHING", "EDUCATION", "MEDICAL_CARE", "HOUSING", "DRINKING_WATER")
]
REGISTER = """
mutation Register($input: RegisterHouseholdInput!) {
  registerHousehold(input: $input) { __typename ... on Household { id members { id } } ... on Refused { code message } }
}
"""
ALERTS = """
query Alerts($id: ID!) {
  household(id: $id) { openAlerts { id factor level status version task { id status version preferredManner } } }
}
"""
PROPOSE = """
mutation Propose($input: ProposeCaseInput!) {
  proposeCase(input: $input) {
    __typename ... on MonitoringCase { id category status } ... on Refused { code message field }
  }
}
"""
CASE = """
query Case($id: ID!) {
  monitoringCase(id: $id) {
    id number status round category version greenChannel clueOn decisionDueOn noticeFrom identifiedOn
    firstMeasureDueOn firstMeasureOn resolvedOn watchUntil
    steps { number kind toStatus by on } measures { id type confirmedBy } missedDeadlines { deadline dueOn }
  }
}
"""
STEP = """
mutation Step($input: {kind}!) {
  {name}(input: $input) { __typename ... on MonitoringCase { id status } ... on Refused { code message field } }
}
"""
MEASURE = """
mutation Measure($input: {kind}!) {
  {name}(input: $input) { __typename ... on CaseMeasure { id confirmedBy } ... on Refused { code message field } }
}
"""


def form(template: str, name: str, kind: str) -> str:
    return template.replace("{name}", name).replace("{kind}", kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    id: str
    members: tuple[str, ...]
    id_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """The offices of one village of the sample, and what they do about its families."""

    county: County

    def on(self, day: str) -> None:
        """Noon of the day, for every process."""
        self.county.stage.go_to(datetime.combine(date.fromisoformat(day), time(12), ZONE))

    @property
    def specialist(self) -> Caller:
        return self.county.caller(Role.VILLAGE_SPECIALIST, VILLAGE, subject=SPECIALIST)

    @property
    def reviewer(self) -> Caller:
        return self.county.caller(Role.TOWNSHIP_REVIEWER, TOWNSHIP, subject=REVIEWER)

    @property
    def approver(self) -> Caller:
        return self.county.caller(Role.COUNTY_APPROVER, COUNTY, subject=APPROVER)

    def member(self, home: Home) -> Caller:
        return self.county.member(UUID(home.members[0]))

    async def register(self, number: int, history: str, income: Mapping[str, object]) -> Home:
        """Two grown-ups who are able to work, and what they live on."""
        stems = [f"99010119800101{number:02d}{order}" for order in (1, 2)]
        numbers = [stem + check_character(stem) for stem in stems]
        family = {
            "code": f"990101003203-09{number:02d}",
            "areaPath": VILLAGE,
            "registrationHistory": history,
            "registeredOn": "2019-01-01",
            "idempotencyKey": str(uuid4()),
            "members": [
                {"name": name, "relation": relation, "idNumber": one}
                for name, relation, one in zip(("青石", "白芷"), ("HEAD", "SPOUSE"), numbers, strict=True)
            ],
        }
        found = made(await self.reviewer.ask(REGISTER, {"input": family}), "registerHousehold")
        home = Home(id=found.text("id"), members=tuple(found.texts("members", "id")), id_number=numbers[0])
        fact = {
            **income,
            "amount": {"amount": income["amount"], "currency": "CNY"},
            "confirmedByHousehold": True,
            "verifiedStable": True,
        }
        told = {"householdId": home.id, "income": fact, "idempotencyKey": str(uuid4())}
        made(await self.specialist.ask(INCOME, {"input": told}), "recordIncome")
        return home

    async def alert(self, home: Home, factor: str) -> Answer:
        async def look() -> Answer | None:
            household = (await self.approver.ask(ALERTS, {"id": home.id})).at("household")
            found = [one for one in household.items("openAlerts") if one.text("factor") == factor]
            return found[0] if found and found[0].at("task").value is not None else None

        return await until(f"the warning of {factor}", look)

    async def visit(self, alert: Answer, outcome: str, **changes: object) -> None:
        report = {
            "idempotencyKey": str(uuid4()),
            "taskId": alert.text("task.id"),
            "visitedOn": self.county.stage.today(),
            "findings": "Seen.",
            "outcome": outcome,
            "checks": CHECKS,
            **changes,
        }
        made(await self.specialist.ask(VISIT, {"input": report}), "reportVisit")

    async def clear(self, home: Home, factor: str) -> None:
        alert = await self.alert(home, factor)
        wanted = {
            "alertId": alert.text("id"),
            "reason": "The bill is paid, they work.",
            "howBillWasPaid": "Aid and insurance.",
            "expectedVersion": alert.number("version"),
        }
        assert made(await self.approver.ask(CLEAR, {"input": wanted}), "clearAlert").text("status") == "CLEARED"

    async def propose(self, home: Home, **changes: object) -> Answer:
        wanted = {
            "idempotencyKey": str(uuid4()),
            "householdId": home.id,
            "channel": "DEPARTMENT_SIGNAL",
            "note": "The bill took what they had.",
            **changes,
        }
        return (await self.specialist.ask(PROPOSE, {"input": wanted})).at("proposeCase")

    async def case(self, id_: str, caller: Caller | None = None) -> Answer:
        return (await (caller or self.approver).ask(CASE, {"id": id_})).at("monitoringCase")

    async def step(
        self, caller: Caller, name: str, case_id: str, *, kind: str = "CaseStepInput", **changes: object
    ) -> str:
        """The status it led to, or the code of the refusal."""
        version = (await self.case(case_id)).number("version")
        wanted = {
            "idempotencyKey": str(uuid4()),
            "caseId": case_id,
            "expectedVersion": version,
            "note": "As it was.",
            **changes,
        }
        whole = await caller.ask_whole(form(STEP, name, kind), {"input": wanted})
        if isinstance(whole.value, Mapping) and not whole.value.get("errors"):
            found = whole.at(f"data.{name}")
            if found.text("__typename") == "MonitoringCase":
                return found.text("status")
        return refusal_code(whole, name)

    async def reviewed_and_checked(self, case_id: str, words: str = "") -> None:
        """`words`: what stands before the names of the steps of a resolution."""
        assert await self.step(self.specialist, "holdCommunityReview", case_id) == f"{words}REVIEWED"
        assert (
            await self.step(self.specialist, "publishNotice", case_id, kind="PublishNoticeInput") == f"{words}ON_NOTICE"
        )
        assert await self.step(self.reviewer, "checkCase", case_id) == f"{words}CHECKED"

    async def record_measure(self, case_id: str, type_: str) -> str:
        wanted = {
            "idempotencyKey": str(uuid4()),
            "caseId": case_id,
            "expectedVersion": (await self.case(case_id)).number("version"),
            "type": type_,
            "deliveredOn": self.county.stage.today(),
        }
        form_ = form(MEASURE, "recordMeasure", "RecordMeasureInput")
        return made(await self.specialist.ask(form_, {"input": wanted}), "recordMeasure").text("id")

    async def confirm_measure(self, caller: Caller, measure_id: str) -> Answer:
        form_ = form(MEASURE, "confirmMeasure", "ConfirmMeasureInput")
        wanted = {"idempotencyKey": str(uuid4()), "measureId": measure_id}
        return (await caller.ask(form_, {"input": wanted})).at("confirmMeasure")
