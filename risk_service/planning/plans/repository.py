from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import Page, PageRequest, decode_cursor, encode_cursor, page_of
from chassis.many_rows import insert_rows
from risk_service.copies.visible import within
from risk_service.planning.plans.declaration import HouseholdFact
from risk_service.planning.plans.domain import Allocation, Approval, AssistancePlan, Candidate
from risk_service.planning.plans.stored import declared_json, declared_of, found_json, found_of
from risk_service.planning.plans.tables import assistance_plans, plan_approvals, planned_households
from risk_service.planning.reasons import Reason
from risk_service.policy.domain import RiskFactor

ROWS_AT_ONCE = 5_000
_WHOLE_PLAN = select(assistance_plans, plan_approvals).select_from(
    assistance_plans.outerjoin(plan_approvals, plan_approvals.c.plan_id == assistance_plans.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationFilter:
    """What is None does not restrict."""

    proposed: bool | None = None
    measure: str | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class PlanRepository:
    connection: AsyncConnection

    async def add(self, plan: AssistancePlan, allocations: Sequence[Allocation]) -> None:
        await self.connection.execute(
            insert(assistance_plans).values(
                id=plan.id,
                root_id=plan.root_id,
                area_path=plan.declared.area_path,
                declared=declared_json(plan.declared),
                found=found_json(plan.found),
                currency=plan.currency,
                as_of=plan.as_of,
                requested_by=plan.requested_by,
                made_at=plan.made_at,
                households=plan.households,
                not_assessed=plan.not_assessed,
                models=list(plan.models),
                policy_version=plan.policy_version,
                content_hash=plan.content_hash,
            )
        )
        for start in range(0, len(allocations), ROWS_AT_ONCE):
            rows = [_allocation_row(plan.id, one) for one in allocations[start : start + ROWS_AT_ONCE]]
            await insert_rows(self.connection, planned_households, rows)

    async def add_approval(self, plan: AssistancePlan, approval: Approval) -> AssistancePlan:
        await self.connection.execute(
            insert(plan_approvals).values(
                plan_id=plan.id,
                area_path=plan.declared.area_path,
                approved_by=approval.by,
                approved_at=approval.at,
                reason=approval.reason,
                offers=approval.offers,
                gone=approval.gone,
            )
        )
        return replace(plan, approval=approval)

    async def one(self, plan_id: UUID) -> AssistancePlan | None:
        row = (await self.connection.execute(_WHOLE_PLAN.where(assistance_plans.c.id == plan_id))).first()
        return None if row is None else _plan(row)

    async def newest_of(self, root_id: UUID) -> UUID | None:
        """The newest of a plan and its supplements."""
        query = select(assistance_plans.c.id).where(assistance_plans.c.root_id == root_id)
        found: UUID | None = await self.connection.scalar(query.order_by(assistance_plans.c.n.desc()).limit(1))
        return found

    async def page(self, *, areas: Sequence[str] | None, area_path: str, request: PageRequest) -> Page[AssistancePlan]:
        """Newest first, of areas at or below `area_path`. `areas` None: all are the caller's."""
        query = _WHOLE_PLAN.where(_inside(areas, area_path)).order_by(assistance_plans.c.n.desc())
        if request.after is not None:
            query = query.where(assistance_plans.c.n < decode_cursor(request.after, int)[0])
        rows = (await self.connection.execute(query.limit(request.first + 1))).all()
        page = page_of(rows, request, lambda row: encode_cursor(row.n))
        return Page(items=[(cursor, _plan(row)) for cursor, row in page.items], has_next=page.has_next)

    async def count(self, *, areas: Sequence[str] | None, area_path: str) -> int:
        query = select(func.count()).select_from(assistance_plans).where(_inside(areas, area_path))
        return int(await self.connection.scalar(query) or 0)

    async def allocations(self, plan_id: UUID) -> list[Allocation]:
        own = planned_households.c.plan_id == plan_id
        rows = await self.connection.execute(
            select(planned_households).where(own).order_by(planned_households.c.number)
        )
        return [_allocation(row) for row in rows]

    async def page_of_allocations(
        self, plan_id: UUID, wanted: AllocationFilter, request: PageRequest
    ) -> Page[Allocation]:
        """In the order of the register, whatever the likelihood."""
        query = select(planned_households).where(_wanted(plan_id, wanted)).order_by(planned_households.c.number)
        if request.after is not None:
            query = query.where(planned_households.c.number > decode_cursor(request.after, int)[0])
        rows = await self.connection.execute(query.limit(request.first + 1))
        return page_of([_allocation(row) for row in rows], request, lambda one: encode_cursor(one.number))

    async def count_allocations(self, plan_id: UUID, wanted: AllocationFilter) -> int:
        query = select(func.count()).select_from(planned_households).where(_wanted(plan_id, wanted))
        return int(await self.connection.scalar(query) or 0)


def _inside(areas: Sequence[str] | None, area_path: str) -> ColumnElement[bool]:
    inside = within(assistance_plans.c.area_path, area_path)
    if areas is not None:
        inside &= or_(*(within(assistance_plans.c.area_path, own) for own in areas))
    return inside


def _wanted(plan_id: UUID, wanted: AllocationFilter) -> ColumnElement[bool]:
    found: ColumnElement[bool] = planned_households.c.plan_id == plan_id
    if wanted.proposed is not None:
        found &= (
            planned_households.c.measure.is_not(None) if wanted.proposed else planned_households.c.measure.is_(None)
        )
    if wanted.measure is not None:
        found &= planned_households.c.measure == wanted.measure
    if wanted.reason is not None:
        found &= planned_households.c.reason == wanted.reason.value
    return found


def _plan(row: Row[tuple[object, ...]]) -> AssistancePlan:
    approval = None
    if row.approved_by is not None:
        approval = Approval(by=row.approved_by, at=row.approved_at, reason=row.reason, offers=row.offers, gone=row.gone)
    return AssistancePlan(
        id=row.id,
        root_id=row.root_id,
        declared=declared_of(row.declared),
        currency=row.currency,
        as_of=row.as_of,
        requested_by=row.requested_by,
        made_at=row.made_at,
        households=row.households,
        not_assessed=row.not_assessed,
        models=tuple(row.models),
        policy_version=row.policy_version,
        content_hash=row.content_hash,
        found=found_of(row.found),
        approval=approval,
    )


def _allocation_row(plan_id: UUID, allocation: Allocation) -> dict[str, object]:
    one = allocation.candidate
    return {
        "plan_id": plan_id,
        "number": allocation.number,
        "household_id": one.household_id,
        "area_path": one.area_path,
        "likelihood": one.likelihood,
        "used_likelihood": allocation.likelihood,
        "members": one.members,
        "red": one.red,
        "factors": sorted(factor.value for factor in one.factors),
        "facts": sorted(fact.value for fact in one.facts),
        "shortfall_cents": one.shortfall,
        "declined": sorted(one.declined),
        "measure": allocation.measure,
        "cost_cents": allocation.cost,
        "value": allocation.value,
        "reason": allocation.reason.value,
        "margin": allocation.margin,
        "instead": allocation.instead,
    }


def _allocation(row: Row[tuple[object, ...]]) -> Allocation:
    return Allocation(
        number=row.number,
        candidate=Candidate(
            household_id=row.household_id,
            area_path=row.area_path,
            likelihood=row.likelihood,
            members=row.members,
            red=row.red,
            factors=frozenset(RiskFactor(factor) for factor in row.factors),
            facts=frozenset(HouseholdFact(fact) for fact in row.facts),
            shortfall=row.shortfall_cents,
            declined=frozenset(row.declined),
        ),
        likelihood=row.used_likelihood,
        measure=row.measure,
        cost=row.cost_cents,
        value=row.value,
        reason=Reason(row.reason),
        margin=row.margin,
        instead=row.instead,
    )
