from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.members.domain import MembershipRule
from households_service.metadata import one_of
from households_service.statements.domain import (
    AccountingRules,
    ExcludedEntry,
    ExclusionReason,
    FrozenStatement,
    IncomeBasis,
    IncomeStatement,
)
from households_service.statements.tables import accounting_rules, frozen_bases, frozen_statements
from households_service.statements.windows import Window


class StatementRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def set_rules(self, applies_to: str, valid_from: date, rules: AccountingRules) -> None:
        values = {
            "membership_rule": rules.membership_rule,
            "counts_non_recurring": rules.counts_non_recurring,
            "currency": rules.currency,
        }
        fresh = upsert(accounting_rules).values(applies_to=applies_to, valid_from=valid_from, **values)
        await self._connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[accounting_rules.c.applies_to, accounting_rules.c.valid_from], set_=values
            )
        )

    async def rules_of(self, paths: Iterable[str], day: date) -> Mapping[str, AccountingRules]:
        """Of each path the rule of the nearest area above it that has one on the day; else the default."""
        query = (
            select(accounting_rules)
            .where(accounting_rules.c.valid_from <= day)
            .order_by(func.length(accounting_rules.c.applies_to).desc(), accounting_rules.c.valid_from.desc())
        )
        rows = list(await self._connection.execute(query))
        return {path: _rules(next((row for row in rows if path.startswith(row.applies_to)), None)) for path in paths}

    async def freeze(self, frozen: FrozenStatement) -> None:
        await self._connection.execute(
            insert(frozen_statements).values(
                id=frozen.id,
                household_id=frozen.household_id,
                area_path=frozen.area_path,
                decision_id=frozen.decision_id,
                as_of=frozen.as_of,
                frozen_at=frozen.frozen_at,
                member_count=frozen.statements[0].member_count,
                currency=frozen.statements[0].currency,
            )
        )
        await self._connection.execute(
            insert(frozen_bases),
            [
                {
                    "statement_id": frozen.id,
                    "area_path": frozen.area_path,
                    "basis": statement.basis,
                    "window_first": statement.window.first,
                    "window_last": statement.window.last,
                    "wage_cents": statement.wage_cents,
                    "production_cents": statement.production_cents,
                    "property_cents": statement.property_cents,
                    "transfer_cents": statement.transfer_cents,
                    "production_cost_cents": statement.production_cost_cents,
                    "rigid_expenses_cents": statement.rigid_expenses_cents,
                    "excluded_entries": [excluded.entry_id for excluded in statement.excluded],
                    "excluded_reasons": [excluded.reason for excluded in statement.excluded],
                }
                for statement in frozen.statements
            ],
        )

    async def by_decision(self, decision_id: str) -> FrozenStatement | None:
        query = _frozen().where(frozen_statements.c.decision_id == decision_id)
        found = _assembled(list(await self._connection.execute(query)))
        return found[0] if found else None

    async def frozen_of(self, household_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[FrozenStatement]]:
        """Of each household everything frozen, newest first."""
        query = (
            _frozen()
            .where(one_of(frozen_statements.c.household_id, household_ids))
            .order_by(frozen_statements.c.id.desc())
        )
        found: dict[UUID, list[FrozenStatement]] = defaultdict(list)
        for frozen in _assembled(list(await self._connection.execute(query))):
            found[frozen.household_id].append(frozen)
        return found


def _frozen() -> Select[tuple[object, ...]]:
    return select(
        frozen_statements,
        *(column for column in frozen_bases.c if column.name not in {"area_path", "statement_id"}),
    ).join(frozen_bases, frozen_bases.c.statement_id == frozen_statements.c.id)


def _rules(row: Row[tuple[object, ...]] | None) -> AccountingRules:
    if row is None:
        return AccountingRules()
    return AccountingRules(
        membership_rule=MembershipRule(row.membership_rule),
        counts_non_recurring=row.counts_non_recurring,
        currency=row.currency,
    )


def _assembled(rows: Sequence[Row[tuple[object, ...]]]) -> Sequence[FrozenStatement]:
    by_id: dict[UUID, list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in rows:
        by_id[row.id].append(row)
    order = {basis: number for number, basis in enumerate(IncomeBasis)}
    return [
        FrozenStatement(
            id=group[0].id,
            household_id=group[0].household_id,
            area_path=group[0].area_path,
            decision_id=group[0].decision_id,
            as_of=group[0].as_of,
            frozen_at=group[0].frozen_at,
            statements=tuple(sorted(map(_statement, group), key=lambda statement: order[statement.basis])),
        )
        for group in by_id.values()
    ]


def _statement(row: Row[tuple[object, ...]]) -> IncomeStatement:
    return IncomeStatement(
        basis=IncomeBasis(row.basis),
        as_of=row.as_of,
        window=Window(first=row.window_first, last=row.window_last),
        member_count=row.member_count,
        currency=row.currency,
        wage_cents=row.wage_cents,
        production_cents=row.production_cents,
        property_cents=row.property_cents,
        transfer_cents=row.transfer_cents,
        production_cost_cents=row.production_cost_cents,
        rigid_expenses_cents=row.rigid_expenses_cents,
        excluded=tuple(
            ExcludedEntry(entry_id=entry, reason=ExclusionReason(reason))
            for entry, reason in zip(row.excluded_entries, row.excluded_reasons, strict=True)
        ),
    )
