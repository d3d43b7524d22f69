"""Random valid queries over a schema: fragments, aliases, arguments, variables, conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    is_non_null_type,
)

IDS = {"home": "h", "alarm": "a", "worker": "w", "node": "hp"}


@dataclass
class RandomQuery:
    """Draws one operation. `variables` are its values."""

    schema: GraphQLSchema
    random: Random
    depth: int = 4
    variables: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)

    def text(self) -> str:
        root = self.schema.query_type
        assert root is not None
        body = self._selection(root, self.depth)
        head = ", ".join(f"${name}: {kind}" for name, kind in self.declared.items())
        return f"query R{f'({head})' if head else ''} {body}\n" + "\n".join(self.fragments)

    def _selection(self, parent: GraphQLNamedType, depth: int) -> str:
        return "{ " + " ".join(self._parts(parent, depth)) + " }"

    def _parts(self, parent: GraphQLNamedType, depth: int) -> list[str]:
        parts: list[str] = []
        for _ in range(self.random.randint(1, 4)):
            if self.random.random() < 0.12 and isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
                parts.append(self._fragment(parent, depth))
            elif isinstance(parent, GraphQLUnionType | GraphQLInterfaceType) and (
                isinstance(parent, GraphQLUnionType) or self.random.random() < 0.6
            ):
                concrete = self.random.choice(sorted(self.schema.get_possible_types(parent), key=str))
                parts.append(f"... on {concrete} {self._condition()} {self._selection(concrete, depth)}")
            elif isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
                parts.append(self._field(parent, depth))
        if self.random.random() < 0.15:
            parts.append("__typename")
        return parts or ["__typename"]

    def _fragment(self, parent: GraphQLNamedType, depth: int) -> str:
        if self.random.random() < 0.5:
            return f"... {self._condition()} {self._selection(parent, depth)}"
        name = f"F{len(self.fragments)}_{self.random.randint(0, 999)}"
        self.fragments.append("")
        index = len(self.fragments) - 1
        self.fragments[index] = f"fragment {name} on {parent} {self._selection(parent, depth)}"
        spread = f"...{name} {self._condition()}"
        return f"{spread} {spread}" if self.random.random() < 0.2 else spread

    def _field(self, parent: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        names = [
            name
            for name, each in sorted(parent.fields.items())
            if depth > 1 or not is_composite_type(get_named_type(each.type))
        ]
        if not names:
            return "__typename"
        name = self.random.choice(names)
        definition = parent.fields[name]
        arguments = []
        for argument, spec in definition.args.items():
            if is_non_null_type(spec.type) or self.random.random() < 0.5:
                arguments.append(f"{argument}: {self._value(name, argument, str(spec.type))}")
        printed = f"({', '.join(arguments)})" if arguments else ""
        alias = ""
        if printed or self.random.random() < 0.15:
            # A key of its own per field and arguments, so that selections of it can always be merged.
            digest = "".join(letter for letter in f"{parent}_{name}_{printed}" if letter.isalnum() or letter == "_")
            alias = f"x_{digest}: "
        elif self.random.random() < 0.05:
            alias = {"String": "id: ", "Int": ""}.get(str(definition.type), "")
        named = get_named_type(definition.type)
        body = " " + self._selection(named, depth - 1) if is_composite_type(named) else ""
        return f"{alias}{name}{printed} {self._condition()}{body}"

    def _value(self, name: str, argument: str, kind: str) -> str:
        value: Any
        if argument == "id":
            value = f"{self.random.choice(IDS[name])}{self.random.randint(0, 3)}"
        elif kind.startswith("Int"):
            value = self.random.randint(0, 3)
        elif kind.startswith("Boolean"):
            value = self.random.random() < 0.5
        else:
            value = self.random.choice(["x", "y"])
        if self.random.random() < 0.5:
            variable = f"v{len(self.declared)}"
            self.declared[variable] = kind
            self.variables[variable] = value
            return f"${variable}"
        return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value).replace("'", '"')

    def _condition(self) -> str:
        if self.random.random() < 0.8:
            return ""
        directive = self.random.choice(["skip", "include"])
        if self.random.random() < 0.3:
            return f"@{directive}(if: {self.random.choice(['true', 'false'])})"
        variable = f"c{self.random.randint(0, 2)}"
        self.declared[variable] = "Boolean!"
        self.variables.setdefault(variable, self.random.random() < 0.5)
        return f"@{directive}(if: ${variable})"
