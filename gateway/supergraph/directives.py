"""Reads directive arguments of parsed SDL as plain values."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import BooleanValueNode, ConstDirectiveNode, EnumValueNode, StringValueNode


def named(directives: Iterable[ConstDirectiveNode] | None, name: str) -> list[ConstDirectiveNode]:
    return [directive for directive in directives or () if directive.name.value == name]


def text_argument(directive: ConstDirectiveNode, name: str) -> str | None:
    for argument in directive.arguments or ():
        if argument.name.value == name and isinstance(argument.value, StringValueNode | EnumValueNode):
            return argument.value.value
    return None


def flag_argument(directive: ConstDirectiveNode, name: str, *, default: bool) -> bool:
    for argument in directive.arguments or ():
        if argument.name.value == name and isinstance(argument.value, BooleanValueNode):
            return argument.value.value
    return default
