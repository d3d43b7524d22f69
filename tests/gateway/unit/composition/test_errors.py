"""Every refusal names the code, the coordinate and the subgraphs."""

from __future__ import annotations

import pytest

from tests.gateway.unit.composition.composing import refused

Q = "type Query { a: Int }\n"
CASES = {
    "a field two subgraphs resolve": (
        {"a": Q + "type T { x: Int }", "b": "type T { x: Int }"},
        "INVALID_FIELD_SHARING T.x: Is resolved by a, b and not @shareable in a, b. (subgraphs: a, b)",
    ),
    "a field only one of two shares": (
        {"a": Q + "type T @shareable { x: Int }", "b": "type T { x: Int }"},
        "INVALID_FIELD_SHARING T.x: Is resolved by a, b and not @shareable in b. (subgraphs: a, b)",
    ),
    "one root field in two subgraphs": (
        {"a": Q, "b": Q},
        "INVALID_FIELD_SHARING Query.a: Is resolved by a, b and not @shareable in a, b. (subgraphs: a, b)",
    ),
    "types that do not fit": (
        {"a": Q + "type T @shareable { x: Int }", "b": "type T @shareable { x: [Int] }"},
        "FIELD_TYPE_MISMATCH T.x: Has types that do not fit: Int in a, [Int] in b (subgraphs: a, b)",
    ),
    "kinds that do not fit": (
        {"a": Q + "type T { x: Int }", "b": "enum T { X }"},
        "TYPE_KIND_MISMATCH T: Is OBJECT in a, ENUM in b. (subgraphs: a, b)",
    ),
    "an external nobody resolves": (
        {"a": Q + 'type T @key(fields: "id") { id: ID! @external }'},
        "EXTERNAL_MISSING_ON_BASE T.id: Is @external everywhere: no subgraph resolves it. (subgraphs: a)",
    ),
    "an external nobody needs": (
        {"a": Q + "type T @shareable { y: Int x: Int @external }", "b": "type T @shareable { x: Int }"},
        "EXTERNAL_UNUSED T.x: Is @external and no @key, @requires, @provides or interface needs it. (subgraphs: a)",
    ),
    "an external of another type": (
        {
            "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }',
            "b": 'type T @key(fields: "id") { id: ID! x: String @external y: Int @requires(fields: "x") }',
        },
        "EXTERNAL_TYPE_MISMATCH T.x: Is Int but declared @external as String. (subgraphs: b)",
    ),
    "a key of an unknown field": (
        {"a": Q + 'type T @key(fields: "nr") { id: ID! }'},
        'KEY_INVALID_FIELDS T: Field set "nr": T has no field nr. (subgraphs: a)',
    ),
    "a key that cannot be parsed": (
        {"a": Q + 'type T @key(fields: "id {") { id: ID! }'},
        (
            'KEY_INVALID_FIELDS T: Field set "id {" cannot be parsed: '
            "Syntax Error: Expected Name, found <EOF>. (subgraphs: a)"
        ),
    ),
    "a key that stops at an object": (
        {"a": Q + 'type T @key(fields: "o") { o: O } type O { id: ID! }'},
        'KEY_INVALID_FIELDS T: Field set "o": T.o needs a selection. (subgraphs: a)',
    ),
    "a key with arguments": (
        {"a": Q + 'type T @key(fields: "id") { id(x: Int): ID! }'},
        'KEY_INVALID_FIELDS T: Field set "id": T.id takes arguments. (subgraphs: a)',
    ),
    "a requirement of an unknown field": (
        {"a": Q + 'type T @key(fields: "id") { id: ID! x: Int @requires(fields: "y") }'},
        'REQUIRES_INVALID_FIELDS T.x: Field set "y": T has no field y. (subgraphs: a)',
    ),
    "a provision of an unknown field": (
        {"a": 'type Query { t: T @provides(fields: "y") } type T { x: Int }'},
        'PROVIDES_INVALID_FIELDS Query.t: Field set "y": T has no field y. (subgraphs: a)',
    ),
    "an argument required in one and unknown in the other": (
        {"a": "type Query { f(x: Int!): Int @shareable }", "b": "type Query { f: Int @shareable }"},
        "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH Query.f(x:): Is required in a and unknown in b. (subgraphs: a, b)",
    ),
    "arguments that do not fit": (
        {"a": "type Query { f(x: Int): Int @shareable }", "b": "type Query { f(x: ID): Int @shareable }"},
        "ARGUMENT_TYPE_MISMATCH Query.f(x:): Has types that do not fit: Int in a, ID in b (subgraphs: a, b)",
    ),
    "defaults that differ": (
        {"a": "type Query { f(x: Int = 1): Int @shareable }", "b": "type Query { f(x: Int): Int @shareable }"},
        "ARGUMENT_DEFAULT_MISMATCH Query.f(x:): Has different defaults: 1 in a, none in b (subgraphs: a, b)",
    ),
    "an input field required in one and unknown in the other": (
        {"a": "type Query { f(i: I): Int } input I { x: Int! y: Int }", "b": "input I { y: Int }"},
        "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH I.x: Is required in a and unknown in b. (subgraphs: a, b)",
    ),
    "inputs with nothing in common": (
        {"a": "type Query { f(i: I): Int } input I { x: Int }", "b": "input I { y: Int }"},
        "EMPTY_MERGED_INPUT_TYPE I: No field is known to all subgraphs. (subgraphs: a, b)",
    ),
    "an enum used both ways with other values": (
        {"a": "type Query { f(e: E): E } enum E { A B }", "b": "type Query { g: E } enum E { A }"},
        (
            "ENUM_VALUE_MISMATCH E: Is used in inputs and outputs, so all subgraphs need the same values; "
            "B is not known to all. (subgraphs: a, b)"
        ),
    ),
    "enums of inputs with nothing in common": (
        {"a": "type Query { f(e: E): Int } enum E { A }", "b": "type Query { g(e: E): Int } enum E { B }"},
        "EMPTY_MERGED_ENUM_TYPE E: No value is known to all subgraphs. (subgraphs: a, b)",
    ),
    "an interface its implementer does not keep": (
        {
            "a": "type Query { n: N } interface N { id: ID! } type T implements N @shareable { id: ID! }",
            "b": "type Query { m: N } interface N { id: ID! more: Int } type U implements N { id: ID! more: Int }",
        },
        "INTERFACE_FIELD_NO_IMPLEM T.more: Interface N has this field and T has not. (subgraphs: b)",
    ),
    "an override of itself": (
        {"a": 'type Query { f: Int @override(from: "a") }'},
        "OVERRIDE_FROM_SELF_ERROR Query.f: Overrides itself. (subgraphs: a)",
    ),
    "an override that is overridden": (
        {
            "a": 'type Query { f: Int @override(from: "b") }',
            "b": 'type Query { f: Int @override(from: "c") }',
            "c": "type Query { f: Int }",
        },
        "OVERRIDE_SOURCE_HAS_OVERRIDE Query.f: Is taken from b, which overrides it too. (subgraphs: b, a)",
    ),
    "a visible field of a hidden type": (
        {"a": "type Query { t: T } type T @inaccessible { x: Int }"},
        "REFERENCED_INACCESSIBLE Query.t: Is visible but its type T is @inaccessible. (subgraphs: a)",
    ),
    "a hidden argument that must be given": (
        {"a": "type Query { f(x: Int! @inaccessible): Int }"},
        "REQUIRED_INACCESSIBLE Query.f(x:): Is required, so it cannot be @inaccessible. (subgraphs: a)",
    ),
    "a field no key leads to": (
        {
            "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! }',
            "b": 'type T @key(fields: "id", resolvable: false) { id: ID! x: Int }',
        },
        "SATISFIABILITY_ERROR T.x: Cannot be resolved on the way Query.t.x: no key leads there from a. (subgraphs: b)",
    ),
    "a key the subgraph on the way does not have": (
        {
            "a": "type Query { t: T } type T @shareable { name: String }",
            "b": 'type T @key(fields: "id") { id: ID! name: String @shareable x: Int }',
        },
        "SATISFIABILITY_ERROR T.x: Cannot be resolved on the way Query.t.x: no key leads there from a. (subgraphs: b)",
    ),
    "no query at all": (
        {"a": "type T { x: Int }"},
        "NO_QUERIES Query: No subgraph has a query.",
    ),
    "text that is no schema": (
        {"a": "type {"},
        "INVALID_GRAPHQL: The SDL cannot be parsed: Syntax Error: Expected Name, found '{'. (subgraphs: a)",
    ),
    "a type nobody defines": (
        {"a": "type Query { t: Missing }"},
        "INVALID_GRAPHQL: Unknown type 'Missing'.",
    ),
    "an interface object": (
        {"a": Q + 'type N @key(fields: "id") @interfaceObject { id: ID! }'},
        "UNSUPPORTED_FEATURE N: @interfaceObject is not composed yet. (subgraphs: a)",
    ),
    "a progressive override": (
        {"a": 'type Query { f: Int @override(from: "b", label: "percent(5)") }', "b": "type Query { f: Int }"},
        "UNSUPPORTED_FEATURE f: @override with a label is not composed yet. (subgraphs: a)",
    ),
    "an extension of another kind": (
        {"a": Q + "type T { x: Int } extend enum T { A }"},
        "TYPE_KIND_MISMATCH T: Is extended as another kind of type. (subgraphs: a)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_composition_refuses(case: str) -> None:
    subgraphs, message = CASES[case]
    assert message in [str(error) for error in refused(**subgraphs)]


def test_a_schema_without_federation_is_refused() -> None:
    (error,) = refused("", a=Q)
    assert str(error) == ("UNSUPPORTED_FEDERATION_VERSION: The schema has no @link to federation v2. (subgraphs: a)")


def test_all_errors_are_reported_at_once() -> None:
    errors = refused(a=Q + "type T { x: Int y: Int }", b="type T { x: Int y: Int }")
    assert [(error.code, error.coordinate) for error in errors] == [
        ("INVALID_FIELD_SHARING", "T.x"),
        ("INVALID_FIELD_SHARING", "T.y"),
    ]
