"""Whoever tries to answer in a worker's place is refused, and the attempt stays where the monitor finds it (A31)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from chassis.identity import Actor
from tests.employment_service.factories import COUNTY, VILLAGE, id_of
from tests.employment_service.integration.safeguards.questions import ACCEPT, REFUSED, SHOW, flags, shown
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    HEAD,
    MONITOR,
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    Town,
    as_worker,
)

ATTEMPTS = """query($area: AreaPath!) { consentAttempts(area: $area) { totalCount edges { node {
  action offerId workerId areaPath attemptedBy roles firstAt lastAt times } } } }"""
DECLINE = (
    f"mutation($input: OfferInput!) {{ result: declineOffer(input: $input) {{ ... on Offer {{ state }} {REFUSED} }} }}"
)


async def test_a31_every_attempt_is_a_lasting_entry_that_the_monitor_reads(town: Town) -> None:
    await town.ready(workers=2)
    offer = (await shown(town, 1))[1]
    town.clock.advance(timedelta(hours=72))
    answer = {"offerId": offer["id"], "termsHash": offer["termsHash"], "expectedVersion": offer["version"]}
    others = (STAFF, STRANGE_STAFF, SPECIALIST, HEAD, EMPLOYER, ADMIN, as_worker(2))
    for other in others:
        assert (await town.mutate(other, ACCEPT, answer))["code"] == "FORBIDDEN"
    town.clock.advance(timedelta(minutes=5))
    assert (await town.mutate(STAFF, ACCEPT, answer))["code"] == "FORBIDDEN"
    assert (await town.mutate(STAFF, DECLINE, {"offerId": offer["id"]}))["code"] == "FORBIDDEN"
    assert (await town.mutate(STAFF, SHOW, {"offerId": offer["id"]}))["code"] == "FORBIDDEN"

    kept = (await town.ask(MONITOR, ATTEMPTS, {"area": COUNTY}))["consentAttempts"]
    assert kept["totalCount"] == len(others) + 2
    nodes = [edge["node"] for edge in kept["edges"]]
    assert {(one["attemptedBy"], one["action"]) for one in nodes} == {
        *((other.subject, "acceptOffer") for other in others),
        (STAFF.subject, "declineOffer"),
        (STAFF.subject, "showOfferTerms"),
    }
    (twice,) = [one for one in nodes if (one["attemptedBy"], one["action"]) == (STAFF.subject, "acceptOffer")]
    assert (twice["offerId"], twice["workerId"], twice["areaPath"]) == (offer["id"], str(id_of(301)), VILLAGE)
    assert (twice["roles"], twice["times"]) == (["EMPLOYMENT_STAFF"], 2)
    assert twice["firstAt"] < twice["lastAt"]
    # Nothing was decided, and the worker's own yes is as good as before.
    assert await town.count("offers", "state = 'TERMS_SHOWN'") == 1
    assert (await town.mutate(as_worker(), ACCEPT, answer))["state"] == "ACCEPTED"
    # Not of the other worker, who may have mistaken the offer.
    told = await flags(town, "CF2")
    assert {flag["staffSubject"] for flag in told} == {other.subject for other in others[:-1]}


@pytest.mark.parametrize("other", [STAFF, ADMIN, EMPLOYER, HEAD, as_worker()], ids=lambda actor: actor.subject)
async def test_nobody_but_the_monitor_reads_attempts_and_the_database_agrees(town: Town, other: Actor) -> None:
    await town.ready()
    offer = (await shown(town, 1))[1]
    await town.mutate(STAFF, DECLINE, {"offerId": offer["id"]})
    assert await town.count("consent_attempts") == 1

    assert await town.answer(other, ATTEMPTS, {"area": COUNTY}) == (None, ["FORBIDDEN"])
    async with town.begin(other) as uow:
        assert await uow.connection.scalar(text("select count(*) from consent_attempts")) == 0


async def test_an_offer_that_does_not_exist_leaves_an_audit_row_and_no_entry(town: Town) -> None:
    await town.ready()

    assert (await town.mutate(STAFF, DECLINE, {"offerId": str(id_of(99))}))["code"] == "FORBIDDEN"

    assert await town.count("consent_attempts") == 0
    assert await town.audited("declineOffer.refused") == [(STAFF.subject, str(id_of(99)))]
