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
from employment_service.benefit_reviews.repository import BenefitReviewRepository
from employment_service.calls.listing import CallListing
from employment_service.calls.repository import CallRepository
from employment_service.care.repository import CareRepository
from employment_service.copies.domain import UnknownArea
from employment_service.copies.repository import AreaRepository, HouseholdRepository
from employment_service.employers.repository import EmployerRepository
from employment_service.events import to_message
from employment_service.figures.repository import FigureRepository
from employment_service.grievances.repository import GrievanceRepository
from employment_service.matching.boards import Boards
from employment_service.matching.outcomes.repository import OutcomeRepository
from employment_service.matching.repository import MatchingRepository
from employment_service.matching.runs.kept import Plans
from employment_service.matching.runs.repository import RunRepository
from employment_service.notices.repository import NoticeRepository
from employment_service.occupations.repository import OccupationRepository
from employment_service.offers.repository import OfferRepository
from employment_service.placements.follow_up_repository import FollowUpRepository
from employment_service.placements.mismatch_repository import MismatchRepository
from employment_service.placements.repository import PlacementRepository
from employment_service.policies.domain import EmploymentPolicy
from employment_service.policies.repository import PolicyRepository, Setting
from employment_service.recruitments.repository import RecruitmentRepository
from employment_service.safeguards.attempts.repository import ConsentAttemptRepository
from employment_service.safeguards.audit_facts.repository import AuditFactRepository
from employment_service.safeguards.flags.repository import FlagRepository
from employment_service.safeguards.flags.task_repository import MonitorTaskRepository
from employment_service.safeguards.flags.traces import TraceRepository
from employment_service.safeguards.repository import SafeguardsRepository
from employment_service.safeguards.witnesses.repository import WitnessRepository
from employment_service.trips.repository import TripRepository
from employment_service.vacancies.repository import VacancyRepository
from employment_service.wages.repository import WageRepository
from employment_service.workers.companions.repository import CompanionRepository
from employment_service.workers.repository import WorkerRepository


class EmploymentUnitOfWork(UnitOfWork):
    areas: AreaRepository
    households: HouseholdRepository
    policies: PolicyRepository
    workers: WorkerRepository
    companions: CompanionRepository
    safeguards: SafeguardsRepository
    employers: EmployerRepository
    vacancies: VacancyRepository
    occupations: OccupationRepository
    offers: OfferRepository
    placements: PlacementRepository
    follow_ups: FollowUpRepository
    calls: CallRepository
    call_list: CallListing
    notices: NoticeRepository
    care: CareRepository
    mismatches: MismatchRepository
    trips: TripRepository
    wages: WageRepository
    recruitments: RecruitmentRepository
    figures: FigureRepository
    flags: FlagRepository
    monitor_tasks: MonitorTaskRepository
    traces: TraceRepository
    witnesses: WitnessRepository
    consent_attempts: ConsentAttemptRepository
    audit_facts: AuditFactRepository
    grievances: GrievanceRepository
    benefit_reviews: BenefitReviewRepository
    matching: MatchingRepository
    runs: RunRepository
    outcomes: OutcomeRepository

    def __init__(
        self,
        database: Database,
        actor: Actor,
        clock: Clock,
        *,
        vault: Vault,
        zone: ZoneInfo,
        boards: Boards | None = None,
        plans: Plans | None = None,
    ) -> None:
        """`boards`, `plans`: kept between units of work; without them the board is read, and plans are made, anew."""
        super().__init__(database, actor, clock, to_message)
        self.boards = boards or Boards()
        self.plans = plans or Plans()
        self.vault = vault
        self.default_zone = zone

    def open_repositories(self) -> None:
        self._settings: dict[str, Setting] = {}
        self._policies: dict[str, EmploymentPolicy] = {}
        self.areas = AreaRepository(self.connection)
        self.households = HouseholdRepository(self.connection)
        self.policies = PolicyRepository(self.connection)
        self.workers = WorkerRepository(self.connection, self.vault)
        self.companions = CompanionRepository(self.connection)
        self.safeguards = SafeguardsRepository(self.connection)
        self.employers = EmployerRepository(self.connection)
        self.vacancies = VacancyRepository(self.connection)
        self.occupations = OccupationRepository(self.connection)
        self.offers = OfferRepository(self.connection, self.vault)
        self.placements = PlacementRepository(self.connection)
        self.follow_ups = FollowUpRepository(self.connection)
        self.calls = CallRepository(self.connection)
        self.call_list = CallListing(self.connection)
        self.notices = NoticeRepository(self.connection)
        self.care = CareRepository(self.connection)
        self.mismatches = MismatchRepository(self.connection)
        self.trips = TripRepository(self.connection)
        self.wages = WageRepository(self.connection)
        self.recruitments = RecruitmentRepository(self.connection)
        self.figures = FigureRepository(self.connection)
        self.flags = FlagRepository(self.connection)
        self.monitor_tasks = MonitorTaskRepository(self.connection)
        self.traces = TraceRepository(self.connection, self.vault)
        self.witnesses = WitnessRepository(self.connection)
        self.consent_attempts = ConsentAttemptRepository(self.connection)
        self.audit_facts = AuditFactRepository(self.connection, self.vault)
        self.grievances = GrievanceRepository(self.connection, self.vault)
        self.benefit_reviews = BenefitReviewRepository(self.connection)
        self.matching = MatchingRepository(self.connection)
        self.runs = RunRepository(self.connection)
        self.outcomes = OutcomeRepository(self.connection)

    async def require_area(self, path: str, *, field: str) -> None:
        """Work is written only under an area that exists: where it stands is shown to everybody. Raises UnknownArea."""
        if path not in await self.areas.by_path([path]):
            raise UnknownArea("There is no such area.", field=field)

    async def zone_of(self, area_path: str) -> ZoneInfo:
        return (await self._setting(area_path)).zone or self.default_zone

    async def today(self, area_path: str) -> date:
        """The civil day where this area's people live."""
        return civil_date(self.now, await self.zone_of(area_path))

    async def policy(self, area_path: str) -> EmploymentPolicy:
        """In force today; read once in a transaction."""
        if area_path not in self._policies:
            setting, today = await self._setting(area_path), await self.today(area_path)
            self._policies[area_path] = setting.policy(today)
        return self._policies[area_path]

    async def _setting(self, area_path: str) -> Setting:
        if area_path not in self._settings:
            self._settings[area_path] = await self.policies.setting(area_path)
        return self._settings[area_path]


Begin: TypeAlias = Callable[[Actor], EmploymentUnitOfWork]
