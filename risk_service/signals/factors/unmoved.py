"""Income statements in which nothing moved but unavoidable expenses, as after every bill. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from risk_service.signals.factors.facts import Fact, Income
from risk_service.signals.factors.income import year_before


def moves_expenses_only(told: Collection[Fact], known: Collection[Fact]) -> bool:
    """Whether no rule that leaves expenses aside can say anything else after `told`, the statements of one household.

    `known`: what counted of it until now. The year before must be the same as well: an income is held against what
    it was twelve months earlier, and that day has moved on with the statement's.
    """
    return bool(told) and all(_is_unmoved(fact, known) for fact in told)


def _is_unmoved(fact: Fact, known: Collection[Fact]) -> bool:
    income = fact.detail
    if not isinstance(income, Income):
        return False
    own = [(one, one.detail) for one in known if isinstance(one.detail, Income) and one.detail.basis is income.basis]
    if not own:
        return False
    last, before = max(own, key=lambda one: (one[0].occurred_on, one[0].version))
    if last.occurred_on > fact.occurred_on or replace(before, rigid_expenses=income.rigid_expenses) != income:
        return False
    then, now = year_before(last.occurred_on), year_before(fact.occurred_on)
    return not any(then < one.occurred_on <= now for one, _ in own)
