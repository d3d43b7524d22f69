"""A small world told twice: by three subgraphs behind the gateway, and by one schema as the judge.

The same objects answer both. A subgraph of the fake refuses what it does not declare, what is external to
it, and a `@requires` input that did not come with the representation.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from gateway.composition.compose import compose
from gateway.composition.subgraph import SubgraphSource
from gateway.pipeline.stages import (
    RequestContext,
    SubgraphError,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphUnavailable,
)
from gateway.supergraph.reader import read_supergraph
from gateway.supergraph.schema import Supergraph
from tests.gateway.unit.pipeline.world import Obj, World

LINK = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag"])
"""

HOMES = (
    LINK
    + """
type Query {
  home(id: ID!): Home
  homes(first: Int = 3): [Home!]!
  things: [Thing]!
  node(id: ID!): Node
  nodes: [Node!]
}
interface Node { id: ID! label: String }
union Thing = Home | Person | Note
type Home implements Node @key(fields: "id") {
  id: ID!
  label: String
  code(upper: Boolean = false): String!
  people: [Person!]!
  grid: [[Person]]
  place: Place! @shareable
  favourite: Thing
  old: String
  mood: Mood
}
type Person implements Node @key(fields: "id") {
  id: ID!
  label: String
  name(style: String): String!
  home: Home
  nick: String!
}
type Place @shareable { lat: Int lon: Int }
type Note { text: String! about: Node }
enum Mood { CALM WORRIED }
"""
)

ALARMS = (
    LINK
    + """
type Query { alarms: [Alarm!]! alarm(id: ID!): Alarm pulse: Pulse @shareable }
type Home @key(fields: "id") {
  id: ID!
  code(upper: Boolean = false): String! @external
  label: String @external
  alarms(level: Int): [Alarm]
  risk: Float @requires(fields: "code place { lat }")
  place: Place! @external
  place2: Place! @shareable
  old: String @override(from: "homes")
}
type Place @shareable { lat: Int lon: Int }
type Alarm @key(fields: "id") @key(fields: "serial zone { name }") {
  id: ID!
  serial: Int!
  zone: Zone!
  level: Int
  home: Home! @provides(fields: "label")
  person: Person
  reason: Reason
}
type Zone @shareable { name: String! }
type Person @key(fields: "id", resolvable: false) { id: ID! }
interface Reason { text: String }
type Bill implements Reason { text: String! amount: Int person: Person }
type Loss implements Reason { text: String what: String! alarm: Alarm }
type Pulse @shareable { beats: Int extra: Int }
"""
)

JOBS = (
    LINK
    + """
type Query { worker(id: ID!): Worker workers: [Worker!]! pulse: Pulse @shareable strict: Strict }
type Pulse @shareable { beats: Int rate: Float }
type Person @key(fields: "id") {
  id: ID!
  worker: Worker
  name(style: String): String! @external
  nick: String! @external
  greeting(loud: Boolean): String @requires(fields: "nick")
  echo: String @requires(fields: "name(style: \\"x\\")")
}
type Worker @key(fields: "id") {
  id: ID!
  trade: String
  person: Person!
  jobs: [[Job!]]
  last: Alarm
}
type Job { title: String! boss: Worker next: Job }
type Alarm @key(fields: "serial zone { name }") {
  serial: Int!
  zone: Zone!
  note: String
  handler: Worker
}
type Zone @shareable { name: String! }
type Strict { must: String! inner: Inner! maybe: Inner }
type Inner { must: String! person: Person! list: [Person!] }
"""
)

SDL = {"homes": HOMES, "alarms": ALARMS, "jobs": JOBS}

Resolver = Callable[..., Any]


def _resolver(world: World, check: Callable[[Obj, str, str], None] | None = None) -> Resolver:
    def resolve(source: Obj | None, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        holder = source or {"__typename": info.parent_type.name}
        if check:
            check(holder, info.parent_type.name, info.field_name)
        return world.value(holder, info.field_name, args)

    return resolve


def _typed(value: Obj, _info: GraphQLResolveInfo[Any], _abstract: object) -> str:
    return str(value["__typename"])


def monolith(supergraph: Supergraph, world: World, query: str, variables: Obj) -> tuple[Any, bool]:
    """The judge's data, and whether it had errors."""
    resolve = _resolver(world)
    result = execute_sync(
        supergraph.api,
        parse(query),
        variable_values=variables,
        field_resolver=resolve,
        type_resolver=_typed,
    )
    return result.data, bool(result.errors)


class Subgraph:
    """Executes requests with graphql-core, after validating them against what the subgraph publishes."""

    def __init__(self, name: str, sdl: str, world: World) -> None:
        self.name = name
        self._world = world
        supergraph = SUPERGRAPH
        entities = [
            each.name for each in supergraph.types.values() if any(key.resolvable for key in each.keys.get(name, ()))
        ]
        bare = sdl.replace(LINK, "") + (
            "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }\n"
            f"scalar _Any\nunion _Entity = {' | '.join(entities)}\n"
            "scalar FieldSet\n"
            "directive @key(fields: FieldSet!, resolvable: Boolean) repeatable on OBJECT | INTERFACE\n"
            "directive @shareable repeatable on OBJECT | FIELD_DEFINITION\n"
            "directive @external on OBJECT | FIELD_DEFINITION\n"
            "directive @requires(fields: FieldSet!) on FIELD_DEFINITION\n"
            "directive @provides(fields: FieldSet!) on FIELD_DEFINITION\n"
            "directive @override(from: String!) on FIELD_DEFINITION\n"
        )
        self.schema: GraphQLSchema = build_schema(bare)
        self._external = {
            (each.name, field): sdl_field
            for each in supergraph.types.values()
            for field, spec in each.fields.items()
            if (sdl_field := spec.joins.get(name)) and sdl_field.external
        }
        self._requires = {
            (each.name, field): join.requires
            for each in supergraph.types.values()
            for field, spec in each.fields.items()
            if (join := spec.joins.get(name)) and join.requires
        }
        self._gone = {
            (each.name, field)
            for each in supergraph.types.values()
            for field, spec in each.fields.items()
            if name in each.keys and (name not in spec.joins or spec.joins[name].used_overridden)
        }

    def answer(self, request: SubgraphRequest) -> SubgraphResponse:
        document = parse(request.document)
        errors = validate(self.schema, document)
        if errors:
            raise AssertionError(f"{self.name} got an invalid document: {errors}\n{request.document}")
        unused = set(request.variables) - {
            each.variable.name.value
            for each in document.definitions[0].variable_definitions or ()  # type: ignore[attr-defined]  # an operation comes first
        }
        assert not unused, f"variables nobody declared: {unused}"
        resolve = _resolver(self._world, self._check)

        def root(source: Obj | None, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
            if info.field_name == "_entities":
                return [self._entity(each) for each in args["representations"]]
            return resolve(source, info, **args)

        result = execute_sync(
            self.schema,
            document,
            variable_values=dict(request.variables),
            field_resolver=root,
            type_resolver=_typed,
        )
        return SubgraphResponse(
            data=result.data,
            errors=tuple(
                SubgraphError(message=e.message, path=tuple(e.path) if e.path else None) for e in result.errors or ()
            ),
        )

    def _entity(self, representation: Obj) -> Obj:
        found = dict(representation)
        kind = found["__typename"]
        if "id" not in found and kind == "Alarm":
            found["id"] = found["zone"]["name"].removeprefix("zone-")
            assert found["serial"] == int(found["id"][1:]) + 100
        entity: Obj = {"__typename": kind, "id": found["id"], "_given": found}
        return entity

    def _check(self, source: Obj, kind: str, name: str) -> None:
        given = source.get("_given", {})
        for entry in self._requires.get((kind, name), ()):
            if entry.name not in given:
                raise AssertionError(f"{self.name}: {kind}.{name} needs {entry.name} in {given}")
        place = (kind, name)
        if place in self._external and place != ("Home", "label"):
            raise AssertionError(f"{self.name} was asked for external {place}")
        if place in self._gone and isinstance(self.schema.type_map.get(kind), GraphQLObjectType):
            raise AssertionError(f"{self.name} was asked for overridden {place}")


SUPERGRAPH_SDL = compose(SubgraphSource(name=name, url=f"http://{name}", sdl=sdl) for name, sdl in SDL.items())


SUPERGRAPH = read_supergraph(SUPERGRAPH_SDL)


class UniverseSubgraphs:
    """`Subgraphs` in memory; remembers the requests, and can have subgraphs down."""

    def __init__(self, world: World) -> None:
        self.subgraphs = {name: Subgraph(name, sdl, world) for name, sdl in SDL.items()}
        self.requests: list[tuple[str, SubgraphRequest]] = []
        self.down: set[str] = set()

    async def send(self, subgraph: str, request: SubgraphRequest, ctx: RequestContext) -> SubgraphResponse:
        self.requests.append((subgraph, request))
        if subgraph in self.down:
            raise SubgraphUnavailable(subgraph)
        try:
            return self.subgraphs[subgraph].answer(request)
        except GraphQLError as error:
            return SubgraphResponse(errors=(SubgraphError(message=error.message),))

    async def stream(
        self, subgraph: str, request: SubgraphRequest, ctx: RequestContext
    ) -> AsyncGenerator[SubgraphResponse, None]:
        yield await self.send(subgraph, request, ctx)
