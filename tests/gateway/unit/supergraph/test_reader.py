from __future__ import annotations

import pytest
from graphql import GraphQLObjectType

from gateway.supergraph.fieldset import FieldSetMalformed, leaves, parse_field_set, print_field_set
from gateway.supergraph.reader import SupergraphMalformed, read_supergraph
from gateway.supergraph.schema import TypeKind, TypeRef

SDL = """
schema @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String,
  external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false,
  resolvable: Boolean! = true, isInterfaceObject: Boolean! = false)
  repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @inaccessible on FIELD_DEFINITION | OBJECT | ENUM_VALUE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph {
  ONE @join__graph(name: "one", url: "http://one")
  TWO @join__graph(name: "two", url: "http://two")
}
type Query @join__type(graph: ONE) @join__type(graph: TWO) {
  t(secret: Int @inaccessible, i: I): T @join__field(graph: ONE)
  u: U @join__field(graph: TWO)
}
type T implements N @join__implements(graph: ONE, interface: "N")
  @join__type(graph: ONE, key: "id") @join__type(graph: ONE, key: "nr")
  @join__type(graph: TWO, key: "id", resolvable: false) {
  id: ID!
  nr: Int @join__field(graph: ONE) @join__field(graph: TWO, external: true)
  both: Int @join__field(graph: ONE, type: "Int!") @join__field(graph: TWO, requires: "nr", override: "one")
  hidden: Hidden @inaccessible @join__field(graph: ONE)
}
type Hidden @inaccessible @join__type(graph: ONE) { x: Int }
interface N @join__type(graph: ONE) { id: ID! }
union U @join__type(graph: TWO) @join__unionMember(graph: TWO, member: "T")
  @join__unionMember(graph: TWO, member: "Hidden") = T | Hidden
enum E @join__type(graph: ONE) { A @join__enumValue(graph: ONE) B @inaccessible }
input I @join__type(graph: ONE) { a: E b: Int @inaccessible }
"""


def test_types_know_their_keys_by_subgraph() -> None:
    found = read_supergraph(SDL).types["T"]
    assert {name: [(key.text, key.resolvable) for key in keys] for name, keys in found.keys.items()} == {
        "one": [("id", True), ("nr", True)],
        "two": [("id", False)],
    }
    assert (found.kind, found.abstract) == (TypeKind.OBJECT, False)
    assert found.interfaces == {"one": frozenset({"N"})}


def test_fields_know_what_each_subgraph_says_of_them() -> None:
    fields = read_supergraph(SDL).types["T"].fields
    assert set(fields["id"].joins) == {"one", "two"}
    assert fields["nr"].joins["two"].external
    assert fields["both"].joins["one"].type == TypeRef(text="Int!")
    two = fields["both"].joins["two"]
    assert (two.type.text, print_field_set(two.requires), two.override) == ("Int", "nr", "one")


def test_abstract_types_know_their_members_by_subgraph() -> None:
    types = read_supergraph(SDL).types
    assert types["N"].members == {"one": frozenset({"T"})}
    assert types["U"].members == {"two": frozenset({"T", "Hidden"})}


def test_clients_see_nothing_of_the_machinery_and_nothing_hidden() -> None:
    api = read_supergraph(SDL).api
    names = {name for name in api.type_map if not name.startswith("__")}
    assert names == {"Query", "T", "N", "U", "E", "I", "ID", "Int", "String", "Boolean"}
    query, thing = api.type_map["Query"], api.type_map["T"]
    assert isinstance(query, GraphQLObjectType)
    assert isinstance(thing, GraphQLObjectType)
    assert set(query.fields["t"].args) == {"i"}
    assert set(thing.fields) == {"id", "nr", "both"}
    assert [each.name for each in api.get_possible_types(api.type_map["U"])] == ["T"]  # type: ignore[arg-type]  # it is a union
    assert set(api.type_map["E"].values) == {"A"}  # type: ignore[attr-defined]  # its kind is known here
    assert set(api.type_map["I"].fields) == {"a"}  # type: ignore[attr-defined]  # its kind is known here
    assert {each.name for each in api.directives} >= {"skip", "include", "deprecated"}
    assert not any(each.name.startswith("join__") or each.name == "link" for each in api.directives)


@pytest.mark.parametrize(
    ("sdl", "message"),
    [
        ("type Query {", "The supergraph cannot be parsed: Syntax Error: Expected Name, found <EOF>."),
        ("type Query { a: Int }", "The supergraph has no enum join__Graph: it names no subgraph."),
        (SDL.replace("graph: TWO, key", "graph: THREE, key"), 'Graph "THREE" of @join__type is not in join__Graph.'),
        (
            SDL.replace('graph: ONE, key: "nr"', 'graph: ONE, key: "nr", isInterfaceObject: true'),
            "Type T: @interfaceObject is not understood by this planner.",
        ),
    ],
    ids=["no SDL", "no graphs", "unknown graph", "interface object"],
)
def test_a_text_that_is_no_supergraph_is_refused(sdl: str, message: str) -> None:
    with pytest.raises(SupergraphMalformed) as refusal:
        read_supergraph(sdl)
    assert str(refusal.value) == message


def test_a_type_reference_knows_its_name_and_how_often_it_is_listed() -> None:
    assert (TypeRef(text="[[T!]]!").named, TypeRef(text="[[T!]]!").list_depth) == ("T", 2)


def test_field_sets_keep_nesting_arguments_and_type_conditions() -> None:
    text = 'id org { id name(style: "x") } ... on T { nr }'
    entries = parse_field_set(text)
    assert print_field_set(entries) == text
    assert list(leaves(entries)) == [("id",), ("org", "id"), ("org", "name"), ("nr",)]
    assert parse_field_set("{ id }") == parse_field_set("id")


@pytest.mark.parametrize("text", ["", "id {", "a: id", "id @skip(if: true)", "...F", "a } { b"])
def test_a_malformed_field_set_is_refused(text: str) -> None:
    with pytest.raises(FieldSetMalformed):
        parse_field_set(text)
