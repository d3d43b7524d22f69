"""A whole policy pack or points table is a text of the real API; nothing else is so long."""

from __future__ import annotations

import pytest
from graphql import GraphQLField, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, build_schema

from chassis.identity import SYSTEM_ACTOR
from gateway.pipeline.documents import DOCUMENTS
from gateway.pipeline.limits import Limits
from gateway.pipeline.parse import Parse
from gateway.pipeline.stages import GraphQLRequest, JsonValue, RequestContext
from gateway.pipeline.validate import Validate
from gateway.pipeline.variables import VariablesInvalid
from holdfast.settings import ROOT

LAB = "query($pack: String!) { thresholdLab(pack: $pack) { tried } }"
BOTH = "query($pack: String!) { thresholdLab(pack: $pack) { tried } modelCard(version: $pack) { version } }"
IN_FRAGMENT = "query($pack: String!) { ...A ...A } fragment A on Query { thresholdLab(pack: $pack) { tried } }"
PUBLISH = "mutation($input: PublishModelInput!) { publishModel(input: $input) { __typename } }"


@pytest.fixture(scope="module")
def api() -> GraphQLSchema:
    return build_schema((ROOT / "gateway" / "api.graphql").read_text(encoding="utf-8"))


def accepted(api: GraphQLSchema, query: str, variables: dict[str, JsonValue]) -> bool:
    limits = Limits()
    ctx = RequestContext(correlation_id="c-1", actor=SYSTEM_ACTOR)
    try:
        Validate(api, limits)(Parse(limits)(GraphQLRequest(document=query, variables=variables), ctx), ctx)
    except VariablesInvalid:
        return False
    return True


@pytest.mark.parametrize("query", [LAB, IN_FRAGMENT])
def test_a_pack_may_be_a_pack_s_length_and_no_longer(api: GraphQLSchema, query: str) -> None:
    for pack in (ROOT / "risk_service" / "policy" / "packs").glob("*.toml"):
        assert accepted(api, query, {"pack": pack.read_text(encoding="utf-8")})
    assert accepted(api, query, {"pack": "x" * 200_000})
    assert not accepted(api, query, {"pack": "x" * 200_001})


def test_a_variable_that_is_given_to_another_place_too_is_no_document(api: GraphQLSchema) -> None:
    assert accepted(api, BOTH, {"pack": "x" * 10_000})
    assert not accepted(api, BOTH, {"pack": "x" * 10_001})


def test_of_an_input_only_the_field_that_takes_a_document_may_be_long(api: GraphQLSchema) -> None:
    assert accepted(api, PUBLISH, {"input": {"table": "x" * 900_000}})
    assert not accepted(api, PUBLISH, {"input": {"table": "x" * 900_001}})
    assert not accepted(api, PUBLISH, {"input": {"table": "x", "note": "x" * 10_001}})


def test_every_place_for_a_document_is_in_the_api(api: GraphQLSchema) -> None:
    for place in DOCUMENTS:
        owner, name, *argument = place.split(".")
        kind = api.type_map[owner]
        assert isinstance(kind, GraphQLObjectType | GraphQLInputObjectType)
        field = kind.fields[name]
        if isinstance(field, GraphQLField):
            assert argument[0] in field.args
