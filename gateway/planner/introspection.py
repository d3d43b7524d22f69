"""The part of a query that asks about the schema itself; it is answered here, from the API schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})


def introspection_part(document: DocumentNode, operation: OperationDefinitionNode) -> DocumentNode | None:
    """A document with only the introspection fields of the operation; None when it has none."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    kept = tuple(_kept(operation.selection_set, fragments))
    if not kept:
        return None
    only = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=kept),
    )
    return DocumentNode(definitions=(only, *fragments.values()))


def _kept(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[SelectionNode]:
    for each in selections.selections:
        if isinstance(each, FieldNode):
            if each.name.value in INTROSPECTION_FIELDS:
                yield each
            continue
        body = fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else each
        if isinstance(body, FragmentDefinitionNode | InlineFragmentNode):
            inside = tuple(_kept(body.selection_set, fragments))
            if inside:
                yield InlineFragmentNode(
                    type_condition=body.type_condition,
                    directives=each.directives,
                    selection_set=SelectionSetNode(selections=inside),
                )
