"""What other services ask of this one while a decision waits, and the snapshots that build their copies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from time import monotonic
from uuid import UUID

from google.protobuf.message import Message
from grpc.aio import ServicerContext

from chassis.errors import InvalidInput
from chassis.ids import parse_id
from chassis.rpc import caller_of_call
from contracts.households.v1 import households_service_pb2 as v1
from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceServicer
from households_service.access import POLICY, Action
from households_service.areas.domain import level_of
from households_service.events import household_message, statement_message
from households_service.members.attempts import FailedAttempts
from households_service.members.service import verify_member
from households_service.registry.assembly import states_of
from households_service.registry.domain import Household
from households_service.statements.service import freeze_statement, statements_of
from households_service.uow import Begin, HouseholdsUnitOfWork

SNAPSHOTS_AT_ONCE = 200


class HouseholdsRpc(HouseholdsServiceServicer):
    def __init__(self, begin: Begin, attempts: FailedAttempts) -> None:
        self._begin = begin
        self._attempts = attempts

    async def StreamSnapshots(
        self, request: v1.StreamSnapshotsRequest, context: ServicerContext[Message, Message]
    ) -> AsyncIterator[v1.StreamSnapshotsResponse]:
        actor = caller_of_call()
        POLICY.require(actor, Action.STREAM_SNAPSHOTS)
        if request.area_path:
            level_of(request.area_path)
        after = parse_id(request.after_household_id, field="after_household_id") if request.after_household_id else None
        while True:
            async with self._begin(actor) as uow:
                households = await uow.households.in_id_order(request.area_path, after=after, limit=SNAPSHOTS_AT_ONCE)
                snapshots = await _snapshots(uow, households)
            for snapshot in snapshots:
                yield snapshot
            if len(households) < SNAPSHOTS_AT_ONCE:
                return
            after = households[-1].id

    async def VerifyMember(
        self, request: v1.VerifyMemberRequest, context: ServicerContext[Message, Message]
    ) -> v1.VerifyMemberResponse:
        actor = caller_of_call()
        self._attempts.require_room(actor.subject, now=monotonic())
        async with self._begin(actor) as uow:
            person = await verify_member(
                uow,
                actor,
                id_number=request.id_number,
                name=request.name,
                date_of_birth=_day(request.date_of_birth, "date_of_birth"),
            )
        if person is None:
            self._attempts.note_failure(actor.subject, now=monotonic())
            return v1.VerifyMemberResponse(verified=False)
        return v1.VerifyMemberResponse(
            verified=True,
            member_id=str(person.member_id),
            household_id=str(person.household_id),
            area_path=person.area_path,
        )

    async def FreezeStatement(
        self, request: v1.FreezeStatementRequest, context: ServicerContext[Message, Message]
    ) -> v1.FreezeStatementResponse:
        actor = caller_of_call()
        async with self._begin(actor) as uow:
            frozen = await freeze_statement(
                uow,
                actor,
                household_id=parse_id(request.household_id, field="household_id"),
                as_of=_day(request.as_of, "as_of"),
                decision_id=request.decision_id,
            )
        return v1.FreezeStatementResponse(
            statement_id=str(frozen.id), statement=statement_message(str(frozen.household_id), frozen.statements)
        )


async def _snapshots(
    uow: HouseholdsUnitOfWork, households: Sequence[Household]
) -> Sequence[v1.StreamSnapshotsResponse]:
    """The sequences are read before the rows: what a snapshot holds beyond its number only comes once more."""
    last: Mapping[UUID, int] = await uow.households.last_sequences(row.id for row in households)
    # Read again after the numbers, so that no row is older than its number.
    fresh = await uow.households.by_ids(row.id for row in households)
    current = [fresh[row.id] for row in households]
    states = await states_of(uow, current)
    statements = await statements_of(uow, current)
    return [
        v1.StreamSnapshotsResponse(
            household=household_message(states[household.id]),
            statement=statement_message(str(household.id), statements[household.id]),
            subject_sequence=last.get(household.id, 0),
        )
        for household in current
    ]


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("A date is written like 2020-09-18.", field=field) from None
