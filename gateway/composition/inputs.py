"""Merging of arguments, input objects and enums: the clients' side, where only what all understand is safe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from gateway.composition.errors import Findings
from gateway.composition.marks import merge_marks
from gateway.composition.printing import definition, join_directive, member_line
from gateway.composition.references import merge_input
from gateway.composition.subgraph import FieldDecl, InputDecl, SubgraphSchema, TypeDecl
from gateway.supergraph.schema import TypeRef

Declared: TypeAlias = Mapping[str, TypeDecl]
"""One type by subgraph name, in subgraph order."""


class EnumUses:
    """Where each enum is used decides how its values merge."""

    def __init__(self, subgraphs: Iterable[SubgraphSchema]) -> None:
        self.as_input: set[str] = set()
        self.as_output: set[str] = set()
        for subgraph in subgraphs:
            for each in subgraph.types.values():
                self.as_input.update(value.type.named for value in each.inputs.values())
                for field in each.fields.values():
                    self.as_output.add(field.type.named)
                    self.as_input.update(argument.type.named for argument in field.arguments.values())


def merge_values(
    coordinate: str,
    declared: Mapping[str, Mapping[str, InputDecl]],
    findings: Findings,
    *,
    kind: str,
) -> dict[str, InputDecl]:
    """Keeps the inputs every subgraph has; refuses when one that is left out is required somewhere."""
    merged: dict[str, InputDecl] = {}
    for name in dict.fromkeys(name for values in declared.values() for name in values):
        having = {subgraph: values[name] for subgraph, values in declared.items() if name in values}
        at = f"{coordinate}({name}:)" if kind == "ARGUMENT" else f"{coordinate}.{name}"
        if len(having) < len(declared):
            demanding = [subgraph for subgraph, value in having.items() if value.required]
            if demanding:
                lacking = [subgraph for subgraph in declared if subgraph not in having]
                findings.refuse(
                    f"REQUIRED_{kind}_MISSING_IN_SOME_SUBGRAPH",
                    at,
                    f"Is required in {', '.join(demanding)} and unknown in {', '.join(lacking)}.",
                    *declared,
                )
            continue
        ref = merge_input([value.type for value in having.values()])
        if ref is None:
            findings.refuse(
                f"{kind}_TYPE_MISMATCH",
                at,
                "Has types that do not fit: "
                + ", ".join(f"{value.type.text} in {subgraph}" for subgraph, value in having.items()),
                *having,
            )
            continue
        if len({value.default for value in having.values()}) > 1:
            findings.refuse(
                f"{kind}_DEFAULT_MISMATCH",
                at,
                "Has different defaults: "
                + ", ".join(f"{value.default or 'none'} in {subgraph}" for subgraph, value in having.items()),
                *having,
            )
        first = next(iter(having.values()))
        merged[name] = InputDecl(
            name=name,
            type=ref,
            marks=merge_marks(value.marks for value in having.values()),
            default=first.default,
        )
    return merged


def merge_arguments(coordinate: str, declared: Mapping[str, FieldDecl], findings: Findings) -> dict[str, InputDecl]:
    return merge_values(
        coordinate,
        {subgraph: field.arguments for subgraph, field in declared.items()},
        findings,
        kind="ARGUMENT",
    )


def merge_input_object(
    name: str, declared: Declared, joins: list[str], graph_names: Mapping[str, str], findings: Findings
) -> str:
    merged = merge_values(
        name, {subgraph: each.inputs for subgraph, each in declared.items()}, findings, kind="INPUT_FIELD"
    )
    if not merged:
        findings.refuse("EMPTY_MERGED_INPUT_TYPE", name, "No field is known to all subgraphs.", *declared)
    lines = []
    for each in merged.values():
        own = {subgraph: decl.inputs[each.name].type for subgraph, decl in declared.items()}
        lines.append(member_line(_input_head(each), each.marks, _input_joins(own, each.type, graph_names)))
    one_of = ["@oneOf"] if any(each.one_of for each in declared.values()) else []
    marks = merge_marks(each.marks for each in declared.values())
    return definition(f"input {name}", marks, [*joins, *one_of], lines)


def merge_enum(
    name: str,
    declared: Declared,
    joins: list[str],
    graph_names: Mapping[str, str],
    findings: Findings,
    *,
    uses: EnumUses,
) -> str:
    every = dict.fromkeys(value for each in declared.values() for value in each.values)
    shared = [value for value in every if all(value in each.values for each in declared.values())]
    if name in uses.as_input:
        if name in uses.as_output and len(shared) < len(every):
            odd = [value for value in every if value not in shared]
            findings.refuse(
                "ENUM_VALUE_MISMATCH",
                name,
                f"Is used in inputs and outputs, so all subgraphs need the same values; {', '.join(odd)} "
                "is not known to all.",
                *declared,
            )
        values = shared
    else:
        values = list(every)
    if not values:
        findings.refuse("EMPTY_MERGED_ENUM_TYPE", name, "No value is known to all subgraphs.", *declared)
    lines = []
    for value in values:
        having = {subgraph: each.values[value] for subgraph, each in declared.items() if value in each.values}
        directives = [join_directive("join__enumValue", {"graph": graph_names[each]}) for each in having]
        lines.append(member_line(value, merge_marks(having.values()), directives))
    return definition(f"enum {name}", merge_marks(each.marks for each in declared.values()), joins, lines)


def print_arguments(arguments: Mapping[str, InputDecl]) -> str:
    """`(a: Int = 1, b: ID!)`, one per line as soon as one has a description or directives."""
    if not arguments:
        return ""
    if any(each.marks.description for each in arguments.values()):
        lines = [member_line(_input_head(each), each.marks, [], "    ") for each in arguments.values()]
        return "(\n" + "\n".join(lines) + "\n  )"
    lines = [member_line(_input_head(each), each.marks, [], "") for each in arguments.values()]
    return "(" + ", ".join(lines) + ")"


def _input_head(value: InputDecl) -> str:
    default = f" = {value.default}" if value.default is not None else ""
    return f"{value.name}: {value.type.text}{default}"


def _input_joins(own: Mapping[str, TypeRef], merged: TypeRef, graph_names: Mapping[str, str]) -> list[str]:
    if all(ref == merged for ref in own.values()):
        return []
    return [
        join_directive(
            "join__field", {"graph": graph_names[subgraph], "type": f'"{ref.text}"' if ref != merged else None}
        )
        for subgraph, ref in own.items()
    ]
