"""What the independent monitor sees and does. The rules themselves are public."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import (
    AreaPath,
    Connection,
    Money,
    PageRequest,
    Refused,
    encode_cursor,
    page_of,
    refusals,
)
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.employers.graph import id_behind
from employment_service.policies.domain import EmploymentPolicy
from employment_service.safeguards.flags import domain, service
from employment_service.safeguards.flags.repository import FlagFilter
from employment_service.safeguards.flags.rules import RULES, FlagRule

strawberry.enum(domain.FlagCode, description="The declared signs of coercion.")
strawberry.enum(domain.Effect, name="FlagEffect")
strawberry.enum(domain.TaskKind, name="MonitorTaskKind")
strawberry.enum(domain.TaskOutcome, name="MonitorTaskOutcome")


@strawberry.type(description="A declared sign of coercion, with the figures in force.")
class CoercionFlagRule:
    code: domain.FlagCode
    name: str
    rule: str
    effects: list[domain.Effect]
    task: domain.TaskKind | None
    pauses_employer: bool
    seen_by: list[str]

    @staticmethod
    def of(rule: FlagRule, policy: EmploymentPolicy) -> "CoercionFlagRule":
        return CoercionFlagRule(
            code=rule.code,
            name=rule.name,
            rule=rule.sentence(policy),
            effects=list(rule.effects),
            task=rule.task,
            pauses_employer=rule.pauses_employer,
            seen_by=sorted(rule.seen_by),
        )


@strawberry.type(description="A placement that waits for the monitor.")
class Hold:
    placement_id: strawberry.ID
    placed_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_reason: str | None


@strawberry.type(description="For the independent monitor alone.")
class MonitorTask:
    id: strawberry.ID
    kind: domain.TaskKind
    area_path: AreaPath
    flag_id: strawberry.ID | None
    placement_id: strawberry.ID | None
    worker_id: strawberry.ID | None
    employer_id: strawberry.ID | None
    amount: Money | None
    made_at: datetime
    due_at: datetime
    done_at: datetime | None
    outcome: domain.TaskOutcome | None

    @staticmethod
    def of(task: domain.MonitorTask) -> "MonitorTask":
        return MonitorTask(
            id=strawberry.ID(str(task.id)),
            kind=task.kind,
            area_path=AreaPath(task.area_path),
            flag_id=_id_or_none(task.flag_id),
            placement_id=_id_or_none(task.placement_id),
            worker_id=_id_or_none(task.worker_id),
            employer_id=_id_or_none(task.employer_id),
            amount=None if task.cents is None else money_of_cents(task.cents),
            made_at=task.made_at,
            due_at=task.due_at,
            done_at=task.done_at,
            outcome=task.outcome,
        )


@strawberry.type(description="For the independent monitor alone.")
class CoercionFlag:
    id: strawberry.ID
    code: domain.FlagCode
    name: str
    effects: list[domain.Effect]
    area_path: AreaPath
    raised_at: datetime
    figure: int | None = strawberry.field(description="How many, or how much, the rule saw.")
    employer_id: strawberry.ID | None
    vacancy_id: strawberry.ID | None
    placement_id: strawberry.ID | None
    worker_id: strawberry.ID | None
    household_id: strawberry.ID | None
    staff_subject: str | None
    due_at: datetime | None
    escalated_at: datetime | None = strawberry.field(description="Since when it is past its clock.")
    settled_at: datetime | None
    settled_by: str | None
    settled_reason: str | None
    record: strawberry.Private[domain.Flag]

    @strawberry.field
    async def holds(self, info: Info[EmploymentContext, None]) -> list[Hold]:
        return [
            Hold(
                placement_id=strawberry.ID(str(hold.placement_id)),
                placed_at=hold.placed_at,
                lifted_at=hold.lifted_at,
                lifted_by=hold.lifted_by,
                lifted_reason=hold.lifted_reason,
            )
            for hold in await info.context.loaders.holds_of_flags.load(self.record.id)
        ]

    @strawberry.field
    async def tasks(self, info: Info[EmploymentContext, None]) -> list[MonitorTask]:
        return [MonitorTask.of(task) for task in await info.context.loaders.tasks_of_flags.load(self.record.id)]

    @staticmethod
    def of(flag: domain.Flag) -> "CoercionFlag":
        rule = RULES[flag.code]
        return CoercionFlag(
            id=strawberry.ID(str(flag.id)),
            code=flag.code,
            name=rule.name,
            effects=list(rule.effects),
            area_path=AreaPath(flag.area_path),
            raised_at=flag.raised_at,
            figure=flag.figure,
            employer_id=_id_or_none(flag.employer_id),
            vacancy_id=_id_or_none(flag.vacancy_id),
            placement_id=_id_or_none(flag.placement_id),
            worker_id=_id_or_none(flag.worker_id),
            household_id=_id_or_none(flag.household_id),
            staff_subject=flag.staff_subject,
            due_at=flag.due_at,
            escalated_at=flag.escalated_at,
            settled_at=flag.settled_at,
            settled_by=flag.settled_by,
            settled_reason=flag.settled_reason,
            record=flag,
        )


@strawberry.input
class CoercionFlagFilterInput:
    codes: list[domain.FlagCode] = strawberry.field(default_factory=list, description="Empty: all.")
    open_only: bool = True


@strawberry.input
class LiftHoldInput:
    flag_id: strawberry.ID
    placement_ids: list[strawberry.ID] = strawberry.field(default_factory=list, description="Empty: all of the flag.")
    reason: str


@strawberry.input
class SettleFlagInput:
    flag_id: strawberry.ID
    reason: str


@strawberry.input
class FinishMonitorTaskInput:
    task_id: strawberry.ID
    outcome: domain.TaskOutcome = domain.TaskOutcome.DONE


LiftHoldResult = Annotated[CoercionFlag | Refused, strawberry.union("LiftHoldResult")]
SettleFlagResult = Annotated[CoercionFlag | Refused, strawberry.union("SettleFlagResult")]
FinishMonitorTaskResult = Annotated[MonitorTask | Refused, strawberry.union("FinishMonitorTaskResult")]


def _id_or_none(value: UUID | None) -> strawberry.ID | None:
    return None if value is None else strawberry.ID(str(value))


@strawberry.type
class FlagQuery:
    @strawberry.field(description="What is looked for, in the open, with the figures in force in an area.")
    async def coercion_flag_rules(self, info: Info[EmploymentContext, None], area: AreaPath) -> list[CoercionFlagRule]:
        async with info.context.begin() as uow:
            policy = await uow.policy(area)
        return [CoercionFlagRule.of(rule, policy) for rule in RULES.values()]

    @strawberry.field(description="For the independent monitor alone, newest first.")
    async def coercion_flags(
        self,
        info: Info[EmploymentContext, None],
        area: AreaPath,
        filter: CoercionFlagFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[CoercionFlag]:
        request = PageRequest.of(first, after)
        given = filter or CoercionFlagFilterInput()
        wanted = FlagFilter(area_path=area, codes=frozenset(given.codes), open_only=given.open_only)
        async with info.context.begin() as uow:
            found = await service.flag_page(uow, wanted, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.flags.count(wanted)

        page = page_of(found, request, lambda flag: encode_cursor(str(flag.id)))
        return Connection.of(page, CoercionFlag.of, after=after, count=count)

    @strawberry.field(description="What waits for the independent monitor, oldest first.")
    async def monitor_tasks(
        self,
        info: Info[EmploymentContext, None],
        area: AreaPath,
        open_only: bool = True,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[MonitorTask]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.task_page(
                uow, area, open_only=open_only, after=id_behind(after), count=request.first + 1
            )

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.monitor_tasks.count(area, open_only=open_only)

        page = page_of(found, request, lambda task: encode_cursor(str(task.id)))
        return Connection.of(page, MonitorTask.of, after=after, count=count)


@strawberry.type
class FlagMutation:
    @strawberry.mutation(description="By the monitor named in the safeguards, with a reason; nobody else can.")
    @refusals
    async def lift_hold(self, info: Info[EmploymentContext, None], input: LiftHoldInput) -> LiftHoldResult:
        async with info.context.begin() as uow:
            flag = await service.lift_holds(
                uow,
                flag_id=parse_id(input.flag_id, field="flagId"),
                placement_ids=[parse_id(each, field="placementIds") for each in input.placement_ids],
                reason=input.reason,
            )
        return CoercionFlag.of(flag)

    @strawberry.mutation(description="By the monitor named in the safeguards, with what was found.")
    @refusals
    async def settle_flag(self, info: Info[EmploymentContext, None], input: SettleFlagInput) -> SettleFlagResult:
        async with info.context.begin() as uow:
            flag = await service.settle_flag(uow, flag_id=parse_id(input.flag_id, field="flagId"), reason=input.reason)
        return CoercionFlag.of(flag)

    @strawberry.mutation(description="By the monitor. A call-back that leaves doubt holds the placement.")
    @refusals
    async def finish_monitor_task(
        self, info: Info[EmploymentContext, None], input: FinishMonitorTaskInput
    ) -> FinishMonitorTaskResult:
        async with info.context.begin() as uow:
            task = await service.finish_task(
                uow, task_id=parse_id(input.task_id, field="taskId"), outcome=input.outcome
            )
        return MonitorTask.of(task)
