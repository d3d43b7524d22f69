"""The gateway answers as one schema that holds everything would."""

from __future__ import annotations

import json
from random import Random

from graphql import parse, validate
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gateway.pipeline.limits import Limits
from gateway.pipeline.serve import Pipeline, build_pipeline, serve
from gateway.pipeline.stages import GraphQLRequest, RequestContext
from gateway.supergraph.reader import read_supergraph
from tests.gateway.unit.pipeline.random_queries import RandomQuery
from tests.gateway.unit.pipeline.universe import SUPERGRAPH_SDL, UniverseSubgraphs, monolith
from tests.gateway.unit.pipeline.world import World

SUPERGRAPH = read_supergraph(SUPERGRAPH_SDL)
LIMITS = Limits(
    max_cost=10**12,
    max_depth=50,
    max_fields=10**5,
    max_root_fields=10**4,
    max_repeats=10**4,
    max_aliases=10**4,
    max_directives=10**4,
)
WORLDS = {seed: World(seed, holes=seed % 3 != 0) for seed in range(6)}
PIPELINES: dict[int, Pipeline] = {
    seed: build_pipeline(
        SUPERGRAPH, limits=LIMITS, subgraphs=UniverseSubgraphs(world), authorize=lambda validated, ctx: None
    )
    for seed, world in WORLDS.items()
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(seed=st.integers(min_value=0, max_value=10**6), world=st.sampled_from(sorted(WORLDS)))
async def test_any_query_is_answered_as_by_one_schema_with_fields_in_the_same_order(seed: int, world: int) -> None:
    drawn = RandomQuery(SUPERGRAPH.api, Random(seed), depth=3)
    query = drawn.text()
    assume(not validate(SUPERGRAPH.api, parse(query)))
    data, failed = monolith(SUPERGRAPH, WORLDS[world], query, drawn.variables)
    request = GraphQLRequest(document=query, variables=drawn.variables)
    response = await serve(request, RequestContext(correlation_id="t"), pipeline=PIPELINES[world])
    assert response.executed, response.errors
    assert json.dumps(response.data) == json.dumps(data)
    assert bool(response.errors) == failed


async def test_a_shared_value_is_taken_from_two_subgraphs_when_neither_has_all_of_it() -> None:
    subgraphs = UniverseSubgraphs(WORLDS[0])
    pipeline = build_pipeline(SUPERGRAPH, limits=LIMITS, subgraphs=subgraphs, authorize=lambda validated, ctx: None)
    request = GraphQLRequest(document="{ pulse { extra beats rate } }")
    response = await serve(request, RequestContext(correlation_id="t"), pipeline=pipeline)
    data, _ = monolith(SUPERGRAPH, WORLDS[0], request.document, {})
    assert (response.data, response.errors) == (data, ())
    assert sorted(subgraph for subgraph, _ in subgraphs.requests) == ["alarms", "jobs"]
