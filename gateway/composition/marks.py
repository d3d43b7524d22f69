"""Descriptions, deprecations, tags and `@inaccessible` over several subgraphs."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.composition.subgraph import Marks


def merge_marks(marks: Iterable[Marks]) -> Marks:
    """The first description and deprecation win, in subgraph order; hidden in one means hidden."""
    every = list(marks)
    return Marks(
        description=next((each.description for each in every if each.description), None),
        deprecated=next((each.deprecated for each in every if each.deprecated is not None), None),
        inaccessible=any(each.inaccessible for each in every),
        tags=tuple(dict.fromkeys(tag for each in every for tag in each.tags)),
    )
