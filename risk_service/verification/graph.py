"""Visits as GraphQL: tasks, reports, and the household's choice of how it is met."""

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, refusals
from chassis.idempotency import once
from chassis.ids import parse_id
from risk_service.context import RiskContext
from risk_service.policy.words import AlertLevel, MeasureType
from risk_service.verification import domain, service
from risk_service.verification.repository import TaskFilter, TaskOrder

if TYPE_CHECKING:
    from risk_service.alerts.graph import Alert

strawberry.enum(domain.TaskStatus)
strawberry.enum(domain.ContactManner)
strawberry.enum(domain.CheckSubject, description="What every family must have.")
strawberry.enum(domain.CheckResult)
strawberry.enum(domain.VisitOutcome)
strawberry.enum(TaskOrder)


@strawberry.federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Officer:
    id: strawberry.ID


@strawberry.federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Member:
    id: strawberry.ID


@strawberry.federation.type(keys=["id"], description="Asks the village specialist to look.")
class VerificationTask:
    id: strawberry.ID
    area_path: AreaPath
    level: AlertLevel
    status: domain.TaskStatus
    assignee: Officer | None = strawberry.field(description="None: nobody is in charge; the task waits on the list.")
    due_on: date = strawberry.field(description="Due by the end of this day, where the household lives.")
    due_at: datetime
    preferred_manner: domain.ContactManner = strawberry.field(
        description="Where the household wants to be met. Choosing has no other effect."
    )
    created_at: datetime
    done_at: datetime | None
    escalations: int = strawberry.field(
        description="How far above it was told that nobody went in time: 1 the township, 2 the county."
    )
    version: int
    alert_id: strawberry.Private[UUID]

    @strawberry.field
    async def alert(
        self, info: Info[RiskContext, None]
    ) -> Annotated["Alert", strawberry.lazy("risk_service.alerts.graph")] | None:
        from risk_service.alerts.graph import visible_alert  # noqa: PLC0415 - the two types know each other

        return await visible_alert(info, self.alert_id)

    @classmethod
    async def resolve_reference(cls, info: Info[RiskContext, None], id: str) -> "VerificationTask | None":
        async with info.context.begin() as uow:
            found = await service.read_task(uow, info.context.actor, task_id=parse_id(id))
        return None if found is None else VerificationTask.of(found)

    @staticmethod
    def of(task: domain.VerificationTask) -> "VerificationTask":
        return VerificationTask(
            id=strawberry.ID(str(task.id)),
            area_path=AreaPath(task.area_path),
            level=task.level,
            status=task.status,
            assignee=None if task.assignee_id is None else Officer(id=strawberry.ID(str(task.assignee_id))),
            due_on=task.due_on,
            due_at=task.due_at,
            preferred_manner=task.preferred_manner,
            created_at=task.created_at,
            done_at=task.done_at,
            escalations=task.escalations,
            version=task.version,
            alert_id=task.alert_id,
        )


@strawberry.type
class GuaranteeCheck:
    subject: domain.CheckSubject
    result: domain.CheckResult
    note: str


@strawberry.type(description="What was seen and said.")
class VisitReport:
    id: strawberry.ID
    visited_on: date
    manner: domain.ContactManner
    asked_by_household: bool
    visitor: Officer | None
    spoke_with: list[Member | None]
    needs: list[MeasureType] = strawberry.field(description="What the family says would help.")
    outcome: domain.VisitOutcome = strawberry.field(description="The visitor's view; a second person decides.")
    findings: str
    note: str
    checks: list[GuaranteeCheck]
    reported_at: datetime

    @staticmethod
    def of(visit: domain.Visit) -> "VisitReport":
        return VisitReport(
            id=strawberry.ID(str(visit.id)),
            visited_on=visit.visited_on,
            manner=visit.manner,
            asked_by_household=visit.asked_by_household,
            visitor=None if visit.visitor_id is None else Officer(id=strawberry.ID(str(visit.visitor_id))),
            spoke_with=[Member(id=strawberry.ID(str(member_id))) for member_id in visit.spoke_with],
            needs=list(visit.needs),
            outcome=visit.outcome,
            findings=visit.findings,
            note=visit.note,
            checks=[
                GuaranteeCheck(subject=check.subject, result=check.result, note=check.note) for check in visit.checks
            ],
            reported_at=visit.reported_at,
        )


@strawberry.input(description="What is left out does not restrict.")
class TaskFilterInput:
    status: list[domain.TaskStatus] | None = None
    level: list[AlertLevel] | None = None
    household_id: strawberry.ID | None = None
    assigned_to_me: bool = False
    overdue: bool = False

    def wanted(self, area_path: str | None, *, subject: str, now: datetime) -> TaskFilter:
        return TaskFilter(
            area_path=area_path,
            household_id=None if self.household_id is None else parse_id(self.household_id, field="householdId"),
            statuses=None if self.status is None else tuple(self.status),
            levels=None if self.level is None else tuple(self.level),
            assignee_subject=subject if self.assigned_to_me else None,
            overdue_at=now if self.overdue else None,
        )


@strawberry.input
class GuaranteeCheckInput:
    subject: domain.CheckSubject
    result: domain.CheckResult
    note: str = ""


@strawberry.input
class ReportVisitInput:
    idempotency_key: str
    task_id: strawberry.ID
    visited_on: date
    findings: str
    outcome: domain.VisitOutcome
    manner: domain.ContactManner = domain.ContactManner.HOME
    asked_by_household: bool = strawberry.field(default=False, description="The family asked to be visited.")
    spoke_with: list[strawberry.ID] = strawberry.field(default_factory=list, description="Members of the household.")
    needs: list[MeasureType] = strawberry.field(default_factory=list)
    note: str = ""
    checks: list[GuaranteeCheckInput] = strawberry.field(default_factory=list)

    def report(self) -> service.Report:
        return service.Report(
            task_id=parse_id(self.task_id, field="taskId"),
            visited_on=self.visited_on,
            manner=self.manner,
            asked_by_household=self.asked_by_household,
            spoke_with=[parse_id(member_id, field="spokeWith") for member_id in self.spoke_with],
            needs=self.needs,
            outcome=self.outcome,
            findings=self.findings,
            note=self.note,
            checks=[
                domain.GuaranteeCheck(subject=check.subject, result=check.result, note=check.note)
                for check in self.checks
            ],
        )


@strawberry.input
class RefuseVisitInput:
    task_id: strawberry.ID
    instead: domain.ContactManner = strawberry.field(description="HOME takes an earlier refusal back.")
    expected_version: int


ReportVisitResult = Annotated[VisitReport | Refused, strawberry.union("ReportVisitResult")]
RefuseVisitResult = Annotated[VerificationTask | Refused, strawberry.union("RefuseVisitResult")]


@strawberry.type
class VerificationQuery:
    @strawberry.field(description="Of the households the caller may see; `area`: at or below.")
    async def verification_tasks(
        self,
        info: Info[RiskContext, None],
        *,
        area: AreaPath | None = None,
        filter: TaskFilterInput | None = None,
        order_by: TaskOrder = TaskOrder.DUE_FIRST,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[VerificationTask]:
        request = PageRequest.of(first, after)
        context = info.context
        asked = filter or TaskFilterInput()

        async def count() -> int:
            async with context.begin() as uow:
                wanted = asked.wanted(area, subject=context.actor.subject, now=uow.now)
                return await service.count_tasks(uow, context.actor, wanted=wanted)

        async with context.begin() as uow:
            wanted = asked.wanted(area, subject=context.actor.subject, now=uow.now)
            page = await service.list_tasks(uow, context.actor, wanted=wanted, order=order_by, request=request)
        return Connection.of(page, VerificationTask.of, after=after, count=count)


@strawberry.type
class VerificationMutation:
    @strawberry.mutation(description="By the assigned specialist, or another specialist of the same village.")
    @refusals
    async def report_visit(self, info: Info[RiskContext, None], input: ReportVisitInput) -> ReportVisitResult:
        actor = info.context.actor
        report = input.report()
        async with info.context.begin() as uow:

            async def make() -> UUID:
                return (await service.report_visit(uow, actor, report=report)).id

            request = json.dumps(strawberry.asdict(input), default=str, sort_keys=True).encode()
            visit_id = await once(uow, "reportVisit", input.idempotency_key, request, make)
            return VisitReport.of(await service.read_visit(uow, visit_id))

    @strawberry.mutation(
        description="The household does not want to be visited at home. No level, date, likelihood or help changes."
    )
    @refusals
    async def refuse_visit(self, info: Info[RiskContext, None], input: RefuseVisitInput) -> RefuseVisitResult:
        async with info.context.begin() as uow:
            task = await service.choose_manner(
                uow,
                info.context.actor,
                task_id=parse_id(input.task_id, field="taskId"),
                manner=input.instead,
                expected_version=input.expected_version,
            )
        return VerificationTask.of(task)
