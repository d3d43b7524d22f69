"""Checked households to what the registry takes, and the villages that a sheet may name."""

from __future__ import annotations

from households_service.areas.domain import Area, AreaLevel, parent_path
from households_service.imports.changes import canonical
from households_service.imports.domain import HouseholdDraft, RegistryRow
from households_service.imports.places import Village, VillageIndex
from households_service.members.domain import Residence
from households_service.registry.domain import MonitoringCategory, RegistrationHistory
from households_service.registry.service import NewHousehold, NewMember
from households_service.uow import HouseholdsUnitOfWork

AREAS_PER_QUERY = 5_000
CONTENT = "import.household"


def content_token(uow: HouseholdsUnitOfWork, draft: HouseholdDraft) -> bytes:
    return uow.vault.index(canonical(draft), kind=CONTENT)


def new_household(draft: HouseholdDraft) -> NewHousehold:
    return NewHousehold(
        code=draft.code,
        area_path=draft.area_path,
        registration_history=draft.registration_history or RegistrationHistory.NEVER_REGISTERED,
        monitoring_category=draft.monitoring_category or MonitoringCategory.NONE,
        safe_housing=draft.safe_housing is not False,
        safe_water=draft.safe_water is not False,
        members=tuple(new_member(row) for row in draft.rows),
    )


def new_member(row: RegistryRow) -> NewMember:
    return NewMember(
        name=row.name,
        relation=row.relation,
        id_number=row.id_number,
        phone=row.phone,
        date_of_birth=row.date_of_birth,
        labour_capacity=row.labour_capacity,
        residence=row.residence or Residence.REGISTERED_AND_LIVING,
        in_school=bool(row.in_school),
        disabled=bool(row.disabled),
    )


async def village_index(uow: HouseholdsUnitOfWork) -> VillageIndex:
    """Every village there is, under every code it ever carried."""
    everything: list[Area] = []
    while page := await uow.areas.under(
        "", None, after_path=everything[-1].path if everything else "", limit=AREAS_PER_QUERY
    ):
        everything += page
    names = {area.path: area.name for area in everything}
    return VillageIndex(
        Village(
            path=area.path,
            codes=tuple(period.code for period in area.codes),
            name=area.name,
            township_name=names.get(township := area.parent_path or "", ""),
            county_name=names.get(parent_path(township) or "", ""),
        )
        for area in everything
        if area.level is AreaLevel.VILLAGE
    )
