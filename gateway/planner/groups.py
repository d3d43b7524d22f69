"""Pass 4: choices to fetch groups. A group is one selection at one subgraph and path, after other groups.

This is the only place with mutable state: groups grow while the choices are walked, and are read-only after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.planner.conditions import ALWAYS, When, either
from gateway.planner.plan import InputField, PlanPath


@dataclass(slots=True, kw_only=True, eq=False)
class Entry:
    """A field in a fetch. `type` is printed, as the subgraph has it."""

    name: str
    type: str
    arguments: str = ""
    variables: frozenset[str] = frozenset()
    when: When = ALWAYS
    child: Level | None = None
    internal: bool = False

    def widen(self, when: When) -> None:
        self.when = either([*self.when, *when])


@dataclass(slots=True, kw_only=True, eq=False)
class Level:
    """One selection set under construction: entries by concrete type and response key.

    `static` is the type the subgraph declares there; `typed` asks for `__typename`, because clients see an
    abstract type at this place.
    """

    static: str
    typed: bool
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)

    def of(self, concrete: str) -> dict[str, Entry]:
        return self.entries.setdefault(concrete, {})

    @property
    def empty(self) -> bool:
        return not any(self.entries.values())


@dataclass(slots=True, kw_only=True, eq=False)
class Group:
    subgraph: str
    path: PlanPath
    level: Level
    entity: bool
    inputs: dict[str, dict[str, InputField]] = field(default_factory=dict)
    after: set[Group] = field(default_factory=set)

    def add_input(self, concrete: str, entry: InputField) -> None:
        self.inputs.setdefault(concrete, {}).setdefault(entry.name, entry)

    def follows(self, other: Group) -> bool:
        """Whether this group waits for the other, directly or through others."""
        seen: set[Group] = set()
        waiting = list(self.after)
        while waiting:
            each = waiting.pop()
            if each is other:
                return True
            if each not in seen:
                seen.add(each)
                waiting.extend(each.after)
        return False

    def may_wait_for(self, others: Iterable[Group]) -> bool:
        return not any(each is self or each.follows(self) for each in others)


def without_empty(groups: Iterable[Group]) -> list[Group]:
    """Drops groups that select nothing; whoever waited for one waits for what it waited for."""
    kept: list[Group] = []
    for each in groups:
        each.after = set(_real(each.after))
        if not each.level.empty:
            kept.append(each)
    return kept


def _real(after: Iterable[Group]) -> Iterator[Group]:
    for each in after:
        if each.level.empty:
            yield from _real(each.after)
        else:
            yield each
