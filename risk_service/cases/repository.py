from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, literal, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import Page, PageRequest, page_of
from risk_service.access import Visibility
from risk_service.cases.categories import MonitoringCategory
from risk_service.cases.clocks import Deadline
from risk_service.cases.domain import CaseStep, MonitoringCase
from risk_service.cases.refusals import CaseChanged
from risk_service.cases.resolving import CaseMeasure, Findings
from risk_service.cases.rows import case_of, case_values, checks_of, findings_value, measure_of, step_of, step_values
from risk_service.cases.states import SUPPORTED, UNDECIDED, CaseStatus
from risk_service.cases.tables import case_deadlines, case_measures, case_steps, cases
from risk_service.copies.tables import statements
from risk_service.copies.visible import visible_rows, within
from risk_service.cursors import literal_place, place, place_cursor
from risk_service.metadata import one_of
from risk_service.policy.domain import IncomeBasis

LIVE = cases.c.status != CaseStatus.NOT_IDENTIFIED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases; None does not restrict. `missed_by`: with a clock that ran out before this day."""

    area_path: str | None = None
    statuses: tuple[CaseStatus, ...] | None = None
    categories: tuple[MonitoringCategory, ...] | None = None
    missed_by: date | None = None


@dataclass(frozen=True, slots=True)
class CaseRepository:
    connection: AsyncConnection

    async def next_number(self, year: int) -> str:
        value = await self.connection.scalar(text("select nextval('monitoring_case_numbers')"))
        return f"{year}-{int(value or 0):06d}"

    async def get(self, case_id: UUID, *, lock: bool = False) -> MonitoringCase | None:
        query = select(cases).where(cases.c.id == case_id)
        row = (await self.connection.execute(query.with_for_update() if lock else query)).first()
        return None if row is None else case_of(row)

    async def live(self, household_ids: Collection[UUID]) -> dict[UUID, MonitoringCase]:
        """By household, locked, in one order."""
        query = select(cases).where(one_of(cases.c.household_id, household_ids), LIVE).order_by(cases.c.id)
        return {row.household_id: case_of(row) for row in await self.connection.execute(query.with_for_update())}

    async def newest(self, household_ids: Sequence[UUID]) -> dict[UUID, MonitoringCase]:
        query = (
            select(cases)
            .ext(distinct_on(cases.c.household_id))
            .where(one_of(cases.c.household_id, household_ids))
            .order_by(cases.c.household_id, cases.c.created_at.desc(), cases.c.id.desc())
        )
        return {row.household_id: case_of(row) for row in await self.connection.execute(query)}

    async def add(self, case: MonitoringCase, *, at: datetime) -> None:
        await self.connection.execute(insert(cases).values(id=case.id, created_at=at, **case_values(case)))

    async def put(self, case: MonitoringCase) -> None:
        """Raises CaseChanged when the stored version is not the one before this."""
        mine = (cases.c.id == case.id) & (cases.c.version == case.version - 1)
        outcome = await self.connection.execute(update(cases).where(mine).values(**case_values(case)))
        if outcome.rowcount != 1:
            raise CaseChanged("The case has changed since you read it; read it again.")

    async def add_step(self, step: CaseStep, *, area_path: str) -> None:
        await self.connection.execute(insert(case_steps).values(area_path=area_path, **step_values(step)))

    async def steps(self, ids: Sequence[UUID]) -> dict[UUID, list[CaseStep]]:
        """By case, oldest first."""
        query = select(case_steps).where(one_of(case_steps.c.case_id, ids))
        found: dict[UUID, list[CaseStep]] = {}
        for row in await self.connection.execute(query.order_by(case_steps.c.case_id, case_steps.c.number)):
            found.setdefault(row.case_id, []).append(step_of(row))
        return found

    async def put_findings(self, case_id: UUID, findings: Findings) -> None:
        own = cases.c.id == case_id
        await self.connection.execute(update(cases).where(own).values(findings=findings_value(findings)))

    async def findings(self, case_id: UUID) -> Findings | None:
        found = await self.connection.scalar(select(cases.c.findings).where(cases.c.id == case_id))
        if found is None:
            return None
        since = found["income_stable_since"]
        return Findings(
            income_stable_since=None if since is None else date.fromisoformat(since),
            large_expenses_settled=found["large_expenses_settled"],
            checks=checks_of(found["checks"]),
        )

    async def put_statement(self, case_id: UUID, statement_id: UUID) -> None:
        """The one that was frozen for the resolution."""
        await self.connection.execute(update(cases).where(cases.c.id == case_id).values(statement_id=statement_id))

    async def add_measure(self, measure: CaseMeasure, case: MonitoringCase, *, at: datetime) -> None:
        await self.connection.execute(
            insert(case_measures).values(
                id=measure.id,
                case_id=measure.case_id,
                household_id=case.household_id,
                area_path=case.area_path,
                type=measure.type.value,
                delivered_on=measure.delivered_on,
                recorded_by=measure.recorded_by,
                recorded_at=at,
            )
        )

    async def confirm_measure(self, measure_id: UUID, *, by: str, at: datetime) -> None:
        own = case_measures.c.id == measure_id
        await self.connection.execute(update(case_measures).where(own).values(confirmed_by=by, confirmed_at=at))

    async def measure(self, measure_id: UUID) -> CaseMeasure | None:
        query = select(case_measures).where(case_measures.c.id == measure_id).with_for_update()
        row = (await self.connection.execute(query)).first()
        return None if row is None else measure_of(row)

    async def measures(self, ids: Sequence[UUID]) -> dict[UUID, list[CaseMeasure]]:
        """By case, in the order of their delivery."""
        query = select(case_measures).where(one_of(case_measures.c.case_id, ids))
        found: dict[UUID, list[CaseMeasure]] = {}
        for row in await self.connection.execute(query.order_by(case_measures.c.delivered_on, case_measures.c.id)):
            found.setdefault(row.case_id, []).append(measure_of(row))
        return found

    async def income(self, household_id: UUID, basis: IncomeBasis) -> tuple[date, Decimal, Decimal, int] | None:
        """Day, net total, rigid expenses and members of the newest statement; None where nothing is recorded."""
        row = (
            await self.connection.execute(
                select(statements).where(statements.c.household_id == household_id, statements.c.basis == basis.value)
            )
        ).first()
        if row is None or row.member_count < 1:
            return None
        recorded = (row.wage_cents, row.production_cents, row.property_cents, row.transfer_cents)
        if not any((*recorded, row.production_cost_cents)):
            return None
        net, expenses = Decimal(row.net_cents).scaleb(-2), Decimal(row.rigid_expenses_cents).scaleb(-2)
        return row.as_of, net, expenses, row.member_count

    async def page(self, seen: Visibility, wanted: CaseFilter, request: PageRequest) -> Page[MonitoringCase]:
        """Newest first."""
        query = select(cases).where(_matching(seen, wanted)).limit(request.first + 1)
        query = query.order_by(cases.c.created_at.desc(), cases.c.id.desc())
        if request.after is not None:
            here = literal_place(cases.c.created_at, cases.c.id, request.after)
            query = query.where(place(cases.c.created_at, cases.c.id) < here)
        rows = (await self.connection.execute(query)).all()
        cursors = {row.id: place_cursor(row.created_at, row.id) for row in rows}
        return page_of([case_of(row) for row in rows], request, lambda case: cursors[case.id])

    async def count(self, seen: Visibility, wanted: CaseFilter) -> int:
        query = select(func.count()).select_from(cases).where(_matching(seen, wanted))
        return int(await self.connection.scalar(query) or 0)

    async def running_out(self, day: date, *, limit: int) -> list[MonitoringCase]:
        """With a clock that ran out before `day` and was not told of yet; locked, others' locks passed over."""
        told = tuple_(case_deadlines.c.deadline, case_deadlines.c.due_on)
        unknown = [
            ~select(literal(1))
            .where(case_deadlines.c.case_id == cases.c.id, told == tuple_(literal(deadline.value), column))
            .exists()
            for deadline, column in _CLOCKS
        ]
        late = [ran_out & not_told for ran_out, not_told in zip(_ran_out(day), unknown, strict=True)]
        query = select(cases).where(or_(*late)).order_by(cases.c.id).limit(limit).with_for_update(skip_locked=True)
        return [case_of(row) for row in await self.connection.execute(query)]

    async def add_deadline(self, case: MonitoringCase, deadline: Deadline, due_on: date, *, at: datetime) -> bool:
        """Whether it was not known yet."""
        fresh = upsert(case_deadlines).values(
            case_id=case.id, deadline=deadline.value, due_on=due_on, area_path=case.area_path, found_at=at
        )
        outcome = await self.connection.execute(fresh.on_conflict_do_nothing())
        return outcome.rowcount == 1

    async def move(self, household_id: UUID, area_path: str) -> None:
        own = select(cases.c.id).where(cases.c.household_id == household_id)
        for table in (case_steps, case_deadlines):
            await self.connection.execute(update(table).where(table.c.case_id.in_(own)).values(area_path=area_path))
        for table in (case_measures, cases):
            moved = (table.c.household_id == household_id) & (table.c.area_path != area_path)
            await self.connection.execute(update(table).where(moved).values(area_path=area_path))


_CLOCKS = ((Deadline.DECISION, cases.c.decision_due_on), (Deadline.FIRST_MEASURE, cases.c.first_measure_due_on))


def _ran_out(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The same as `domain.missed`, as conditions; in the order of _CLOCKS."""
    undecided = cases.c.status.in_([status.value for status in UNDECIDED])
    supported = cases.c.status.in_([status.value for status in SUPPORTED])
    return (
        undecided & (cases.c.decision_due_on < day),
        supported & cases.c.first_measure_on.is_(None) & (cases.c.first_measure_due_on < day),
    )


def _matching(seen: Visibility, wanted: CaseFilter) -> ColumnElement[bool]:
    found = visible_rows(seen, area_path=cases.c.area_path, household_id=cases.c.household_id)
    if wanted.area_path is not None:
        found &= within(cases.c.area_path, wanted.area_path)
    if wanted.statuses is not None:
        found &= cases.c.status.in_([status.value for status in wanted.statuses])
    if wanted.categories is not None:
        found &= cases.c.category.in_([category.value for category in wanted.categories])
    if wanted.missed_by is not None:
        found &= or_(*_ran_out(wanted.missed_by))
    return found
