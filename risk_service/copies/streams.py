"""Where copies are rebuilt from: the households service's snapshots."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from contracts.households.v1 import households_service_pb2 as messages
from risk_service.copies.domain import BasisCopy, HouseholdCopy
from risk_service.copies.messages import bases_of, household_of

if TYPE_CHECKING:
    # Known to the type checker only.
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`sequence`: the number of the household's last event that the snapshot includes."""

    household: HouseholdCopy
    bases: tuple[BasisCopy, ...]
    sequence: int


class SnapshotSource(Protocol):
    def snapshots(self, *, area_path: str, after: UUID | None) -> AsyncIterator[Snapshot]:
        """In id order. Raises DependencyDown."""
        ...


@dataclass(frozen=True, slots=True)
class HouseholdsSnapshots:
    stub: HouseholdsServiceAsyncStub

    async def snapshots(self, *, area_path: str, after: UUID | None) -> AsyncIterator[Snapshot]:
        request = messages.StreamSnapshotsRequest(
            area_path=area_path, after_household_id="" if after is None else str(after)
        )
        async for answer in self.stub.StreamSnapshots(request):
            has_statement = answer.HasField("statement")
            yield Snapshot(
                household=household_of(answer.household),
                bases=tuple(bases_of(answer.statement)) if has_statement else (),
                sequence=answer.subject_sequence,
            )
