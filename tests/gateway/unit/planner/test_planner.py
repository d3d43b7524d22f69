"""Plans as text, in `plans/`: the supergraph's name, the query, the plan.

A change there is a change of what services are asked: read it before accepting it.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.gateway.unit.planner.snapshots import plan, planner
from tests.gateway.unit.planner.supergraphs import SUPERGRAPHS

PLANS = Path(__file__).parent / "plans"
PLANNERS = {name: planner(**subgraphs) for name, subgraphs in SUPERGRAPHS.items()}


@pytest.mark.parametrize("case", sorted(path.stem for path in PLANS.glob("*.txt")))
def test_plan(case: str) -> None:
    head, query, _, expected = (PLANS / f"{case}.txt").read_text(encoding="utf-8").split("\n", 3)
    assert plan(PLANNERS[head.removeprefix("# ")], query) == expected


def test_every_kind_of_plan_has_its_snapshot() -> None:
    assert len(list(PLANS.glob("*.txt"))) == 19


def test_planning_twice_gives_the_same_text() -> None:
    query = (
        "{ things { ... on Household { alerts { id } members { worker { trade } } } } alerts { household { score } } }"
    )
    assert plan(PLANNERS["county"], query) == plan(planner(**SUPERGRAPHS["county"]), query)


def test_nested_walks_through_all_services_are_planned_in_milliseconds() -> None:
    query = "{ alerts { " + "household { members { household { alerts { " * 4 + "id" + " } } } }" * 4 + " } }"
    started = time.process_time()
    plan(PLANNERS["county"], query)
    assert time.process_time() - started < 0.5


def test_one_of_many_services_is_entered_when_it_has_all_that_is_wanted() -> None:
    fields = {name: f"f_{name}: Int @shareable" for name in "bcdefghi"}
    every = " ".join(fields.values())
    subgraphs = {name: f'type T @key(fields: "id") {{ id: ID! {each} }}' for name, each in fields.items()} | {
        "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! }'
    }
    subgraphs["z"] = f'type T @key(fields: "id") {{ id: ID! {every} }}'
    query = "{ t { " + " ".join(f"f_{name}" for name in fields) + " } }"
    assert plan(planner(**subgraphs), query).count("Fetch") == 2
    few = {name: subgraphs[name] for name in ("a", "b", "c", "z")}
    few["z"] = 'type T @key(fields: "id") { id: ID! f_b: Int @shareable f_c: Int @shareable }'
    assert plan(planner(**few), "{ t { f_b f_c } }").count("Fetch") == 2
