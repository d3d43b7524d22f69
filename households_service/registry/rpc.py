"""What other services ask of this one while a decision waits, and the snapshots that build their copies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from datetime import date
from time import monotonic

from google.protobuf.message import Message
from grpc.aio import ServicerContext

from chassis.errors import InvalidInput
from chassis.ids import parse_id
from chassis.rpc import caller_of_call
from contracts.households.v1 import households_service_pb2 as v1
from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceServicer
from households_service.benefits.service import aid_of_household
from households_service.events import (
    area_message,
    household_message,
    officer_message,
    statement_message,
)
from households_service.feeds.events import condition_message, record_message
from households_service.ledger.domain import IncomeFact
from households_service.members.attempts import FailedAttempts
from households_service.members.service import verify_member
from households_service.registry.snapshots import (
    AreaSnapshot,
    Begun,
    ConditionSnapshot,
    HouseholdSnapshot,
    OfficerSnapshot,
    Part,
    PointSnapshot,
    Snapshot,
    take_snapshots,
)
from households_service.statements.service import freeze_statement
from households_service.uow import Begin

WITHOUT_PARTS = frozenset({Part.HOUSEHOLDS, Part.STATEMENTS})


class HouseholdsRpc(HouseholdsServiceServicer):
    def __init__(self, begin: Begin, attempts: FailedAttempts) -> None:
        self._begin = begin
        self._attempts = attempts

    async def StreamSnapshots(
        self, request: v1.StreamSnapshotsRequest, context: ServicerContext[Message, Message]
    ) -> AsyncIterator[v1.StreamSnapshotsResponse]:
        after = parse_id(request.after_household_id, field="after_household_id") if request.after_household_id else None
        parts = _parts(request)
        # Closed here at the latest, so that a caller who goes away leaves no open transaction behind.
        async with aclosing(
            take_snapshots(
                self._begin, caller_of_call(), area_path=request.area_path, after=after, parts=parts or WITHOUT_PARTS
            )
        ) as snapshots:
            async for snapshot in snapshots:
                # Who asks for no part knows of none.
                if parts or isinstance(snapshot, HouseholdSnapshot):
                    yield answer_of(snapshot)

    async def AidOfHousehold(
        self, request: v1.AidOfHouseholdRequest, context: ServicerContext[Message, Message]
    ) -> v1.AidOfHouseholdResponse:
        actor = caller_of_call()
        async with self._begin(actor) as uow:
            aid = await aid_of_household(uow, actor, member_id=parse_id(request.member_id, field="member_id"))
        return aid_message(aid)

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


def _parts(request: v1.StreamSnapshotsRequest) -> frozenset[Part]:
    """Raises InvalidInput for a part that is not known here."""
    try:
        return frozenset(Part(v1.SnapshotPart.Name(part).removeprefix("SNAPSHOT_PART_")) for part in request.parts)
    except ValueError:
        raise InvalidInput("There is no such part of a snapshot.", field="parts") from None


def aid_message(aid: Sequence[IncomeFact]) -> v1.AidOfHouseholdResponse:
    return v1.AidOfHouseholdResponse(
        aid=[
            v1.RecurringAid(
                benefit=one.kind,
                monthly_cents=one.amount_cents,
                paid_until="" if one.period_to is None else one.period_to.isoformat(),
            )
            for one in aid
        ]
    )


def answer_of(snapshot: Snapshot) -> v1.StreamSnapshotsResponse:
    match snapshot:
        case Begun():
            begun = v1.SnapshotBegun(outbox_position=snapshot.outbox_position)
            begun.taken_at.FromDatetime(snapshot.taken_at)
            return v1.StreamSnapshotsResponse(begun=begun)
        case AreaSnapshot():
            return v1.StreamSnapshotsResponse(area=area_message(snapshot.event), subject_sequence=snapshot.sequence)
        case OfficerSnapshot():
            officer = officer_message(snapshot.event)
            return v1.StreamSnapshotsResponse(officer=officer, subject_sequence=snapshot.sequence)
        case ConditionSnapshot():
            report = condition_message(snapshot.event)
            return v1.StreamSnapshotsResponse(condition=report, subject_sequence=snapshot.sequence)
        case PointSnapshot():
            return v1.StreamSnapshotsResponse(point_id=str(snapshot.point_id), subject_sequence=snapshot.sequence)
    household_id = str(snapshot.event.state.household.id)
    return v1.StreamSnapshotsResponse(
        household=household_message(snapshot.event.state),
        statement=statement_message(household_id, snapshot.statements) if snapshot.statements else None,
        records=[record_message(record) for record in snapshot.records],
        subject_sequence=snapshot.sequence,
    )


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("A date is written like 2020-09-18.", field=field) from None
