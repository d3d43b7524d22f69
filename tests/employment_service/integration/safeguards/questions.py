"""What tests of the guards ask of the graph, as workers, staff and the monitor ask it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.identity import Actor
from tests.employment_service.factories import COUNTY, id_of
from tests.employment_service.town import MONITOR, STAFF, Town, as_worker

Json = Mapping[str, Any]

REFUSED = "... on Refused { code message field }"
OFFER = f"mutation($input: MakeOfferInput!) {{ result: makeOffer(input: $input) {{ ... on OfferReceipt {{ id }} {REFUSED} }} }}"
SHOW = (
    "mutation($input: OfferInput!) { result: showOfferTerms(input: $input) "
    f"{{ ... on Offer {{ id version termsHash }} {REFUSED} }} }}"
)
CLOSE = (
    f"mutation($input: OfferInput!) {{ result: closeOfferTerms(input: $input) {{ ... on Offer {{ id }} {REFUSED} }} }}"
)
ACCEPT = (
    "mutation($input: AcceptOfferInput!) { result: acceptOffer(input: $input) "
    f"{{ ... on Offer {{ id state placement {{ id version state onHold }} }} {REFUSED} }} }}"
)
CONTRACT = (
    "mutation($input: RecordContractInput!) { result: recordContract(input: $input) "
    f"{{ ... on Placement {{ state version }} {REFUSED} }} }}"
)
STEP = "mutation($input: PlacementStepInput!) {{ result: {step}(input: $input) {{ ... on Placement {{ state version }} {refused} }} }}"
FLAGS = """query($area: AreaPath!, $filter: CoercionFlagFilterInput) {
  coercionFlags(area: $area, filter: $filter) { totalCount edges { node {
    id code name effects figure areaPath placementId employerId staffSubject dueAt escalatedAt settledBy settledReason
    holds { placementId liftedAt liftedBy liftedReason } tasks { id kind dueAt amount { amount } outcome }
  } } } }"""
TASKS = """query($area: AreaPath!) { monitorTasks(area: $area) { edges { node {
  id kind placementId workerId dueAt } } } }"""
LIFT = (
    "mutation($input: LiftHoldInput!) { result: liftHold(input: $input) "
    f"{{ ... on CoercionFlag {{ settledBy settledReason }} {REFUSED} }} }}"
)
SETTLE = (
    "mutation($input: SettleFlagInput!) { result: settleFlag(input: $input) "
    f"{{ ... on CoercionFlag {{ settledReason }} {REFUSED} }} }}"
)
FINISH = (
    "mutation($input: FinishMonitorTaskInput!) { result: finishMonitorTask(input: $input) "
    f"{{ ... on MonitorTask {{ outcome }} {REFUSED} }} }}"
)
CONTACT = (
    "mutation($input: ReportJobContactInput!) { result: reportJobContact(input: $input) "
    f"{{ ... on Told {{ at }} {REFUSED} }} }}"
)
HOURS = (
    f"mutation($input: ReportHoursInput!) {{ result: reportHours(input: $input) {{ ... on Told {{ at }} {REFUSED} }} }}"
)
WITNESS = (
    "mutation($input: WitnessConsentInput!) { result: witnessConsent(input: $input) "
    f"{{ ... on ConsentWitnessed {{ offerId }} {REFUSED} }} }}"
)
FOLLOW_UP = (
    "mutation($input: AnswerFollowUpInput!) { result: answerFollowUp(input: $input) "
    f"{{ ... on FollowUp {{ state }} {REFUSED} }} }}"
)
CLOSE_FINDING = (
    "mutation($input: CloseCriticalFindingInput!) { result: closeCriticalFinding(input: $input) "
    f"{{ ... on Employer {{ inStanding shortcomings }} {REFUSED} }} }}"
)
EMPLOYER_SEEN = "query($id: ID!) { employer(id: $id) { inStanding shortcomings version } }"


def step(name: str) -> str:
    return STEP.format(step=name, refused=REFUSED)


async def shown(town: Town, *numbers: int, vacancy: int = 1, locale: str = "en") -> dict[int, Json]:
    """Offers made to these workers, opened and understood by them, now: by worker, with `id`, `version`, `termsHash`."""
    opened: dict[int, Json] = {}
    for number in numbers:
        wanted = {"workerId": str(id_of(300 + number)), "vacancyId": str(id_of(200 + vacancy))}
        made = await town.mutate(STAFF, OFFER, wanted | {"idempotencyKey": f"{number}-{vacancy}"})
        data = await town.ask(as_worker(number), SHOW, {"input": {"offerId": made["id"]}}, locale=locale)
        clear = await town.answered_offer(UUID(made["id"]), worker_number=number)
        opened[number] = {**data["result"], "version": clear.version}
    return opened


async def accept(town: Town, number: int, offer: Json, *, session: str | None = None) -> Json:
    answer = {"offerId": offer["id"], "termsHash": offer["termsHash"], "expectedVersion": offer["version"]}
    return await town.mutate(as_worker(number, session=session), ACCEPT, answer)


async def accepted_together(town: Town, numbers: range, *, session: str | None, minutes: float = 0.0) -> list[Json]:
    """Offers to all, and all accept them three days later, spread over `minutes`: their placements."""
    offers = await shown(town, *numbers)
    town.clock.advance(timedelta(hours=72))
    placements = []
    for number in numbers:
        placements.append((await accept(town, number, offers[number], session=session))["placement"])
        town.clock.advance(timedelta(minutes=minutes / len(numbers)))
    return placements


async def flags(town: Town, *codes: str, open_only: bool = True, actor: Actor = MONITOR) -> list[Json]:
    asked = {"area": COUNTY, "filter": {"codes": list(codes), "openOnly": open_only}}
    data = await town.ask(actor, FLAGS, asked)
    return [edge["node"] for edge in data["coercionFlags"]["edges"]]


async def tasks(town: Town) -> list[Json]:
    data = await town.ask(MONITOR, TASKS, {"area": COUNTY})
    return [edge["node"] for edge in data["monitorTasks"]["edges"]]
