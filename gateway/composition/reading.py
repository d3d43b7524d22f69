"""Subgraph SDL to `SubgraphSchema`: definitions and extensions joined, roots renamed, machinery left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    FieldDefinitionNode,
    GraphQLSyntaxError,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    parse,
    print_ast,
)

from gateway.composition.errors import Findings
from gateway.composition.links import FederationNames, read_links
from gateway.composition.subgraph import (
    FieldDecl,
    InputDecl,
    KeyDecl,
    Marks,
    SubgraphSchema,
    SubgraphSource,
    TypeDecl,
)
from gateway.supergraph.directives import flag_argument, named, text_argument
from gateway.supergraph.schema import TypeKind, TypeRef

MACHINERY = frozenset({"_Any", "_Entity", "_Service", "FieldSet", "_FieldSet"})
MACHINE_FIELDS = frozenset({"_entities", "_service"})
MACHINE_PREFIXES = ("federation__", "link__", "join__")
NO_REASON = "No longer supported"

_ObjectLike = (
    ObjectTypeDefinitionNode | ObjectTypeExtensionNode | InterfaceTypeDefinitionNode | InterfaceTypeExtensionNode
)
_EnumLike = EnumTypeDefinitionNode | EnumTypeExtensionNode
_UnionLike = UnionTypeDefinitionNode | UnionTypeExtensionNode
_InputLike = InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode
_ScalarLike = ScalarTypeDefinitionNode | ScalarTypeExtensionNode
_TypeNode = _ObjectLike | _EnumLike | _UnionLike | _InputLike | _ScalarLike

_KINDS: Mapping[str, TypeKind] = {
    "object": TypeKind.OBJECT,
    "interface": TypeKind.INTERFACE,
    "union": TypeKind.UNION,
    "enum": TypeKind.ENUM,
    "scalar": TypeKind.SCALAR,
    "input_object": TypeKind.INPUT,
}


def read_subgraph(source: SubgraphSource, findings: Findings) -> SubgraphSchema:
    try:
        document = parse(source.sdl, no_location=True)
    except GraphQLSyntaxError as error:
        findings.refuse("INVALID_GRAPHQL", "", f"The SDL cannot be parsed: {error.message}", source.name)
        return SubgraphSchema(name=source.name, url=source.url, types={})
    reader = _Reader(source.name, read_links(document, source.name, findings), _roots(document), findings)
    return SubgraphSchema(name=source.name, url=source.url, types=reader.types(document.definitions))


def _roots(document: DocumentNode) -> dict[str, str]:
    """Own root type name to the supergraph's."""
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode) and definition.operation_types:
            return {each.type.name.value: each.operation.value.title() for each in definition.operation_types}
    return {}


class _Reader:
    def __init__(self, subgraph: str, names: FederationNames, roots: Mapping[str, str], findings: Findings) -> None:
        self._subgraph = subgraph
        self._names = names
        self._roots = roots
        self._findings = findings

    def types(self, definitions: Iterable[DefinitionNode]) -> dict[str, TypeDecl]:
        blocks: dict[str, list[_TypeNode]] = defaultdict(list)
        for definition in definitions:
            if isinstance(definition, _TypeNode):
                name = definition.name.value
                if name not in MACHINERY and not name.startswith(MACHINE_PREFIXES):
                    blocks[self._roots.get(name, name)].append(definition)
        types = (self._type(name, nodes) for name, nodes in blocks.items())
        return {each.name: each for each in types if each.kind is not TypeKind.OBJECT or each.fields}

    def _type(self, name: str, nodes: Sequence[_TypeNode]) -> TypeDecl:
        kinds = {_KINDS[node.kind.split("_type_")[0]] for node in nodes}
        if len(kinds) > 1:
            self._findings.refuse("TYPE_KIND_MISMATCH", name, "Is extended as another kind of type.", self._subgraph)
        directives = [each for node in nodes for each in node.directives or ()]
        if self._has(directives, "interfaceObject"):
            self._findings.refuse("UNSUPPORTED_FEATURE", name, "@interfaceObject is not composed yet.", self._subgraph)
        scalar = [url for each in named(directives, "specifiedBy") if (url := text_argument(each, "url"))]
        return TypeDecl(
            name=name,
            kind=min(kinds),
            marks=self._marks(directives, next((text for node in nodes if (text := _description(node))), None)),
            keys=tuple(self._keys(directives)),
            fields={each.name: each for node in nodes for each in self._fields(node)},
            inputs={
                each.name.value: self._input(each)
                for node in nodes
                if isinstance(node, _InputLike)
                for each in node.fields or ()
            },
            values={
                each.name.value: self._marks(each.directives, _text(each.description))
                for node in nodes
                if isinstance(node, _EnumLike)
                for each in node.values or ()
            },
            members=tuple(
                each.name.value for node in nodes if isinstance(node, _UnionLike) for each in node.types or ()
            ),
            interfaces=tuple(
                dict.fromkeys(
                    each.name.value for node in nodes if isinstance(node, _ObjectLike) for each in node.interfaces or ()
                )
            ),
            specified_by=scalar[0] if scalar else None,
            one_of=bool(named(directives, "oneOf")),
        )

    def _keys(self, directives: Iterable[ConstDirectiveNode]) -> Iterator[KeyDecl]:
        for directive in self._find(directives, "key"):
            yield KeyDecl(
                fields=" ".join((text_argument(directive, "fields") or "").split()),
                resolvable=flag_argument(directive, "resolvable", default=True),
            )

    def _fields(self, node: _TypeNode) -> Iterator[FieldDecl]:
        """`@shareable` and `@external` on a type block hold for the fields of that block."""
        if not isinstance(node, _ObjectLike):
            return
        shareable = self._has(node.directives, "shareable")
        external = self._has(node.directives, "external")
        for each in node.fields or ():
            if each.name.value not in MACHINE_FIELDS:
                yield self._field(each, shareable=shareable, external=external)

    def _field(self, node: FieldDefinitionNode, *, shareable: bool, external: bool) -> FieldDecl:
        override = self._find(node.directives, "override")
        if any(text_argument(each, "label") for each in override):
            self._findings.refuse(
                "UNSUPPORTED_FEATURE",
                node.name.value,
                "@override with a label is not composed yet.",
                self._subgraph,
            )
        return FieldDecl(
            name=node.name.value,
            type=self._ref(print_ast(node.type)),
            marks=self._marks(node.directives, _text(node.description)),
            arguments={each.name.value: self._input(each) for each in node.arguments or ()},
            external=external or self._has(node.directives, "external"),
            shareable=shareable or self._has(node.directives, "shareable"),
            requires=self._argument(node.directives, "requires", "fields"),
            provides=self._argument(node.directives, "provides", "fields"),
            override=self._argument(node.directives, "override", "from"),
        )

    def _input(self, node: InputValueDefinitionNode) -> InputDecl:
        return InputDecl(
            name=node.name.value,
            type=self._ref(print_ast(node.type)),
            marks=self._marks(node.directives, _text(node.description)),
            default=print_ast(node.default_value) if node.default_value else None,
        )

    def _ref(self, text: str) -> TypeRef:
        ref = TypeRef(text=text)
        if ref.named in self._roots:
            return TypeRef(text=text.replace(ref.named, self._roots[ref.named]))
        return ref

    def _marks(self, directives: Iterable[ConstDirectiveNode] | None, description: str | None) -> Marks:
        deprecated = named(directives, "deprecated")
        return Marks(
            description=description,
            deprecated=(text_argument(deprecated[0], "reason") or NO_REASON) if deprecated else None,
            inaccessible=self._has(directives, "inaccessible"),
            tags=tuple(text_argument(each, "name") or "" for each in self._find(directives, "tag")),
        )

    def _find(self, directives: Iterable[ConstDirectiveNode] | None, name: str) -> list[ConstDirectiveNode]:
        return [each for each in directives or () if self._names.of(each) == name]

    def _has(self, directives: Iterable[ConstDirectiveNode] | None, name: str) -> bool:
        return bool(self._find(directives, name))

    def _argument(self, directives: Iterable[ConstDirectiveNode] | None, name: str, argument: str) -> str | None:
        found = self._find(directives, name)
        return " ".join((text_argument(found[0], argument) or "").split()) if found else None


def _description(node: _TypeNode) -> str | None:
    return _text(getattr(node, "description", None))


def _text(node: StringValueNode | None) -> str | None:
    return node.value if node is not None and node.value else None
