"""Supergraph text: descriptions, directives and blocks, always in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graphql import StringValueNode, print_ast

from gateway.composition.subgraph import Marks

HEADER_LINKS = (
    '@link(url: "https://specs.apollo.dev/link/v1.0")',
    '@link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)',
)
INACCESSIBLE_LINK = '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)'
TAG_LINK = '@link(url: "https://specs.apollo.dev/tag/v0.3")'

_JOIN_FIELD = (
    "directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, "
    "type: String, external: Boolean, override: String, usedOverridden: Boolean) "
    "repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION"
)
_JOIN_TYPE = (
    "directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, "
    "resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) "
    "repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR"
)
_LINK = "directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA"
JOIN_DIRECTIVES = (
    "directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE",
    _JOIN_FIELD,
    "directive @join__graph(name: String!, url: String!) on ENUM_VALUE",
    "directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE",
    _JOIN_TYPE,
    "directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION",
    _LINK,
)
INACCESSIBLE_DIRECTIVE = (
    "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | "
    "SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
TAG_DIRECTIVE = (
    "directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | "
    "ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
MACHINE_TYPES = (
    "scalar join__FieldSet",
    "scalar link__Import",
    "enum link__Purpose {\n  SECURITY\n  EXECUTION\n}",
)


def quote(text: str) -> str:
    return print_ast(StringValueNode(value=text))


def description(marks: Marks, indent: str = "") -> str:
    if not marks.description:
        return ""
    lines = print_ast(StringValueNode(value=marks.description, block=True)).splitlines()
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)


def mark_directives(marks: Marks) -> list[str]:
    found = [f"@tag(name: {quote(tag)})" for tag in marks.tags]
    if marks.inaccessible:
        found.append("@inaccessible")
    if marks.deprecated is not None:
        found.append(f"@deprecated(reason: {quote(marks.deprecated)})")
    return found


def join_directive(name: str, arguments: Mapping[str, str | None]) -> str:
    """Argument values are printed GraphQL; None leaves the argument out."""
    inside = ", ".join(f"{key}: {value}" for key, value in arguments.items() if value is not None)
    return f"@{name}({inside})"


def definition(head: str, marks: Marks, directives: Iterable[str], lines: Sequence[str] | None, tail: str = "") -> str:
    text = description(marks) + head
    every = [*directives, *mark_directives(marks)]
    text += "".join(f"\n  {directive}" for directive in every)
    if lines is not None:
        text += "\n{\n" + "\n".join(lines) + "\n}"
    return text + tail


def member_line(head: str, marks: Marks, directives: Iterable[str], indent: str = "  ") -> str:
    every = [*directives, *mark_directives(marks)]
    return description(marks, indent) + indent + " ".join([head, *every])
