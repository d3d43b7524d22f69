"""Pass 7: fetches with their waits become nested sequences and parallels.

Independent components run side by side; inside one, what waits for nothing runs first and the rest is
arranged again. A fetch may thus wait a little longer than it must, never too short.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gateway.planner.merge_siblings import Batch
from gateway.planner.plan import Fetch, Parallel, PlanNode
from gateway.planner.plan import Sequence as InOrder


def arrange(fetches: Mapping[Batch, Fetch]) -> PlanNode | None:
    return _arrange(list(fetches), fetches)


def in_sequence(nodes: Iterable[PlanNode | None]) -> PlanNode | None:
    flat: list[PlanNode] = []
    for node in nodes:
        if isinstance(node, InOrder):
            flat.extend(node.nodes)
        elif node is not None:
            flat.append(node)
    return _wrap(flat, parallel=False)


def _arrange(batches: Sequence[Batch], fetches: Mapping[Batch, Fetch]) -> PlanNode | None:
    parts = [_component(component, fetches) for component in _components(batches)]
    return _wrap([part for part in parts if part is not None], parallel=True)


def _component(batches: Sequence[Batch], fetches: Mapping[Batch, Fetch]) -> PlanNode | None:
    inside = set(batches)
    first = [each for each in batches if not each.after & inside]
    rest = [each for each in batches if each.after & inside]
    return in_sequence(
        [_wrap([fetches[each] for each in first], parallel=True), _arrange(rest, fetches) if rest else None]
    )


def _components(batches: Sequence[Batch]) -> list[list[Batch]]:
    """Connected components in first-seen order."""
    inside = set(batches)
    beside: dict[Batch, set[Batch]] = {each: set() for each in batches}
    for each in batches:
        for other in each.after & inside:
            beside[each].add(other)
            beside[other].add(each)
    found: list[list[Batch]] = []
    seen: set[Batch] = set()
    for start in batches:
        if start in seen:
            continue
        reach, edge = {start}, [start]
        while edge:
            fresh = beside[edge.pop()] - reach
            reach |= fresh
            edge.extend(fresh)
        seen |= reach
        found.append([each for each in batches if each in reach])
    return found


def _wrap(nodes: Sequence[PlanNode], *, parallel: bool) -> PlanNode | None:
    if len(nodes) <= 1:
        return nodes[0] if nodes else None
    return Parallel(nodes=tuple(nodes)) if parallel else InOrder(nodes=tuple(nodes))
