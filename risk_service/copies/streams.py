"""Where copies are rebuilt from: the households service's snapshots."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from contracts.households.v1 import households_service_pb2 as messages
from risk_service.copies.domain import AreaCopy, BasisCopy, HouseholdCopy, OfficerCopy
from risk_service.copies.messages import area_of, bases_of, household_of, officer_of
from risk_service.signals.domain import Signal
from risk_service.signals.subscribers import to_signal

if TYPE_CHECKING:
    # Known to the type checker only.
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub

# Nothing is taken in meanwhile, so it ends some time; a county takes seconds.
LONGEST_SECONDS = 3600.0
EVERYTHING = (
    messages.SNAPSHOT_PART_AREAS,
    messages.SNAPSHOT_PART_OFFICERS,
    messages.SNAPSHOT_PART_HOUSEHOLDS,
    messages.SNAPSHOT_PART_STATEMENTS,
    messages.SNAPSHOT_PART_RECORDS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """`outbox_position`: number of the last outbox row before the moment that everything following shows."""

    outbox_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSnapshot:
    area: AreaCopy
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerSnapshot:
    officer: OfficerCopy
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdSnapshot:
    """`signals`: what departments ever reported of the household; `removed`: it left the registry."""

    household: HouseholdCopy
    removed: bool = False
    bases: tuple[BasisCopy, ...] = ()
    signals: tuple[Signal, ...] = ()
    sequence: int


# `sequence`: the number of the subject's last event that the snapshot includes.
Snapshot: TypeAlias = Begun | AreaSnapshot | OfficerSnapshot | HouseholdSnapshot


class SnapshotSource(Protocol):
    def snapshots(self, *, area_path: str) -> AsyncIterator[Snapshot]:
        """Begun, areas, officers, households. Raises DependencyDown."""
        ...


@dataclass(frozen=True, slots=True)
class HouseholdsSnapshots:
    stub: HouseholdsServiceAsyncStub

    async def snapshots(self, *, area_path: str) -> AsyncIterator[Snapshot]:
        request = messages.StreamSnapshotsRequest(area_path=area_path, parts=EVERYTHING)
        async for answer in self.stub.StreamSnapshots(request, timeout=LONGEST_SECONDS):
            yield snapshot_of(answer)


def snapshot_of(answer: messages.StreamSnapshotsResponse) -> Snapshot:
    match answer.WhichOneof("other"):
        case "begun":
            return Begun(outbox_position=answer.begun.outbox_position)
        case "area":
            return AreaSnapshot(area=area_of(answer.area), sequence=answer.subject_sequence)
        case "officer":
            return OfficerSnapshot(officer=officer_of(answer.officer), sequence=answer.subject_sequence)
    signals = (to_signal(record) for record in answer.records)
    return HouseholdSnapshot(
        household=household_of(answer.household),
        removed=answer.household.removed,
        bases=tuple(bases_of(answer.statement)) if answer.HasField("statement") else (),
        signals=tuple(signal for signal in signals if signal is not None),
        sequence=answer.subject_sequence,
    )
