"""Recruitment safeguards: public, activated by the county, guarded by the monitor."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Refused, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.safeguards import domain, service


@strawberry.type(description="Without an active record of an area no offer of work is made there.")
class RecruitmentSafeguards:
    id: strawberry.ID
    area_path: AreaPath
    monitor_organisation: str
    monitor_contact: str = strawberry.field(description="Where workers reach the monitor in confidence.")
    grievance_line: str
    languages: list[str]
    refusal_rule_published_on: date | None
    next_audit_on: date | None
    valid_until: date
    activated_on: date
    suspended_at: datetime | None
    version: int
    active: bool = strawberry.field(description="Today.")
    missing: list[str] = strawberry.field(description="Items that do not hold today.")

    @staticmethod
    def of(record: domain.RecruitmentSafeguards, *, today: date) -> "RecruitmentSafeguards":
        checklist = record.checklist
        return RecruitmentSafeguards(
            id=strawberry.ID(str(record.id)),
            area_path=AreaPath(record.area_path),
            monitor_organisation=checklist.monitor_organisation,
            monitor_contact=checklist.monitor_contact,
            grievance_line=checklist.grievance_line,
            languages=list(checklist.languages),
            refusal_rule_published_on=checklist.refusal_rule_published_on,
            next_audit_on=checklist.next_audit_on,
            valid_until=checklist.valid_until,
            activated_on=record.activated_on,
            suspended_at=record.suspended_at,
            version=record.version,
            active=record.active(on=today),
            missing=list(record.missing(on=today)),
        )


@strawberry.input
class ActivateSafeguardsInput:
    area: AreaPath
    monitor_subject: str = strawberry.field(description="The `sub` of the independent monitor's token.")
    monitor_organisation: str
    monitor_contact: str
    grievance_line: str
    languages: list[str]
    refusal_rule_published_on: date
    next_audit_on: date
    valid_until: date
    idempotency_key: str


@strawberry.input
class SafeguardsStepInput:
    id: strawberry.ID
    expected_version: int


ActivateSafeguardsResult = Annotated[RecruitmentSafeguards | Refused, strawberry.union("ActivateSafeguardsResult")]
SuspendSafeguardsResult = Annotated[RecruitmentSafeguards | Refused, strawberry.union("SuspendSafeguardsResult")]
ResumeSafeguardsResult = Annotated[RecruitmentSafeguards | Refused, strawberry.union("ResumeSafeguardsResult")]
StepDownAsMonitorResult = Annotated[RecruitmentSafeguards | Refused, strawberry.union("StepDownAsMonitorResult")]


@strawberry.type
class SafeguardsQuery:
    @strawberry.field(description="Records at or above an area, newest first.")
    async def safeguards(self, info: Info[EmploymentContext, None], area: AreaPath) -> list[RecruitmentSafeguards]:
        async with info.context.begin() as uow:
            records = await service.safeguards_for(uow, area)
            today = await uow.today(area)
        return [RecruitmentSafeguards.of(record, today=today) for record in records]


@strawberry.type
class SafeguardsMutation:
    @strawberry.mutation(description="Switches offers on for an area, or renews. The monitor stays who they are.")
    @refusals
    async def activate_safeguards(
        self, info: Info[EmploymentContext, None], input: ActivateSafeguardsInput
    ) -> ActivateSafeguardsResult:
        checklist = domain.Checklist(
            monitor_subject=input.monitor_subject,
            monitor_organisation=input.monitor_organisation,
            monitor_contact=input.monitor_contact,
            grievance_line=input.grievance_line,
            languages=tuple(input.languages),
            refusal_rule_published_on=input.refusal_rule_published_on,
            next_audit_on=input.next_audit_on,
            valid_until=input.valid_until,
        )
        async with info.context.begin() as uow:
            record = await service.activate_safeguards(
                uow,
                area_path=input.area,
                checklist=checklist,
                idempotency_key=input.idempotency_key,
            )
            today = await uow.today(record.area_path)
        return RecruitmentSafeguards.of(record, today=today)

    @strawberry.mutation(description="The monitor stops all offers of the area at once.")
    @refusals
    async def suspend_safeguards(
        self, info: Info[EmploymentContext, None], input: SafeguardsStepInput
    ) -> SuspendSafeguardsResult:
        async with info.context.begin() as uow:
            record = await service.suspend(uow, record_id=parse_id(input.id), expected_version=input.expected_version)
            return RecruitmentSafeguards.of(record, today=await uow.today(record.area_path))

    @strawberry.mutation(description="The monitor lets offers go on.")
    @refusals
    async def resume_safeguards(
        self, info: Info[EmploymentContext, None], input: SafeguardsStepInput
    ) -> ResumeSafeguardsResult:
        async with info.context.begin() as uow:
            record = await service.resume(uow, record_id=parse_id(input.id), expected_version=input.expected_version)
            return RecruitmentSafeguards.of(record, today=await uow.today(record.area_path))

    @strawberry.mutation(description="The monitor ends their own task; offers stop until another one is named.")
    @refusals
    async def step_down_as_monitor(
        self, info: Info[EmploymentContext, None], input: SafeguardsStepInput
    ) -> StepDownAsMonitorResult:
        async with info.context.begin() as uow:
            record = await service.step_down(uow, record_id=parse_id(input.id), expected_version=input.expected_version)
            return RecruitmentSafeguards.of(record, today=await uow.today(record.area_path))
