"""What a GraphQL request of this service carries: the caller, a way to begin work, and loaders that live as long."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from chassis.caller import Caller
from chassis.clock import civil_date
from chassis.graph import GraphContext
from households_service.loaders import Loaders
from households_service.uow import Begin, HouseholdsUnitOfWork


class HouseholdsContext(GraphContext):
    def __init__(self, caller: Caller, begin: Begin) -> None:
        super().__init__(actor=caller.actor, locale=caller.locale, correlation_id=caller.correlation_id)
        self._begin = begin

    def today(self) -> date:
        """The civil day of the service's zone."""
        unit = self.begin()
        return civil_date(unit.clock.now(), unit.rules.zone)

    def begin(self) -> HouseholdsUnitOfWork:
        """A unit of work of the caller."""
        return self._begin(self.actor)

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self)
