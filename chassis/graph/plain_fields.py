"""Fields that only read an attribute cost less than the general way: an answer is made of hundreds of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from operator import attrgetter

from graphql import GraphQLEnumType, GraphQLNonNull, GraphQLObjectType, is_leaf_type
from graphql.execution.collect_fields import DeferUsage, FieldDetails
from graphql.execution.incremental.incremental_executor import DeliveryGroup
from graphql.pyutils import AwaitableOrValue, Path, RefMap, UndefinedType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

KINDS_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainField:
    """A scalar or an enumeration read from an attribute, without arguments, resolver or extensions."""

    read: Callable[[object], object]
    coerce: Callable[[object], object]
    nullable: bool


class PlainFieldExecutor(StrawberryGraphQLCoreExecutionContext):
    """Reads plain fields at once. Whatever is out of the ordinary goes the general way, which reports it."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: object,
        field_details_list: list[FieldDetails],
        path: Path,
        position_context: RefMap[DeferUsage, DeliveryGroup] | None,
    ) -> AwaitableOrValue[object] | UndefinedType:
        plain = plain_field(parent_type, field_details_list[0].node.name.value)
        if plain is not None and (self.middleware_manager is None or not self.middleware_manager.middlewares):
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


@lru_cache(maxsize=KINDS_REMEMBERED)
def plain_field(parent_type: GraphQLObjectType, name: str) -> PlainField | None:
    """None where more than an attribute is asked for."""
    field = parent_type.fields.get(name)
    if field is None:
        return None
    own = field.extensions.get("strawberry-definition")
    if not isinstance(own, StrawberryField) or not own.is_basic_field or own.default_resolver is not getattr:
        return None
    if field.args or not getattr(field.resolve, "_is_default", False):
        return None
    nullable = not isinstance(field.type, GraphQLNonNull)
    kind = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    if not is_leaf_type(kind):
        return None
    coerce = _name_of(kind) if isinstance(kind, GraphQLEnumType) else kind.coerce_output_value
    return PlainField(read=attrgetter(own.python_name), coerce=coerce, nullable=nullable)


def _name_of(kind: GraphQLEnumType) -> Callable[[object], object]:
    """None for anything but a member: the general way then says what is wrong."""
    cls = getattr(kind, "wrapped_cls", None)
    if not isinstance(cls, type) or not issubclass(cls, Enum):
        return kind.coerce_output_value
    names = {member: kind.coerce_output_value(member) for member in cls}
    return lambda value: names.get(value) if isinstance(value, cls) else None
