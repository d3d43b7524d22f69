"""The query plan: what is fetched from whom, in which order, and where the answers go. Frozen values only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graphql import DocumentNode

from gateway.planner.conditions import ALWAYS, When


@dataclass(frozen=True, slots=True, kw_only=True)
class PathKey:
    """Steps into a field; lists on the way (also lists of lists) are entered item by item."""

    name: str
    lists: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTypes:
    """Keeps only the objects that are one of these types."""

    types: frozenset[str]


PlanPath: TypeAlias = tuple[PathKey | OnTypes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputField:
    """One field of a representation: `name` as the subgraph wants it, `source` where it lies in our data.

    `types` limits it to objects of these types, for inputs below an abstract field. A part of a key must
    have a value; an input of `@requires` may be null (`nullable`), only not missing.
    """

    name: str
    source: str
    children: tuple[InputField, ...] = ()
    types: frozenset[str] | None = None
    nullable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityCall:
    """One `_entities` field: objects at `path` become representations, the answers are merged back."""

    path: PlanPath
    inputs: Mapping[str, tuple[InputField, ...]]
    """By concrete type; objects of other types are left alone."""
    response_key: str
    variable: str
    keys: tuple[str, ...]
    """What the client sees of it, for the paths of errors that concern the whole call."""
    when: When = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """Two types wanted the same response key with types the subgraph cannot merge: moved back after the fetch.

    `path` is in the fetch's own keys.
    """

    path: tuple[str, ...]
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request to one subgraph: a root selection, or entity calls batched together."""

    id: int
    subgraph: str
    operation_type: str
    operation_name: str
    document: str
    variables: tuple[str, ...]
    calls: tuple[EntityCall, ...] = ()
    path: PlanPath = ()
    """Where a root selection lands; not empty only when a field returns a root type."""
    keys: tuple[str, ...] = ()
    renames: tuple[Rename, ...] = ()
    when: When = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    nodes: tuple[PlanNode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel:
    nodes: tuple[PlanNode, ...]


PlanNode: TypeAlias = Fetch | Sequence | Parallel


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPlan:
    """`root` is None when nothing has to be fetched (only introspection or `__typename`).

    For a subscription `primary` opens the stream and `root` completes each event.
    """

    operation_type: str
    root: PlanNode | None
    primary: Fetch | None = None
    introspection: DocumentNode | None = None

    def fetches(self) -> Iterator[Fetch]:
        if self.primary is not None:
            yield self.primary
        yield from fetches_of(self.root)


def fetches_of(node: PlanNode | None) -> Iterator[Fetch]:
    if isinstance(node, Fetch):
        yield node
    elif node is not None:
        for each in node.nodes:
            yield from fetches_of(each)
