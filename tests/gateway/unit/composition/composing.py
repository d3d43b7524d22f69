"""Composes inline subgraphs in tests."""

from __future__ import annotations

import pytest

from gateway.composition.compose import compose
from gateway.composition.errors import CompositionError, CompositionFailed
from gateway.composition.subgraph import SubgraphSource

IMPORTS = (
    '"@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag", '
    '"@interfaceObject"'
)
LINK = f'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [{IMPORTS}])\n'


def composed(link: str = LINK, **subgraphs: str) -> str:
    return compose(
        SubgraphSource(name=name, url=f"http://{name}.test", sdl=link + sdl) for name, sdl in subgraphs.items()
    )


def refused(link: str = LINK, **subgraphs: str) -> tuple[CompositionError, ...]:
    with pytest.raises(CompositionFailed) as caught:
        composed(link, **subgraphs)
    return caught.value.errors


def block(sdl: str, head: str) -> str:
    """One definition of a supergraph, with its description."""
    for each in sdl.split("\n\n"):
        if any(line.split(" @")[0].rstrip().startswith(head) for line in each.splitlines()):
            return each
    raise AssertionError(f"no {head}")
