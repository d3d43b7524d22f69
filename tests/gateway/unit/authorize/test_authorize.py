from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema
from structlog.testing import capture_logs

from chassis.identity import Actor, BadCredential, Role, ScopeKind
from gateway.pipeline.authorize import Authorizer, OperationForbidden
from gateway.pipeline.limits import Limits
from gateway.pipeline.parse import Parse
from gateway.pipeline.permissions import REFUSED_BY_SERVICE, ROOT_FIELDS
from gateway.pipeline.stages import GraphQLRequest, JsonValue, OperationType, RequestContext
from gateway.pipeline.validate import Validate

API = Path(__file__).resolve().parents[4] / "gateway" / "api.graphql"
SDL = """
scalar AreaPath
scalar Anything
type Query {
  households(area: AreaPath, areas: [AreaPath!], name: String, filter: Filter): [Household!]!
  byText(area: String): Household
  board(area: AreaPath): Household
  mine(area: AreaPath): Household
}
type Household { id: ID! near(area: AreaPath, filter: Filter): [Household!]! }
input Filter { inside: AreaPath, areaPath: String, nested: [Filter!], note: String, any: Anything }
type Mutation { move(input: Filter!): Household }
"""
AREA, SELF, PAIRED = ScopeKind.AREA, ScopeKind.SELF, ScopeKind.PAIRED
RULES = {
    OperationType.QUERY: {
        "households": {Role.COUNTY_APPROVER: AREA, Role.SUPPORT_OFFICER: PAIRED},
        "byText": {Role.COUNTY_APPROVER: AREA},
        "board": {Role.COUNTY_APPROVER: ScopeKind.SYSTEM, Role.WORKER: ScopeKind.SYSTEM},
        "mine": {Role.WORKER: SELF},
    },
    OperationType.MUTATION: {"move": {Role.COUNTY_APPROVER: AREA}},
    OperationType.SUBSCRIPTION: {},
}
APPROVER = Actor(subject="a", roles=frozenset({Role.COUNTY_APPROVER}), areas=("99/01/01/", "99/07/"))
OFFICER = Actor(subject="o", roles=frozenset({Role.SUPPORT_OFFICER}), areas=("99/01/01/001/",))
WORKER = Actor(subject="w", roles=frozenset({Role.WORKER}))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(SDL)


def authorize(
    schema: GraphQLSchema,
    query: str,
    actor: Actor | None = APPROVER,
    variables: Mapping[str, JsonValue] | None = None,
    *,
    introspection: bool = False,
    refused_by_service: frozenset[str] = frozenset(),
) -> None:
    limits = Limits()
    ctx = RequestContext(correlation_id="c-1", actor=actor)
    parsed = Parse(limits)(GraphQLRequest(document=query, variables=variables or {}), ctx)
    operation = Validate(schema, limits)(parsed, ctx)
    authorizer = Authorizer(
        schema=schema, introspection=introspection, rules=RULES, refused_by_service=refused_by_service
    )
    authorizer(operation, ctx)


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('{ households(area: "99/01/01/") { id } }', {}),
        ('{ households(area: "99/01/01/001/201/") { id } }', {}),
        ('{ households(areas: ["99/01/01/", "99/07/01/"]) { id } }', {}),
        ('{ households(name: "99/02/") { id } }', {}),
        ("{ households { id } }", {}),
        ("{ households(area: null) { id } }", {}),
        ('{ households { near(area: "99/07/01/01/") { id } } }', {}),
        ("query($a: AreaPath) { households(area: $a) { id } }", {"a": "99/01/01/"}),
        ("query($a: AreaPath) { households(area: $a) { id } }", {}),
        ('query($a: AreaPath = "99/02/") { households(area: $a) { id } }', {"a": "99/07/"}),
        ("query($f: Filter) { households(filter: $f) { id } }", {"f": {"inside": "99/07/", "note": "99/02/"}}),
        ('mutation { move(input: {inside: "99/01/01/", nested: [{areaPath: "99/07/"}]}) { id } }', {}),
        ("{ __typename }", {}),
    ],
)
def test_areas_of_the_caller_pass(schema: GraphQLSchema, query: str, variables: Mapping[str, JsonValue]) -> None:
    authorize(schema, query, APPROVER, variables)


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('{ households(area: "99/02/") { id } }', {}),
        ('{ households(area: "99/") { id } }', {}),
        ('{ households(area: "99/01/012/") { id } }', {}),
        ('{ households(area: "") { id } }', {}),
        ('{ households(areas: ["99/01/01/", "99/02/"]) { id } }', {}),
        ('{ byText(area: "99/02/") { id } }', {}),
        ("query($a: String) { byText(area: $a) { id } }", {"a": "99/02/"}),
        ('query($a: String = "99/02/") { byText(area: $a) { id } }', {}),
        ('{ households { near(area: "99/02/") { id } } }', {}),
        ('{ households { ...F } } fragment F on Household { near(filter: {inside: "99/02/"}) { id } }', {}),
        ('{ households(filter: {areaPath: "99/02/"}) { id } }', {}),
        ('{ households(filter: {nested: [{nested: [{inside: "99/02/"}]}]}) { id } }', {}),
        ("query($a: AreaPath) { households(filter: {nested: [{inside: $a}]}) { id } }", {"a": "99/02/"}),
        ("query($a: [AreaPath!]) { households(areas: $a) { id } }", {"a": ["99/01/01/", "99/02/"]}),
        ("query($f: Filter) { households(filter: $f) { id } }", {"f": {"nested": [{"inside": "99/02/"}]}}),
        ("query($f: Filter) { households(filter: $f) { id } }", {"f": {"areaPath": "99/02/"}}),
        ("query($f: [Filter!]) { households(filter: {nested: $f}) { id } }", {"f": [{"inside": "99/02/"}]}),
        ('query($a: AreaPath = "99/02/") { households(area: $a) { id } }', {}),
        ('{ board { id } households { near(area: "99/02/") { id } } }', {}),
        ('mutation { move(input: {inside: "99/02/"}) { id } }', {}),
    ],
)
def test_an_area_of_somebody_else_is_found_wherever_it_stands(
    schema: GraphQLSchema, query: str, variables: Mapping[str, JsonValue]
) -> None:
    with pytest.raises(OperationForbidden) as refused:
        authorize(schema, query, APPROVER, variables)

    assert {entry.code for entry in refused.value.entries} == {"FORBIDDEN"}
    assert all(entry.path for entry in refused.value.entries)
    assert "99/02" not in refused.value.message


def test_a_paired_officer_is_bound_to_areas_too(schema: GraphQLSchema) -> None:
    authorize(schema, '{ households(area: "99/01/01/001/") { id } }', OFFICER)
    with pytest.raises(OperationForbidden):
        authorize(schema, '{ households(area: "99/01/01/") { id } }', OFFICER)


def test_an_area_narrows_what_is_public_or_ones_own(schema: GraphQLSchema) -> None:
    authorize(schema, '{ board(area: "99/02/") { id } mine(area: "99/02/") { id } }', WORKER)


def test_a_field_without_the_role_is_refused_by_its_path(schema: GraphQLSchema) -> None:
    with pytest.raises(OperationForbidden) as refused:
        authorize(schema, "{ a: households { id } b: board { id } c: byText { id } }", WORKER)

    assert [entry.path for entry in refused.value.entries] == [("a",), ("c",)]


def test_without_a_caller_nothing_is_answered(schema: GraphQLSchema) -> None:
    with pytest.raises(BadCredential):
        authorize(schema, "{ __typename }", None)


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Query") { name } }',
        "{ ...F } fragment F on Query { x: __schema { description } }",
    ],
)
def test_the_schema_is_told_only_while_trying_out(schema: GraphQLSchema, query: str) -> None:
    authorize(schema, query, introspection=True)
    with pytest.raises(OperationForbidden):
        authorize(schema, query)


def test_the_same_document_is_judged_anew_for_each_caller_and_value(schema: GraphQLSchema) -> None:
    limits = Limits()
    parse, validate = Parse(limits), Validate(schema, limits)
    judge = Authorizer(schema=schema, introspection=False, rules=RULES)
    query = "query($a: AreaPath) { households(area: $a) { id } }"
    for actor, area, allowed in (
        (APPROVER, "99/01/01/", True), (APPROVER, "99/02/", False), (OFFICER, "99/01/01/", False), (APPROVER, "99/07/", True),
    ):  # fmt: skip
        ctx = RequestContext(correlation_id="c", actor=actor)
        operation = validate(parse(GraphQLRequest(document=query, variables={"a": area}), ctx), ctx)
        if allowed:
            judge(operation, ctx)
        else:
            with pytest.raises(OperationForbidden):
                judge(operation, ctx)


@pytest.fixture(scope="module")
def api() -> GraphQLSchema:
    return build_schema(API.read_text(encoding="utf-8"), assume_valid=True)


def test_every_root_field_of_the_graph_has_its_rule_and_no_rule_is_left_over(api: GraphQLSchema) -> None:
    assert api.query_type is not None
    assert api.mutation_type is not None
    assert api.subscription_type is not None
    graph = {
        OperationType.QUERY: set(api.query_type.fields) | {"alertRaisedCursor"},
        OperationType.MUTATION: set(api.mutation_type.fields),
        OperationType.SUBSCRIPTION: set(api.subscription_type.fields),
    }

    assert {kind: set(rules) for kind, rules in ROOT_FIELDS.items()} == graph


def test_no_rule_names_the_system_role() -> None:
    assert [
        name
        for rules in ROOT_FIELDS.values()
        for name, allowed in rules.items()
        if Role.SYSTEM in allowed or not allowed
    ] == []


def test_what_a_worker_decides_nobody_decides_for_them() -> None:
    decisions = (
        "acceptOffer",
        "declineOffer",
        "withdrawAcceptance",
        "resign",
        "takeBackStep",
        "confirmWage",
        "registerWorker",
    )

    assert {name: set(ROOT_FIELDS[OperationType.MUTATION][name]) for name in decisions} == {
        name: {Role.WORKER} for name in decisions
    }


def test_who_verifies_does_not_clear() -> None:
    mutations = ROOT_FIELDS[OperationType.MUTATION]

    assert set(mutations["reportVisit"]) & set(mutations["clearAlert"]) == set()


def test_an_attempt_to_answer_for_a_worker_reaches_the_service_that_refuses_it_and_keeps_it(
    schema: GraphQLSchema,
) -> None:
    move = 'mutation { move(input: {note: "x"}) { id } }'
    with pytest.raises(OperationForbidden):
        authorize(schema, move, WORKER)
    authorize(schema, move, WORKER, refused_by_service=frozenset({"move"}))
    with pytest.raises(OperationForbidden):
        authorize(schema, "{ households { id } }", WORKER, refused_by_service=frozenset({"households"}))
    with pytest.raises(BadCredential):
        authorize(schema, move, None, refused_by_service=frozenset({"move"}))


def test_only_answers_to_an_offer_reach_the_service_whoever_asks() -> None:
    """Each is a decision of the worker's own in the service's rules, so that letting it through opens nothing."""
    assert set(ROOT_FIELDS[OperationType.MUTATION]) >= REFUSED_BY_SERVICE
    assert {name: set(ROOT_FIELDS[OperationType.MUTATION][name]) for name in REFUSED_BY_SERVICE} == {
        name: {Role.WORKER} for name in REFUSED_BY_SERVICE
    }


def test_an_attempt_that_is_refused_is_logged_with_who_tried_what_and_nothing_else(schema: GraphQLSchema) -> None:
    with capture_logs() as logs, pytest.raises(OperationForbidden):
        authorize(schema, 'mutation { move(input: {note: "a person"}) { id } }', WORKER)

    assert logs == [
        {
            "event": "operation_forbidden",
            "log_level": "warning",
            "subject": "w",
            "roles": ["WORKER"],
            "fields": ["move"],
            "correlation_id": "c-1",
        }
    ]
