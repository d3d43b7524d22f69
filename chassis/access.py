"""Who may do what, as data: action x role -> the kind of scope the role acts over.

A service declares one `AccessPolicy`. A use case asks it for the caller's `Scope` and then asks the scope
whether it covers the thing at hand. Nothing listed means nothing allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from chassis.errors import Forbidden
from chassis.identity import Actor, Role, ScopeKind

Rules = Mapping[str, Mapping[Role, ScopeKind]]
Asked = ParamSpec("Asked")


def _refusing(covers: Callable[Asked, bool]) -> Callable[Asked, None]:
    """The same question as a demand."""

    @wraps(covers)
    def require(*given: Asked.args, **said: Asked.kwargs) -> None:
        if not covers(*given, **said):
            raise Forbidden("This lies outside what you may act on.")

    require.__doc__ = "Raises Forbidden unless `covers`."
    return require


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Over what one caller may do one action: the union of what each of their roles allows."""

    actor: Actor
    kinds: frozenset[ScopeKind]

    def covers(
        self,
        *,
        area_path: str | None = None,
        paired: bool = False,
        own: bool = False,
        employer_id: str | None = None,
        department: str | None = None,
    ) -> bool:
        """Whether a thing that lies at `area_path`, is paired with the caller, is the caller's own, belongs to
        an employer or a department falls into this scope. What is not said does not hold.
        """
        return (
            ScopeKind.SYSTEM in self.kinds
            or (ScopeKind.AREA in self.kinds and area_path is not None and self.actor.covers_area(area_path))
            or (ScopeKind.PAIRED in self.kinds and paired)
            or (ScopeKind.SELF in self.kinds and own)
            or (ScopeKind.EMPLOYER in self.kinds and employer_id is not None and employer_id == self.actor.employer_id)
            or (ScopeKind.DEPARTMENT in self.kinds and department is not None and department == self.actor.department)
        )

    require = _refusing(covers)


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    rules: Rules

    def require(self, actor: Actor, action: str) -> Scope:
        """The caller's scope for an action. Raises Forbidden when none of the caller's roles may do it.

        KeyError for an action that was never declared: a defect, not a refusal.
        """
        allowed = self.rules[action]
        kinds = frozenset(allowed[role] for role in actor.roles if role in allowed)
        if not kinds:
            raise Forbidden("Your role may not do this.")
        return Scope(actor=actor, kinds=kinds)

    def allows(self, actor: Actor, action: str) -> bool:
        return any(role in self.rules[action] for role in actor.roles)
