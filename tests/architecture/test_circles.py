"""Modules import in one direction, late imports and those for types included; only types of one graph may not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.architecture.codes import ROOT, tree_of

PACKAGES = ("chassis", "gateway", "households_service", "employment_service", "risk_service", "holdfast")
LAZY = {
    ("households_service.members.graph", "households_service.registry.graph"),
    ("employment_service.workers.graph", "employment_service.matching.graph"),
    ("risk_service.alerts.graph", "risk_service.copies.graph"),
    ("risk_service.verification.graph", "risk_service.alerts.graph"),
    ("risk_service.planning.plans.graph", "risk_service.copies.graph"),
    ("risk_service.planning.offers.graph", "risk_service.copies.graph"),
}
"""GraphQL types that show each other: the first names the second by `strawberry.lazy` (docs/adr/0084)."""


def modules() -> dict[str, Path]:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imported(file: Path) -> Iterator[str]:
    """Whatever may be a module: what is imported, and what is imported from it."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in MODULES else node.module


MODULES = modules()


@cache
def imports() -> dict[str, set[str]]:
    return {
        name: {other for other in imported(file) if other in MODULES and other != name}
        for name, file in MODULES.items()
    }


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: {other for other in others if (name, other) not in LAZY} for name, others in imports().items()}
    try:
        TopologicalSorter(graph).prepare()
        circle = []
    except CycleError as error:
        circle = error.args[1]

    assert circle == [], "Move what both need down, or give it as an argument."


def test_what_may_be_circular_still_is() -> None:
    assert {(one, two) for one, two in LAZY if two not in imports()[one]} == set()
