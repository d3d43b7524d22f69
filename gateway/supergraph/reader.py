"""Supergraph SDL (join v0.3) to the typed model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLSyntaxError,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from chassis.errors import InvalidInput
from gateway.supergraph.api import MACHINE_PREFIXES, api_schema
from gateway.supergraph.directives import flag_argument, named, text_argument
from gateway.supergraph.fieldset import parse_field_set
from gateway.supergraph.schema import (
    EntityKey,
    FieldJoin,
    SubgraphRef,
    SuperField,
    Supergraph,
    SuperType,
    TypeKind,
    TypeRef,
)

_KINDS: Mapping[type[TypeDefinitionNode], TypeKind] = {
    ObjectTypeDefinitionNode: TypeKind.OBJECT,
    InterfaceTypeDefinitionNode: TypeKind.INTERFACE,
    UnionTypeDefinitionNode: TypeKind.UNION,
    EnumTypeDefinitionNode: TypeKind.ENUM,
    ScalarTypeDefinitionNode: TypeKind.SCALAR,
    InputObjectTypeDefinitionNode: TypeKind.INPUT,
}


class SupergraphMalformed(InvalidInput):
    code = "SUPERGRAPH_MALFORMED"


def read_supergraph(sdl: str) -> Supergraph:
    """Raises `SupergraphMalformed` when the text is no SDL or has no `join__Graph`."""
    try:
        document = parse(sdl, no_location=True)
    except GraphQLSyntaxError as error:
        raise SupergraphMalformed(f"The supergraph cannot be parsed: {error.message}") from error
    graphs = _graphs(document)
    definitions = [
        definition
        for definition in document.definitions
        if isinstance(definition, TypeDefinitionNode) and not definition.name.value.startswith(MACHINE_PREFIXES)
    ]
    implementers = _implementers(definitions, graphs)
    types = {definition.name.value: _read_type(definition, graphs, implementers) for definition in definitions}
    roots = _roots(document)
    return Supergraph(
        subgraphs={ref.name: ref for ref in graphs.values()},
        types=types,
        query=roots.get("query", "Query"),
        mutation=roots.get("mutation"),
        subscription=roots.get("subscription"),
        api=api_schema(document),
    )


def _graphs(document: DocumentNode) -> dict[str, SubgraphRef]:
    """By the enum value of `join__Graph`."""
    for definition in document.definitions:
        if isinstance(definition, EnumTypeDefinitionNode) and definition.name.value == "join__Graph":
            graphs: dict[str, SubgraphRef] = {}
            for value in definition.values or ():
                for directive in named(value.directives, "join__graph"):
                    name = text_argument(directive, "name") or value.name.value.lower()
                    graphs[value.name.value] = SubgraphRef(name=name, url=text_argument(directive, "url") or "")
            return graphs
    raise SupergraphMalformed("The supergraph has no enum join__Graph: it names no subgraph.")


def _roots(document: DocumentNode) -> dict[str, str]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode):
            return {each.operation.value: each.type.name.value for each in definition.operation_types}
    names = {
        definition.name.value for definition in document.definitions if isinstance(definition, ObjectTypeDefinitionNode)
    }
    return {name.lower(): name for name in ("Query", "Mutation", "Subscription") if name in names}


def _graph_of(directive: ConstDirectiveNode, graphs: Mapping[str, SubgraphRef]) -> str:
    value = text_argument(directive, "graph") or ""
    if value not in graphs:
        raise SupergraphMalformed(f'Graph "{value}" of @{directive.name.value} is not in join__Graph.')
    return graphs[value].name


def _implementers(
    definitions: Iterable[TypeDefinitionNode], graphs: Mapping[str, SubgraphRef]
) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """interface -> subgraph -> object types that implement it there."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for definition in definitions:
        if not isinstance(definition, ObjectTypeDefinitionNode):
            continue
        for directive in named(definition.directives, "join__implements"):
            interface = text_argument(directive, "interface") or ""
            found[interface][_graph_of(directive, graphs)].add(definition.name.value)
    return {
        interface: {subgraph: frozenset(members) for subgraph, members in by_subgraph.items()}
        for interface, by_subgraph in found.items()
    }


def _read_type(
    definition: TypeDefinitionNode,
    graphs: Mapping[str, SubgraphRef],
    implementers: Mapping[str, Mapping[str, frozenset[str]]],
) -> SuperType:
    name = definition.name.value
    kind = _KINDS[type(definition)]
    keys: dict[str, tuple[EntityKey, ...]] = {}
    for directive in named(definition.directives, "join__type"):
        subgraph = _graph_of(directive, graphs)
        if flag_argument(directive, "isInterfaceObject", default=False):
            raise SupergraphMalformed(f"Type {name}: @interfaceObject is not understood by this planner.")
        text = text_argument(directive, "key")
        found = keys.get(subgraph, ())
        if text is not None:
            resolvable = flag_argument(directive, "resolvable", default=True)
            found = (*found, EntityKey(text=text, fields=parse_field_set(text), resolvable=resolvable))
        keys[subgraph] = found
    if not keys:
        keys = {ref.name: () for ref in graphs.values()}
    interfaces: dict[str, set[str]] = defaultdict(set)
    for directive in named(definition.directives, "join__implements"):
        interfaces[_graph_of(directive, graphs)].add(text_argument(directive, "interface") or "")
    members = implementers.get(name, {}) if kind is TypeKind.INTERFACE else {}
    if isinstance(definition, UnionTypeDefinitionNode):
        members = _union_members(definition, graphs, keys)
    fields: dict[str, SuperField] = {}
    if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        fields = {each.name.value: _read_field(each, graphs, keys) for each in definition.fields or ()}
    return SuperType(
        name=name,
        kind=kind,
        keys=keys,
        fields=fields,
        interfaces={subgraph: frozenset(found) for subgraph, found in interfaces.items()},
        members=members,
    )


def _union_members(
    definition: UnionTypeDefinitionNode,
    graphs: Mapping[str, SubgraphRef],
    keys: Mapping[str, tuple[EntityKey, ...]],
) -> Mapping[str, frozenset[str]]:
    by_subgraph: dict[str, set[str]] = defaultdict(set)
    for directive in named(definition.directives, "join__unionMember"):
        by_subgraph[_graph_of(directive, graphs)].add(text_argument(directive, "member") or "")
    if not by_subgraph:
        everyone = frozenset(member.name.value for member in definition.types or ())
        return dict.fromkeys(keys, everyone)
    return {subgraph: frozenset(members) for subgraph, members in by_subgraph.items()}


def _read_field(
    definition: FieldDefinitionNode,
    graphs: Mapping[str, SubgraphRef],
    keys: Mapping[str, tuple[EntityKey, ...]],
) -> SuperField:
    merged = TypeRef(text=print_ast(definition.type))
    directives = named(definition.directives, "join__field")
    joins: dict[str, FieldJoin] = {}
    for directive in directives:
        if text_argument(directive, "graph") is None:
            continue  # a bare @join__field: the field comes from an interface object only
        own = text_argument(directive, "type")
        requires = text_argument(directive, "requires")
        provides = text_argument(directive, "provides")
        joins[_graph_of(directive, graphs)] = FieldJoin(
            type=TypeRef(text=own) if own else merged,
            external=flag_argument(directive, "external", default=False),
            requires=parse_field_set(requires) if requires else (),
            provides=parse_field_set(provides) if provides else (),
            override=text_argument(directive, "override"),
            used_overridden=flag_argument(directive, "usedOverridden", default=False),
        )
    if not directives:
        joins = {subgraph: FieldJoin(type=merged) for subgraph in keys}
    return SuperField(name=definition.name.value, type=merged, joins=joins)
