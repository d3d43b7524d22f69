"""A plan as text: for `holdfast gateway explain`, for logs at debug level, and for snapshots in tests."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import parse, print_ast

from gateway.planner.conditions import print_when
from gateway.planner.plan import (
    EntityCall,
    Fetch,
    InputField,
    OnTypes,
    PathKey,
    PlanNode,
    PlanPath,
    QueryPlan,
    Sequence,
)


def print_plan(plan: QueryPlan) -> str:
    parts: list[str] = []
    if plan.primary is not None:
        parts.append("Subscribe {\n" + _indent(_fetch(plan.primary)) + "\n}")
    if plan.root is not None:
        parts.append(_node(plan.root))
    if plan.introspection is not None:
        parts.append("Introspection")
    return "QueryPlan {\n" + _indent("\n".join(parts)) + "\n}\n" if parts else "QueryPlan {}\n"


def print_path(path: PlanPath) -> str:
    """`households.@.members.@|[Child,Adult].school`: `@` enters a list, `|[...]` keeps types."""
    text = ""
    for step in path:
        if isinstance(step, OnTypes):
            text += f"|[{','.join(sorted(step.types))}]"
        else:
            text += ("." if text else "") + _key(step)
    return text


def _key(step: PathKey) -> str:
    return step.name + ".@" * step.lists


def _node(node: PlanNode) -> str:
    if isinstance(node, Fetch):
        return _fetch(node)
    name = "Sequence" if isinstance(node, Sequence) else "Parallel"
    return f"{name} {{\n" + _indent("\n".join(_node(each) for each in node.nodes)) + "\n}"


def _fetch(fetch: Fetch) -> str:
    where = f' at "{print_path(fetch.path)}"' if fetch.path else ""
    when = print_when(fetch.when)
    head = f"Fetch {fetch.id} {fetch.subgraph}{where}" + (f" if {when}" if when else "")
    lines = [_call(call) for call in fetch.calls]
    lines.append(print_ast(parse(fetch.document)))
    lines.extend(f"rename {'.'.join((*each.path, each.source))} -> {each.target}" for each in fetch.renames)
    return head + " {\n" + _indent("\n".join(lines)) + "\n}"


def _call(call: EntityCall) -> str:
    inputs = " | ".join(f"{concrete} {{ {_inputs(fields)} }}" for concrete, fields in sorted(call.inputs.items()))
    when = print_when(call.when)
    return f'{call.response_key} at "{print_path(call.path)}" for {inputs}' + (f" if {when}" if when else "")


def _inputs(fields: Iterable[InputField]) -> str:
    return " ".join(_input(each) for each in fields)


def _input(field: InputField) -> str:
    text = field.name if field.name == field.source else f"{field.name}: {field.source}"
    return f"{text} {{ {_inputs(field.children)} }}" if field.children else text


def _indent(text: str) -> str:
    return "\n".join("  " + line if line else line for line in text.splitlines())
