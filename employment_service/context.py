"""What a GraphQL request of this service carries: the caller, a way to begin work, and loaders that live as long."""

from __future__ import annotations

from functools import cached_property

from chassis.caller import Caller
from chassis.graph import GraphContext
from employment_service.loaders import Loaders
from employment_service.occupations.desk import TitleDesk
from employment_service.terms.aid import AidReader
from employment_service.uow import Begin, EmploymentUnitOfWork
from employment_service.workers.service import MemberVerifier


class EmploymentContext(GraphContext):
    def __init__(
        self,
        caller: Caller,
        begin: Begin,
        verifier: MemberVerifier,
        titles: TitleDesk | None = None,
        aid: AidReader | None = None,
    ) -> None:
        """`titles`: the process's own, so that its index is built once. `aid`: None where nobody can be asked."""
        super().__init__(actor=caller.actor, locale=caller.locale, correlation_id=caller.correlation_id)
        self.begin_as = begin
        self.verifier = verifier
        self.titles = titles or TitleDesk()
        self.aid = aid

    def begin(self) -> EmploymentUnitOfWork:
        """A unit of work of the caller."""
        return self.begin_as(self.actor)

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self)
