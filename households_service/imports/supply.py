"""Which supply point a sheet says a home is served by: registered ones only, from the day of the import on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chassis.identity import SYSTEM_ACTOR
from households_service.imports.domain import HouseholdDraft, RegistryImport
from households_service.points.domain import Served, SupplyPoint
from households_service.points.service import serve_households
from households_service.uow import HouseholdsUnitOfWork

NOBODY = "none"
"""Kept as the point before of a home that had none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """`points` by number, of those that the file may speak of; `served` by household, of those that it names."""

    points: Mapping[str, SupplyPoint] = field(default_factory=dict)
    served: Mapping[UUID, Served] = field(default_factory=dict)

    def refused(self, draft: HouseholdDraft) -> str | None:
        """Why the household cannot be served as the sheet says."""
        number = draft.supply_point
        if number is None or number in self.points:
            return None
        return "The county has registered no such supply point in this area: have it registered and send the row again."

    def moved_from(self, draft: HouseholdDraft, household_id: UUID) -> str | None:
        """The point before where the sheet names another, None where it does not."""
        if draft.supply_point is None:
            return None
        served = self.served.get(household_id)
        if served is None:
            return NOBODY
        return None if served.point_id == self.points[draft.supply_point].id else str(served.point_id)


async def known_supply(
    uow: HouseholdsUnitOfWork, asked: RegistryImport, drafts: Sequence[HouseholdDraft], households: Mapping[str, UUID]
) -> Supply:
    """`households`: those that are registered, by code. Two queries, none where no row names a point."""
    naming = [draft for draft in drafts if draft.supply_point is not None]
    if not naming:
        return Supply()
    points = await uow.points.by_numbers({str(draft.supply_point) for draft in naming})
    registered = [households[draft.code] for draft in naming if draft.code in households]
    return Supply(
        points={number: one for number, one in points.items() if one.area_path.startswith(asked.area_path)},
        served=await uow.points.present_of(registered) if registered else {},
    )


async def serve(uow: HouseholdsUnitOfWork, drafts: Iterable[tuple[HouseholdDraft, UUID]]) -> None:
    """Points in the order of their numbers, as two imports at once would lock them."""
    wanted: defaultdict[str, list[UUID]] = defaultdict(list)
    for draft, household_id in drafts:
        if draft.supply_point is not None:
            wanted[draft.supply_point].append(household_id)
    for number, household_ids in sorted(wanted.items()):
        await serve_households(uow, SYSTEM_ACTOR, number=number, household_ids=household_ids, since=None)
