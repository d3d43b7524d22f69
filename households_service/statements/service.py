"""Statements of one or many households; frozen where a decision relies on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.clock import civil_date
from chassis.errors import InvalidInput
from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.registry.domain import Household
from households_service.registry.sight import Sight
from households_service.statements.domain import (
    AccountingRules,
    DecisionHasOtherStatement,
    FrozenStatement,
    IncomeStatement,
    IncomeStatementChanged,
    IncomeStatementFrozen,
    all_statements,
)
from households_service.uow import HouseholdsUnitOfWork


async def statements_of(
    uow: HouseholdsUnitOfWork,
    households: Sequence[Household],
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Mapping[UUID, Sequence[IncomeStatement]]:
    """All three bases of each household, in five queries for any number of them.

    `as_of` is today where the household lives by default; `known_at` looks back at the ledger as it was recorded.
    """
    ids = [household.id for household in households]
    paths = {household.area_path for household in households}
    zones = {} if as_of is not None else await uow.areas.zones_of(paths)
    members = await uow.members.belonging_of(ids)
    entries = await uow.ledger.brief_of(ids, known_at=known_at)
    expenses = await uow.expenses.spent_by(ids, known_at=known_at)
    rules = await uow.statements.rules_of(paths, as_of or uow.today)
    statements = {}
    for household in households:
        day = as_of or civil_date(uow.now, zones.get(household.area_path, uow.rules.zone))
        rule = rules[household.area_path]
        # Before a household was registered we know no more than who belonged to it on that day.
        known = max(day, household.registered_on)
        counted = [member for member in members.get(household.id, ()) if member.counted(rule.membership_rule, known)]
        statements[household.id] = all_statements(
            entries.get(household.id, ()),
            expenses.get(household.id, ()),
            member_count=len(counted),
            as_of=day,
            rules=rule,
        )
    return statements


async def announce_statements(uow: HouseholdsUnitOfWork, *households: Household) -> None:
    """Tells the other services what the households' statements are now."""
    statements = await statements_of(uow, households)
    uow.emit(
        *(
            IncomeStatementChanged(
                household_id=household.id,
                area_path=household.area_path,
                statements=tuple(statements[household.id]),
            )
            for household in households
        )
    )


async def freeze_statement(
    uow: HouseholdsUnitOfWork, actor: Actor, *, household_id: UUID, as_of: date, decision_id: str
) -> FrozenStatement:
    """Keeps what a decision relies on, once per decision.

    Raises DecisionHasOtherStatement when the decision froze another household or day before.
    """
    scope = POLICY.require(actor, Action.FREEZE_STATEMENT)
    if not decision_id or len(decision_id) > 200:
        raise InvalidInput("A decision has an id of at most 200 characters.", field="decisionId")
    household = await uow.households.get(household_id, Sight.of(scope, day=uow.today), lock=True)
    if as_of > await uow.today_in(household.area_path):
        raise InvalidInput("A statement cannot be frozen before its day.", field="asOf")
    before = await uow.statements.by_decision(decision_id)
    if before is not None:
        if (before.household_id, before.as_of) != (household_id, as_of):
            raise DecisionHasOtherStatement("This decision relies on another statement already.", field="decisionId")
        return before
    statements = await statements_of(uow, [household], as_of=as_of)
    frozen = FrozenStatement(
        id=new_id(),
        household_id=household.id,
        area_path=household.area_path,
        decision_id=decision_id,
        as_of=as_of,
        frozen_at=uow.now,
        statements=tuple(statements[household.id]),
    )
    await uow.statements.freeze(frozen)
    uow.emit(IncomeStatementFrozen(frozen=frozen))
    return frozen


async def set_accounting_rules(
    uow: HouseholdsUnitOfWork, actor: Actor, *, applies_to: str, valid_from: date, rules: AccountingRules
) -> None:
    """From `valid_from` on, how an area and everything below it counts."""
    POLICY.require(actor, Action.CHANGE_ACCOUNTING).require(area_path=applies_to)
    await uow.areas.get(applies_to)
    await uow.statements.set_rules(applies_to, valid_from, rules)
