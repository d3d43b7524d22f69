"""Field sets: the little selections inside `@key`, `@requires` and `@provides`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    FieldNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from chassis.errors import InvalidInput


class FieldSetMalformed(InvalidInput):
    code = "FIELD_SET_MALFORMED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSetEntry:
    """One field of a field set. `arguments` is printed GraphQL, "" when there are none."""

    name: str
    arguments: str = ""
    type_condition: str | None = None
    children: FieldSet = ()


FieldSet: TypeAlias = tuple[FieldSetEntry, ...]


def parse_field_set(text: str) -> FieldSet:
    """`"id org { id }"` or `"{ id }"` to entries; raises `FieldSetMalformed` naming the text."""
    body = text.strip()
    if not body.startswith("{"):
        body = "{" + body + "}"
    try:
        document = parse(body, no_location=True, max_lexical_tokens=1000)
    except GraphQLSyntaxError as error:
        raise FieldSetMalformed(f'Field set "{text}" cannot be parsed: {error.message}') from error
    operation = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(operation, OperationDefinitionNode):
        raise FieldSetMalformed(f'Field set "{text}" is not one selection.')
    entries = tuple(_entries(operation.selection_set, None, text))
    if not entries:
        raise FieldSetMalformed(f'Field set "{text}" selects nothing.')
    return entries


def print_field_set(entries: Iterable[FieldSetEntry]) -> str:
    return " ".join(_print_entry(entry) for entry in entries)


def leaves(entries: Iterable[FieldSetEntry], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Name paths of the leaves, type conditions left out."""
    for entry in entries:
        path = (*prefix, entry.name)
        if entry.children:
            yield from leaves(entry.children, path)
        else:
            yield path


def _print_entry(entry: FieldSetEntry) -> str:
    body = entry.name + entry.arguments
    if entry.children:
        body += " { " + print_field_set(entry.children) + " }"
    return f"... on {entry.type_condition} {{ {body} }}" if entry.type_condition else body


def _entries(selections: SelectionSetNode, condition: str | None, text: str) -> Iterator[FieldSetEntry]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            if selection.alias or selection.directives:
                raise FieldSetMalformed(f'Field set "{text}" may not use aliases or directives.')
            arguments = ", ".join(print_ast(argument) for argument in selection.arguments or ())
            yield FieldSetEntry(
                name=selection.name.value,
                arguments=f"({arguments})" if arguments else "",
                type_condition=condition,
                children=tuple(_entries(selection.selection_set, None, text)) if selection.selection_set else (),
            )
        elif isinstance(selection, InlineFragmentNode):
            on = selection.type_condition.name.value if selection.type_condition else condition
            yield from _entries(selection.selection_set, on, text)
        else:
            raise FieldSetMalformed(f'Field set "{text}" may not spread named fragments.')
