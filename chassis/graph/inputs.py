"""Input objects cost less when what their fields are is found out once: the general way asks it of each value."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import TypeAlias

from strawberry.federation import Schema
from strawberry.relay.types import GlobalID
from strawberry.types.arguments import InputContext
from strawberry.types.base import StrawberryMaybe, StrawberryObjectDefinition, StrawberryOptional, StrawberryType
from strawberry.types.enum import StrawberryEnumDefinition

Kind: TypeAlias = StrawberryType | type
FromInput: TypeAlias = Callable[[type, Mapping[str, object], InputContext], object]


def read_inputs_at_once(schema: Schema) -> None:
    """Of every input type of `schema` but those that tell an absent value from a null (`Maybe`)."""
    for known in schema.schema_converter.type_map.values():
        definition = known.definition
        if not isinstance(definition, StrawberryObjectDefinition) or not definition.is_input:
            continue
        kinds = {field.python_name: field.resolve_type(type_definition=definition) for field in definition.fields}
        if definition.from_input is None and not any(isinstance(kind, StrawberryMaybe) for kind in kinds.values()):
            definition.from_input = _reader(schema, definition, kinds)


def _reader(schema: Schema, definition: StrawberryObjectDefinition, kinds: Mapping[str, Kind]) -> FromInput:
    """Builds one input type. Scalars and enumerations have been parsed by the executor and are taken as they are."""
    absent = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }
    fields: list[tuple[str, str, Kind | None]] = []
    for field in definition.fields:
        kind = kinds[field.python_name]
        name = schema.config.name_converter.from_field(field)
        fields.append((name, field.python_name, None if _is_leaf(schema, kind) else kind))

    def read(cls: type, value: Mapping[str, object], context: InputContext) -> object:
        given: dict[str, object] = dict(absent)
        for name, attribute, kind in fields:
            if name in value:
                given[attribute] = value[name] if kind is None else context.convert(value[name], kind, name)
        return cls(**given)

    return read


def _is_leaf(schema: Schema, kind: Kind) -> bool:
    inner = kind.of_type if isinstance(kind, StrawberryOptional) else kind
    if isinstance(inner, StrawberryEnumDefinition):
        return True
    return inner is not GlobalID and inner in schema.schema_converter.scalar_registry
