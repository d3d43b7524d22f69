"""Supergraphs and plans for planner tests."""

from __future__ import annotations

from graphql import OperationDefinitionNode, parse, validate

from gateway.composition.compose import compose
from gateway.composition.subgraph import SubgraphSource
from gateway.planner.planner import Planner
from gateway.planner.printing import print_plan
from gateway.supergraph.reader import read_supergraph

LINK = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override"])
"""


def planner(**subgraphs: str) -> Planner:
    sources = [SubgraphSource(name=name, url=f"http://{name}", sdl=LINK + sdl) for name, sdl in subgraphs.items()]
    return Planner(read_supergraph(compose(sources)))


def plan(subject: Planner, query: str) -> str:
    document = parse(query)
    errors = validate(subject._supergraph.api, document)  # noqa: SLF001 - what it plans for
    assert errors == []
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return print_plan(subject.plan(document, operation))
