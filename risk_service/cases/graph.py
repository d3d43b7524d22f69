"""Monitoring cases as GraphQL: what stands where, since when, by whom; no number by which cases ought to end."""

from datetime import date, datetime
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.clock import civil_date
from chassis.graph import AreaPath, Connection, PageRequest
from chassis.ids import parse_id
from risk_service.cases import domain, reading, states
from risk_service.cases.categories import MonitoringCategory
from risk_service.cases.clocks import Deadline
from risk_service.cases.deadlines import FURTHEST_EAST
from risk_service.cases.repository import CaseFilter
from risk_service.cases.resolving import CaseMeasure as StoredMeasure
from risk_service.context import RiskContext
from risk_service.copies.reach import zone_of
from risk_service.policy.words import MeasureType

strawberry.enum(states.CaseStatus)
strawberry.enum(states.CaseStepKind)
strawberry.enum(states.DiscoveryChannel, description="Of equal weight.")
strawberry.enum(Deadline)
strawberry.enum(MonitoringCategory, name="CaseCategory")


@strawberry.type(description="One row of the log; nothing in it is ever changed.")
class CaseStep:
    number: int
    round: int = strawberry.field(description="Four eyes are asked for within one.")
    kind: states.CaseStepKind
    from_status: states.CaseStatus | None
    to_status: states.CaseStatus
    by: str = strawberry.field(description="The `sub` of the token.")
    on: date
    at: datetime
    note: str

    @staticmethod
    def of(step: domain.CaseStep) -> "CaseStep":
        return CaseStep(
            number=step.number,
            round=step.round,
            kind=step.kind,
            from_status=step.from_status,
            to_status=step.to_status,
            by=step.by,
            on=step.on,
            at=step.at,
            note=step.note,
        )


@strawberry.type
class CaseMeasure:
    id: strawberry.ID
    type: MeasureType
    delivered_on: date
    recorded_by: str
    confirmed_by: str | None = strawberry.field(description="The household, or a person who did not record it.")

    @staticmethod
    def of(measure: StoredMeasure) -> "CaseMeasure":
        return CaseMeasure(
            id=strawberry.ID(str(measure.id)),
            type=measure.type,
            delivered_on=measure.delivered_on,
            recorded_by=measure.recorded_by,
            confirmed_by=measure.confirmed_by,
        )


@strawberry.type(description="A clock that ran out: a clue about the offices. Nothing follows for the household.")
class MissedDeadline:
    deadline: Deadline
    due_on: date = strawberry.field(description="The last day in time.")


@strawberry.federation.type(keys=["id"], description="A household that is monitored and supported, or proposed to be.")
class MonitoringCase:
    id: strawberry.ID
    number: str
    area_path: AreaPath
    status: states.CaseStatus
    round: int
    category: MonitoringCategory | None = strawberry.field(description="None: help came first, the papers follow.")
    channel: states.DiscoveryChannel
    clue_on: date
    decision_due_on: date
    green_channel: bool = strawberry.field(description="Helped before the papers were done.")
    closed_review: bool = strawberry.field(description="The family asked that no notice hangs.")
    notice_from: date | None
    identified_on: date | None
    supported_since: date | None
    first_measure_due_on: date | None
    first_measure_on: date | None
    resolved_on: date | None
    watch_until: date | None = strawberry.field(description="Last day of the light watch after a resolution.")
    policy_version: str
    version: int
    source: strawberry.Private[domain.MonitoringCase]

    @strawberry.field(description="Oldest first.")
    async def steps(self, info: Info[RiskContext, None]) -> list[CaseStep]:
        return [CaseStep.of(step) for step in await info.context.loaders.case_steps.load(self.source.id)]

    @strawberry.field(description="In the order of their delivery.")
    async def measures(self, info: Info[RiskContext, None]) -> list[CaseMeasure]:
        return [CaseMeasure.of(one) for one in await info.context.loaders.case_measures.load(self.source.id)]

    @strawberry.field
    async def missed_deadlines(self, info: Info[RiskContext, None]) -> list[MissedDeadline]:
        today = await info.context.loaders.days.load(self.source.area_path)
        if today is None:
            return []
        return [MissedDeadline(deadline=one, due_on=day) for one, day in domain.missed(self.source, today=today)]

    @classmethod
    async def resolve_reference(cls, info: Info[RiskContext, None], id: str) -> "MonitoringCase | None":
        async with info.context.begin() as uow:
            found = await reading.read_case(uow, info.context.actor, case_id=parse_id(id))
        return None if found is None else MonitoringCase.of(found)

    @staticmethod
    def of(case: domain.MonitoringCase) -> "MonitoringCase":
        return MonitoringCase(
            id=strawberry.ID(str(case.id)),
            number=case.number,
            area_path=AreaPath(case.area_path),
            status=case.status,
            round=case.round,
            category=case.category,
            channel=case.channel,
            clue_on=case.clue_on,
            decision_due_on=case.decision_due_on,
            green_channel=case.green_channel,
            closed_review=case.closed_review,
            notice_from=case.notice_from,
            identified_on=case.identified_on,
            supported_since=case.supported_since,
            first_measure_due_on=case.first_measure_due_on,
            first_measure_on=case.first_measure_on,
            resolved_on=case.resolved_on,
            watch_until=case.watch_until,
            policy_version=case.policy_version,
            version=case.version,
            source=case,
        )


async def own_case(info: Info[RiskContext, None], household_id: UUID) -> MonitoringCase | None:
    """The newest of a household that the caller was found to see."""
    found = await info.context.loaders.cases.load(household_id)
    return None if found is None else MonitoringCase.of(found)


@strawberry.input(description="What is left out does not restrict.")
class CaseFilterInput:
    status: list[states.CaseStatus] | None = None
    category: list[MonitoringCategory] | None = None
    overdue: bool = strawberry.field(default=False, description="With a clock that ran out.")


@strawberry.type
class CaseQuery:
    @strawberry.field(description="Null for a case that is not there, or not for the caller.")
    async def monitoring_case(self, info: Info[RiskContext, None], id: strawberry.ID) -> MonitoringCase | None:
        return await MonitoringCase.resolve_reference(info, id)

    @strawberry.field(description="Of the households the caller may see, newest first; `area`: at or below.")
    async def monitoring_cases(
        self,
        info: Info[RiskContext, None],
        *,
        area: AreaPath | None = None,
        filter: CaseFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[MonitoringCase]:
        request = PageRequest.of(first, after)
        context = info.context
        asked = filter or CaseFilterInput()

        async with context.begin() as uow:
            zone = await zone_of(uow, area) if area else FURTHEST_EAST
            wanted = CaseFilter(
                area_path=area,
                statuses=None if asked.status is None else tuple(asked.status),
                categories=None if asked.category is None else tuple(asked.category),
                missed_by=civil_date(uow.now, zone) if asked.overdue else None,
            )
            page = await reading.list_cases(uow, context.actor, wanted=wanted, request=request)

        async def count() -> int:
            async with context.begin() as counting:
                return await reading.count_cases(counting, context.actor, wanted=wanted)

        return Connection.of(page, MonitoringCase.of, after=after, count=count)
