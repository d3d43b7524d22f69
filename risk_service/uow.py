"""The risk service's unit of work: one transaction over its own repositories."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType

from sqlalchemy import text

from chassis.clock import Clock
from chassis.database import Database
from chassis.identity import Actor
from chassis.uow import UnitOfWork
from risk_service.alerts.feed import AlertFeed
from risk_service.alerts.repository import AlertRepository
from risk_service.assessments.repository import AssessmentRepository
from risk_service.cases.repository import CaseRepository
from risk_service.clearances.repository import ClearanceRepository
from risk_service.conditions.repository import ConditionRepository
from risk_service.copies.arrivals import Arrivals
from risk_service.copies.repository import CopyRepository
from risk_service.events import to_message
from risk_service.likelihood.reading import SourceRepository
from risk_service.monitoring.repository import WatchRepository
from risk_service.notifications.repository import NotificationRepository
from risk_service.planning.catalogues.repository import CatalogueRepository
from risk_service.planning.effects.repository import EffectRepository
from risk_service.planning.offers.repository import OfferRepository
from risk_service.planning.plans.repository import PlanRepository
from risk_service.policy.repository import PolicyRepository
from risk_service.publishing.repository import ModelRepository
from risk_service.signals.facts.repository import FactRepository
from risk_service.signals.repository import SignalRepository
from risk_service.verification.repository import VerificationRepository
from risk_service.worklist.repository import WorkListRepository


class RiskUnitOfWork(UnitOfWork):
    arrivals: Arrivals
    policies: PolicyRepository
    copies: CopyRepository
    signals: SignalRepository
    facts: FactRepository
    conditions: ConditionRepository
    alerts: AlertRepository
    feed: AlertFeed
    verification: VerificationRepository
    clearances: ClearanceRepository
    cases: CaseRepository
    notifications: NotificationRepository
    assessments: AssessmentRepository
    sources: SourceRepository
    models: ModelRepository
    watch: WatchRepository
    worklist: WorkListRepository
    plans: PlanRepository
    offers: OfferRepository
    effects: EffectRepository
    catalogues: CatalogueRepository

    def __init__(self, database: Database, actor: Actor, clock: Clock, *, settle: Settle) -> None:
        """`settle` writes what has arrived, before the commit: its rules stand above this room."""
        super().__init__(database, actor, clock, to_message)
        self._settle = settle

    def open_repositories(self) -> None:
        self.arrivals = Arrivals()
        self.policies = PolicyRepository(self.connection)
        self.copies = CopyRepository(self.connection)
        self.conditions = ConditionRepository(self.connection)
        self.signals = SignalRepository(self.connection)
        self.facts = FactRepository(self.connection)
        self.alerts = AlertRepository(self.connection)
        self.feed = AlertFeed(self.connection)
        self.verification = VerificationRepository(self.connection)
        self.clearances = ClearanceRepository(self.connection)
        self.cases = CaseRepository(self.connection)
        self.notifications = NotificationRepository(self.connection)
        self.assessments = AssessmentRepository(self.connection)
        self.sources = SourceRepository(self.connection)
        self.models = ModelRepository(self.connection)
        self.watch = WatchRepository(self.connection)
        self.worklist = WorkListRepository(self.connection)
        self.plans = PlanRepository(self.connection)
        self.offers = OfferRepository(self.connection)
        self.effects = EffectRepository(self.connection)
        self.catalogues = CatalogueRepository(self.connection)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                await self._settle(self)
            except BaseException as failure:
                await super().__aexit__(type(failure), failure, failure.__traceback__)
                raise
        await super().__aexit__(kind, error, traceback)

    async def lock(self, *names: object) -> None:
        """Waits until nobody else works on the things named; held until the end of the transaction.

        Taken in one order, so that two transactions cannot wait for each other.
        """
        wanted = sorted({str(name) for name in names})
        await self.connection.execute(
            text("select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest(cast(:names as text[])) as name"),
            {"names": wanted},
        )


Settle = Callable[[RiskUnitOfWork], Awaitable[None]]
Begin = Callable[[Actor], RiskUnitOfWork]
