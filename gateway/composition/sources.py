"""Where the subgraphs' committed schemas lie, and the committed results of composing them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gateway.composition.compose import compose
from gateway.composition.subgraph import SubgraphSource
from gateway.supergraph.api import print_api
from gateway.supergraph.reader import read_supergraph

ROOT = Path(__file__).resolve().parents[2]
SUPERGRAPH_PATH = Path("gateway/supergraph.graphql")
API_PATH = Path("gateway/api.graphql")
SUBGRAPHS = (
    ("households", Path("households_service/schema.graphql"), "http://127.0.0.1:8410/graphql/"),
    ("employment", Path("employment_service/schema.graphql"), "http://127.0.0.1:8420/graphql/"),
    ("risk", Path("risk_service/schema.graphql"), "http://127.0.0.1:8430/graphql/"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    supergraph: str
    api: str


def compose_committed(root: Path = ROOT) -> Composed:
    """Raises `CompositionFailed`, or `FileNotFoundError` naming the schema that is missing."""
    supergraph = compose(
        SubgraphSource(name=name, url=url, sdl=(root / path).read_text(encoding="utf-8"))
        for name, path, url in SUBGRAPHS
    )
    return Composed(supergraph=supergraph, api=print_api(read_supergraph(supergraph).api))


def stale(composed: Composed, root: Path = ROOT) -> list[Path]:
    """Committed files that differ from what composing gives now."""
    return [
        path
        for path, text in ((SUPERGRAPH_PATH, composed.supergraph), (API_PATH, composed.api))
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    ]
