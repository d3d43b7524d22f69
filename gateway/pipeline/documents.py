"""Which places take a whole document as a text, and which variables of an operation go to no other place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from graphql import SKIP, DocumentNode, FieldNode, VariableNode, Visitor, VisitorAction, visit

DOCUMENTS: Mapping[str, int] = MappingProxyType(
    {
        # A policy pack in TOML; the shipped ones have 18,000 characters.
        "Query.thresholdLab.pack": 200_000,
        # A points table in JSON; one of 74 features has 95,000.
        "PublishModelInput.table": 900_000,
    }
)
"""Characters, by argument of a root field or by field of an input type. All other texts are reasons and names."""


def roomy_variables(
    document: DocumentNode, root: str, roots: Iterable[FieldNode], documents: Mapping[str, int]
) -> Mapping[str, int]:
    """How long the texts of these variables may be. One that is also given to another place is not among them."""
    fitting: Counter[str] = Counter()
    limits: dict[str, int] = {}
    for field in {id(each): each for each in roots}.values():
        for argument in field.arguments or ():
            limit = documents.get(f"{root}.{field.name.value}.{argument.name.value}")
            if limit is not None and isinstance(argument.value, VariableNode):
                name = argument.value.name.value
                fitting[name] += 1
                limits[name] = min(limit, limits.get(name, limit))
    if not limits:
        return {}
    uses = _Uses()
    visit(document, uses)
    return {name: limit for name, limit in limits.items() if uses.found[name] == fitting[name]}


class _Uses(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def enter_variable_definition(self, *_: object) -> VisitorAction:
        return SKIP

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.found[node.name.value] += 1
