"""The documents of the call list, and workers who asked to be called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chassis.identity import Actor
from chassis.ids import new_id
from chassis.timers import DueTimer
from employment_service.calls.finding import find_new_matches, refresh_call_list
from employment_service.workers.domain import Contact, ContactPreference, Worker
from tests.employment_service.factories import COUNTY, id_of, worker
from tests.employment_service.town import STAFF, Town, as_worker

LIST = """query($area: AreaPath!, $reasons: [CallReason!], $first: Int, $after: String) {
    callList(area: $area, reasons: $reasons, first: $first, after: $after) {
        edges { cursor node { workerId whys { reason text since vacancy { id } placement { id } }
            worker { displayName phoneMasked } } }
        pageInfo { hasNextPage endCursor } totalCount } }"""
CLAIM_NEXT = """mutation($input: ClaimNextCallInput!) { result: claimNextCall(input: $input) {
    ... on CallClaim { id workerId reasons until } ... on Refused { code } } }"""
CLAIM = """mutation($input: ClaimCallInput!) { result: claimCall(input: $input) {
    ... on CallClaim { id workerId reasons until } ... on Refused { code } } }"""
RECORD = """mutation($calls: [RecordCallInput!]!) { result: recordCalls(calls: $calls) {
    ... on CallsRecorded { contacts { id claimId outcome aboutWork requested } refused { claimId code } }
    ... on Refused { code field } } }"""
RENEW = """mutation($ids: [ID!]!) { result: renewCalls(claimIds: $ids) {
    ... on CallClaims { claims { id until } notHeld } ... on Refused { code } } }"""
RELEASE = """mutation($ids: [ID!]!) { result: releaseCalls(claimIds: $ids) {
    ... on CallClaims { claims { id } notHeld } ... on Refused { code } } }"""
REVEAL = """mutation($worker: ID!, $claim: ID) {
    result: revealWorkerPhone(workerId: $worker, reason: "Wage", claimId: $claim) {
    ... on RevealedPhone { phone } ... on Refused { code } } }"""
ASK = """mutation($input: AskForCallInput!) { result: askForCall(input: $input) {
    ... on CallRequest { id about offerId } ... on Refused { code } } }"""
TAKE_BACK = """mutation($id: ID!) { result: takeBackCallRequest(id: $id) {
    ... on CallRequests { requests { id } } ... on Refused { code } } }"""
NEARBY = """mutation($input: AskForNearbyWorkInput!) { result: askForNearbyWork(input: $input) {
    ... on Worker { id askedNearbyAt } ... on Refused { code } } }"""

UPDATE = """mutation($input: UpdateProfileInput!) { result: updateProfile(input: $input) {
    ... on Worker { version contactPreference } ... on Refused { code } } }"""


def phoned(number: int = 1, **changes: Any) -> Worker:
    """Asked to be called."""
    one = worker(number, **changes)
    contact = Contact(
        display_name=one.contact.display_name, preference=ContactPreference.PHONE, phone=f"1380000{number:04d}"
    )
    return replace(one, contact=contact)


async def listed(
    town: Town, actor: Actor = STAFF, *, reasons: Sequence[str] = (), area: str = COUNTY
) -> list[tuple[str, list[str]]]:
    """(the worker's number, reasons) of every entry, in order, after the list was gathered."""
    await gather(town)
    data = await town.ask(actor, LIST, {"area": area, "reasons": list(reasons), "first": 100})
    return [
        (edge["node"]["worker"]["displayName"].split()[-1], [why["reason"] for why in edge["node"]["whys"]])
        for edge in data["callList"]["edges"]
    ]


async def gather(town: Town) -> None:
    async with town.begin() as uow:
        await refresh_call_list(uow, DueTimer(key="", due_at=uow.now))


async def claim_next(town: Town, actor: Actor = STAFF, *, key: str | None = None) -> Mapping[str, Any]:
    return await town.mutate(actor, CLAIM_NEXT, {"area": COUNTY, "idempotencyKey": key or str(new_id())})


async def record(town: Town, *calls: Mapping[str, object], actor: Actor = STAFF) -> Mapping[str, Any]:
    found = (await town.ask(actor, RECORD, {"calls": list(calls)}))["result"]
    assert isinstance(found, Mapping)
    return found


async def ask_for_call(town: Town, actor: Actor, *, offer_id: object = None) -> Mapping[str, Any]:
    given = {"offerId": None if offer_id is None else str(offer_id), "idempotencyKey": str(new_id())}
    return await town.mutate(actor, ASK, given)


async def ask_for_nearby_work(town: Town, actor: Actor, *, km: float = 30.0) -> Mapping[str, Any]:
    return await town.mutate(actor, NEARBY, {"maxDistanceKm": km})


async def find_matches(town: Town) -> None:
    town.clock.advance(timedelta(minutes=10))
    async with town.begin() as uow:
        await find_new_matches(uow, DueTimer(key="", due_at=uow.now))
    await gather(town)


async def wants_calls(town: Town, number: int = 1) -> None:
    """The worker says, after all, that they want to be called."""
    async with town.begin() as uow:
        version = (await uow.workers.by_id([id_of(300 + number)]))[id_of(300 + number)].version
    contact = {
        "displayName": f"Invented Person {number}",
        "contactPreference": "PHONE",
        "phone": f"1380000{number:04d}",
    }
    given = {"contact": contact, "expectedVersion": version}
    assert (await town.mutate(as_worker(number), UPDATE, given))["contactPreference"] == "PHONE"
