"""The households service as a clearing needs it, over gRPC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from chassis.ids import parse_id
from contracts.households.v1 import households_service_pb2 as messages
from risk_service.clearances.domain import BasisFigures, FrozenStatement
from risk_service.copies.messages import bases_of

if TYPE_CHECKING:
    # Known to the type checker only.
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub

# A person waits for the answer.
FREEZE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class HouseholdsStatements:
    stub: HouseholdsServiceAsyncStub

    async def freeze(self, *, household_id: UUID, as_of: date, decision_id: UUID) -> FrozenStatement:
        """Raises DependencyDown, or the refusal of the households service."""
        answer = await self.stub.FreezeStatement(
            messages.FreezeStatementRequest(
                household_id=str(household_id), as_of=as_of.isoformat(), decision_id=str(decision_id)
            ),
            timeout=FREEZE_SECONDS,
        )
        return frozen_of(answer)


def frozen_of(answer: messages.FreezeStatementResponse) -> FrozenStatement:
    statement = answer.statement
    return FrozenStatement(
        id=parse_id(answer.statement_id, field="statement_id"),
        household_id=parse_id(statement.household_id, field="household_id"),
        as_of=date.fromisoformat(statement.as_of),
        currency=statement.currency,
        bases=tuple(
            BasisFigures(
                basis=totals.basis,
                net=Decimal(totals.net).scaleb(-2),
                rigid_expenses=Decimal(totals.rigid_expenses).scaleb(-2),
                member_count=totals.member_count,
            )
            for totals in bases_of(statement)
        ),
    )
