"""The steps of a case as mutations: each is sent once, names the version it was decided on, and may be refused."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from chassis.idempotency import once
from chassis.ids import parse_id
from risk_service.cases import deciding, measures, service
from risk_service.cases.domain import MonitoringCase as Case
from risk_service.cases.graph import CaseMeasure, MonitoringCase
from risk_service.cases.refusals import CaseNotFound, MeasureNotFound
from risk_service.cases.resolving import Findings
from risk_service.cases.states import CaseStepKind, DiscoveryChannel
from risk_service.context import RiskContext
from risk_service.policy.words import MeasureType
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.domain import GuaranteeCheck
from risk_service.verification.graph import GuaranteeCheckInput


@strawberry.input
class ProposeCaseInput:
    idempotency_key: str
    household_id: strawberry.ID
    channel: DiscoveryChannel
    note: str = strawberry.field(description="Why the household is at risk, so that it can be told.")
    alert_id: strawberry.ID | None = strawberry.field(
        default=None, description="Its newest visit must have found a lasting risk. Needed after a department's signal."
    )
    clue_on: date | None = strawberry.field(default=None, description="Without an alert: when it was heard of.")
    serious_difficulty: bool = strawberry.field(
        default=False, description="Found by a person: basic living is in serious difficulty, whatever the income."
    )
    emergency: bool = strawberry.field(default=False, description="Help first, papers later.")


@strawberry.input
class CaseStepInput:
    idempotency_key: str
    case_id: strawberry.ID
    expected_version: int
    note: str = ""

    def asked(self) -> service.Asked:
        return service.Asked(
            case_id=parse_id(self.case_id, field="caseId"), note=self.note, expected_version=self.expected_version
        )


@strawberry.input
class PublishNoticeInput(CaseStepInput):
    text: str = strawberry.field(
        default="", description="Hangs beside case number, village and category. No number of a person, no health."
    )
    closed: bool = strawberry.field(default=False, description="The family asked for a closed review: no notice hangs.")


@strawberry.input
class ProposeResolutionInput(CaseStepInput):
    large_expenses_settled: bool
    checks: list[GuaranteeCheckInput]
    income_stable_since: date | None = None


@strawberry.input
class RecordMeasureInput:
    idempotency_key: str
    case_id: strawberry.ID
    expected_version: int
    type: MeasureType
    delivered_on: date


@strawberry.input
class ConfirmMeasureInput:
    idempotency_key: str
    measure_id: strawberry.ID


ProposeCaseResult = Annotated[MonitoringCase | Refused, strawberry.union("ProposeCaseResult")]
CaseStepResult = Annotated[MonitoringCase | Refused, strawberry.union("CaseStepResult")]
MeasureResult = Annotated[CaseMeasure | Refused, strawberry.union("MeasureResult")]


@strawberry.type
class CaseMutation:
    @strawberry.mutation(description="By a specialist or township reviewer, after a visit that found a lasting risk.")
    @refusals
    async def propose_case(self, info: Info[RiskContext, None], input: ProposeCaseInput) -> ProposeCaseResult:
        actor = info.context.actor
        proposal = service.Proposal(
            household_id=parse_id(input.household_id, field="householdId"),
            channel=input.channel,
            alert_id=None if input.alert_id is None else parse_id(input.alert_id, field="alertId"),
            clue_on=input.clue_on,
            serious_difficulty=input.serious_difficulty,
            emergency=input.emergency,
            note=input.note,
        )
        return await _once(info, "proposeCase", input, lambda uow: service.propose_case(uow, actor, proposal=proposal))

    @strawberry.mutation(description="The village's meeting was held; for an identification or a resolution.")
    @refusals
    async def hold_community_review(self, info: Info[RiskContext, None], input: CaseStepInput) -> CaseStepResult:
        return await _take(info, "holdCommunityReview", input, CaseStepKind.HOLD_REVIEW)

    @strawberry.mutation(description="Once, in the village only. It hangs for its full days before the county decides.")
    @refusals
    async def publish_notice(self, info: Info[RiskContext, None], input: PublishNoticeInput) -> CaseStepResult:
        actor, asked = info.context.actor, input.asked()
        return await _once(
            info,
            "publishNotice",
            input,
            lambda uow: service.publish_notice(uow, actor, asked=asked, text=input.text, closed=input.closed),
        )

    @strawberry.mutation(description="By the township, never by who proposed, recorded or visited.")
    @refusals
    async def check_case(self, info: Info[RiskContext, None], input: CaseStepInput) -> CaseStepResult:
        return await _take(info, "checkCase", input, CaseStepKind.CHECK)

    @strawberry.mutation(
        description="The county opens the case, or calls it resolved; never who took a step before, or visited."
    )
    @refusals
    async def approve_case(self, info: Info[RiskContext, None], input: CaseStepInput) -> CaseStepResult:
        context, asked = info.context, input.asked()
        async with context.begin() as uow:
            known = await uow.recall("approveCase", input.idempotency_key, _request(input))
        statement = None
        if known is None:
            statement = await deciding.statement_for(context.begin_as, context.freezer, context.actor, asked=asked)
        return await _once(
            info,
            "approveCase",
            input,
            lambda uow: deciding.approve_case(uow, context.actor, asked=asked, statement=statement),
        )

    @strawberry.mutation(description="Not identified, or not resolved; with the reason, which the household is told.")
    @refusals
    async def decline_case(self, info: Info[RiskContext, None], input: CaseStepInput) -> CaseStepResult:
        return await _take(info, "declineCase", input, CaseStepKind.DECLINE)

    @strawberry.mutation(description="Every condition is judged now and again when the county decides.")
    @refusals
    async def propose_resolution(self, info: Info[RiskContext, None], input: ProposeResolutionInput) -> CaseStepResult:
        actor, asked = info.context.actor, input.asked()
        findings = Findings(
            income_stable_since=input.income_stable_since,
            large_expenses_settled=input.large_expenses_settled,
            checks=tuple(GuaranteeCheck(subject=one.subject, result=one.result, note=one.note) for one in input.checks),
        )
        return await _once(
            info,
            "proposeResolution",
            input,
            lambda uow: deciding.propose_resolution(uow, actor, asked=asked, findings=findings),
        )

    @strawberry.mutation(description="By a person. A red warning does it by itself.")
    @refusals
    async def reopen_case(self, info: Info[RiskContext, None], input: CaseStepInput) -> CaseStepResult:
        return await _take(info, "reopenCase", input, CaseStepKind.REOPEN)

    @strawberry.mutation(description="What was delivered, also before the decision.")
    @refusals
    async def record_measure(self, info: Info[RiskContext, None], input: RecordMeasureInput) -> MeasureResult:
        actor = info.context.actor

        async def record(uow: RiskUnitOfWork) -> UUID:
            _, measure = await measures.record_measure(
                uow,
                actor,
                case_id=parse_id(input.case_id, field="caseId"),
                type=input.type,
                delivered_on=input.delivered_on,
                expected_version=input.expected_version,
            )
            return measure.id

        return await _measure_once(info, "recordMeasure", input, record)

    @strawberry.mutation(description="By the household, or an officer who did not record it.")
    @refusals
    async def confirm_measure(self, info: Info[RiskContext, None], input: ConfirmMeasureInput) -> MeasureResult:
        actor, measure_id = info.context.actor, parse_id(input.measure_id, field="measureId")

        async def confirm(uow: RiskUnitOfWork) -> UUID:
            return (await measures.confirm_measure(uow, actor, measure_id=measure_id)).id

        return await _measure_once(info, "confirmMeasure", input, confirm)


async def _take(
    info: Info[RiskContext, None], mutation: str, input: CaseStepInput, kind: CaseStepKind
) -> MonitoringCase:
    actor, asked = info.context.actor, input.asked()
    return await _once(info, mutation, input, lambda uow: service.take_step(uow, actor, kind=kind, asked=asked))


async def _once(
    info: Info[RiskContext, None],
    mutation: str,
    input: ProposeCaseInput | CaseStepInput,
    make: Callable[[RiskUnitOfWork], Awaitable[Case]],
) -> MonitoringCase:
    async with info.context.begin() as uow:

        async def made() -> UUID:
            return (await make(uow)).id

        case_id = await once(uow, mutation, input.idempotency_key, _request(input), made)
        case = await uow.cases.get(case_id)
    if case is None:
        raise CaseNotFound("There is no such case.")
    return MonitoringCase.of(case)


async def _measure_once(
    info: Info[RiskContext, None],
    mutation: str,
    input: RecordMeasureInput | ConfirmMeasureInput,
    make: Callable[[RiskUnitOfWork], Awaitable[UUID]],
) -> CaseMeasure:
    async with info.context.begin() as uow:
        measure_id = await once(uow, mutation, input.idempotency_key, _request(input), lambda: make(uow))
        measure = await uow.cases.measure(measure_id)
    if measure is None:
        raise MeasureNotFound("There is no such measure.")
    return CaseMeasure.of(measure)


def _request(
    input: ProposeCaseInput | CaseStepInput | RecordMeasureInput | ConfirmMeasureInput,
) -> bytes:
    return json.dumps(strawberry.asdict(input), default=str, sort_keys=True).encode()
