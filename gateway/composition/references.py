"""Merging of type references: outputs widen, inputs narrow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from gateway.composition.subgraph import SubgraphSchema
from gateway.supergraph.schema import TypeKind, TypeRef


class Hierarchy:
    """Which named type is a subtype of which, in any subgraph."""

    def __init__(self, subgraphs: Iterable[SubgraphSchema]) -> None:
        self._parents: dict[str, set[str]] = defaultdict(set)
        for subgraph in subgraphs:
            for each in subgraph.types.values():
                self._parents[each.name].update(each.interfaces)
                if each.kind is TypeKind.UNION:
                    for member in each.members:
                        self._parents[member].add(each.name)

    def widest(self, names: Sequence[str]) -> str | None:
        """The one of `names` that all the others are subtypes of."""
        for name in names:
            if all(other == name or name in self._parents[other] for other in names):
                return name
        return None


def merge_output(refs: Sequence[TypeRef], hierarchy: Hierarchy) -> TypeRef | None:
    """Nullable where any is nullable; an abstract type over its members. None when they do not fit."""
    text = _merge([ref.text for ref in refs], hierarchy, strict_wins=False)
    return TypeRef(text=text) if text is not None else None


def merge_input(refs: Sequence[TypeRef]) -> TypeRef | None:
    """Non-null where any is non-null. None when they do not fit."""
    text = _merge([ref.text for ref in refs], None, strict_wins=True)
    return TypeRef(text=text) if text is not None else None


def _merge(texts: Sequence[str], hierarchy: Hierarchy | None, *, strict_wins: bool) -> str | None:
    strict = [text.endswith("!") for text in texts]
    bang = "!" if (any(strict) if strict_wins else all(strict)) else ""
    inner = [text.removesuffix("!") for text in texts]
    lists = [text.startswith("[") for text in inner]
    if all(lists):
        item = _merge([text[1:-1] for text in inner], hierarchy, strict_wins=strict_wins)
        return None if item is None else f"[{item}]{bang}"
    if any(lists):
        return None
    names = list(dict.fromkeys(inner))
    if len(names) == 1:
        return names[0] + bang
    widest = hierarchy.widest(names) if hierarchy else None
    return None if widest is None else widest + bang
