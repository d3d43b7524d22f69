"""Publishing a points table, deciding about it, and the county's own label-free prior."""

from __future__ import annotations

from functools import lru_cache

from chassis.errors import NotFound
from chassis.identity import Actor
from risk_service.access import DECIDE_MODEL, PUBLISH_MODEL, READ_MODEL, policy
from risk_service.likelihood.declared import require_servable
from risk_service.likelihood.starting import starting_table
from risk_service.monitoring.testing import as_of_test
from risk_service.publishing.domain import (
    SYSTEM,
    ModelNotAhead,
    ModelState,
    ModelUnknown,
    ModelVersion,
    require_decidable,
)
from risk_service.scoring.engine import Engine
from risk_service.scoring.points import Lookup, PointsTable, read_points
from risk_service.uow import RiskUnitOfWork

MOST_VERSIONS = 50
ASSUMED = "The table a county starts with: assumed effects, until sixty incomes are recorded."

engine_of = lru_cache(maxsize=8)(lambda table: Engine(Lookup(table)))


async def serving(uow: RiskUnitOfWork) -> ModelVersion:
    """The active version; a county that has none begins with the assumed one."""
    found = await uow.models.in_state(ModelState.ACTIVE)
    if found is not None:
        return found
    await uow.lock("model versions")
    found = await uow.models.in_state(ModelState.ACTIVE)
    if found is None:
        await take_over(uow, starting_table(), households=0, why=ASSUMED)
        found = await uow.models.in_state(ModelState.ACTIVE)
    if found is None:
        raise NotFound("No points table serves.")
    return found


async def take_over(uow: RiskUnitOfWork, table: PointsTable, *, households: int, why: str) -> None:
    """A label-free table made by the service itself takes the place of another such, or of none."""
    require_servable(table)
    if not await uow.models.add(table, households=households, by=SYSTEM, at=uow.now, why=why):
        await uow.models.made_again(table.version, households=households, at=uow.now)
    await uow.models.decide(table.version, to=ModelState.ACTIVE, by=SYSTEM, at=uow.now, why=why)


async def publish(uow: RiskUnitOfWork, actor: Actor, *, body: str, why: str) -> ModelVersion:
    """Stored as a proposal; publishing the same table again changes nothing. Raises PointsTableDamaged where the hash
    differs, FeatureNotAllowed where it asks for what no likelihood may look at.
    """
    policy.require(actor, PUBLISH_MODEL)
    table = read_points(body)
    require_servable(table)
    await uow.models.add(table, households=0, by=actor.subject, at=uow.now, why=why)
    await uow.audit(action="publish model", subject_id=table.version, purpose=why or "published")
    found = await uow.models.find(table.version)
    if found is None:
        raise ModelUnknown("There is no such table.")
    return found


async def decide(uow: RiskUnitOfWork, actor: Actor, *, version: str, to: ModelState, reason: str) -> ModelVersion:
    """By another person than the one who published. ACTIVE only for a shadow that was surely better than what serves
    on households whose outcome came later than everything it was made of. Raises ModelNotAhead or ModelNotTested.
    """
    policy.require(actor, DECIDE_MODEL)
    await uow.lock("model versions")
    found = await uow.models.find(version, lock=True)
    if found is None:
        raise ModelUnknown("There is no such table.", field="version")
    require_decidable(found, to=to, by=actor.subject, reason=reason)
    why = reason
    if to is ModelState.ACTIVE:
        verdict = await as_of_test(uow, candidate=found.table, incumbent=(await serving(uow)).table)
        told = (
            f"{verdict.rows} households, AUC {verdict.auc_gain:+.4f} ({verdict.auc_low:+.4f} to"
            f" {verdict.auc_high:+.4f}), Brier better by {verdict.brier_gain:.5f}"
        )
        if not verdict.promoted:
            raise ModelNotAhead(f"{version} was not better than {verdict.incumbent}: {told}.", field="version")
        why = f"{reason} ({told})"
    await uow.models.decide(version, to=to, by=actor.subject, at=uow.now, why=why)
    await uow.audit(action=f"model {to.value.lower()}", subject_id=version, purpose=reason)
    decided = await uow.models.find(version)
    if decided is None:
        raise ModelUnknown("There is no such table.")
    return decided


async def read_card(uow: RiskUnitOfWork, actor: Actor, *, version: str | None) -> ModelVersion | None:
    policy.require(actor, READ_MODEL)
    return await serving(uow) if version is None else await uow.models.find(version)


async def read_versions(uow: RiskUnitOfWork, actor: Actor) -> list[ModelVersion]:
    """Newest first."""
    policy.require(actor, READ_MODEL)
    return await uow.models.newest(MOST_VERSIONS)
