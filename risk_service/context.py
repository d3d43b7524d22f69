"""What a GraphQL request of this service carries."""

from __future__ import annotations

from functools import cached_property

from chassis.caller import Caller
from chassis.graph import GraphContext
from chassis.notifications import Notifications
from risk_service.clearances.service import StatementFreezer
from risk_service.loaders import Loaders
from risk_service.uow import Begin, RiskUnitOfWork


class RiskContext(GraphContext):
    """`listening`: what wakes subscriptions."""

    def __init__(self, caller: Caller, *, begin: Begin, freezer: StatementFreezer, listening: Notifications) -> None:
        super().__init__(actor=caller.actor, locale=caller.locale, correlation_id=caller.correlation_id)
        self.begin_as = begin
        self.freezer = freezer
        self.listening = listening

    def begin(self) -> RiskUnitOfWork:
        """A unit of work of the caller."""
        return self.begin_as(self.actor)

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self.begin_as, self.actor)

    def forget(self) -> None:
        """A subscription outlives what it read: each event is resolved with fresh loaders."""
        self.__dict__.pop("loaders", None)
