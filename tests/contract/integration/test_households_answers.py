"""The households service answers the example requests of its callers with the example responses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from contracts.households.v1 import events_pb2
from contracts.households.v1 import households_service_pb2 as v1
from contracts.households.v1.households_service_pb2_grpc import (
    HouseholdsServiceStub,
    add_HouseholdsServiceServicer_to_server,
)
from households_service.members.attempts import FailedAttempts
from households_service.registry.assembly import announce_households
from households_service.registry.rpc import HouseholdsRpc
from tests.contract import book, facts
from tests.contract.wire import served
from tests.households_service.county import County, open_county

if TYPE_CHECKING:
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub


@pytest.fixture(scope="module")
async def county(households_database_url: str) -> AsyncIterator[County]:
    """Holds the family of facts.py, its ledger, its bill and what a decision froze."""
    async for opened in open_county(households_database_url):
        async with opened.begin() as uow:
            await uow.households.add(facts.HOUSEHOLD)
            await uow.members.add(*facts.MEMBERS)
            await uow.care.add(*facts.CARE_DUTIES)
            await uow.officers.add(facts.OFFICER)
            await uow.officers.pair(facts.PAIRING)
            await uow.ledger.add(*facts.LEDGER)
            await uow.expenses.add(facts.BILL)
            await uow.statements.freeze(facts.FROZEN)
            await announce_households(uow, facts.HOUSEHOLD)
        yield opened


@pytest.fixture(scope="module", params=["risk", "employment"])
async def stub(
    request: pytest.FixtureRequest, county: County, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[HouseholdsServiceAsyncStub]:
    """Once as each of the services that call it."""
    async with served(
        "contracts.households.v1.HouseholdsService",
        lambda server: add_HouseholdsServiceServicer_to_server(
            HouseholdsRpc(county.begin, FailedAttempts(limit=100)), server
        ),
        service="households",
        caller=str(request.param),
        keys=tmp_path_factory.mktemp("keys"),
    ) as channel:
        yield HouseholdsServiceStub(channel)


async def test_what_was_published_is_what_the_examples_say(county: County) -> None:
    """The database's state, assembled by the service, tells the same facts as facts.py."""
    assert await county.events(facts.HOUSEHOLD.id) == [
        book.example(events_pb2.HouseholdChanged),
        book.example(events_pb2.IncomeStatementChanged),
    ]


async def test_stream_snapshots(stub: HouseholdsServiceAsyncStub) -> None:
    asked = book.example(v1.StreamSnapshotsRequest)
    answers = [answer async for answer in stub.StreamSnapshots(asked)]

    assert len(answers) == 1
    book.require_same(answers[0])
    everything = book.example(v1.StreamSnapshotsRequest, "everything")
    assert [answer async for answer in stub.StreamSnapshots(everything)] == answers


async def test_verify_member(stub: HouseholdsServiceAsyncStub) -> None:
    book.require_same(await stub.VerifyMember(book.example(v1.VerifyMemberRequest)))
    book.require_same(await stub.VerifyMember(book.example(v1.VerifyMemberRequest, "unverified")), "unverified")


async def test_freeze_statement(stub: HouseholdsServiceAsyncStub) -> None:
    book.require_same(await stub.FreezeStatement(book.example(v1.FreezeStatementRequest)))
