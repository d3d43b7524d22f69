from __future__ import annotations

from pathlib import Path

import pytest

from gateway.composition.sources import API_PATH, SUBGRAPHS, SUPERGRAPH_PATH, compose_committed, stale
from tests.gateway.unit.composition.composing import LINK


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, path, _ in SUBGRAPHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"{LINK} type Query {{ {name}: Int }}", encoding="utf-8")
    (tmp_path / SUPERGRAPH_PATH).parent.mkdir(parents=True)
    return tmp_path


def test_the_committed_supergraph_and_api_are_current() -> None:
    assert stale(compose_committed()) == [], "run `holdfast gateway compose`"


def test_missing_and_changed_results_are_named(root: Path) -> None:
    composed = compose_committed(root)
    assert stale(composed, root) == [SUPERGRAPH_PATH, API_PATH]
    (root / SUPERGRAPH_PATH).write_text(composed.supergraph, encoding="utf-8")
    (root / API_PATH).write_text(composed.api + "\n", encoding="utf-8")
    assert stale(composed, root) == [API_PATH]


def test_the_three_services_are_composed_with_their_addresses(root: Path) -> None:
    composed = compose_committed(root)
    assert 'EMPLOYMENT @join__graph(name: "employment", url: "http://127.0.0.1:8420/graphql/")' in composed.supergraph
    assert composed.api == "type Query {\n  employment: Int\n  households: Int\n  risk: Int\n}\n"
