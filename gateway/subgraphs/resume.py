"""Making a subscription resumable: after a lost stream it goes on behind the last event that arrived.

A subscription field is resumable when it takes `after: String` and its payload has a `cursor`. The document sent to
the subgraph always asks for the cursor, under a name of ours that is cut out again, and takes `after` from a variable
of ours; so a client that asked for neither still misses nothing. Where the graph has a query `<field>Cursor`, it is
asked for the place to begin at before the stream is opened: then nothing is missed before the first event either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    SKIP,
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    VisitorAction,
    get_named_type,
    parse,
    print_ast,
    value_from_ast_untyped,
    visit,
)

from gateway.pipeline.stages import JsonValue, OperationType, SubgraphRequest, SubgraphResponse

AFTER = "holdfastAfter"
CURSOR = "holdfastCursor"


def resumable_fields(schema: GraphQLSchema) -> Mapping[str, str | None]:
    """The subscription fields of `schema` that can be resumed, each with the query for its newest cursor."""
    root = schema.subscription_type
    if root is None:
        return {}
    queries = schema.query_type.fields if schema.query_type is not None else {}
    names: dict[str, str | None] = {}
    for name, definition in root.fields.items():
        payload = get_named_type(definition.type)
        after = definition.args.get("after")
        if after is not None and isinstance(payload, GraphQLObjectType) and "cursor" in payload.fields:
            start = f"{name}Cursor"
            names[name] = start if start in queries else None
    return names


@dataclass(slots=True)
class Resumption:
    """The request to send next, and the cursor it goes on from."""

    request: SubgraphRequest
    response_key: str | None
    """None: this subscription cannot be resumed, only started again."""
    cursor: str | None = None
    start: str | None = None
    """The query field that tells where to begin, asked when no cursor is known."""

    def start_request(self) -> SubgraphRequest | None:
        """What to ask before the stream is opened, if the place to begin at is not known yet."""
        if self.start is None or self.cursor is not None:
            return None
        return SubgraphRequest(
            document=f"{{ {CURSOR}: {self.start} }}",
            operation_name=None,
            operation_type=OperationType.QUERY,
            variables={},
        )

    def begin(self, response: SubgraphResponse) -> None:
        cursor = (response.data or {}).get(CURSOR)
        self.cursor = cursor if isinstance(cursor, str) else None

    def next_request(self) -> SubgraphRequest:
        if self.response_key is None:
            return self.request
        return SubgraphRequest(
            document=self.request.document,
            operation_name=self.request.operation_name,
            operation_type=self.request.operation_type,
            variables={**self.request.variables, AFTER: self.cursor},
        )

    def take(self, response: SubgraphResponse) -> bool:
        """Notes the event's cursor and cuts it out. False for an event that came before: the replay's overlap."""
        payload = response.data.get(self.response_key) if response.data and self.response_key else None
        if not isinstance(payload, dict):
            return True
        cursor = payload.pop(CURSOR, None)
        if not isinstance(cursor, str):
            return True
        if cursor == self.cursor:
            return False
        self.cursor = cursor
        return True


def resumption_of(request: SubgraphRequest, resumable: Mapping[str, str | None]) -> Resumption:
    """`request` prepared for going on after a lost stream, if its field is among `resumable`."""
    document = parse(request.document, no_location=True)
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if len(operations) != 1:
        return Resumption(request, None)
    selections = operations[0].selection_set.selections
    root = selections[0] if len(selections) == 1 else None
    if not isinstance(root, FieldNode) or root.name.value not in resumable or root.selection_set is None:
        return Resumption(request, None)
    fresh = _replaced(document, operations[0], _with_cursor(root))
    used = _used_variables(fresh)
    prepared = SubgraphRequest(
        document=print_ast(_without_unused(fresh, used)),
        operation_name=request.operation_name,
        operation_type=request.operation_type,
        variables={name: value for name, value in request.variables.items() if name in used},
    )
    key = root.alias.value if root.alias else root.name.value
    return Resumption(prepared, key, _given_after(root, request.variables), resumable[root.name.value])


def _with_cursor(root: FieldNode) -> FieldNode:
    after = ArgumentNode(name=NameNode(value="after"), value=VariableNode(name=NameNode(value=AFTER)))
    cursor = FieldNode(
        name=NameNode(value="cursor"), alias=NameNode(value=CURSOR), arguments=(), directives=(), selection_set=None
    )
    kept = root.selection_set.selections if root.selection_set else ()
    return FieldNode(
        name=root.name,
        alias=root.alias,
        arguments=(*(each for each in root.arguments or () if each.name.value != "after"), after),
        directives=root.directives,
        selection_set=SelectionSetNode(selections=(*kept, cursor)),
    )


def _given_after(root: FieldNode, variables: Mapping[str, JsonValue]) -> str | None:
    for argument in root.arguments or ():
        if argument.name.value == "after":
            value = value_from_ast_untyped(argument.value, dict(variables))
            return value if isinstance(value, str) else None
    return None


def _replaced(document: DocumentNode, operation: OperationDefinitionNode, root: FieldNode) -> DocumentNode:
    variable = VariableDefinitionNode(
        variable=VariableNode(name=NameNode(value=AFTER)),
        type=NamedTypeNode(name=NameNode(value="String")),
        default_value=None,
        directives=(),
    )
    fresh = _operation(
        operation,
        variables=(*(operation.variable_definitions or ()), variable),
        selections=SelectionSetNode(selections=(root,)),
    )
    return DocumentNode(definitions=tuple(fresh if each is operation else each for each in document.definitions))


def _operation(
    operation: OperationDefinitionNode,
    *,
    variables: tuple[VariableDefinitionNode, ...],
    selections: SelectionSetNode,
) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=variables,
        directives=operation.directives,
        selection_set=selections,
    )


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable_definition(self, *_: object) -> VisitorAction:
        return SKIP

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.add(node.name.value)


def _used_variables(document: DocumentNode) -> frozenset[str]:
    found = _Variables()
    visit(document, found)
    return frozenset(found.names)


def _without_unused(document: DocumentNode, used: frozenset[str]) -> DocumentNode:
    """A variable that only `after` used would be refused by the subgraph as unused."""
    return DocumentNode(
        definitions=tuple(
            _operation(
                each,
                variables=tuple(v for v in each.variable_definitions or () if v.variable.name.value in used),
                selections=each.selection_set,
            )
            if isinstance(each, OperationDefinitionNode)
            else each
            for each in document.definitions
        )
    )
