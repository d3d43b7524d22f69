"""Watching the likelihood, and what persons hold against it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import numpy as np

from chassis.identity import Actor
from chassis.ids import new_id
from risk_service.access import OVERRIDE_ASSESSMENT, READ_MONITORING, policy, require_area
from risk_service.assessments.domain import Assessment
from risk_service.copies.domain import HouseholdNotFound
from risk_service.likelihood.declared import declared
from risk_service.monitoring.domain import (
    Challenge,
    Drift,
    Override,
    OverrideDirection,
    OverrideReason,
    ToldAndSeen,
    Watch,
    challenge,
    drift_concern,
    stability_index,
    told_and_seen,
)
from risk_service.monitoring.outcomes import Outcomes, longest_outcomes
from risk_service.publishing.domain import ModelState, ModelVersion
from risk_service.publishing.service import engine_of, serving
from risk_service.scoring.engine import codes_of
from risk_service.sight import require_sight
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.precision.domain import withheld

STEP = 4_000


async def take_stock(uow: RiskUnitOfWork) -> None:
    """How all households spread over the bins of each feature; the first time it is what drift is held against."""
    active = await serving(uow)
    table, version = active.table, active.version
    upper = engine_of(table).lookup.upper
    counts = [np.zeros(len(edges) + 2) for edges in upper]
    households = 0
    rows, after = await uow.watch.inputs(version, after=None, limit=STEP)
    while rows:
        values = np.array(rows, dtype=np.float64)
        for place, edges in enumerate(upper):
            counts[place] += np.bincount(codes_of(edges, values[:, place]), minlength=len(edges) + 2)
        households += len(rows)
        rows, after = await uow.watch.inputs(version, after=after, limit=STEP)
    if not households:
        return
    shares = {
        name: [round(float(one), 6) for one in count / households]
        for name, count in zip(table.names, counts, strict=True)
    }
    await uow.watch.add_stock(version, at=uow.now, households=households, shares=shares)
    if await uow.models.reference(version) is None:
        await uow.models.put_reference(version, shares)


async def read_monitoring(uow: RiskUnitOfWork, actor: Actor, *, area_path: str) -> Watch:
    """Drift is over all households, everything else at or below the area. Raises Forbidden."""
    scope = policy.require(actor, READ_MONITORING)
    require_area(actor, scope, area_path)
    scope.require(area_path=area_path)
    active = await serving(uow)
    stock = await uow.watch.newest_stock(active.version)
    reference = await uow.models.reference(active.version)
    seen = await longest_outcomes(uow, area_path=area_path)
    shadow = await uow.models.in_state(ModelState.SHADOW)
    return Watch(
        model_version=active.version,
        households=0 if stock is None else stock.households,
        taken_at=None if stock is None else stock.taken_at,
        drift=_drift(active, None if stock is None else stock.shares, reference),
        feeds=tuple(await uow.watch.feeds(until=uow.now.date(), area_path=area_path)),
        since=None if seen is None else seen.told_on,
        horizon_months=None if seen is None else seen.months,
        told_and_seen=() if seen is None else _groups(seen, area_path),
        overrides=tuple(await uow.watch.override_counts(active.version, area_path=area_path)),
        challenger=None if shadow is None else await _challenge(uow, shadow.version, area_path),
    )


async def override(
    uow: RiskUnitOfWork,
    actor: Actor,
    *,
    household_id: UUID,
    direction: OverrideDirection,
    reason: OverrideReason,
    note: str,
) -> Override:
    """Writes down that a person disagrees, and why. Nothing else changes. Raises HouseholdNotFound or Forbidden."""
    policy.require(actor, OVERRIDE_ASSESSMENT)
    reach = (await uow.copies.reaches([household_id])).get(household_id)
    found: Assessment | None = (await uow.assessments.many([household_id])).get(household_id)
    if reach is None or found is None:
        raise HouseholdNotFound("There is no such household, or nothing is told of it.", field="householdId")
    require_sight(actor, OVERRIDE_ASSESSMENT, reach)
    noted = Override(
        id=new_id(),
        household_id=household_id,
        area_path=reach.area_path,
        direction=direction,
        reason=reason,
        note=note,
        model_version=found.model_version,
        likelihood=found.likelihood,
        noted_by=actor.subject,
        noted_at=uow.now,
    )
    await uow.watch.add_override(noted)
    return noted


def _drift(
    active: ModelVersion, shares: dict[str, list[float]] | None, reference: dict[str, list[float]] | None
) -> tuple[Drift, ...]:
    if shares is None:
        return ()
    found = []
    for feature in active.table.features:
        now, then = shares[feature.name], (reference or {}).get(feature.name)
        index = None if then is None else stability_index(now, then)
        found.append(
            Drift(
                feature=feature.name,
                label=feature.label,
                label_zh=feature.label_zh,
                index=index,
                missing=now[-1],
                missing_then=None if then is None else then[-1],
                concern=drift_concern(index),
            )
        )
    return tuple(sorted(found, key=lambda one: -(one.index or 0.0)))


def _groups(seen: Outcomes, area_path: str) -> tuple[ToldAndSeen, ...]:
    """Overall, by declared group, and by the areas next below."""
    found = [told_and_seen("all", seen.expected, seen.seen)]
    own = declared()
    for group in own.groups:
        place = next(j for j, feature in enumerate(own.features) if feature.column == group.condition.column)
        inside = seen.values[:, place] >= float(group.condition.at_least or 0.0)
        hidden = any(withheld([int(inside.sum()), int((~inside).sum())]))
        found.append(told_and_seen(group.name, seen.expected[inside], seen.seen[inside], hidden=hidden))
    below = np.array([_next_below(path, area_path) for path in seen.area_paths])
    paths = sorted(set(below.tolist()))
    cells = withheld([int((below == path).sum()) for path in paths])
    for path, hidden in zip(paths, cells, strict=True):
        inside = below == path
        found.append(told_and_seen(path, seen.expected[inside], seen.seen[inside], hidden=hidden))
    return tuple(found)


def _next_below(path: str, area_path: str) -> str:
    rest = path.removeprefix(area_path)
    return area_path + rest[: rest.find("/") + 1]


async def _challenge(uow: RiskUnitOfWork, version: str, area_path: str) -> Challenge | None:
    pairs: Sequence[tuple[float, float]] = await uow.watch.pairs(version, area_path=area_path)
    told = np.array(pairs, dtype=np.float64).reshape(len(pairs), 2)
    return challenge(version, told[:, 0], told[:, 1])
