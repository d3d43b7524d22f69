from __future__ import annotations

import time

import pytest
from graphql import get_introspection_query

from gateway.pipeline.limits import Limits
from tests.gateway.unit.pipeline.memory import Gateway

SMALL = Limits(
    max_definitions=3,
    max_depth=4,
    max_aliases=2,
    max_root_fields=3,
    max_fields=12,
    max_directives=2,
    max_repeats=3,
)


def bomb(fragments: int, leaf: str = "id") -> str:
    chain = " ".join(
        f"fragment F{number} on Household {{ ...F{number + 1} ...F{number + 1} }}" for number in range(fragments)
    )
    return f"{{ households {{ ...F0 }} }} {chain} fragment F{fragments} on Household {{ {leaf} }}"


@pytest.mark.parametrize("leaf", ["id", "...Unknown"], ids=["of fields", "of spreads"])
async def test_a_document_whose_fragments_double_22_times_costs_milliseconds(leaf: str) -> None:
    gateway = Gateway()
    started = time.process_time()
    response = await gateway.ask(bomb(22, leaf))
    assert response.errors[0].code == "TOO_MANY_FIELDS"
    assert time.process_time() - started < 0.1


async def test_a_bomb_in_fragments_nobody_spreads_is_refused_too() -> None:
    response = await Gateway().ask(bomb(22).replace("{ households { ...F0 } }", "{ households { id } }"))
    assert response.errors[0].code == "TOO_MANY_FIELDS"


async def test_fields_that_repeat_below_each_other_are_refused_before_validation_pairs_them() -> None:
    body = "households { " * 1 + "members { " + "name " * 24 + "} " * 2
    started = time.process_time()
    response = await Gateway().ask("{ " + body * 24 + "}")
    assert response.errors[0].code == "FIELD_REPEATED_TOO_OFTEN"
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ a: __typename b: __typename c: __typename }", "TOO_MANY_ALIASES"),
        ("{ workers { member { household { members { id } } } } }", "QUERY_TOO_DEEP"),
        ("{ ...F } fragment F on Query { workers { member { household { members { id } } } } }", "QUERY_TOO_DEEP"),
        ("{ workers { id } things { __typename } alerts { id } households { id } }", "TOO_MANY_ROOT_FIELDS"),
        ("query A { workers { id } } query B { workers { id } } query C { workers { id } } query D { workers { id } }",
         "TOO_MANY_DEFINITIONS"),
        ("{ workers { " + "id trade " * 6 + "} }", "TOO_MANY_FIELDS"),
        ("{ workers { id id id id } }", "FIELD_REPEATED_TOO_OFTEN"),
        ("{ workers { id @skip(if: true) @skip(if: true) @skip(if: true) } }", "TOO_MANY_DIRECTIVES"),
        ("{ workers { __id: id } }", "ALIAS_RESERVED"),
        ("{ workers { } }", "SELECTION_EMPTY"),
        ("{ workers { ...A } } fragment A on Worker { ...B } fragment B on Worker { ...A }", "FRAGMENT_CIRCLE"),
    ],
    ids=lambda value: value if value.isupper() else "",
)  # fmt: skip
async def test_a_document_past_a_limit_is_refused_by_name(query: str, code: str) -> None:
    gateway = Gateway(limits=SMALL)
    response = await gateway.ask(query, "A" if query.startswith("query A") else None)
    assert (response.executed, [each.code for each in response.errors]) == (False, [code])
    assert gateway.subgraphs.called == []


async def test_introspection_has_a_depth_of_its_own() -> None:
    response = await Gateway().ask(get_introspection_query())
    assert response.errors == ()


async def test_introspection_can_be_switched_off_and_then_names_are_not_suggested() -> None:
    gateway = Gateway(limits=Limits(introspection=False))
    hidden = await gateway.ask("{ ...F } fragment F on Query { __schema { queryType { name } } }")
    assert hidden.errors[0].code == "INTROSPECTION_DISABLED"
    typo = await gateway.ask("{ worker { id } }")
    assert "workers" not in typo.errors[0].message
    assert (await gateway.ask("{ __typename }")).data == {"__typename": "Query"}
