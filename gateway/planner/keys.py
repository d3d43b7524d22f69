"""Response keys of fields the plan needs for itself: never one the client uses for something else.

Clients may alias only `__typename` to names that start with `__` (the limit stage refuses others), and
`__typename` is never fetched under an alias.
"""

from __future__ import annotations

from typing import TypeAlias

from gateway.planner.operation import Selection, SelectionTree
from gateway.planner.plan import OnTypes, PathKey, PlanPath

_Field: TypeAlias = tuple[str, str]
"""Name and printed arguments."""


class ResponseKeys:
    def __init__(self, root: SelectionTree) -> None:
        self._root = root
        self._taken: dict[tuple[PlanPath, str], dict[str, _Field]] = {}

    def internal(self, path: PlanPath, concrete: str, name: str, arguments: str) -> str:
        """The same key for the same need at the same place, whichever fetch supplies it."""
        wanted = (name, arguments)
        taken = self._taken_at(path, concrete)
        candidate, number = name, 0
        while taken.setdefault(candidate, wanted) != wanted:
            candidate = f"__{name}" if number == 0 else f"__{name}_{number}"
            number += 1
        return candidate

    def _taken_at(self, path: PlanPath, concrete: str) -> dict[str, _Field]:
        place = (path, concrete)
        if place not in self._taken:
            self._taken[place] = {
                each.response_key: (each.name, each.arguments) for each in self._client(path, concrete)
            }
        return self._taken[place]

    def _client(self, path: PlanPath, concrete: str) -> tuple[Selection, ...]:
        tree = self._root
        current = tree.parent
        for step in path:
            if isinstance(step, OnTypes):
                current = next(iter(step.types))
                continue
            found = _child(tree, current, step)
            if found is None:
                return ()
            tree, current = found, found.parent
        return tree.by_type.get(concrete, ())


def _child(tree: SelectionTree, concrete: str, step: PathKey) -> SelectionTree | None:
    for each in tree.by_type.get(concrete, ()):
        if each.response_key == step.name:
            return each.child
    return None
