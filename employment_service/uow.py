"""One transaction of this service, with its repositories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias
from zoneinfo import ZoneInfo

from chassis.clock import Clock, civil_date
from chassis.database import Database
from chassis.identity import Actor
from chassis.uow import UnitOfWork
from chassis.vault import Vault
from employment_service.copies.domain import UnknownArea
from employment_service.copies.repository import AreaRepository, HouseholdRepository
from employment_service.employers.repository import EmployerRepository
from employment_service.events import to_message
from employment_service.occupations.repository import OccupationRepository
from employment_service.offers.repository import OfferRepository
from employment_service.placements.follow_up_repository import FollowUpRepository
from employment_service.placements.repository import PlacementRepository
from employment_service.policies.domain import EmploymentPolicy
from employment_service.policies.repository import PolicyRepository
from employment_service.safeguards.repository import SafeguardsRepository
from employment_service.vacancies.repository import VacancyRepository
from employment_service.workers.repository import WorkerRepository


class EmploymentUnitOfWork(UnitOfWork):
    areas: AreaRepository
    households: HouseholdRepository
    policies: PolicyRepository
    workers: WorkerRepository
    safeguards: SafeguardsRepository
    employers: EmployerRepository
    vacancies: VacancyRepository
    occupations: OccupationRepository
    offers: OfferRepository
    placements: PlacementRepository
    follow_ups: FollowUpRepository

    def __init__(self, database: Database, actor: Actor, clock: Clock, *, vault: Vault, zone: ZoneInfo) -> None:
        super().__init__(database, actor, clock, to_message)
        self.vault = vault
        self.default_zone = zone

    def open_repositories(self) -> None:
        self._zones: dict[str, ZoneInfo] = {}
        self._policies: dict[str, EmploymentPolicy] = {}
        self.areas = AreaRepository(self.connection)
        self.households = HouseholdRepository(self.connection)
        self.policies = PolicyRepository(self.connection)
        self.workers = WorkerRepository(self.connection, self.vault)
        self.safeguards = SafeguardsRepository(self.connection)
        self.employers = EmployerRepository(self.connection)
        self.vacancies = VacancyRepository(self.connection)
        self.occupations = OccupationRepository(self.connection)
        self.offers = OfferRepository(self.connection, self.vault)
        self.placements = PlacementRepository(self.connection)
        self.follow_ups = FollowUpRepository(self.connection)

    async def require_area(self, path: str, *, field: str) -> None:
        """Work is written only under an area that exists: where it stands is shown to everybody. Raises UnknownArea."""
        if path not in await self.areas.by_path([path]):
            raise UnknownArea("There is no such area.", field=field)

    async def zone_of(self, area_path: str) -> ZoneInfo:
        if area_path not in self._zones:
            area = await self.areas.nearest(area_path)
            self._zones[area_path] = self.default_zone if area is None else area.zone
        return self._zones[area_path]

    async def today(self, area_path: str) -> date:
        """The civil day where this area's people live."""
        return civil_date(self.now, await self.zone_of(area_path))

    async def policy(self, area_path: str) -> EmploymentPolicy:
        """In force today; read once in a transaction."""
        if area_path not in self._policies:
            today = await self.today(area_path)
            self._policies[area_path] = await self.policies.in_force(area_path=area_path, on=today)
        return self._policies[area_path]


Begin: TypeAlias = Callable[[Actor], EmploymentUnitOfWork]
