"""One TOML table being read: each value by its kind, every refusal by its key."""

from __future__ import annotations

import re
import string
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from chassis.errors import InvalidInput
from risk_service.policy.factors import LocalText, Span

AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,2})?")
HOURS = re.compile(r"\d{1,2}(?:\.\d{1,2})?")
Choice = TypeVar("Choice", bound=StrEnum)


class PolicyPackMalformed(InvalidInput):
    code = "POLICY_PACK_MALFORMED"


class Section:
    """One TOML table being read; `close` refuses what nobody asked for."""

    def __init__(self, table: object, name: str) -> None:
        if not isinstance(table, dict):
            raise PolicyPackMalformed(f"{name or 'The file'} must be a table.", field=name)
        self._left: dict[str, object] = dict(table)
        self._name = name

    def path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def refuse(self, key: str, why: str) -> PolicyPackMalformed:
        return PolicyPackMalformed(f"{self.path(key)} {why}.", field=self.path(key))

    def take(self, key: str) -> object:
        if key not in self._left:
            raise self.refuse(key, "is missing")
        return self._left.pop(key)

    def has(self, key: str) -> bool:
        return key in self._left

    def text(self, key: str, *, most: int = 400) -> str:
        value = self.take(key)
        if not isinstance(value, str) or not value.strip() or len(value) > most:
            raise self.refuse(key, f"must be a text of 1 to {most} characters")
        return value.strip()

    def whole(self, key: str, *, least: int, most: int) -> int:
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.refuse(key, f"must be a whole number from {least} to {most}")
        return value

    def share(self, key: str) -> float:
        value = self.take(key)
        if not isinstance(value, float) or not 0.0 < value < 1.0:
            raise self.refuse(key, "must be a number between 0 and 1")
        return value

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise self.refuse(key, "must be true or false")
        return value

    def day(self, key: str) -> date:
        return self._day(self.take(key), key)

    def day_or_none(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def days(self, key: str) -> frozenset[date]:
        return frozenset(self._day(value, key) for value in self._list(key))

    def amount(self, key: str) -> Decimal:
        """Amounts are texts ("2000.00"): a TOML float would round them."""
        value = self.take(key)
        if not isinstance(value, str) or not AMOUNT.fullmatch(value):
            raise self.refuse(key, 'must be an amount in quotes, such as "2000.00"')
        try:
            return Decimal(value)
        except InvalidOperation:
            raise self.refuse(key, "is not an amount") from None

    def hours(self, key: str) -> Decimal:
        """In quotes, as amounts are."""
        value = self.take(key)
        if not isinstance(value, str) or not HOURS.fullmatch(value):
            raise self.refuse(key, 'must be hours in quotes, such as "2.5"')
        return Decimal(value)

    def span(self) -> Span:
        """The days a rule is for: `from` and `until`, both optional."""
        span = Span(effective_from=self.day_or_none("from"), effective_until=self.day_or_none("until"))
        if span.effective_from and span.effective_until and span.effective_until <= span.effective_from:
            raise self.refuse("until", "must be later than from")
        return span

    def words(self, key: str, *, allowed: frozenset[str]) -> frozenset[str]:
        values = self._list(key)
        if not values or not all(isinstance(value, str) and value in allowed for value in values):
            raise self.refuse(key, f"must hold only {', '.join(sorted(allowed))}")
        return frozenset(str(value) for value in values)

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        value = self.take(key)
        try:
            return kind(str(value))
        except ValueError:
            raise self.refuse(key, f"must be one of {', '.join(kind)}") from None

    def choices(self, key: str, kind: type[Choice]) -> tuple[Choice, ...]:
        try:
            return tuple(kind(str(value)) for value in self._list(key))
        except ValueError:
            raise self.refuse(key, f"must hold only {', '.join(kind)}") from None

    def section(self, key: str) -> Section:
        return Section(self.take(key), self.path(key))

    def one_or_several(self, key: str) -> list[Section]:
        """A table, or a list of dated ones."""
        if isinstance(self._left.get(key), list):
            found = self.sections(key)
            if not found:
                raise self.refuse(key, "holds no rule")
            return found
        return [self.section(key)]

    def sections(self, key: str) -> list[Section]:
        return [Section(table, f"{self.path(key)}[{place}]") for place, table in enumerate(self._list(key))]

    def local_texts(self, key: str, *, placeholders: Collection[str]) -> tuple[LocalText, ...]:
        table = self.section(key)
        texts = tuple(LocalText(locale=locale, text=table.text(locale)) for locale in sorted(table._left))  # noqa: SLF001 - one of its own kind
        if not any(text.locale == "en" for text in texts):
            raise self.refuse(key, 'needs at least the locale "en"')
        for text in texts:
            try:
                named = {name for _, name, _, _ in string.Formatter().parse(text.text) if name is not None}
            except ValueError:
                raise self.refuse(key, "has unpaired braces") from None
            if named - set(placeholders):
                known = " and ".join(f"{{{one}}}" for one in sorted(placeholders)) or "no braces"
                raise self.refuse(key, f"may only use {known}")
        return texts

    def close(self) -> None:
        if self._left:
            raise self.refuse(min(self._left), "is not a key of a policy pack")

    def _list(self, key: str) -> list[object]:
        value = self.take(key)
        if not isinstance(value, list):
            raise self.refuse(key, "must be a list")
        return list(value)

    def _day(self, value: object, key: str) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(key, "must be a date, such as 2020-09-18")
        return value
