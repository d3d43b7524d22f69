"""Whole requests over three strawberry services."""

from __future__ import annotations

from typing import Any

from chassis.errors import Forbidden
from gateway.pipeline.limits import Limits
from gateway.pipeline.stages import RequestContext, ValidatedOperation
from tests.gateway.unit.pipeline.graph import LOG
from tests.gateway.unit.pipeline.memory import Gateway


async def data(gateway: Gateway, query: str, **variables: Any) -> Any:
    response = await gateway.ask(query, **variables)
    assert response.errors == ()
    return response.data


async def test_one_query_joins_entities_of_three_services(gateway: Gateway) -> None:
    found = await data(
        gateway,
        '{ household(id: "h1") { code members { name worker { trade } } alerts(first: 1) { level } } }',
    )
    assert found == {
        "household": {
            "code": "H-1",
            "members": [
                {"name": "Member 1.1", "worker": {"trade": "mason"}},
                {"name": "Member 1.2", "worker": None},
            ],
            "alerts": [{"level": "RED"}],
        }
    }
    assert sorted(gateway.subgraphs.called) == ["employment", "households", "risk"]


async def test_a_walk_hops_from_service_to_service_and_back(gateway: Gateway) -> None:
    query = """{ household(id: "h1") { alerts(first: 1) { household { members { worker { member {
      household { code } } } } } } } }"""
    found = await data(gateway, query)
    members = [{"worker": {"member": {"household": {"code": "H-1"}}}}, {"worker": None}]
    assert found == {"household": {"alerts": [{"household": {"members": members}}]}}
    assert gateway.subgraphs.called == ["households", "risk", "households", "employment", "households"]


async def test_entities_of_a_list_are_asked_for_in_one_call_and_once_each(gateway: Gateway) -> None:
    found = await data(gateway, '{ household(id: "h1") { grid { id worker { id } } } }')
    assert found["household"]["grid"] == [
        [{"id": "m11", "worker": {"id": "w11"}}, {"id": "m12", "worker": None}],
        [{"id": "m11", "worker": {"id": "w11"}}],
    ]
    ((_, request),) = [each for each in gateway.subgraphs.requests if each[0] == "employment"]
    assert request.variables == {
        "representations": [{"__typename": "Member", "id": "m11"}, {"__typename": "Member", "id": "m12"}]
    }
    assert LOG == ["load m11", "load m12"]


async def test_calls_to_one_service_from_several_paths_share_a_request(gateway: Gateway) -> None:
    found = await data(
        gateway,
        '{ a: household(id: "h1") { alerts { id } } b: household(id: "h2") { alerts(first: 1) { id } } }',
    )
    assert len(found["a"]["alerts"]) == 3
    assert found["b"]["alerts"] == [{"id": "a20"}]
    assert gateway.subgraphs.called == ["households", "risk"]
    assert set(gateway.subgraphs.requests[1][1].variables) == {"representations0", "representations1"}


async def test_a_required_field_is_fetched_and_passed_on(gateway: Gateway) -> None:
    found = await data(gateway, "{ alerts { household { assessment } } }")
    assert found == {
        "alerts": [
            {"household": {"assessment": "assessed H-1"}},
            {"household": {"assessment": "assessed H-2"}},
        ]
    }
    assert gateway.subgraphs.called == ["risk", "households", "risk"]


async def test_a_client_may_use_the_name_of_a_key_for_something_else(gateway: Gateway) -> None:
    found = await data(
        gateway, '{ household(id: "h1") { id: code code: id alerts(first: 1) { id: level } assessment } }'
    )
    assert found == {"household": {"id": "H-1", "code": "h1", "alerts": [{"id": "RED"}], "assessment": "assessed H-1"}}


async def test_one_field_with_two_sets_of_arguments_is_asked_under_two_names(gateway: Gateway) -> None:
    found = await data(
        gateway,
        'query($red: String) { household(id: "h1") { red: alerts(level: $red) { id } all: alerts { id } } }',
        red="RED",
    )
    assert [len(found["household"][key]) for key in ("red", "all")] == [2, 3]


async def test_only_the_variables_a_service_needs_reach_it(gateway: Gateway) -> None:
    query = """
    query Q($id: ID!, $level: String = "RED", $code: String!) {
      household(id: $id) { ...Alarm }
      households(filter: {codes: [$code]}) { code }
    }
    fragment Alarm on Household { alerts(level: $level) { level } }
    """
    found = await data(gateway, query, id="h1", code="H-2")
    assert found == {"household": {"alerts": [{"level": "RED"}] * 2}, "households": [{"code": "H-2"}]}
    first, second = (request for _, request in gateway.subgraphs.requests)
    assert first.variables == {"id": "h1", "code": "H-2"}
    assert set(second.variables) == {"representations"}
    assert '$level: String = "RED"' in second.document


async def test_union_members_are_completed_by_their_own_type(gateway: Gateway) -> None:
    found = await data(
        gateway,
        "{ things { __typename ... on Household { alerts(first: 1) { id } } ... on Member { worker { id } } } }",
    )
    assert found == {
        "things": [
            {"__typename": "Household", "alerts": [{"id": "a10"}]},
            {"__typename": "Member", "worker": {"id": "w11"}},
        ]
    }


async def test_skipped_fields_cost_no_fetch(gateway: Gateway) -> None:
    query = 'query($risk: Boolean!) { household(id: "h1") { code alerts @include(if: $risk) { id } } }'
    assert await data(gateway, query, risk=False) == {"household": {"code": "H-1"}}
    assert gateway.subgraphs.called == ["households"]
    found = await data(gateway, query, risk=True)
    assert [alert["id"] for alert in found["household"]["alerts"]] == ["a10", "a11", "a12"]


async def test_the_default_of_a_condition_holds_when_it_is_not_given(gateway: Gateway) -> None:
    query = 'query($no: Boolean = true) { household(id: "h1") { code alerts @skip(if: $no) { id } } }'
    assert await data(gateway, query) == {"household": {"code": "H-1"}}


async def test_typename_alone_needs_no_subgraph(gateway: Gateway) -> None:
    assert await data(gateway, "{ __typename kind: __typename }") == {"__typename": "Query", "kind": "Query"}
    assert gateway.subgraphs.called == []


async def test_typename_of_an_object_tells_whether_it_is_there(gateway: Gateway) -> None:
    found = await data(gateway, '{ household(id: "h1") { __typename } no: household(id: "x") { __typename } }')
    assert found == {"household": {"__typename": "Household"}, "no": None}


async def test_introspection_is_answered_from_the_api_schema(gateway: Gateway) -> None:
    found = await data(
        gateway,
        '{ __type(name: "Household") { description fields(includeDeprecated: true) { name deprecationReason } } }',
    )
    assert found["__type"]["description"] == "People who live and eat together."
    reasons = {each["name"]: each["deprecationReason"] for each in found["__type"]["fields"]}
    assert reasons["oldCode"] == "Use code."
    assert {"id", "code", "members", "alerts", "assessment"} <= set(reasons)
    assert gateway.subgraphs.called == []


async def test_the_answer_keeps_the_order_of_the_query(gateway: Gateway) -> None:
    response = await gateway.ask('{ __typename workers { trade id } household(id: "h1") { alerts { level } code } }')
    assert response.data is not None
    assert list(response.data) == ["__typename", "workers", "household"]
    household = response.data["household"]
    assert isinstance(household, dict)
    assert list(household) == ["alerts", "code"]


async def test_mutations_run_one_after_the_other_with_all_that_hangs_on_them(gateway: Gateway) -> None:
    found = await data(
        gateway,
        'mutation { a: renameMember(id: "m11", name: "New") { name worker { trade } } '
        'clearAlert(id: "a10") { level household { code } } }',
    )
    assert found == {
        "a": {"name": "New", "worker": {"trade": "mason"}},
        "clearAlert": {"level": "NONE", "household": {"code": "H-1"}},
    }
    assert LOG == ["rename m11", "load m11", "clear a10"]
    assert gateway.subgraphs.called == ["households", "employment", "risk", "households"]


async def test_authorize_sees_what_is_touched_and_its_refusal_reaches_the_client_before_any_fetch() -> None:
    seen: list[ValidatedOperation] = []

    def authorize(validated: ValidatedOperation, ctx: RequestContext) -> None:
        seen.append(validated)
        raise Forbidden("Not in your area.")

    gateway = Gateway(authorize=authorize)
    response = await gateway.ask(
        "query($id: ID!) { h: household(id: $id) { ...F } } fragment F on Household { alerts { level } }", id="h1"
    )
    assert response.to_json() == {"errors": [{"message": "Not in your area.", "extensions": {"code": "FORBIDDEN"}}]}
    assert seen[0].fields == {("Query", "household"), ("Household", "alerts"), ("Alert", "level")}
    ((root,),) = [seen[0].root_fields]
    assert (root.name, root.response_key, dict(root.arguments)) == ("household", "h", {"id": "h1"})
    assert gateway.subgraphs.called == []


async def test_authorize_sees_arguments_as_they_will_be() -> None:
    seen: list[dict[str, object]] = []

    def authorize(validated: ValidatedOperation, ctx: RequestContext) -> None:
        seen.extend(dict(each.arguments) for each in validated.root_fields)

    gateway = Gateway(authorize=authorize)
    query = """query($code: String! = "H-1") {
      a: households(filter: {codes: [$code, "H-2"]}) { id }
      ... { b: households(first: 2) { id } }
      alerts { id }
    }"""
    assert (await gateway.ask(query)).errors == ()
    assert seen == [
        {"first": 10, "filter": {"codes": ["H-1", "H-2"]}},
        {"first": 2, "filter": None},
        {"first": 2},
    ]


async def test_the_plan_of_a_document_serves_all_values_of_its_variables(gateway: Gateway) -> None:
    query = "query($id: ID!) { household(id: $id) { code } }"
    await data(gateway, query, id="h1")
    first = gateway.subgraphs.requests[0][1].document
    assert await data(gateway, query, id="h2") == {"household": {"code": "H-2"}}
    assert gateway.subgraphs.requests[1][1].document is first


async def test_the_named_operation_of_several_is_served(gateway: Gateway) -> None:
    query = 'query A { household(id: "h1") { code } } query B { household(id: "h2") { code } }'
    response = await gateway.ask(query, "B")
    assert response.data == {"household": {"code": "H-2"}}
    refused = await gateway.ask(query)
    assert refused.errors[0].code == "OPERATION_NOT_FOUND"


async def test_memory_of_documents_is_bounded() -> None:
    gateway = Gateway(limits=Limits(cached_documents=2))
    for number in range(5):
        await gateway.ask(f'{{ a{number}: household(id: "h1") {{ code }} }}')
    assert len(gateway.pipeline.plan._known) == 2  # noqa: SLF001 - how much is remembered has no face


async def test_an_alias_of_typename_may_start_with_two_underscores(gateway: Gateway) -> None:
    found = await data(gateway, "{ things { __isNode: __typename ... on Member { worker { id } } } }")
    assert found == {"things": [{"__isNode": "Household"}, {"__isNode": "Member", "worker": {"id": "w11"}}]}
