"""What each kind of effect does; which feed has which is declared in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from households_service.expenses.domain import ExpenseKind
from households_service.feeds.book import Linked
from households_service.feeds.catalogue.declaration import EffectKind
from households_service.feeds.effects.benefits import BenefitEffect
from households_service.feeds.effects.expenses import ExpenseEffect
from households_service.feeds.incoming import FeedRecord
from households_service.uow import HouseholdsUnitOfWork


class Effect(Protocol):
    def require_possible(self, record: FeedRecord) -> None:
        """Raises the refusal that `take` would meet, before anything is stored."""
        ...

    async def take(self, uow: HouseholdsUnitOfWork, taken: Sequence[Linked]) -> None:
        """In their order, in a fixed number of queries."""
        ...

    async def take_back(self, uow: HouseholdsUnitOfWork, undone: Sequence[Linked]) -> None:
        """Of first records that were somebody else's after all: as new versions, so that what was stays on record.

        What the ledger then has of them is nobody's; linked anew, they start anew.
        """
        ...


class NoEffect:
    """The event that tells of the record is all."""

    def require_possible(self, record: FeedRecord) -> None:
        del record

    async def take(self, uow: HouseholdsUnitOfWork, taken: Sequence[Linked]) -> None:
        del uow, taken

    async def take_back(self, uow: HouseholdsUnitOfWork, undone: Sequence[Linked]) -> None:
        del uow, undone


EFFECTS: Mapping[EffectKind, Effect] = {
    EffectKind.MEDICAL_EXPENSE: ExpenseEffect(ExpenseKind.MEDICAL),
    EffectKind.SCHOOLING_EXPENSE: ExpenseEffect(ExpenseKind.SCHOOLING),
    EffectKind.DISASTER_EXPENSE: ExpenseEffect(ExpenseKind.DISASTER_REPAIR),
    EffectKind.BENEFIT_INCOME: BenefitEffect(),
    EffectKind.NONE: NoEffect(),
}
