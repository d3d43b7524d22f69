"""A village with an employer beside it, as the tests of the guards find it at the public endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain

from chassis.identity import Actor, Role
from employment_service.sample import SampleWorker
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import COUNTY, ZONE, made
from holdfast.seed import story as family
from holdfast.seed.families import families
from holdfast.seed.work import workers
from tests.e2e.county import County

PEOPLE = 12
REFUSED = "... on Refused { __typename code message field }"
ACTIVATE = f"mutation M($input: ActivateSafeguardsInput!) {{ activateSafeguards(input: $input) {{ ... on RecruitmentSafeguards {{ id version active }} {REFUSED} }} }}"
SUSPEND = f"mutation M($input: SafeguardsStepInput!) {{ suspendSafeguards(input: $input) {{ ... on RecruitmentSafeguards {{ version }} {REFUSED} }} }}"
RESUME = f"mutation M($input: SafeguardsStepInput!) {{ resumeSafeguards(input: $input) {{ ... on RecruitmentSafeguards {{ active }} {REFUSED} }} }}"
SAFEGUARDS = "query Q($area: AreaPath!) { safeguards(area: $area) { id version active } }"
REGISTER = f"mutation M($input: RegisterEmployerInput!) {{ registerEmployer(input: $input) {{ ... on Employer {{ id }} {REFUSED} }} }}"
PUBLISH = f"mutation M($input: PublishVacancyInput!) {{ publishVacancy(input: $input) {{ ... on Vacancy {{ id }} {REFUSED} }} }}"
NEARBY = f"mutation M($input: AskForNearbyWorkInput!) {{ askForNearbyWork(input: $input) {{ ... on Worker {{ id }} {REFUSED} }} }}"
OFFER = (
    f"mutation M($input: MakeOfferInput!) {{ makeOffer(input: $input) {{ ... on OfferReceipt {{ id }} {REFUSED} }} }}"
)
ACCEPT = f"mutation M($input: AcceptOfferInput!) {{ acceptOffer(input: $input) {{ ... on Offer {{ state placement {{ id version onHold }} }} {REFUSED} }} }}"
DECLINE = f"mutation M($input: OfferInput!) {{ declineOffer(input: $input) {{ ... on Offer {{ state }} {REFUSED} }} }}"
CONTRACT = f"mutation M($input: RecordContractInput!) {{ recordContract(input: $input) {{ ... on Placement {{ state version }} {REFUSED} }} }}"
TRAVEL = f"mutation M($input: BookTravelInput!) {{ bookTravel(input: $input) {{ ... on Placement {{ state version }} {REFUSED} }} }}"
ARRIVE = f"mutation M($input: PlacementStepInput!) {{ confirmArrival(input: $input) {{ ... on Placement {{ state version }} {REFUSED} }} }}"
START = f"mutation M($input: PlacementStepInput!) {{ confirmStart(input: $input) {{ ... on Placement {{ state version }} {REFUSED} }} }}"
PLACEMENT = "query Q($id: ID!) { placement(id: $id) { version state followUps { id day state } } }"
ANSWER = f"mutation M($input: AnswerFollowUpInput!) {{ answerFollowUp(input: $input) {{ ... on FollowUp {{ state }} {REFUSED} }} }}"
ATTEMPTS = """query Q($area: AreaPath!) { consentAttempts(area: $area, first: 100) {
  edges { node { attemptedBy action offerId } } } }"""
FLAGS = """query Q($area: AreaPath!, $filter: CoercionFlagFilterInput) { coercionFlags(area: $area, filter: $filter) {
  edges { node { id code effects figure raisedAt dueAt employerId holds { placementId liftedAt }
                 tasks { kind amount { amount } } } } } }"""
LIFT = f"mutation M($input: LiftHoldInput!) {{ liftHold(input: $input) {{ ... on CoercionFlag {{ settledBy }} {REFUSED} }} }}"
STANDING = "query Q($id: ID!) { employer(id: $id) { inStanding shortcomings } }"
INCOME = f"mutation M($input: RecordIncomeInput!) {{ recordIncome(input: $input) {{ ... on LedgerEntry {{ id version }} {REFUSED} }} }}"
CUT = f"mutation M($input: ProposeBenefitReductionInput!) {{ proposeBenefitReduction(input: $input) {{ ... on BenefitReduction {{ id state }} {REFUSED} }} }}"
PAID = """query Q($id: ID!) { household(id: $id) {
  benefitReductions { __typename id state reason settledAt version }
  statement(basis: RUN_RATE_12M) { transfer { amount } } } }"""
REVIEWS = """query Q($area: AreaPath!) { benefitReviews(area: $area, openOnly: false, first: 100) {
  edges { node { proposalId state followsAnAnswer current { amount } } } } }"""


@dataclass(slots=True, kw_only=True)
class Place:
    """A village with an employer beside it; `offers` by worker's subject."""

    county: County
    people: list[SampleWorker]
    employer: str = ""
    vacancy: str = ""
    offers: dict[str, Answer] = field(default_factory=dict)
    placements: list[Answer] = field(default_factory=list)

    def caller(self, role: Role, subject: str, *areas: str) -> Caller:
        return self.county.caller(role, *areas, subject=subject)

    def worker(self, person: SampleWorker, *, session: str | None = None) -> Caller:
        roles = frozenset({Role.WORKER})
        actor = Actor(subject=person.subject, roles=roles, member_id=person.member_id, session=session)
        return self.county.stage.endpoint.caller(actor)

    @property
    def boss(self) -> Caller:
        roles = frozenset({Role.EMPLOYER})
        return self.county.stage.endpoint.caller(Actor(subject="boss-of-work", roles=roles, employer_id=self.employer))

    @property
    def staff(self) -> Caller:
        return self.county.stage.staff()

    @property
    def monitor(self) -> Caller:
        return self.caller(Role.INDEPENDENT_MONITOR, family.INDEPENDENT_MONITOR, COUNTY)

    def today(self) -> date:
        return self.county.stage.clock.now().astimezone(ZONE).date()

    def go_to(self, day: date, *, hour: int = 9) -> None:
        self.county.stage.go_to(datetime.combine(day, time(hour), ZONE))

    async def offer(self, person: SampleWorker) -> Answer:
        asked = {"workerId": str(person.id), "vacancyId": self.vacancy, "idempotencyKey": f"{self.vacancy}-{person.id}"}
        return await self.staff.ask_whole(OFFER, {"input": asked})

    async def accept(self, person: SampleWorker, caller: Caller) -> Answer:
        offer = self.offers[person.subject]
        given = {
            "offerId": offer.text("id"),
            "termsHash": offer.text("termsHash"),
            "expectedVersion": offer.number("version"),
        }
        return await caller.ask_whole(ACCEPT, {"input": given})

    async def flags(self, *codes: str) -> list[Answer]:
        """Open ones about this employer."""
        answer = await self.monitor.ask(FLAGS, {"area": COUNTY, "filter": {"codes": list(codes)}})
        found = [edge.at("node") for edge in answer.items("coercionFlags.edges")]
        return [flag for flag in found if flag.at("employerId").value == self.employer]


def vacancy_of(place: Place, **more: object) -> dict[str, object]:
    return {
        "employerId": place.employer,
        "officeArea": COUNTY,
        "places": 40,
        "idempotencyKey": f"guards-{more.get('workerPaidCosts', '')}",
        "terms": {
            "employerName": "Workshop of the guards",
            "workplace": more.pop("workplace"),
            "task": "Sewing",
            "monthlyWage": "6000.00",
            "payDay": 10,
            "shiftFrom": "09:00",
            "shiftTo": "16:00",
            "weeklyHours": 35,
            "contractMonths": 6,
            "noticeDays": 30,
            "helpContact": "Legal aid desk 12348",
            "startsOn": (place.today() + timedelta(days=10)).isoformat(),
        },
    } | more


async def opened(county: County) -> Place:
    """Safeguards renewed from today on, an employer in standing, and the workers of one village."""
    everybody = workers(tuple(chain.from_iterable(own for _, own in families())))
    village = "99/01/01/002/204/"
    found = Place(county=county, people=[person for person in everybody if person.area_path == village])
    today = found.today()
    admin = county.stage.admin()
    checklist = {
        "area": COUNTY,
        "monitorSubject": family.INDEPENDENT_MONITOR,
        "monitorOrganisation": "Invented Rights Desk",
        "monitorContact": "Room 3, market hall",
        "grievanceLine": "+990000012333",
        "languages": ["zh-CN", "ug"],
        "refusalRulePublishedOn": (today - timedelta(days=10)).isoformat(),
        "nextAuditOn": (today + timedelta(days=150)).isoformat(),
        "validUntil": (today + timedelta(days=300)).isoformat(),
        "idempotencyKey": "guards",
    }
    assert made(await admin.ask(ACTIVATE, {"input": checklist}), "activateSafeguards").at("active").value is True
    registered = {
        "area": COUNTY,
        "name": "Workshop of the guards",
        "registrationNumber": "990101000000000777",
        "inspections": [
            {"inspection": name, "inspectedOn": today.isoformat()}
            for name in ("REGISTRATION", "CONTRACTS", "WAGE_RECORDS", "HOUSING", "EXIT_RIGHTS")
        ],
        "idempotencyKey": "guards",
    }
    found.employer = made(await found.staff.ask(REGISTER, {"input": registered}), "registerEmployer").text("id")
    return found


async def centre(place: Place) -> dict[str, object]:
    asked = {"path": place.people[0].area_path}
    area = await place.staff.ask("query Q($path: AreaPath!) { area(path: $path) { lat lon } }", asked)
    return {"name": "By the school", "lat": area.number("area.lat"), "lon": area.number("area.lon")}


async def aid_of(place: Place, person: SampleWorker) -> Answer:
    """500 a month since long ago, written down by the county."""
    income = {
        "group": "TRANSFER",
        "kind": "SUBSISTENCE_ALLOWANCE",
        "rhythm": "MONTHLY",
        "amount": {"amount": "500"},
        "periodFrom": "2019-01-01",
        "payerType": "GOVERNMENT",
    }
    given = {"householdId": str(person.household_id), "income": income, "idempotencyKey": f"aid-{person.id}"}
    return made(await place.county.stage.approver().ask(INCOME, {"input": given}), "recordIncome")
