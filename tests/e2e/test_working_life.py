"""Scenarios of work through the public endpoint: a group decides one by one, contracts are held to what was accepted,
wages are watched, and whoever wants to go home goes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import pytest

from chassis.identity import Actor, Role
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import COUNTY, ZONE, Stage, made, refusal_code
from holdfast.demo.waiting import until
from tests.e2e.county import County
from tests.e2e.terms import SHOW, understood
from tests.e2e.village import ATTEMPTS

WORKERS = 600
A_DAY = 9
ASKED, YES, NO = 46, 41, 3
REFUSED = "... on Refused { code message field }"
ACTIVATE = f"""mutation($input: ActivateSafeguardsInput!) {{ activateSafeguards(input: $input) {{
    __typename {REFUSED} }} }}"""
EMPLOYER = f"""mutation($input: RegisterEmployerInput!) {{ registerEmployer(input: $input) {{
    __typename ... on Employer {{ id }} {REFUSED} }} }}"""
PUBLISH = f"""mutation($input: PublishVacancyInput!) {{ publishVacancy(input: $input) {{
    __typename ... on Vacancy {{ id version }} {REFUSED} }} }}"""
REVISE = f"""mutation($input: ReviseTermsInput!) {{ reviseTerms(input: $input) {{
    __typename ... on Vacancy {{ id version }} {REFUSED} }} }}"""
OPEN_GROUP = f"""mutation($input: OpenGroupRecruitmentInput!) {{ openGroupRecruitment(input: $input) {{
    __typename ... on GroupRecruitment {{ confirmed }} {REFUSED} }} }}"""
MY_OFFERS = "query { myOffers(first: 20) { edges { node { id state version vacancy { id } } } } }"
ACCEPT = f"""mutation($input: AcceptOfferInput!) {{ acceptOffer(input: $input) {{
    __typename ... on Offer {{ id state placement {{ id version state }} }} {REFUSED} }} }}"""
DECLINE = f"""mutation($input: OfferInput!) {{ declineOffer(input: $input) {{
    __typename ... on Offer {{ state }} {REFUSED} }} }}"""
PLACEMENT = "__typename ... on Placement { id state version stableFrom steps { state reason } } " + REFUSED
CONTRACT = f"mutation($input: RecordContractInput!) {{ recordContract(input: $input) {{ {PLACEMENT} }} }}"
BOOK = f"mutation($input: BookTravelInput!) {{ bookTravel(input: $input) {{ {PLACEMENT} }} }}"
RESIGN = f"mutation($input: ResignInput!) {{ resign(input: $input) {{ {PLACEMENT} }} }}"
ANOTHER = f"mutation($id: ID!) {{ askForAnotherPost(placementId: $id) {{ {PLACEMENT} }} }}"
WAGE = f"mutation($input: ConfirmWageInput!) {{ confirmWage(input: $input) {{ {PLACEMENT} }} }}"
TRIP = f"""mutation($input: ArrangeGroupTripInput!) {{ arrangeGroupTrip(input: $input) {{
    __typename ... on GroupTrip {{ id booked }} {REFUSED} }} }}"""
MAKE = f"""mutation($input: MakeOfferInput!) {{ makeOffer(input: $input) {{
    __typename ... on OfferReceipt {{ id }} {REFUSED} }} }}"""
SEEN = """query($vacancy: ID!, $area: AreaPath!) {
    placements(area: $area, filter: {vacancyId: $vacancy}, first: 100) { totalCount edges { node { state } } }
    groupRecruitment(vacancyId: $vacancy, area: $area) { confirmed }
    groupTrips(vacancyId: $vacancy) { booked } }"""
LATE = "query($id: ID!) { placement(id: $id) { state version stableFrom lateWages { month level } } }"
MISMATCHES = "query($id: ID!) { placement(id: $id) { mismatches { figure accepted written } } }"
ME = "query { me { id } }"


def step(name: str) -> str:
    return f"mutation($input: PlacementStepInput!) {{ {name}(input: $input) {{ {PLACEMENT} }} }}"


class Work:
    """One employer of the county, what it publishes, and the people who answer."""

    def __init__(self, county: County, employer_id: str) -> None:
        self.county = county
        self.stage: Stage = county.stage
        self.employer_id = employer_id

    @property
    def staff(self) -> Caller:
        return self.county.caller(Role.EMPLOYMENT_STAFF, COUNTY, subject="employment-staff-1")

    @property
    def employer(self) -> Caller:
        return self.stage.caller(Role.EMPLOYER, "boss-of-the-scenarios", employer_id=self.employer_id)

    @property
    def monitor(self) -> Caller:
        return self.county.caller(Role.INDEPENDENT_MONITOR, COUNTY, subject="independent-monitor-1")

    def worker(self, number: int) -> Caller:
        actor = Actor(subject=f"sample-worker-{number}", roles=frozenset({Role.WORKER}))
        return self.stage.endpoint.caller(actor)

    def today(self) -> date:
        return date.fromisoformat(self.stage.today())

    def terms(self, *, wage: str, starts_in: int = 40) -> dict[str, object]:
        return {
            "employerName": "样例集体招工单位",
            "workplace": {"name": "县城工业园", "lat": 39.5, "lon": 76.0},
            "task": "分拣包装",
            "language": "zh-CN",
            "words": [
                {"language": "ug", "task": "تۈرگە ئايرىش", "workplace": "سانائەت باغچىسى", "helpContact": "12348"}
            ],
            "monthlyWage": wage,
            "payDay": 10,
            "shiftFrom": "09:00",
            "shiftTo": "17:00",
            "weeklyHours": 40,
            "housing": "FREE",
            "contractMonths": 12,
            "noticeDays": 30,
            "helpContact": "12348",
            "startsOn": (self.today() + timedelta(days=starts_in)).isoformat(),
        }

    async def publish(self, terms: Mapping[str, object], *, places: int, key: str) -> str:
        given = {
            "employerId": self.employer_id,
            "officeArea": COUNTY,
            "terms": terms,
            "requirements": {"group": True, "leastAge": 18},
            "places": places,
            "idempotencyKey": key,
        }
        return made(await self.employer.ask(PUBLISH, {"input": given}), "publishVacancy").text("id")

    async def open_offers(self, vacancy_id: str, numbers: Iterable[int]) -> dict[int, str]:
        """By number of the worker: their open offer of this vacancy, as each of them sees it."""
        found: dict[int, str] = {}

        async def look(number: int) -> None:
            offers = await self.worker(number).ask(MY_OFFERS)
            for edge in offers.items("myOffers.edges"):
                if edge.text("node.vacancy.id") == vacancy_id and edge.text("node.state") in {"MADE", "TERMS_SHOWN"}:
                    found[number] = edge.text("node.id")

        everybody = list(numbers)
        for start in range(0, len(everybody), 12):
            await asyncio.gather(*(look(number) for number in everybody[start : start + 12]))
        return dict(sorted(found.items()))

    async def offer(self, number: int, vacancy_id: str) -> str:
        """Made by the staff, by hand; its id."""
        worker_id = (await self.worker(number).ask(ME)).text("me.id")
        given = {"workerId": worker_id, "vacancyId": vacancy_id, "idempotencyKey": f"e2e-{number}-{vacancy_id}"}
        return made(await self.staff.ask(MAKE, {"input": given}), "makeOffer").text("id")

    async def understand(self, number: int, offer_id: str) -> dict[str, object]:
        """Opens the terms and answers the three questions; what an acceptance then says."""
        offer = await understood(self.worker(number), offer_id)
        return {
            "offerId": offer_id,
            "termsHash": offer.text("termsHash"),
            "expectedVersion": offer.number("version"),
        }

    async def all_accept(self, offers: Mapping[int, str]) -> dict[int, Answer]:
        ready = {number: await self.understand(number, offer_id) for number, offer_id in offers.items()}
        self.stage.pass_hours(72)
        placements = {}
        for order, (number, given) in enumerate(ready.items(), start=1):
            accepted = made(await self.worker(number).ask(ACCEPT, {"input": given}), "acceptOffer")
            placements[number] = accepted.at("placement")
            if order % A_DAY == 0:
                # More of one village in a day are a sign of something else.
                self.stage.pass_hours(25)
        return placements

    async def contract(self, placement: Answer, terms: Mapping[str, object], **figures: object) -> Answer:
        given = {
            "placementId": placement.text("id"),
            "expectedVersion": placement.number("version"),
            **{name: terms[name] for name in ("monthlyWage", "weeklyHours", "contractMonths", "startsOn", "payDay")},
        }
        return made(await self.employer.ask(CONTRACT, {"input": given | figures}), "recordContract")

    async def seen(self, vacancy_id: str) -> Answer:
        return await self.staff.ask(SEEN, {"vacancy": vacancy_id, "area": COUNTY})

    async def go_to(self, day: date) -> None:
        self.stage.go_to(datetime.combine(day, time(9), ZONE))


@pytest.fixture(scope="module")
async def work(county: County) -> Work:
    """Safeguards of today, for the story may have passed their day of audit, and an employer in standing."""
    stage = county.stage
    today = date.fromisoformat(stage.today())
    checklist = {
        "area": COUNTY,
        "monitorSubject": "independent-monitor-1",
        "monitorOrganisation": "样例劳动权益中心",
        "monitorContact": "monitor@rights.example",
        "grievanceLine": "+990000012333",
        "languages": ["zh-CN", "ug", "en"],
        "refusalRulePublishedOn": (today - timedelta(days=60)).isoformat(),
        "nextAuditOn": (today + timedelta(days=200)).isoformat(),
        "validUntil": (today + timedelta(days=300)).isoformat(),
        "idempotencyKey": "e2e-safeguards",
    }
    made(await stage.admin().ask(ACTIVATE, {"input": checklist}), "activateSafeguards")
    inspected = (today - timedelta(days=10)).isoformat()
    kinds = ("REGISTRATION", "CONTRACTS", "WAGE_RECORDS", "HOUSING", "EXIT_RIGHTS")
    employer = {
        "area": COUNTY,
        "name": "样例集体招工单位",
        "registrationNumber": "990101009900000046",
        "inspections": [{"inspection": kind, "inspectedOn": inspected} for kind in kinds],
        "idempotencyKey": "e2e-group-employer",
    }
    made_employer = made(await stage.staff().ask(EMPLOYER, {"input": employer}), "registerEmployer")
    return Work(county, made_employer.text("id"))


@pytest.fixture(scope="module")
async def group(work: Work) -> dict[str, object]:
    """A27 and A28, played once: what each scenario asserts is kept by name."""
    kept: dict[str, object] = {}
    terms = work.terms(wage="6000")
    vacancy = await work.publish(terms, places=ASKED, key="e2e-group")
    opened = await work.staff.ask(OPEN_GROUP, {"input": {"vacancyId": vacancy, "area": COUNTY}})
    made(opened, "openGroupRecruitment")
    offers = await work.open_offers(vacancy, range(1, WORKERS + 1))
    numbers = list(offers)
    kept["asked"] = len(offers)
    kept["silent"] = tuple(numbers[YES + NO :])
    accepted = await work.all_accept({number: offers[number] for number in numbers[:YES]})
    for number in numbers[YES : YES + NO]:
        made(await work.worker(number).ask(DECLINE, {"input": {"offerId": offers[number]}}), "declineOffer")
    for placement in accepted.values():
        assert (await work.contract(placement, terms)).text("state") == "CONTRACTED"
    trip = {"vacancyId": vacancy, "leavesOn": work.terms(wage="1")["startsOn"], "meetingPlace": "广场"}
    booked = made(await work.staff.ask(TRIP, {"input": trip | {"idempotencyKey": "e2e-1"}}), "arrangeGroupTrip")
    kept["booked"] = booked.number("booked")
    kept["seen"] = (await work.seen(vacancy)).value
    kept["by hand"] = [
        refusal_code(await work.staff.ask_whole(MAKE, {"input": by_hand}), "makeOffer")
        for by_hand in await _by_hand(work, vacancy, (numbers[YES], numbers[-1]))
    ]
    kept["offer seen by staff"] = refusal_code(
        await work.staff.ask_whole("query($id: ID!) { offer(id: $id) { state } }", {"id": offers[numbers[YES]]}),
        "offer",
    )
    moved = work.terms(wage="6000", starts_in=110)
    revise = {"vacancyId": vacancy, "terms": moved, "expectedVersion": 1}
    made(await work.employer.ask(REVISE, {"input": revise}), "reviseTerms")
    kept["after the move"] = (await work.seen(vacancy)).value
    again = await work.open_offers(vacancy, numbers[:YES])
    kept["asked again"] = len(again)
    for number in numbers[YES - 2 : YES]:
        made(await work.worker(number).ask(DECLINE, {"input": {"offerId": again[number]}}), "declineOffer")
    confirmed = await work.all_accept({number: again[number] for number in numbers[: YES - 2]})
    placements = {number: await work.contract(placement, moved) for number, placement in confirmed.items()}
    trip = {"vacancyId": vacancy, "leavesOn": work.today().isoformat(), "meetingPlace": "广场"}
    booked = made(await work.staff.ask(TRIP, {"input": trip | {"idempotencyKey": "e2e-2"}}), "arrangeGroupTrip")
    kept["booked again"] = booked.number("booked")
    kept["placements"] = {number: placement.text("id") for number, placement in placements.items()}
    return kept


async def _by_hand(work: Work, vacancy: str, numbers: Sequence[int]) -> list[dict[str, object]]:
    """Somebody who said no and somebody who is silent."""
    ids = [(await work.worker(number).ask(ME)).text("me.id") for number in numbers]
    return [{"workerId": each, "vacancyId": vacancy, "idempotencyKey": f"e2e-by-hand-{each}"} for each in ids]


def _silent(group: Mapping[str, object]) -> tuple[int, int]:
    """The two who said nothing; other work still reaches them."""
    silent = group["silent"]
    assert isinstance(silent, tuple)
    return int(silent[0]), int(silent[1])


async def test_a27_of_46_asked_41_travel_and_the_office_sees_41_confirmed_only(group: dict[str, object]) -> None:
    assert (group["asked"], group["booked"]) == (ASKED, YES)
    nodes = [{"node": {"state": "TRAVEL_BOOKED"}}] * YES
    assert group["seen"] == {
        "placements": {"totalCount": YES, "edges": nodes},
        "groupRecruitment": {"confirmed": YES},
        "groupTrips": [{"booked": YES}],
    }
    assert group["by hand"] == ["RECRUITED_AS_A_GROUP", "RECRUITED_AS_A_GROUP"]
    assert group["offer seen by staff"] == "FORBIDDEN"


async def test_a28_a_start_moved_by_more_than_60_days_asks_each_again(group: dict[str, object]) -> None:
    assert group["after the move"] == {
        "placements": {"totalCount": 0, "edges": []},
        "groupRecruitment": {"confirmed": 0},
        "groupTrips": [{"booked": 0}],
    }
    assert (group["asked again"], group["booked again"]) == (YES, YES - 2)


async def test_a31_nobody_accepts_for_another_and_every_attempt_is_written_down(
    work: Work, group: dict[str, object]
) -> None:
    number, _ = _silent(group)
    vacancy = await work.publish(work.terms(wage="5000"), places=1, key="e2e-a31")
    offer_id = await work.offer(number, vacancy)
    given = await work.understand(number, offer_id)
    head = work.county.caller(Role.HOUSEHOLD, subject="head-of-household")
    others = {"employment-staff-1": work.staff, "head-of-household": head, "boss-of-the-scenarios": work.employer}
    for caller in others.values():
        assert refusal_code(await caller.ask_whole(ACCEPT, {"input": given}), "acceptOffer") == "FORBIDDEN"
    other_worker = work.worker(number % WORKERS + 1)
    assert refusal_code(await other_worker.ask_whole(ACCEPT, {"input": given}), "acceptOffer") == "FORBIDDEN"

    attempts = (await work.monitor.ask(ATTEMPTS, {"area": COUNTY})).items("consentAttempts.edges")
    kept = {one.text("node.attemptedBy") for one in attempts if one.text("node.offerId") == offer_id}
    assert kept == {*others, f"sample-worker-{number % WORKERS + 1}"}


async def test_a29_a36_steady_only_after_three_confirmed_months_and_an_unpaid_wage_turns_yellow_then_red(
    work: Work, group: dict[str, object]
) -> None:
    placements = group["placements"]
    assert isinstance(placements, dict)
    (paid, paid_id), (unpaid, unpaid_id), *_ = placements.items()
    arrives = work.today().replace(day=10) + timedelta(days=0 if work.today().day <= 10 else 31)
    for offset, name in ((0, "confirmArrival"), (2, "confirmStart")):
        await work.go_to(arrives + timedelta(days=offset))
        for number, placement_id in ((paid, paid_id), (unpaid, unpaid_id)):
            now = (await work.worker(number).ask(LATE, {"id": placement_id})).at("placement")
            given = {"placementId": placement_id, "expectedVersion": now.number("version")}
            reached = made(await work.worker(number).ask(step(name), {"input": given}), name)
    assert reached.text("state") == "STARTED"
    started = arrives + timedelta(days=2)
    stable_from = date.fromisoformat(reached.text("stableFrom"))
    assert stable_from > started + timedelta(days=88)

    month = started.replace(day=1)
    due = (month + timedelta(days=32)).replace(day=10)
    for days, level in ((15, None), (16, "YELLOW"), (30, "YELLOW"), (31, "RED")):
        await work.go_to(due + timedelta(days=days))
        assert await _level(work, unpaid, str(unpaid_id), expected=level) == level
    for number in range(3):
        worked = (month + timedelta(days=31 * number)).replace(day=1)
        if number == 2:
            await work.go_to(stable_from - timedelta(days=1))
        now = (await work.worker(paid).ask(LATE, {"id": paid_id})).at("placement")
        assert now.text("state") == "STARTED"
        given = {"placementId": paid_id, "month": worked.isoformat()[:7], "expectedVersion": now.number("version")}
        made(await work.worker(paid).ask(WAGE, {"input": given}), "confirmWage")
    assert (await work.worker(paid).ask(LATE, {"id": paid_id})).text("placement.state") == "STARTED"
    await work.go_to(stable_from)

    async def stable() -> Answer | None:
        now = await work.worker(paid).ask(LATE, {"id": paid_id})
        return now if now.text("placement.state") == "STABLE" else None

    await until("Steady work", stable)
    unpaid_now = await work.worker(unpaid).ask(LATE, {"id": unpaid_id})
    assert unpaid_now.text("placement.state") == "STARTED"


async def _level(work: Work, number: int, placement_id: str, *, expected: str | None) -> str | None:
    """Of the first late month. Timers fire a moment after the clock moved."""

    async def look() -> tuple[str | None] | None:
        now = await work.worker(number).ask(LATE, {"id": placement_id})
        levels = now.texts("placement.lateWages", "level")
        level = levels[0] if levels else None
        return (level,) if level == expected else None

    (found,) = await until(f"Late wage {expected}", look)
    return found


async def test_a30_another_post_or_home_at_once_and_no_officer_can_stop_it(
    work: Work, group: dict[str, object]
) -> None:
    placements = group["placements"]
    assert isinstance(placements, dict)
    (stays, stays_id), (leaves, leaves_id) = list(placements.items())[2:4]
    asked = made(await work.worker(stays).ask(ANOTHER, {"id": stays_id}), "askForAnotherPost")
    assert asked.text("state") == "TRAVEL_BOOKED"
    vacancy = await work.publish(work.terms(wage="6500"), places=1, key="e2e-a30")
    offer_id = await work.offer(stays, vacancy)
    shown = made(await work.worker(stays).ask(SHOW, {"input": {"offerId": offer_id}}), "showOfferTerms")
    wage = next(line.text("value") for line in shown.items("renderedTerms.lines") if line.text("code") == "wage")
    assert wage == "6500.00 CNY"
    await work.all_accept({stays: offer_id})

    home = {"placementId": leaves_id, "returnTrip": True, "reason": "GOES_HOME"}
    for other in (work.staff, work.employer, work.stage.admin(), work.monitor):
        assert refusal_code(await other.ask_whole(RESIGN, {"input": home}), "resign") == "FORBIDDEN"
    left = made(await work.worker(leaves).ask(RESIGN, {"input": home}), "resign")
    assert left.text("state") == "RESIGNED"
    trips = await work.staff.ask(
        "query($a: AreaPath!) { tripsHome(area: $a, first: 100) { edges { node { placementId } } } }", {"a": COUNTY}
    )
    assert leaves_id in trips.texts("tripsHome.edges", "node.placementId")
    seen = await work.staff.ask("query($id: ID!) { placement(id: $id) { state } }", {"id": leaves_id})
    assert seen.text("placement.state") == "ENDED"


async def test_a36_accepted_at_3500_and_written_at_3000_is_void_and_asked_anew(
    work: Work, group: dict[str, object]
) -> None:
    _, number = _silent(group)
    terms = work.terms(wage="3500")
    vacancy = await work.publish(terms, places=1, key="e2e-a36")
    offer_id = await work.offer(number, vacancy)
    placement = (await work.all_accept({number: offer_id}))[number]
    written = await work.contract(placement, terms, monthlyWage="3000")

    assert written.text("state") == "VOIDED"
    found = await work.worker(number).ask(MISMATCHES, {"id": written.text("id")})
    assert found.at("placement.mismatches").value == [
        {"figure": "MONTHLY_WAGE", "accepted": "3500.00", "written": "3000.00"}
    ]
    assert (await work.open_offers(vacancy, [number])) == {number: offer_id}
    again = (await work.all_accept({number: offer_id}))[number]
    assert (await work.contract(again, terms, monthlyWage="3000")).text("state") == "CONTRACTED"
