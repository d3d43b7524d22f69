"""Stands in for the households service where a decision freezes a statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.errors import DependencyDown
from chassis.ids import new_id
from risk_service.clearances.domain import BasisFigures, FrozenStatement
from risk_service.policy.domain import IncomeBasis


@dataclass(slots=True)
class FakeFreezer:
    """A households service that froze the worked example's statement, or is away."""

    away: bool = False
    frozen: dict[UUID, FrozenStatement] = field(default_factory=dict)
    nets: tuple[str, str, str] = ("21900.00", "27900.00", "32400.00")

    async def freeze(self, *, household_id: UUID, as_of: date, decision_id: UUID) -> FrozenStatement:
        if self.away:
            raise DependencyDown("households did not answer: UNAVAILABLE.")
        if decision_id not in self.frozen:
            bases = zip(
                (IncomeBasis.RECEIVED_12M, IncomeBasis.CALENDAR_YEAR_PROJECTED, IncomeBasis.RUN_RATE_12M),
                self.nets,
                strict=True,
            )
            self.frozen[decision_id] = FrozenStatement(
                id=new_id(),
                household_id=household_id,
                as_of=as_of,
                currency="CNY",
                bases=tuple(
                    BasisFigures(basis=basis, net=Decimal(net), rigid_expenses=Decimal("10318.18"), member_count=4)
                    for basis, net in bases
                ),
            )
        return self.frozen[decision_id]
