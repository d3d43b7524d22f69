"""Insurance products that come with the product, from TOML. Amounts and rates are texts, so that nothing is rounded."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files

from chassis.errors import InvalidInput
from households_service.insurance.domain import Cause, InsuranceProduct, Tier

KEYS = {
    "number", "name", "area", "effective_from", "effective_until", "causes", "trigger", "cap", "tiers",
    "year_from",
}  # fmt: skip


class InsuranceProductMalformed(InvalidInput):
    code = "INSURANCE_PRODUCT_MALFORMED"


@cache
def shipped_products() -> Sequence[InsuranceProduct]:
    folder = files("households_service.insurance") / "products"
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda one: one.name)
    return tuple(read_product(entry.read_text(encoding="utf-8")) for entry in found)


def read_product(source: str) -> InsuranceProduct:
    """Raises InsuranceProductMalformed, naming the key, or TiersOutOfOrder."""
    try:
        table: Mapping[str, object] = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise InsuranceProductMalformed(f"Not TOML: {error}.") from None
    if unknown := sorted(set(table) - KEYS):
        raise InsuranceProductMalformed(f"{unknown[0]} is not a key of a product.", field=unknown[0])
    return InsuranceProduct(
        number=_text(table, "number"),
        name=_text(table, "name"),
        area_path=_text(table, "area"),
        effective_from=_day(table, "effective_from"),
        effective_until=_day(table, "effective_until") if "effective_until" in table else None,
        causes=_causes(table),
        trigger=_amount(table, "trigger"),
        cap=_amount(table, "cap") if "cap" in table else None,
        tiers=_tiers(table),
        year_from=_year_from(table),
    )


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str):
        raise InsuranceProductMalformed(f"{key} must be a text.", field=key)
    return value


def _day(table: Mapping[str, object], key: str) -> date:
    value = table.get(key)
    if type(value) is not date:
        raise InsuranceProductMalformed(f"{key} must be a date, such as 2020-01-01.", field=key)
    return value


def _amount(table: Mapping[str, object], key: str) -> Decimal:
    try:
        value = Decimal(_text(table, key))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise InsuranceProductMalformed(f'{key} must be a number in quotes, such as "0.50".', field=key)
    return value


def _causes(table: Mapping[str, object]) -> tuple[Cause, ...]:
    value = table.get("causes")
    try:
        return tuple(Cause(str(cause)) for cause in value) if isinstance(value, list) and value else _no_causes()
    except ValueError:
        return _no_causes()


def _no_causes() -> tuple[Cause, ...]:
    raise InsuranceProductMalformed(f"causes must hold some of {', '.join(Cause)}.", field="causes")


def _tiers(table: Mapping[str, object]) -> tuple[Tier, ...]:
    value = table.get("tiers")
    if not isinstance(value, list) or not all(
        isinstance(tier, dict) and set(tier) <= {"width", "rate"} for tier in value
    ):
        raise InsuranceProductMalformed("tiers must be tables of width and rate.", field="tiers")
    return tuple(
        Tier(width=_amount(tier, "width") if "width" in tier else None, rate=_amount(tier, "rate")) for tier in value
    )


def _year_from(table: Mapping[str, object]) -> tuple[int, int]:
    day = _day({"year_from": table.get("year_from")}, "year_from") if "year_from" in table else date(2020, 1, 1)
    if day.day > 28:
        raise InsuranceProductMalformed("A policy year begins on a day that every year has.", field="year_from")
    return day.month, day.day
