"""Work states for other services: only of workers who let them be shown, never a decline, never a resignation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import grpc

from chassis import outbox
from chassis.ids import parse_id
from chassis.rpc import caller_of_call
from contracts.employment.v1.employment_service_pb2 import StreamWorkStatesRequest, StreamWorkStatesResponse
from contracts.employment.v1.employment_service_pb2_grpc import EmploymentServiceServicer
from employment_service.access import POLICY
from employment_service.events import work_state_message
from employment_service.placements.sharing import WorkStateChanged, since_of
from employment_service.uow import Begin

PAGE = 500


class EmploymentRpc(EmploymentServiceServicer):
    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    async def StreamWorkStates(
        self,
        request: StreamWorkStatesRequest,
        context: grpc.aio.ServicerContext[StreamWorkStatesRequest, StreamWorkStatesResponse],
    ) -> AsyncIterator[StreamWorkStatesResponse]:
        actor = caller_of_call()
        POLICY.require(actor, "streamWorkStates")
        after: UUID | None = parse_id(request.after_member_id) if request.after_member_id else None
        while True:
            async with self._begin(actor) as uow:
                states = await uow.placements.shared_states(
                    area_path=request.area_path or None, after_member=after, count=PAGE
                )
                answers = [
                    StreamWorkStatesResponse(
                        work_state=work_state_message(
                            WorkStateChanged(
                                member_id=shared.member_id,
                                household_id=shared.household_id,
                                area_path=shared.area_path,
                                state=shared.placement.state,
                                since=since_of(shared.placement),
                            )
                        ),
                        subject_sequence=await outbox.last_sequence(uow.connection, str(shared.member_id)),
                    )
                    for shared in states
                ]
            for answer in answers:
                yield answer
            if len(states) < PAGE:
                return
            after = states[-1].member_id
