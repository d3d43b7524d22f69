"""What the other services ask over gRPC, with real signatures and deadlines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from chassis.errors import Forbidden, InvalidInput, NotFound, Refusal
from chassis.identity import (
    SYSTEM_ACTOR,
    Keyring,
    RequestSigner,
    RequestVerifier,
    Role,
    ensure_keys,
    load_private_key,
)
from chassis.metrics import Metrics
from chassis.rpc import RpcClient, RpcServer
from contracts.households.v1 import events_pb2
from contracts.households.v1.households_service_pb2 import (
    SNAPSHOT_PART_AREAS,
    SNAPSHOT_PART_HOUSEHOLDS,
    SNAPSHOT_PART_OFFICERS,
    SNAPSHOT_PART_RECORDS,
    SNAPSHOT_PART_STATEMENTS,
    FreezeStatementRequest,
    StreamSnapshotsRequest,
    VerifyMemberRequest,
    VerifyMemberResponse,
)
from contracts.households.v1.households_service_pb2_grpc import (
    HouseholdsServiceStub,
    add_HouseholdsServiceServicer_to_server,
)
from households_service.access import POLICY, Action
from households_service.ledger.service import record_income
from households_service.members.attempts import FailedAttempts
from households_service.officers.service import deactivate_officer, pair_support_officer, register_officer
from households_service.registry import rpc, snapshots
from households_service.registry.service import assess_household
from tests.households_service.county import ADMIN, PLACES, County
from tests.households_service.factories import (
    OTHER_VILLAGE,
    POST_WAGE,
    STORY_MORNING,
    TOWNSHIP,
    VILLAGE,
    id_number,
    uuid,
)

if TYPE_CHECKING:
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub

NAME = "contracts.households.v1.HouseholdsService"


@pytest.fixture(scope="module")
async def stub(county: County, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[HouseholdsServiceAsyncStub]:
    """The service's own gRPC face, called as the employment service."""
    keys: Path = tmp_path_factory.mktemp("keys")
    ensure_keys(keys)
    verifier = RequestVerifier(keyring=Keyring.load(keys), audience="households", signers=("employment",))
    server = RpcServer({NAME: verifier}, Metrics())
    servicer = rpc.HouseholdsRpc(county.begin, FailedAttempts(limit=5))
    add_HouseholdsServiceServicer_to_server(servicer, server.server)
    port = await server.start("127.0.0.1", 0)
    client = RpcClient(
        target=f"127.0.0.1:{port}",
        audience="households",
        signer=RequestSigner(load_private_key(keys, "employment")),
    )
    yield HouseholdsServiceStub(client.channel)
    await client.close()
    await server.stop(0)


async def test_a_person_is_verified_by_number_name_and_birth_date_together(
    county: County, stub: HouseholdsServiceAsyncStub
) -> None:
    household = await county.register()
    father = (await county.members_of(household))[0]
    right = VerifyMemberRequest(id_number=id_number(order=1), name=" fa  THER ", date_of_birth="1985-03-14")

    verified = await stub.VerifyMember(right)

    assert verified == VerifyMemberResponse(
        verified=True, member_id=str(father), household_id=str(household.id), area_path=VILLAGE
    )
    wrong = [
        VerifyMemberRequest(id_number=id_number(order=1), name="Somebody Else", date_of_birth="1985-03-14"),
        VerifyMemberRequest(id_number=id_number(order=1), name="Fa Ther", date_of_birth="1985-03-15"),
        VerifyMemberRequest(id_number=id_number(order=99), name="Fa Ther", date_of_birth="1985-03-14"),
        VerifyMemberRequest(id_number="no number", name="Fa Ther", date_of_birth="1985-03-14"),
    ]
    for request in wrong:
        assert await stub.VerifyMember(request) == VerifyMemberResponse(verified=False)


async def test_guessing_ends(county: County, stub: HouseholdsServiceAsyncStub) -> None:
    guess = VerifyMemberRequest(id_number=id_number(order=98), name="No Body", date_of_birth="1985-03-14")
    codes = []
    for _ in range(6):
        try:
            await stub.VerifyMember(guess)
        except Refusal as refusal:
            codes.append(refusal.code)

    assert codes
    assert set(codes) == {"TOO_MANY_ATTEMPTS"}


async def test_a_date_that_is_none_is_refused(stub: HouseholdsServiceAsyncStub) -> None:
    with pytest.raises(InvalidInput) as refused:
        await stub.FreezeStatement(
            FreezeStatementRequest(household_id=str(uuid(1)), as_of="18.9.2020", decision_id="d")
        )
    assert refused.value.field == "as_of"
    with pytest.raises(NotFound) as unknown:
        await stub.FreezeStatement(
            FreezeStatementRequest(household_id=str(uuid(1)), as_of="2020-09-18", decision_id="d")
        )
    assert unknown.value.code == "UNKNOWN_HOUSEHOLD"


async def test_a_statement_is_frozen_once_per_decision(county: County, stub: HouseholdsServiceAsyncStub) -> None:
    household = await county.register()
    await county.write_canonical_ledger(household)
    asked = FreezeStatementRequest(household_id=str(household.id), as_of="2020-09-18", decision_id="clearing-1")

    first, second = await stub.FreezeStatement(asked), await stub.FreezeStatement(asked)

    assert first == second
    assert (first.statement.as_of, first.statement.member_count, first.statement.currency) == ("2020-09-18", 4, "CNY")
    assert {total.basis: (total.wage_cents, total.net_cents) for total in first.statement.bases} == {
        events_pb2.INCOME_BASIS_RECEIVED_12M: (7_500_00, 21_900_00),
        events_pb2.INCOME_BASIS_CALENDAR_YEAR_PROJECTED: (13_500_00, 27_900_00),
        events_pb2.INCOME_BASIS_RUN_RATE_12M: (18_000_00, 32_400_00),
    }


async def test_snapshots_hold_what_the_events_said_and_their_number(
    county: County, stub: HouseholdsServiceAsyncStub
) -> None:
    for _ in range(3):
        household = await county.register(area_path=OTHER_VILLAGE)
        async with county.begin() as uow:
            head = (await uow.members.of_households([household.id]))[household.id][0].id
            await record_income(uow, SYSTEM_ACTOR, household_id=household.id, fact=replace(POST_WAGE, member_id=head))
    async with county.begin() as uow:
        expected = [row.id for row in await uow.households.in_id_order(TOWNSHIP, after=None, limit=1000)]

    whole = [part async for part in stub.StreamSnapshots(StreamSnapshotsRequest(area_path=TOWNSHIP))]
    rest = [
        part
        async for part in stub.StreamSnapshots(
            StreamSnapshotsRequest(area_path=TOWNSHIP, after_household_id=str(expected[1]))
        )
    ]

    assert [part.household.household_id for part in whole] == [str(key) for key in expected]
    assert rest == whole[2:]
    newest = whole[-1]
    told = await county.events(UUID(newest.household.household_id))
    assert newest.subject_sequence == len(told) == 3
    assert newest.household == told[0]
    assert isinstance(told[2], events_pb2.IncomeStatementChanged)
    assert newest.statement == told[2].statement


WHOLE = [
    SNAPSHOT_PART_AREAS,
    SNAPSHOT_PART_OFFICERS,
    SNAPSHOT_PART_HOUSEHOLDS,
    SNAPSHOT_PART_STATEMENTS,
    SNAPSHOT_PART_RECORDS,
]


async def test_a_copy_gets_areas_first_then_officers_then_households(
    county: County, stub: HouseholdsServiceAsyncStub
) -> None:
    async with county.begin() as uow:
        officer = await register_officer(
            uow,
            SYSTEM_ACTOR,
            subject="snapshot-officer",
            display_name="Invented Officer",
            roles=[Role.SUPPORT_OFFICER],
            area_path=TOWNSHIP,
        )
    household = await county.register()
    async with county.begin() as uow:
        await pair_support_officer(uow, ADMIN, officer_id=officer.id, household_id=household.id)
    async with county.begin() as uow:
        await deactivate_officer(uow, SYSTEM_ACTOR, officer_id=officer.id, expected_version=None)

    whole = [part async for part in stub.StreamSnapshots(StreamSnapshotsRequest(parts=WHOLE))]

    kinds = [part.WhichOneof("other") or "household" for part in whole]
    assert kinds == sorted(kinds, key=["begun", "area", "officer", "household"].index)
    assert (kinds.count("begun"), kinds.count("area"), kinds.count("officer")) == (1, 6, 1)
    assert [part.area.path for part in whole[1:7]] == sorted(path for path, *_ in PLACES)
    told = await county.events(officer.id)
    assert (whole[7].officer, whole[7].subject_sequence, whole[7].officer.active) == (told[-1], 2, False)
    own = next(part for part in whole if part.household.household_id == str(household.id))
    assert list(own.household.support_officer_ids) == [str(officer.id)]
    for part in whole[1:]:
        subject = part.area.area_id or part.officer.officer_id or part.household.household_id
        assert part.subject_sequence == len(await county.events(UUID(subject))) > 0
    async with county.begin() as uow:
        assert whole[0].begun.outbox_position == await uow.households.outbox_position() > 0
    assert whole[0].begun.taken_at.ToDatetime(tzinfo=UTC) == STORY_MORNING


async def test_only_the_parts_that_were_asked_for_come(county: County, stub: HouseholdsServiceAsyncStub) -> None:
    await county.register()
    asked = StreamSnapshotsRequest(parts=[SNAPSHOT_PART_HOUSEHOLDS])

    begun, *rest = [part async for part in stub.StreamSnapshots(asked)]

    assert begun.HasField("begun")
    assert rest
    assert all(part.HasField("household") and not part.HasField("statement") for part in rest)


async def test_a_part_that_is_not_known_is_refused(stub: HouseholdsServiceAsyncStub) -> None:
    with pytest.raises(InvalidInput) as refused:
        [part async for part in stub.StreamSnapshots(StreamSnapshotsRequest(parts=[99]))]  # type: ignore[list-item]  # a part that does not exist
    assert refused.value.field == "parts"


async def test_a_snapshot_shows_one_moment(county: County) -> None:
    """What changes while it is read is in none of its rows and in none of its numbers."""
    first, second = await county.register(), await county.register()
    taken = snapshots.take_snapshots(
        county.begin, SYSTEM_ACTOR, area_path="", after=None, parts=frozenset({snapshots.Part.HOUSEHOLDS})
    )
    async with aclosing(taken):
        begun = await anext(taken)
        assert isinstance(begun, snapshots.Begun)
        async with county.begin() as uow:
            await assess_household(uow, SYSTEM_ACTOR, household_id=first.id, expected_version=None, safe_water=False)
        later = await county.register()
        rest = {
            one.event.state.household.id: one async for one in taken if isinstance(one, snapshots.HouseholdSnapshot)
        }

    assert later.id not in rest
    assert (rest[first.id].event.state.household.safe_water, rest[first.id].sequence) == (True, 2)
    assert rest[second.id].sequence == 2
    assert len(await county.events(first.id)) == 3


async def test_nobody_but_a_process_streams(county: County) -> None:
    with pytest.raises(Forbidden):
        POLICY.require(ADMIN, Action.STREAM_SNAPSHOTS)
