"""Who may see which placement, and what a household is shown of who works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.access import Scope
from chassis.errors import Forbidden
from chassis.identity import Role, ScopeKind
from chassis.ids import parse_id
from employment_service.access import POLICY
from employment_service.placements.domain import Placement, PlacementState
from employment_service.placements.repository import PlacementFilter
from employment_service.placements.sharing import since_of
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import Worker
from employment_service.workers.service import is_self, own_worker


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingMember:
    """STARTED or STABLE since a day, of somebody who lets it be shown."""

    member_id: UUID
    state: PlacementState
    since: date


def covers(scope: Scope, placement: Placement, worker: Worker) -> bool:
    return scope.covers(
        area_path=placement.area_path,
        own=is_self(scope.actor, worker),
        employer_id=str(placement.employer_id),
    )


async def readable_placements(uow: EmploymentUnitOfWork, placements: Sequence[Placement]) -> dict[UUID, Placement]:
    """By id, only those the caller may see."""
    if not POLICY.allows(uow.actor, "readPlacement"):
        return {}
    scope = POLICY.require(uow.actor, "readPlacement")
    workers = await uow.workers.by_id({placement.worker_id for placement in placements})
    # A worker who moved behind another area's wall is not found, and neither is the placement.
    return {
        each.id: each
        for each in placements
        if each.worker_id in workers and covers(scope, each, workers[each.worker_id])
    }


async def listable(uow: EmploymentUnitOfWork, wanted: PlacementFilter) -> PlacementFilter:
    """Narrows a filter to what the caller's role may list. Raises Forbidden for an area outside."""
    scope = POLICY.require(uow.actor, "readPlacement")
    if ScopeKind.AREA in scope.kinds and wanted.area_path is not None and uow.actor.covers_area(wanted.area_path):
        return wanted
    if ScopeKind.EMPLOYER in scope.kinds and uow.actor.employer_id is not None:
        own = parse_id(uow.actor.employer_id, field="employerId")
        if wanted.employer_id in {None, own}:
            return replace(wanted, employer_id=own)
    if ScopeKind.SELF in scope.kinds:
        worker = await own_worker(uow)
        if worker is not None:
            return replace(wanted, area_path=None, worker_id=worker.id)
    raise Forbidden("Name an area that you may see.", field="area")


async def working_members(
    uow: EmploymentUnitOfWork, household_ids: Sequence[UUID]
) -> dict[UUID, Sequence[WorkingMember]]:
    """By household. Empty for whoever may not ask: it looks the same as nobody letting it be shown."""
    if not POLICY.allows(uow.actor, "readWorkingMembers"):
        return {}
    scope = POLICY.require(uow.actor, "readWorkingMembers")
    own = await _own_household(uow)
    found: dict[UUID, Sequence[WorkingMember]] = {}
    for shared in await uow.placements.shared_states(household_ids=household_ids):
        if scope.covers(area_path=shared.area_path, own=shared.household_id == own):
            member = WorkingMember(
                member_id=shared.member_id, state=shared.placement.state, since=since_of(shared.placement)
            )
            found[shared.household_id] = (*found.get(shared.household_id, ()), member)
    return found


def sees_everything(roles: frozenset[Role], *, own: bool) -> bool:
    """The worker and the independent monitor, who holds no office besides, see how a placement ended; nobody else."""
    return own or roles == {Role.INDEPENDENT_MONITOR}


async def _own_household(uow: EmploymentUnitOfWork) -> UUID | None:
    if uow.actor.member_id is not None:
        return await uow.households.household_of(uow.actor.member_id)
    worker = await uow.workers.of_subject(uow.actor.subject)
    return None if worker is None else worker.household_id
