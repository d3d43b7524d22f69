"""Fields that only read an attribute cost less than the general way: an answer is made of hundreds of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    is_leaf_type,
)
from graphql.execution.collect_fields import DeferUsage, FieldDetails
from graphql.execution.incremental.incremental_executor import DeliveryGroup
from graphql.pyutils import AwaitableOrValue, Path, RefMap, UndefinedType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

KINDS_REMEMBERED = 4_096
TYPENAME = "__typename"
Complete: TypeAlias = Callable[[object], object]
"""Makes of a value what is answered. Raises where anything is out of the ordinary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainField:
    """A scalar or an enumeration read from an attribute, without arguments, resolver or extensions."""

    read: Callable[[object], object]
    coerce: Callable[[object], object]
    nullable: bool


class PlainFieldExecutor(StrawberryGraphQLCoreExecutionContext):
    """Reads plain fields, and objects and lists made of them, at once.

    Whatever is out of the ordinary goes the general way, which reports it.
    """

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: object,
        field_details_list: list[FieldDetails],
        path: Path,
        position_context: RefMap[DeferUsage, DeliveryGroup] | None,
    ) -> AwaitableOrValue[object] | UndefinedType:
        plain = plain_field(parent_type, field_details_list[0].node.name.value)
        if plain is not None and self._without_middleware:
            try:
                value = plain.read(source)
                if value is not None:
                    coerced = plain.coerce(value)
                    if coerced is not None:
                        return coerced
                elif plain.nullable:
                    return None
            except Exception:  # noqa: BLE001, S110 - the general way meets it again and says where
                pass
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def complete_object_value(  # noqa: PLR0917 - as the library calls it
        self,
        return_type: GraphQLObjectType,
        field_details_list: list[FieldDetails],
        info: GraphQLResolveInfo[object],
        path: Path,
        result: object,
        position_context: RefMap[DeferUsage, DeliveryGroup] | None,
    ) -> AwaitableOrValue[dict[str, object]]:
        whole = self._object(return_type, field_details_list) if self._without_middleware else None
        if whole is not None:
            try:
                return whole(result)
            except Exception:  # noqa: BLE001, S110 - the general way meets it again and says where
                pass
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    @cached_property
    def _without_middleware(self) -> bool:
        return self.middleware_manager is None or not self.middleware_manager.middlewares

    @cached_property
    def _objects(self) -> dict[tuple[GraphQLObjectType, int], Callable[[object], dict[str, object]] | None]:
        """By type and selection, which lives as long as this."""
        return {}

    def _object(
        self, kind: GraphQLObjectType, selected: list[FieldDetails]
    ) -> Callable[[object], dict[str, object]] | None:
        """None where more is asked for than attributes."""
        key = (kind, id(selected))
        if key not in self._objects:
            self._objects[key] = self._of_attributes(kind, selected)
        return self._objects[key]

    def _of_attributes(
        self, kind: GraphQLObjectType, selected: list[FieldDetails]
    ) -> Callable[[object], dict[str, object]] | None:
        if kind.is_type_of is not None:
            return None
        grouped, deferred, forbidden = self.collect_subfields(kind, selected)
        if deferred or forbidden:
            return None
        parts: list[tuple[str, Callable[[object], object], Complete]] = []
        for key, details in grouped.items():
            asked = details[0].node.name.value
            if asked == TYPENAME:
                parts.append((key, type, _always(kind.name)))
                continue
            field = kind.fields.get(asked)
            name = None if field is None else attribute_of(field)
            complete = None if field is None or name is None else self._complete(field.type, details)
            if name is None or complete is None:
                return None
            parts.append((key, attrgetter(name), complete))
        return lambda source: {key: complete(read(source)) for key, read, complete in parts}

    def _complete(self, kind: GraphQLOutputType, selected: list[FieldDetails]) -> Complete | None:
        required = isinstance(kind, GraphQLNonNull)
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        make: Complete | None = None
        if is_leaf_type(inner):
            make = coercing(inner)
        elif isinstance(inner, GraphQLList):
            item = self._complete(inner.of_type, selected)
            make = None if item is None else _each(item)
        elif isinstance(inner, GraphQLObjectType):
            make = self._object(inner, selected)
        return None if make is None else _present(make, required=required)


def _always(answer: str) -> Complete:
    return lambda _: answer


def _each(item: Complete) -> Complete:
    def complete(value: object) -> object:
        if not isinstance(value, list | tuple):
            raise TypeError("not a list")
        return [item(one) for one in value]

    return complete


def _present(make: Complete, *, required: bool) -> Complete:
    def complete(value: object) -> object:
        made = None if value is None else make(value)
        if made is None and (required or value is not None):
            raise TypeError("nothing")
        return made

    return complete


@lru_cache(maxsize=KINDS_REMEMBERED)
def plain_field(parent_type: GraphQLObjectType, name: str) -> PlainField | None:
    """None where more than an attribute is asked for."""
    field = parent_type.fields.get(name)
    attribute = None if field is None else attribute_of(field)
    if field is None or attribute is None:
        return None
    nullable = not isinstance(field.type, GraphQLNonNull)
    kind = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    if not is_leaf_type(kind):
        return None
    return PlainField(read=attrgetter(attribute), coerce=coercing(kind), nullable=nullable)


def attribute_of(field: GraphQLField) -> str | None:
    """None where there is more to it than reading an attribute."""
    own = field.extensions.get("strawberry-definition")
    if not isinstance(own, StrawberryField) or not own.is_basic_field or own.default_resolver is not getattr:
        return None
    return None if field.args or not getattr(field.resolve, "_is_default", False) else own.python_name


@lru_cache(maxsize=KINDS_REMEMBERED)
def coercing(kind: GraphQLLeafType) -> Complete:
    """Of an enumeration None for anything but a member: the general way then says what is wrong."""
    if not isinstance(kind, GraphQLEnumType):
        return kind.coerce_output_value
    cls = getattr(kind, "wrapped_cls", None)
    if not isinstance(cls, type) or not issubclass(cls, Enum):
        return kind.coerce_output_value
    names = {member: kind.coerce_output_value(member) for member in cls}
    return lambda value: names.get(value) if isinstance(value, cls) else None
