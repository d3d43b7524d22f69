"""Copies and costs that came with the events of one transaction, written together.

Events come in batches; many of them speak of the same household. What came last counts, and a whole batch costs
a few statements instead of several for each event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from risk_service.copies.domain import BasisCopy, HouseholdCopy
from risk_service.signals.domain import Signal
from risk_service.signals.factors.facts import Fact
from risk_service.signals.facts.weighing import Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementCopy:
    household_id: UUID
    area_path: str
    bases: tuple[BasisCopy, ...]


@dataclass(slots=True)
class Arrivals:
    households: dict[UUID, HouseholdCopy] = field(default_factory=dict)
    statements: dict[UUID, StatementCopy] = field(default_factory=dict)
    signals: list[Signal] = field(default_factory=list)
    incomes: dict[UUID, Telling] = field(default_factory=dict)
    facts: list[Telling] = field(default_factory=list)
    likelihoods: set[UUID] = field(default_factory=set)

    def household(self, household: HouseholdCopy) -> None:
        self.households[household.id] = household

    def statement(self, household_id: UUID, area_path: str, bases: Sequence[BasisCopy]) -> None:
        """An older statement that comes after a newer one is passed over."""
        waiting = self.statements.get(household_id)
        if not bases or (waiting is not None and waiting.bases[0].as_of > bases[0].as_of):
            return
        self.statements[household_id] = StatementCopy(
            household_id=household_id, area_path=area_path, bases=tuple(bases)
        )

    def signal(self, signal: Signal) -> None:
        self.signals.append(signal)

    def income(self, household_id: UUID, told: Telling) -> None:
        """A ledger that is being written counts as the last event left it."""
        if told:
            self.incomes[household_id] = told

    def fact(self, fact: Fact) -> None:
        self.facts.append((fact,))

    def likelihood(self, *household_ids: UUID) -> None:
        """Of these households it may be another one after this transaction. Asked for at its end, once for all."""
        self.likelihoods.update(household_ids)

    def take_likelihoods(self) -> list[UUID]:
        """In id order; none waits afterwards."""
        taken, self.likelihoods = sorted(self.likelihoods), set()
        return taken

    def take_facts(self) -> list[Telling]:
        """Incomes first, then the others in the order in which they came; none waits afterwards."""
        taken = [*self.incomes.values(), *self.facts]
        self.incomes, self.facts = {}, []
        return taken

    def take_signals(self) -> list[Signal]:
        """In the order in which they came; none waits afterwards."""
        taken, self.signals = self.signals, []
        return taken

    def take(self) -> tuple[list[HouseholdCopy], list[StatementCopy]]:
        """In id order, so that two transactions cannot wait for each other; nothing waits afterwards."""
        households = [self.households[key] for key in sorted(self.households)]
        statements = [self.statements[key] for key in sorted(self.statements)]
        self.households.clear()
        self.statements.clear()
        return households, statements

    def __bool__(self) -> bool:
        """Whether anything waits to be written and weighed."""
        return bool(self.households or self.statements or self.signals or self.incomes or self.facts)
