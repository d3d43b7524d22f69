"""The unit of work of this service: the chassis' transaction with this service's repositories on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from chassis.clock import Clock, civil_date
from chassis.database import Database
from chassis.identity import Actor
from chassis.uow import UnitOfWork
from chassis.vault import Vault
from households_service.areas.domain import UnknownArea
from households_service.areas.repository import AreaRepository
from households_service.benefits.repository import BenefitReductionRepository
from households_service.care.repository import CareDutyRepository
from households_service.events import to_message
from households_service.expenses.repository import ExpenseRepository
from households_service.exports.repository import ExportRepository
from households_service.feeds.record_repository import RecordRepository
from households_service.feeds.repository import BatchRepository
from households_service.feeds.standing.repository import StandingRepository
from households_service.files.repository import FileRepository
from households_service.identities.decision_repository import LinkDecisionRepository
from households_service.identities.index import LinkKeyRepository
from households_service.identities.judgements.repository import JudgementRepository
from households_service.identities.looking_up.repository import LookUpRepository
from households_service.identities.models.repository import LinkModelRepository
from households_service.imports.repository import ImportRepository
from households_service.imports.staging import StagingRepository
from households_service.ledger.repository import LedgerRepository
from households_service.members.repository import MemberRepository
from households_service.officers.repository import OfficerRepository
from households_service.points.repository import PointRepository
from households_service.registry.repository import HouseholdRepository
from households_service.statements.repository import StatementRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRules:
    """What the settings decide. `zone`: the civil day where no area is at hand, as in lists."""

    samples_allowed: bool = False
    officer_household_limit: int = 10
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))


class HouseholdsUnitOfWork(UnitOfWork):
    areas: AreaRepository
    households: HouseholdRepository
    members: MemberRepository
    care: CareDutyRepository
    officers: OfficerRepository
    ledger: LedgerRepository
    benefit_reductions: BenefitReductionRepository
    expenses: ExpenseRepository
    statements: StatementRepository
    files: FileRepository
    imports: ImportRepository
    staging: StagingRepository
    exports: ExportRepository
    batches: BatchRepository
    records: RecordRepository
    standing: StandingRepository
    points: PointRepository
    link_keys: LinkKeyRepository
    link_models: LinkModelRepository
    link_decisions: LinkDecisionRepository
    judgements: JudgementRepository
    look_ups: LookUpRepository

    def __init__(
        self, database: Database, actor: Actor, clock: Clock, vault: Vault, rules: RegistryRules | None = None
    ) -> None:
        super().__init__(database, actor, clock, to_message)
        self.vault = vault
        self.rules = rules or RegistryRules()

    def open_repositories(self) -> None:
        self.areas = AreaRepository(self.connection)
        self.households = HouseholdRepository(self.connection)
        self.members = MemberRepository(self.connection, self.vault)
        self.care = CareDutyRepository(self.connection)
        self.officers = OfficerRepository(self.connection)
        self.ledger = LedgerRepository(self.connection)
        self.benefit_reductions = BenefitReductionRepository(self.connection)
        self.expenses = ExpenseRepository(self.connection)
        self.statements = StatementRepository(self.connection)
        self.files = FileRepository(self.connection)
        self.imports = ImportRepository(self.connection)
        self.staging = StagingRepository(self.connection, self.vault)
        self.exports = ExportRepository(self.connection)
        self.batches = BatchRepository(self.connection)
        self.records = RecordRepository(self.connection)
        self.standing = StandingRepository(self.connection)
        self.points = PointRepository(self.connection)
        self.link_keys = LinkKeyRepository(self.connection, self.vault)
        self.link_models = LinkModelRepository(self.connection)
        self.link_decisions = LinkDecisionRepository(self.connection)
        self.judgements = JudgementRepository(self.connection)
        self.look_ups = LookUpRepository(self.connection, self.vault)

    def of_one_moment(self) -> Self:
        """For `async with`: every query sees the database as the first one did (repeatable read)."""
        self.database = Database(self.database.engine.execution_options(isolation_level="REPEATABLE READ"))
        return self

    @property
    def today(self) -> date:
        """The civil day of the service's zone."""
        return civil_date(self.now, self.rules.zone)

    async def today_in(self, area_path: str) -> date:
        """The civil day where people live at `area_path`. Raises UnknownArea."""
        zones = await self.areas.zones_of([area_path])
        if area_path not in zones:
            raise UnknownArea("There is no such area.", field="areaPath")
        return civil_date(self.now, zones[area_path])


Begin = Callable[[Actor], HouseholdsUnitOfWork]
