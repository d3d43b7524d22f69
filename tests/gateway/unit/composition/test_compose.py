from __future__ import annotations

from pathlib import Path

from graphql import build_schema

from gateway.composition.compose import graph_names
from tests.gateway.unit.composition.composing import LINK, block, composed
from tests.gateway.unit.pipeline.graph import SUPERGRAPH_SDL
from tests.gateway.unit.pipeline.universe import SUPERGRAPH_SDL as UNIVERSE_SDL

SNAPSHOT = Path(__file__).parent / "universe.graphql"
Q = "type Query { a: Int }\n"


def test_the_universe_composes_to_its_snapshot() -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == UNIVERSE_SDL


def test_a_supergraph_builds_and_carries_the_header_routers_look_for() -> None:
    build_schema(SUPERGRAPH_SDL)
    assert SUPERGRAPH_SDL.startswith(
        "schema\n"
        '  @link(url: "https://specs.apollo.dev/link/v1.0")\n'
        '  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)\n'
        "{\n  query: Query\n  mutation: Mutation\n  subscription: Subscription\n}\n"
    )


def test_the_machinery_of_published_subgraphs_is_left_out() -> None:
    for word in ("_entities", "_service", "_Any", "_Entity", "_Service", "federation__"):
        assert word not in SUPERGRAPH_SDL


def test_the_order_of_the_subgraphs_does_not_matter() -> None:
    a, b = "type Query { t: T } type T @shareable { x: Int }", "type T @shareable { x: Int! }"
    assert composed(a=a, b=b) == composed(b=b, a=a)


def test_descriptions_and_deprecations_survive() -> None:
    sdl = composed(
        a='''
        type Query {
          """Finds one."""
          t("""Which." 2" x""" id: ID! = 1 @deprecated(reason: "y"), other: Int): T
        }
        """A thing
          of two lines."""
        type T { x: Int @deprecated e: E }
        """Choice."""
        enum E { """First.""" A B @deprecated(reason: "Use A.") }
        '''
    )
    assert block(sdl, "type Query") == (
        "type Query\n  @join__type(graph: A)\n{\n"
        '  """Finds one."""\n'
        "  t(\n"
        '    """Which." 2" x"""\n'
        '    id: ID! = 1 @deprecated(reason: "y")\n'
        "    other: Int\n"
        "  ): T\n}"
    )
    assert block(sdl, "type T").startswith('"""\nA thing\nof two lines.\n"""\ntype T\n')
    assert '  x: Int @deprecated(reason: "No longer supported")' in block(sdl, "type T")
    assert '  """First."""\n  A @join__enumValue(graph: A)' in block(sdl, "enum E")
    assert '  B @join__enumValue(graph: A) @deprecated(reason: "Use A.")' in block(sdl, "enum E")
    api = build_schema(sdl)
    assert api.get_type("T").description == "A thing\nof two lines."  # type: ignore[union-attr]  # it is there


def test_keys_are_kept_with_their_fields_and_whether_they_resolve() -> None:
    sdl = composed(
        a=Q + 'type T @key(fields: "id") @key(fields: "nr  org {id}") { id: ID! nr: Int org: O } type O { id: ID }',
        b='type T @key(fields: "id", resolvable: false) { id: ID! }',
    )
    assert block(sdl, "type T").splitlines()[1:4] == [
        '  @join__type(graph: A, key: "id")',
        '  @join__type(graph: A, key: "nr org {id}")',
        '  @join__type(graph: B, key: "id", resolvable: false)',
    ]


def test_fields_say_who_resolves_them_only_where_that_is_not_plain() -> None:
    sdl = composed(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! x: Int old: Int }',
        b="""
        type T @key(fields: "id") {
          id: ID!
          x: Int @external
          y: Int @requires(fields: "x")
          old: Int @override(from: "a")
          u: U @provides(fields: "z")
        }
        type U @key(fields: "id") { id: ID! z: Int @external }
        """,
        c='type U @key(fields: "id") { id: ID! z: Int }',
    )
    assert block(sdl, "type T").splitlines()[4:] == [
        "  id: ID!",
        "  x: Int @join__field(graph: A) @join__field(graph: B, external: true)",
        '  old: Int @join__field(graph: B, override: "a")',
        '  y: Int @join__field(graph: B, requires: "x")',
        '  u: U @join__field(graph: B, provides: "z")',
        "}",
    ]


def test_an_overridden_field_that_is_still_needed_there_is_marked() -> None:
    sdl = composed(
        a='type Query { t: T } type T @key(fields: "nr") { nr: ID! }',
        b='type T @key(fields: "nr") { nr: ID! @override(from: "a") x: Int }',
    )
    assert '  nr: ID! @join__field(graph: A, usedOverridden: true) @join__field(graph: B, override: "a")' in sdl


def test_outputs_widen_and_inputs_narrow() -> None:
    sdl = composed(
        a="""
        type Query { f(x: Int): N @shareable g(i: I, e: In): Out }
        interface N @shareable { id: ID! } type T implements N @shareable { id: ID! list: [Int!]! }
        input I { both: Int! = 3 mine: Int } enum In { A B } enum Out { A B }
        """,
        b="""
        type Query { f(x: Int!, y: Int): T @shareable h(i: I, e: In): Out }
        interface N { id: ID! } type T implements N @shareable { id: ID! list: [Int] }
        input I { both: Int = 3 } enum In { B C } enum Out { B C }
        """.replace("list: [Int] }", "list: [Int] }"),
    )
    query = block(sdl, "type Query")
    assert '  f(x: Int!): N @join__field(graph: A) @join__field(graph: B, type: "T")' in query
    assert '  list: [Int] @join__field(graph: A, type: "[Int!]!") @join__field(graph: B)' in sdl
    inputs = block(sdl, "input I")
    assert '  both: Int! = 3 @join__field(graph: A) @join__field(graph: B, type: "Int")' in inputs
    assert "mine" not in inputs
    assert [line.split()[0] for line in block(sdl, "enum In").splitlines()[4:-1]] == ["B"]
    assert [line.split()[0] for line in block(sdl, "enum Out").splitlines()[4:-1]] == ["A", "B", "C"]


def test_unions_and_interfaces_remember_who_says_what() -> None:
    sdl = composed(
        a="type Query { u: U } union U = X | Y type X { a: Int } type Y @shareable { b: Int }",
        b="""type Query { v: U } union U = Y | Z type Y implements N @shareable { b: Int } type Z { c: Int }
        interface N { b: Int }""",
    )
    assert block(sdl, "union U") == (
        "union U\n  @join__type(graph: A)\n  @join__type(graph: B)\n"
        '  @join__unionMember(graph: A, member: "X")\n  @join__unionMember(graph: A, member: "Y")\n'
        '  @join__unionMember(graph: B, member: "Y")\n  @join__unionMember(graph: B, member: "Z")\n'
        "  = X | Y | Z"
    )
    assert '@join__implements(graph: B, interface: "N")' in block(sdl, "type Y implements N")


def test_directives_may_be_imported_under_other_names_or_used_by_prefix() -> None:
    link = (
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", as: "fed", '
        'import: [{name: "@key", as: "@primary"}])\n'
    )
    sdl = composed(
        link,
        a='type Query { t: T } type T @primary(fields: "id") { id: ID! x: Int @fed__shareable }',
        b='type T @primary(fields: "id") { id: ID! x: Int @fed__shareable }',
    )
    assert '@join__type(graph: A, key: "id")' in sdl


def test_root_types_get_their_usual_names() -> None:
    sdl = composed("", a=LINK + "schema { query: Ask } type Ask { again: Ask! }")
    assert "  again: Query!" in block(sdl, "type Query")
    assert "Ask" not in sdl


def test_hidden_and_tagged_elements_bring_their_links() -> None:
    sdl = composed(a='type Query { x: Int @inaccessible y: Int @tag(name: "t") }')
    assert '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)' in sdl
    assert '@link(url: "https://specs.apollo.dev/tag/v0.3")' in sdl
    assert "  x: Int @inaccessible" in sdl
    assert '  y: Int @tag(name: "t")' in sdl


def test_scalars_and_one_of_inputs_keep_what_clients_need() -> None:
    sdl = composed(
        a='scalar Day @specifiedBy(url: "https://day.test") type Query { d(p: Pick): Day } '
        "input Pick @oneOf { a: Int b: Int }"
    )
    assert '@specifiedBy(url: "https://day.test")' in block(sdl, "scalar Day")
    assert "@oneOf" in block(sdl, "input Pick")


def test_names_of_subgraphs_become_distinct_enum_values() -> None:
    assert graph_names(["a-b", "a_b", "9x"]) == {"a-b": "A_B", "a_b": "A_B_2", "9x": "_9X"}


def test_a_shared_value_may_be_completed_from_both_roots_that_return_it() -> None:
    composed(
        a="type Query { p: P @shareable } type P @shareable { x: Int y: Int }",
        b="type Query { p: P @shareable } type P @shareable { x: Int z: Int }",
    )
