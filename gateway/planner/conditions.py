"""`@skip` and `@include` as values that survive merging, so that one plan serves every variable value.

A `Guard` is a conjunction of `(variable, wanted)`; a `When` is a disjunction of guards. A field that is
selected twice under different conditions is wanted when either holds, which GraphQL itself cannot write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from graphql import BooleanValueNode, DirectiveNode, VariableNode

Guard: TypeAlias = frozenset[tuple[str, bool]]
When: TypeAlias = tuple[Guard, ...]

NO_GUARD: Guard = frozenset()
ALWAYS: When = (NO_GUARD,)


def guard_of(directives: Iterable[DirectiveNode], outer: Guard) -> Guard | None:
    """The outer guard narrowed by `@skip` and `@include`; None when it can never hold."""
    guard = outer
    for directive in directives:
        name = directive.name.value
        if name not in {"skip", "include"} or not directive.arguments:
            continue
        wanted = name == "include"
        value = directive.arguments[0].value
        if isinstance(value, BooleanValueNode):
            if value.value != wanted:
                return None
        elif isinstance(value, VariableNode):
            variable = value.name.value
            if (variable, not wanted) in guard:
                return None
            guard |= {(variable, wanted)}
    return guard


def either(guards: Iterable[Guard]) -> When:
    """Disjunction in first-seen order, without guards that another one already covers."""
    distinct = list(dict.fromkeys(guards))
    if NO_GUARD in distinct:
        return ALWAYS
    return tuple(guard for guard in distinct if not any(other < guard for other in distinct))


def holds(when: When, values: Mapping[str, object]) -> bool:
    return any(all(bool(values.get(name)) is wanted for name, wanted in guard) for guard in when)


def print_when(when: When) -> str:
    """`$a & !$b | $c`; "" for always."""
    if when == ALWAYS:
        return ""
    return " | ".join(" & ".join(f"{'' if wanted else '!'}${name}" for name, wanted in sorted(guard)) for guard in when)


def variables_of(when: When) -> frozenset[str]:
    return frozenset(name for guard in when for name, _ in guard)
