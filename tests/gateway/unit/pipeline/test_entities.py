from __future__ import annotations

from gateway.pipeline.entities import absorb, located, objects_at, represent
from gateway.pipeline.lru import Lru
from gateway.pipeline.stages import JsonObject
from gateway.planner.plan import EntityCall, InputField, OnTypes, PathKey

PATH = (PathKey(name="rows", lists=2), OnTypes(types=frozenset({"A"})), PathKey(name="x"))
DATA: JsonObject = {
    "rows": [
        [{"__typename": "A", "x": {"id": 1}}, {"__typename": "B", "x": {"id": 2}}, None],
        None,
        [{"__typename": "A", "x": None}, {"__typename": "A", "x": {"id": 3}}],
    ]
}


def call(*fields: InputField) -> EntityCall:
    return EntityCall(path=(), inputs={"T": fields}, response_key="_entities", variable="representations", keys=())


def test_objects_are_found_through_lists_of_lists_types_and_nulls() -> None:
    assert objects_at(DATA, PATH) == [{"id": 1}, {"id": 3}]
    assert [place for place, _ in located(DATA, PATH)] == [("rows", 0, 0, "x"), ("rows", 2, 1, "x")]


def test_equal_representations_are_sent_once() -> None:
    objects: list[JsonObject] = [{"id": 1}, {"id": 2}, {"id": 1, "more": True}]
    found = represent(objects, call(InputField(name="id", source="id")))
    assert found.values == [{"__typename": "T", "id": 1}, {"__typename": "T", "id": 2}]
    assert found.targets == [[objects[0], objects[2]], [objects[1]]]


def test_a_key_needs_a_value_and_a_required_input_only_to_be_there() -> None:
    objects: list[JsonObject] = [{"id": None, "r": 1}, {"id": 1, "r": None}, {"id": 2}, {"r": 1}]
    found = represent(
        objects, call(InputField(name="id", source="id"), InputField(name="r", source="r", nullable=True))
    )
    assert found.values == [{"__typename": "T", "id": 1, "r": None}]


def test_inputs_are_read_from_where_they_lie_and_nested_ones_keep_their_shape() -> None:
    inner = (InputField(name="zip", source="__zip", types=frozenset({"P"})),)
    objects: list[JsonObject] = [
        {"__id": 1, "homes": [{"__typename": "P", "__zip": "1", "city": "x"}, None, {"__typename": "Q"}]}
    ]
    found = represent(
        objects,
        call(InputField(name="id", source="__id"), InputField(name="homes", source="homes", children=inner)),
    )
    assert found.values == [
        {"__typename": "T", "id": 1, "homes": [{"__typename": "P", "zip": "1"}, None, {"__typename": "Q"}]}
    ]


def test_objects_of_other_types_are_left_alone() -> None:
    two = EntityCall(
        path=(),
        inputs={"T": (InputField(name="id", source="id"),), "U": (InputField(name="nr", source="nr"),)},
        response_key="_entities",
        variable="representations",
        keys=(),
    )
    objects: list[JsonObject] = [{"__typename": "U", "nr": 1}, {"__typename": "V", "id": 2}, {"id": 3}]
    assert represent(objects, two).values == [{"__typename": "U", "nr": 1}]


def test_merging_goes_deep_and_keeps_what_is_there() -> None:
    into: JsonObject = {"a": {"x": 1}, "l": [{"x": 1}, None, [{"y": 1}]], "n": None, "k": 1, "short": [1]}
    absorb(into, {"a": {"y": 2}, "l": [{"y": 2}, {"z": 3}, [{"z": 2}]], "n": 4, "k": None, "short": [1, 2]})
    assert into == {
        "a": {"x": 1, "y": 2},
        "l": [{"x": 1, "y": 2}, {"z": 3}, [{"y": 1, "z": 2}]],
        "n": 4,
        "k": 1,
        "short": [1],
    }


def test_the_least_recently_used_result_is_forgotten_first() -> None:
    memory: Lru[int] = Lru(2)
    memory.put("a", 1)
    memory.put("b", 2)
    assert memory.get("a") == 1
    memory.put("c", 3)
    assert (memory.get("a"), memory.get("b"), memory.get("c"), len(memory)) == (1, None, 3, 2)
