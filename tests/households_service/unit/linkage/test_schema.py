from __future__ import annotations

from pathlib import Path

import pytest

from households_service.linkage.schema import (
    FieldKind,
    LinkSchemaMalformed,
    LinkSchemaMissing,
    load_schema,
    parse_schema,
)


def test_a_schema_names_kinds_per_column() -> None:
    schema = parse_schema(
        {
            "id": {"left": "rec", "right": "person"},
            "one_to_one": True,
            "columns": {"first": "given_name", "town": {"kind": "Place", "right": "address"}},
        }
    )
    assert [(field.kind, field.left, field.right) for field in schema.fields] == [
        (FieldKind.GIVEN_NAME, "first", "first"),
        (FieldKind.PLACE, "town", "address"),
    ]
    assert (schema.id_left, schema.id_right, schema.one_to_one) == ("rec", "person", True)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "columns"),
        ({"columns": {}}, "columns"),
        ({"columns": {"a": "plaice"}}, "columns.a"),
        ({"columns": {"a": 7}}, "columns.a"),
        ({"columns": {"a": {"kind": "place", "rigth": "b"}}}, "columns.a.rigth"),
        ({"columns": {"a": {"kind": "place", "right": 3}}}, "columns.a.right"),
        ({"columns": {"a": "date of birth", "b": "dob"}}, "columns"),
        ({"columns": {"a": "place"}, "one_to_one": "yes"}, "one_to_one"),
        ({"columns": {"a": "place"}, "target_precision": 1.5}, "target_precision"),
        ({"columns": {"a": "place"}, "id": 5}, "id"),
        ({"column": {"a": "place"}}, "column"),
    ],
)
def test_a_wrong_schema_is_refused_by_the_name_of_its_key(content: dict[str, object], field: str) -> None:
    with pytest.raises(LinkSchemaMalformed) as refused:
        parse_schema(content)
    assert refused.value.field == field


def test_files_that_are_no_schema_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LinkSchemaMissing):
        load_schema(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("columns = [", encoding="utf-8")
    with pytest.raises(LinkSchemaMalformed):
        load_schema(tmp_path / "bad.toml")
