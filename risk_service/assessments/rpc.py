"""Assessments for other services."""

from __future__ import annotations

import grpc

from chassis.errors import InvalidInput
from chassis.ids import parse_id
from chassis.rpc import caller_of_call
from contracts.risk.v1 import risk_service_pb2 as messages
from contracts.risk.v1.risk_service_pb2_grpc import RiskServiceServicer
from risk_service.assessments.service import read_assessments
from risk_service.events import level_number
from risk_service.uow import Begin

MOST_HOUSEHOLDS = 500


class TooManyHouseholds(InvalidInput):
    code = "TOO_MANY_HOUSEHOLDS"


class RiskRpc(RiskServiceServicer):
    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    async def GetAssessments(
        self,
        request: messages.GetAssessmentsRequest,
        context: grpc.aio.ServicerContext[messages.GetAssessmentsRequest, messages.GetAssessmentsResponse],
    ) -> messages.GetAssessmentsResponse:
        """Unknown households, and those the caller may not see, are left out."""
        if len(request.household_ids) > MOST_HOUSEHOLDS:
            raise TooManyHouseholds(f"Ask for at most {MOST_HOUSEHOLDS} households.", field="household_ids")
        ids = [parse_id(text, field="household_ids") for text in request.household_ids]
        actor = caller_of_call()
        async with self._begin(actor) as uow:
            found = await read_assessments(uow, actor, household_ids=ids)
        answer = messages.GetAssessmentsResponse()
        for assessment, level in found:
            entry = answer.assessments.add(
                household_id=str(assessment.household_id),
                likelihood=assessment.likelihood,
                horizon_months=assessment.horizon_months,
                level=level_number(level),
                model_version=assessment.model_version,
            )
            entry.as_of.FromDatetime(assessment.scored_at)
        return answer
