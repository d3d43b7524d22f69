"""Proposing, approving and reading lists of measures."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.graph import Page, PageRequest
from chassis.identity import Actor
from chassis.ids import new_id
from risk_service.access import APPROVE_MEASURES, PROPOSE_MEASURES, READ_PLANS, policy, require_area
from risk_service.copies.reach import today_in
from risk_service.planning.catalogues.domain import CatalogueNotFound, MeasureCatalogue, approve, proposed
from risk_service.planning.effects.service import measure_effects
from risk_service.planning.plans.declaration import DeclaredMeasure
from risk_service.policy.service import in_force
from risk_service.uow import RiskUnitOfWork


async def propose_measures(
    uow: RiskUnitOfWork,
    actor: Actor,
    *,
    area_path: str,
    measures: Sequence[DeclaredMeasure],
    use_measured: Sequence[str],
    months: int,
) -> MeasureCatalogue:
    """Raises what `proposed` does."""
    policy.require(actor, PROPOSE_MEASURES).require(area_path=area_path)
    known = await measure_effects(uow, actor, area_path=area_path, months=months) if use_measured else {}
    pack = await in_force(uow, area_path=area_path, day=await today_in(uow, area_path))
    made = MeasureCatalogue(
        id=new_id(),
        area_path=area_path,
        currency=pack.currency,
        measures=proposed(measures, area_path=area_path, use_measured=use_measured, known=known),
        proposed_by=actor.subject,
        proposed_at=uow.now,
    )
    await uow.catalogues.add(made)
    await uow.audit(action="MEASURES_PROPOSED", subject_id=str(made.id), purpose="PLANNING")
    return made


async def approve_measures(
    uow: RiskUnitOfWork, actor: Actor, *, catalogue_id: UUID, content_hash: str, reason: str
) -> MeasureCatalogue:
    """Raises CatalogueNotFound and what `approve` does."""
    scope = policy.require(actor, APPROVE_MEASURES)
    await uow.lock(f"measure-catalogue {catalogue_id}")
    found = await uow.catalogues.one(catalogue_id)
    if found is None or not scope.covers(area_path=found.area_path):
        raise CatalogueNotFound("There is no such list of measures, or not for you.", field="catalogueId")
    approved = approve(found, approver=actor.subject, content_hash=content_hash, reason=reason, at=uow.now)
    if approved.approval is not None:
        await uow.catalogues.add_approval(catalogue_id, approved.approval)
    await uow.audit(action="MEASURES_APPROVED", subject_id=str(catalogue_id), purpose="PLANNING")
    return approved


async def list_catalogues(
    uow: RiskUnitOfWork, actor: Actor, *, area_path: str, request: PageRequest
) -> Page[MeasureCatalogue]:
    """That hold in an area: its own and those of the areas above it."""
    require_area(actor, policy.require(actor, READ_PLANS), area_path)
    above = [area_path[:end] for end in range(1, len(area_path) + 1) if area_path[end - 1] == "/"]
    return await uow.catalogues.page(above, request)
