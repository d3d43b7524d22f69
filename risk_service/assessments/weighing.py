"""From what is known of households to what is told of them, one way for one and for many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from chassis.clock import civil_date
from risk_service.assessments.domain import Assessment
from risk_service.copies.domain import HouseholdCopy
from risk_service.copies.reach import zone_of
from risk_service.likelihood.declared import declared
from risk_service.likelihood.facts import Sources, household_values
from risk_service.policy.domain import NoMonitoringLine, NoPolicyInForce, PolicyPack, pack_in_force
from risk_service.policy.service import in_force
from risk_service.scoring.declaration import DeclaredGroup
from risk_service.scoring.engine import Engine
from risk_service.scoring.features import Floats
from risk_service.scoring.points import PointsTable
from risk_service.scoring.reasons import scenario_band, visit_order, without_support
from risk_service.uow import RiskUnitOfWork


class Shelf:
    """Day, pack and line by area path, looked up once in a run over many households."""

    def __init__(self, uow: RiskUnitOfWork) -> None:
        self._uow = uow
        self._known: dict[str, tuple[date, PolicyPack | None]] = {}

    async def stock(self, area_paths: Iterable[str]) -> None:
        """Of all these places in two queries, as far as zone and pack are known; `at` looks for the others."""
        wanted = set(area_paths) - self._known.keys()
        if not wanted:
            return
        zones, packs = await self._uow.copies.time_zones_at(wanted), await self._uow.policies.all()
        for area_path, zone in zones.items():
            today = civil_date(self._uow.now, ZoneInfo(zone))
            with suppress(NoPolicyInForce):
                self._put(area_path, today, pack_in_force(packs, area_path=area_path, day=today))

    async def at(self, area_path: str) -> tuple[date, PolicyPack | None]:
        """The civil day there, and the pack in force; None where the policy gives no line today."""
        if area_path not in self._known:
            today = civil_date(self._uow.now, await zone_of(self._uow, area_path))
            self._put(area_path, today, await in_force(self._uow, area_path=area_path, day=today))
        return self._known[area_path]

    def _put(self, area_path: str, today: date, pack: PolicyPack) -> None:
        try:
            pack.line_on(today)
        except NoMonitoringLine:
            self._known[area_path] = (today, None)
        else:
            self._known[area_path] = (today, pack)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A household that can be assessed today, by which pack; `values` in the order of the declaration."""

    household: HouseholdCopy
    today: date
    pack: PolicyPack
    values: tuple[float, ...]


async def weigh(uow: RiskUnitOfWork, household_ids: Sequence[UUID]) -> tuple[list[Weighed], list[UUID]]:
    """Those that can be assessed, and those that cannot: no counted member, no policy, no line."""
    homes = await uow.copies.households(household_ids)
    if not homes:
        return [], []
    received = await uow.copies.received(household_ids)
    first = civil_date(uow.now, ZoneInfo("Etc/GMT+12"))
    """No place on earth has an earlier day: nothing that counts anywhere is left out."""
    costs = await uow.sources.costs(household_ids, day=first)
    warned = await uow.sources.warned(household_ids)
    resolved = await uow.sources.resolved(household_ids, day=first)
    measures = await uow.sources.measures(household_ids, day=first)
    shelf = Shelf(uow)
    await shelf.stock(household.area_path for household in homes.values())
    found: list[Weighed] = []
    for key, household in homes.items():
        try:
            today, pack = await shelf.at(household.area_path)
        except NoPolicyInForce:
            continue
        if pack is None:
            continue
        sources = Sources(
            household=household,
            received=received.get(key),
            costs=costs.get(key, ()),
            warned=warned.get(key, ()),
            resolved_on=resolved.get(key, ()),
            measures_on=measures.get(key, ()),
        )
        values = household_values(sources, line=pack.line_on(today), day=today)
        if values is not None:
            found.append(Weighed(household=household, today=today, pack=pack, values=values))
    told = {one.household.id for one in found}
    return found, [key for key in homes if key not in told]


def matrix_of(weighed: Sequence[Weighed]) -> Floats:
    rows = np.array([one.values for one in weighed], dtype=np.float64)
    return np.asfortranarray(rows.reshape(len(weighed), len(declared().features)))


def in_table_order(values: Floats, table: PointsTable) -> Floats:
    """Columns of the declaration as the table asks for them."""
    places = [declared().place_of(name) for name in table.names]
    return np.asfortranarray(values[:, places])


def members_of(
    groups: Sequence[DeclaredGroup], values: Floats
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Who belongs to which declared group; `values` in the order of the declaration."""
    names = {feature.column: place for place, feature in enumerate(declared().features)}
    return {
        group.name: np.asarray(values[:, names[group.condition.column]] >= float(group.condition.at_least or 0.0))
        for group in groups
    }


def told(engine: Engine, weighed: Sequence[Weighed], *, at: datetime) -> list[Assessment]:
    """Every one of the households with everything that is stored of it."""
    if not weighed:
        return []
    table, everything = engine.table, matrix_of(weighed)
    values = in_table_order(everything, table)
    scores = engine.score(values)
    low, high = (one.tolist() for one in scenario_band(table, scores))
    bare = without_support(engine, values, scores).tolist()
    visits = visit_order(table, scores, members_of(declared().groups, everything)).astype(np.int64).tolist()
    likelihood, base = scores.likelihood.tolist(), scores.base.tolist()
    version, inputs = table.version, values.tolist()
    contributions, raising, lowering = (
        one.T.tolist() for one in (scores.contributions, scores.raising, scores.lowering)
    )
    found = []
    for row, one in enumerate(weighed):
        pack = one.pack
        found.append(
            Assessment(
                household_id=one.household.id,
                area_path=one.household.area_path,
                likelihood=likelihood[row],
                without_support=bare[row],
                low=low[row],
                high=high[row],
                band=pack.bands.band_of(likelihood[row]),
                visit_points=visits[row],
                horizon_months=table.horizon_months,
                base=base[row],
                inputs=tuple(inputs[row]),
                contributions=tuple(contributions[row]),
                raising=tuple(place for place in raising[row] if place >= 0),
                lowering=tuple(place for place in lowering[row] if place >= 0),
                line=pack.line_on(one.today),
                currency=pack.currency,
                policy_version=pack.label,
                model_version=version,
                as_of=one.today,
                scored_at=at,
                known_at=at,
            )
        )
    return found
