"""Where copies are rebuilt from: the households service's snapshots."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias
from uuid import UUID

from chassis.ids import parse_id
from contracts.households.v1 import households_service_pb2 as messages
from risk_service.conditions.domain import Condition
from risk_service.conditions.subscribers import to_condition, to_price
from risk_service.copies.domain import AreaCopy, BasisCopy, HouseholdCopy, OfficerCopy
from risk_service.copies.messages import area_of, bases_of, household_of, officer_of
from risk_service.signals.domain import Signal
from risk_service.signals.factors.facts import Fact
from risk_service.signals.factors.messages import to_fact, to_incomes
from risk_service.signals.facts.service import is_kept
from risk_service.signals.subscribers import to_signal

if TYPE_CHECKING:
    # Known to the type checker only.
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub

# Nothing is taken in meanwhile, so it ends some time; a county takes seconds.
LONGEST_SECONDS = 3600.0
# A fact is received when it is taken in.
NOT_YET = datetime.min.replace(tzinfo=UTC)
EVERYTHING = (
    messages.SNAPSHOT_PART_AREAS,
    messages.SNAPSHOT_PART_OFFICERS,
    messages.SNAPSHOT_PART_HOUSEHOLDS,
    messages.SNAPSHOT_PART_STATEMENTS,
    messages.SNAPSHOT_PART_RECORDS,
    messages.SNAPSHOT_PART_CONDITIONS,
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
    """`signals`, `facts`: what departments ever reported of the household; `income`: its statement, by basis;
    `removed`: it left the registry.
    """

    household: HouseholdCopy
    removed: bool = False
    bases: tuple[BasisCopy, ...] = ()
    signals: tuple[Signal, ...] = ()
    facts: tuple[Fact, ...] = ()
    income: tuple[Fact, ...] = ()
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionSnapshot:
    """What was found at a supply point, and whom it served that day; in several `parts` where they are many."""

    condition: Condition
    served: tuple[UUID, ...]
    parts: int
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSnapshot:
    """What agriculture reported of an area."""

    price: Fact
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """What says nothing here."""


# `sequence`: the number of the subject's last event that the snapshot includes.
Snapshot: TypeAlias = (
    Begun | AreaSnapshot | OfficerSnapshot | HouseholdSnapshot | ConditionSnapshot | PriceSnapshot | Unheard
)


class SnapshotSource(Protocol):
    def snapshots(self, *, area_path: str) -> AsyncIterator[Snapshot]:
        """Begun, areas, officers, households, conditions. Raises DependencyDown."""
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
        case "condition":
            condition = to_condition(answer.condition)
            if condition is None:
                price = to_price(answer.condition, received_at=NOT_YET)
                return Unheard() if price is None else PriceSnapshot(price=price, sequence=answer.subject_sequence)
            served = tuple(parse_id(one, field="household_ids") for one in answer.condition.household_ids)
            parts, sequence = answer.condition.parts, answer.subject_sequence
            return ConditionSnapshot(condition=condition, served=served, parts=parts, sequence=sequence)
    signals = (to_signal(record) for record in answer.records)
    facts = (to_fact(record, received_at=NOT_YET) for record in answer.records)
    household = household_of(answer.household)
    return HouseholdSnapshot(
        household=household,
        removed=answer.household.removed,
        bases=tuple(bases_of(answer.statement)) if answer.HasField("statement") else (),
        signals=tuple(signal for signal in signals if signal is not None),
        facts=tuple(fact for fact in facts if fact is not None and is_kept(fact)),
        income=to_incomes(
            answer.statement,
            area_path=household.area_path,
            version=answer.subject_sequence,
            received_at=NOT_YET,
        )
        if answer.HasField("statement")
        else (),
        sequence=answer.subject_sequence,
    )
