"""Enums of a domain in a graph: the domain knows no GraphQL, so what a value means to a client is said beside it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition


def described_enum(
    enum: type[Enum], *, name: str | None = None, description: str | None = None, values: Mapping[str, str]
) -> None:
    """`values`: what each one means, by its name; values that say it themselves may be left out."""
    strawberry.enum(enum, name=name, description=description)
    definition: StrawberryEnumDefinition = vars(enum)["__strawberry_definition__"]
    for value in definition.values:
        value.description = values.get(value.name)
