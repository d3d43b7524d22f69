"""Pass 6: writes the GraphQL document of each fetch, with the variables it uses and the renames it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.planner.conditions import ALWAYS, Guard, When, either, variables_of
from gateway.planner.graph import QueryGraph
from gateway.planner.groups import Entry, Level
from gateway.planner.merge_siblings import Batch, Call
from gateway.planner.operation import TYPENAME, VariableUse
from gateway.planner.plan import EntityCall, Fetch, Rename


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchNaming:
    """Which operation a fetch belongs to."""

    kind: str
    name: str | None
    variables: Mapping[str, VariableUse]


def write_fetch(graph: QueryGraph, batch: Batch, naming: FetchNaming, number: int) -> Fetch:
    """`number` counts the fetches of a plan, it ends the operation name: `Household__risk__2`."""
    writer = _Writer(graph, batch.subgraph)
    entity = batch.calls[0].group.entity
    operation_name = f"{naming.name or 'Operation'}__{_identifier(batch.subgraph)}__{number}"
    calls: tuple[EntityCall, ...] = ()
    if entity:
        calls = tuple(_calls(batch.calls, naming.variables))
        body = " ".join(
            f"{'' if call.response_key == '_entities' else call.response_key + ': '}_entities"
            f"(representations: ${call.variable}) {{ {writer.level(source.group.level, (call.response_key,))} }}"
            for call, source in zip(calls, batch.calls, strict=True)
        )
    else:
        body = writer.level(batch.calls[0].group.level, ())
    used = [name for name in naming.variables if name in writer.variables]
    declared = [f"${call.variable}: [_Any!]!" for call in calls]
    declared += [naming.variables[name].declaration for name in used]
    head = f"({', '.join(declared)})" if declared else ""
    kind = "query" if entity or batch.calls[0].path else naming.kind
    return Fetch(
        id=number,
        subgraph=batch.subgraph,
        operation_type=kind,
        operation_name=operation_name,
        document=f"{kind} {operation_name}{head} {{ {body} }}",
        variables=tuple(used),
        calls=calls,
        path=() if entity else batch.calls[0].path,
        keys=() if entity else _client_keys(batch.calls[0].group.level),
        renames=tuple(sorted(writer.renames, key=lambda rename: -len(rename.path))),
        when=either([guard for call in calls for guard in call.when]) if entity else _when(batch.calls[0].group.level),
    )


def _calls(calls: Sequence[Call], taken: Mapping[str, VariableUse]) -> list[EntityCall]:
    found = []
    for number, call in enumerate(calls):
        variable = "representations" if len(calls) == 1 else f"representations{number}"
        while variable in taken:
            variable = f"_{variable}"
        found.append(
            EntityCall(
                path=call.path,
                inputs={concrete: tuple(fields.values()) for concrete, fields in call.group.inputs.items()},
                response_key="_entities" if len(calls) == 1 else f"_e{number}",
                variable=variable,
                keys=_client_keys(call.group.level),
                when=_when(call.group.level),
            )
        )
    return found


def _when(level: Level) -> When:
    return either(guard for entries in level.entries.values() for entry in entries.values() for guard in entry.when)


def _client_keys(level: Level) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            key
            for entries in level.entries.values()
            for key, entry in entries.items()
            if not entry.internal and not key.startswith("__")
        )
    )


def _identifier(subgraph: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in subgraph)


class _Writer:
    def __init__(self, graph: QueryGraph, subgraph: str) -> None:
        self._graph = graph
        self._subgraph = subgraph
        self.variables: set[str] = set()
        self.renames: list[Rename] = []

    def level(self, level: Level, path: tuple[str, ...]) -> str:
        """The inside of a selection set. `path` is in the fetch's own response keys."""
        aliases = self._aliases(level, path)
        printed = {
            concrete: {
                key: self._entry(aliases.get((concrete, key), key), entry, path) for key, entry in entries.items()
            }
            for concrete, entries in level.entries.items()
        }
        parts = [TYPENAME] if level.typed else []
        if not self._graph.is_abstract(level.static) and level.static != "_Entity":
            parts.extend(text for texts in printed.values() for text in texts.values())
            return " ".join(parts) or TYPENAME
        hoisted = self._hoisted(level, printed)
        parts.extend(printed[next(iter(printed))][key] for key in hoisted)
        for concrete, texts in printed.items():
            rest = [text for key, text in texts.items() if key not in hoisted]
            if rest:
                parts.append(f"... on {concrete} {{ {' '.join(rest)} }}")
        return " ".join(parts) or TYPENAME

    def _entry(self, key: str, entry: Entry, path: tuple[str, ...]) -> str:
        self.variables |= entry.variables | variables_of(entry.when)
        head = entry.name if key == entry.name else f"{key}: {entry.name}"
        head += entry.arguments
        body = f" {{ {self.level(entry.child, (*path, key))} }}" if entry.child is not None else ""
        if entry.when == ALWAYS:
            return head + body
        return " ".join(_guarded(head, body, guard) for guard in entry.when)

    def _hoisted(self, level: Level, printed: Mapping[str, Mapping[str, str]]) -> list[str]:
        """Keys that every possible type selects alike and the interface itself has: written once."""
        possible = self._graph.possible(level.static, self._subgraph)
        if level.static == "_Entity" or set(printed) != possible or len(printed) < 1:
            return []
        first, *others = printed
        found = []
        for key, text in printed[first].items():
            entry = level.entries[first][key]
            edge = self._graph.field(level.static, self._subgraph, entry.name)
            alike = all(printed[other].get(key) == text for other in others)
            same_type = edge is not None and all(
                _named(level.entries[each][key].type) == edge.type.named
                for each in printed
                if key in level.entries[each]
            )
            if alike and same_type:
                found.append(key)
        return found

    def _aliases(self, level: Level, path: tuple[str, ...]) -> dict[tuple[str, str], str]:
        """Where two types' fields under one key have types GraphQL cannot merge, one gets another key."""
        found: dict[tuple[str, str], str] = {}
        seen: dict[str, list[Entry]] = {}
        for concrete, entries in level.entries.items():
            for key, entry in entries.items():
                rivals = seen.setdefault(key, [])
                if all(_fits(entry, rival) for rival in rivals):
                    rivals.append(entry)
                    continue
                alias = f"__{key}_{concrete}"
                found[concrete, key] = alias
                self.renames.append(Rename(path=path, source=alias, target=key))
        return found


def _guarded(head: str, body: str, guard: Guard) -> str:
    """At most one `@include` and one `@skip` fit on a field; further ones wrap it in inline fragments."""
    includes = [f"@include(if: ${name})" for name, wanted in sorted(guard) if wanted]
    skips = [f"@skip(if: ${name})" for name, wanted in sorted(guard) if not wanted]
    text = " ".join([head, *includes[:1], *skips[:1]]) + body
    for directive in [*includes[1:], *skips[1:]]:
        text = f"... {directive} {{ {text} }}"
    return text


def _fits(one: Entry, other: Entry) -> bool:
    if one.child is None or other.child is None:
        return one.type == other.type
    if one.type.replace(_named(one.type), "") != other.type.replace(_named(other.type), ""):
        return False
    return all(
        _fits(entry, rival)
        for entries in one.child.entries.values()
        for key, entry in entries.items()
        for rivals in other.child.entries.values()
        if (rival := rivals.get(key)) is not None
    )


def _named(text: str) -> str:
    return text.replace("[", "").replace("]", "").replace("!", "")
