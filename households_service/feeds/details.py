"""The fields that only one department's records have, as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

FieldValue = Decimal | date | bool | int | str
JsonScalar = str | int | bool

Value = TypeVar("Value", Decimal, date, bool, int, str)


@dataclass(frozen=True, slots=True)
class Details:
    """Names and values in the order of the declaration; a field that was not given is not there."""

    values: tuple[tuple[str, FieldValue], ...] = ()

    def get(self, name: str) -> FieldValue | None:
        return next((value for own, value in self.values if own == name), None)

    def amount(self, name: str) -> Decimal | None:
        return self._of(name, Decimal)

    def day(self, name: str) -> date | None:
        """A month is its first day."""
        return self._of(name, date)

    def flag(self, name: str) -> bool | None:
        return self._of(name, bool)

    def whole(self, name: str) -> int | None:
        return self._of(name, int)

    def text(self, name: str) -> str | None:
        return self._of(name, str)

    def put(self, name: str, value: FieldValue) -> Details:
        return Details(tuple((own, value if own == name else old) for own, old in self.values))

    def shown(self, name: str) -> str:
        """One spelling for equal values; empty for none. Part of what makes a repeated record the same."""
        value = self.get(name)
        match value:
            case None:
                return ""
            case Decimal():
                return f"{value:.2f}"
            case bool():
                return "true" if value else "false"
            case date():
                return value.isoformat()
        return str(value)

    def as_json(self) -> dict[str, JsonScalar]:
        """Money and days as texts, so that nothing is rounded."""
        return {name: value if isinstance(value, bool | int) else self.shown(name) for name, value in self.values}

    def _of(self, name: str, kind: type[Value]) -> Value | None:
        value = self.get(name)
        return value if isinstance(value, kind) else None


def details_of(values: Mapping[str, FieldValue | None]) -> Details:
    """Of what was read, in its order; what is None was not given."""
    return Details(tuple((name, value) for name, value in values.items() if value is not None))
