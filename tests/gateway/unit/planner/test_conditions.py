from __future__ import annotations

from graphql import FieldNode, OperationDefinitionNode, parse

from gateway.planner.conditions import ALWAYS, NO_GUARD, Guard, either, guard_of, holds, print_when, variables_of

X: Guard = frozenset({("x", True)})
NOT_X: Guard = frozenset({("x", False)})
XY: Guard = X | {("y", True)}


def guard(directives: str, outer: Guard = NO_GUARD) -> Guard | None:
    operation = parse(f"{{ a {directives} }}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    field = operation.selection_set.selections[0]
    assert isinstance(field, FieldNode)
    return guard_of(field.directives or (), outer)


def test_skip_and_include_narrow_a_guard() -> None:
    assert guard("@include(if: $x)") == X
    assert guard("@skip(if: $x)") == NOT_X
    assert guard("@include(if: $y)", X) == XY
    assert guard("@include(if: true) @skip(if: false)", X) == X


def test_what_can_never_hold_is_dropped() -> None:
    assert guard("@include(if: false)") is None
    assert guard("@skip(if: true)") is None
    assert guard("@skip(if: $x)", X) is None


def test_a_wider_guard_covers_a_narrower_one() -> None:
    assert either([XY, X]) == (X,)
    assert either([X, NO_GUARD]) == ALWAYS
    assert either([X, NOT_X]) == (X, NOT_X)


def test_a_disjunction_holds_when_one_guard_does() -> None:
    when = (XY, NOT_X)
    assert holds(when, {"x": True, "y": True})
    assert holds(when, {"x": False})
    assert not holds(when, {"x": True, "y": False})
    assert holds(ALWAYS, {})
    assert print_when(when) == "$x & $y | !$x"
    assert variables_of(when) == {"x", "y"}
