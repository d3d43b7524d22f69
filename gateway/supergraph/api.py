"""The schema clients see, cut out of the supergraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
    print_schema,
)

from gateway.supergraph.scalars import with_coercion

MACHINE_PREFIXES = ("join__", "link__", "core__", "federation__")
KEPT_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "oneOf"})

_T = TypeVar("_T", FieldDefinitionNode, InputValueDefinitionNode, EnumValueDefinitionNode)


def api_schema(document: DocumentNode) -> GraphQLSchema:
    """Without join and link vocabulary and without whatever is `@inaccessible`."""
    hidden = {
        definition.name.value
        for definition in document.definitions
        if isinstance(definition, _NAMED) and _inaccessible(definition.directives)
    }
    kept = tuple(_definitions(document.definitions, hidden))
    return with_coercion(build_ast_schema(DocumentNode(definitions=kept)))


def print_api(schema: GraphQLSchema) -> str:
    return print_schema(schema) + "\n"


_NAMED = (
    ObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    UnionTypeDefinitionNode,
    EnumTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
)


def _definitions(definitions: Iterable[DefinitionNode], hidden: set[str]) -> Iterator[DefinitionNode]:
    for definition in definitions:
        if isinstance(definition, SchemaDefinitionNode):
            yield SchemaDefinitionNode(
                operation_types=definition.operation_types, description=definition.description, directives=()
            )
        elif isinstance(definition, DirectiveDefinitionNode):
            name = definition.name.value
            if not name.startswith(MACHINE_PREFIXES) and name not in {"link", "core", "tag", "inaccessible"}:
                yield definition
        elif isinstance(definition, _NAMED):
            name = definition.name.value
            if not name.startswith(MACHINE_PREFIXES) and name not in hidden:
                yield _stripped(definition, hidden)


def _stripped(definition: DefinitionNode, hidden: set[str]) -> DefinitionNode:
    if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        return type(definition)(
            name=definition.name,
            description=definition.description,
            directives=_kept(definition.directives),
            interfaces=_visible_names(definition.interfaces, hidden),
            fields=tuple(
                FieldDefinitionNode(
                    name=each.name,
                    description=each.description,
                    directives=_kept(each.directives),
                    arguments=_inputs(each.arguments),
                    type=each.type,
                )
                for each in _visible(definition.fields)
            ),
        )
    if isinstance(definition, UnionTypeDefinitionNode):
        return UnionTypeDefinitionNode(
            name=definition.name,
            description=definition.description,
            directives=_kept(definition.directives),
            types=_visible_names(definition.types, hidden),
        )
    if isinstance(definition, EnumTypeDefinitionNode):
        return EnumTypeDefinitionNode(
            name=definition.name,
            description=definition.description,
            directives=_kept(definition.directives),
            values=tuple(
                EnumValueDefinitionNode(name=each.name, description=each.description, directives=_kept(each.directives))
                for each in _visible(definition.values)
            ),
        )
    if isinstance(definition, InputObjectTypeDefinitionNode):
        return InputObjectTypeDefinitionNode(
            name=definition.name,
            description=definition.description,
            directives=_kept(definition.directives),
            fields=_inputs(definition.fields),
        )
    if isinstance(definition, ScalarTypeDefinitionNode):
        return ScalarTypeDefinitionNode(
            name=definition.name,
            description=definition.description,
            directives=_kept(definition.directives),
        )
    return definition


def _inputs(values: Sequence[InputValueDefinitionNode] | None) -> tuple[InputValueDefinitionNode, ...]:
    return tuple(
        InputValueDefinitionNode(
            name=each.name,
            description=each.description,
            directives=_kept(each.directives),
            type=each.type,
            default_value=each.default_value,
        )
        for each in _visible(values)
    )


def _visible(nodes: Sequence[_T] | None) -> list[_T]:
    return [node for node in nodes or () if not _inaccessible(node.directives)]


def _visible_names(nodes: Sequence[NamedTypeNode] | None, hidden: set[str]) -> tuple[NamedTypeNode, ...]:
    return tuple(node for node in nodes or () if node.name.value not in hidden)


def _kept(directives: Sequence[ConstDirectiveNode] | None) -> tuple[ConstDirectiveNode, ...]:
    return tuple(each for each in directives or () if each.name.value in KEPT_DIRECTIVES)


def _inaccessible(directives: Sequence[ConstDirectiveNode] | None) -> bool:
    return any(each.name.value == "inaccessible" for each in directives or ())
