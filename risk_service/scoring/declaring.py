"""Reads `features.toml`. Each fault names the table and the key it lies in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from risk_service.scoring.declaration import (
    Condition,
    DeclaredFeature,
    DeclaredGroup,
    DeclaredHorizon,
    DeclaredSupport,
    DeclaredWelfare,
    FeatureSet,
    FeatureSetInvalid,
    TimeUnit,
    VisitPolicy,
)
from risk_service.scoring.features import Effect

SCHEMA = 1
_EFFECTS = {"raises": Effect.RAISES, "lowers": Effect.LOWERS, "free": Effect.FREE}


class _Table:
    """A TOML table of which every key must be taken, and each of the right kind."""

    def __init__(self, place: str, content: object) -> None:
        if not isinstance(content, dict):
            raise FeatureSetInvalid(f"{place} must be a table.", field=place)
        self.place = place
        self.content: dict[str, object] = dict(content)
        self.known: set[str] = set()

    def take(self, key: str) -> object:
        self.known.add(key)
        return self.content.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.take(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, "must be a text" if value is not None else "is missing")
        return value

    def optional_text(self, key: str) -> str | None:
        return None if key not in self.content else self.text(key)

    def number(self, key: str, default: float | None = None) -> float:
        value = self.take(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - not a number
            raise self.fault(key, "must be a number")
        return float(value)

    def optional_number(self, key: str) -> float | None:
        return None if self.take(key) is None else self.number(key)

    def whole(self, key: str, default: int | None = None) -> int:
        value = self.number(key, None if default is None else float(default))
        if value != int(value):
            raise self.fault(key, "must be a whole number")
        return int(value)

    def truth(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool | None):
            raise self.fault(key, "must be true or false")
        return bool(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.take(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.fault(key, "must be a list of texts")
        return tuple(str(one) for one in value)

    def tables(self, key: str) -> Sequence[_Table]:
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.fault(key, f"must be written as [[{key}]]")
        return [_Table(f"[[{key}]] {number}", one) for number, one in enumerate(value, start=1)]

    def done(self) -> None:
        for key in self.content:
            if key not in self.known:
                near = get_close_matches(key, sorted(self.known), n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise self.fault(key, f"is not known{hint}")

    def fault(self, key: str, what: str) -> FeatureSetInvalid:
        return FeatureSetInvalid(f"{self.place}: {key} {what}.", field=key)


def load_features(path: Path) -> FeatureSet:
    """Raises FeatureSetInvalid, FeatureBanned, SourceNotAllowed or GroupColumnAsInput."""
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as failure:
        raise FeatureSetInvalid(f"{path} cannot be read ({failure.strerror}).", field="features") from failure
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise FeatureSetInvalid(f"{path} is no TOML: {failure}.", field="features") from failure
    return parse_features(content)


def parse_features(content: Mapping[str, object]) -> FeatureSet:
    root = _Table("features.toml", dict(content))
    if root.whole("schema", SCHEMA) != SCHEMA:
        raise FeatureSetInvalid(f"schema must be {SCHEMA}.", field="schema")
    table = _Table("[table]", root.take("table"))
    unit = table.text("time_unit", TimeUnit.AUTO.value)
    if unit not in {one.value for one in TimeUnit}:
        raise table.fault("time_unit", f"must be one of {', '.join(one.value for one in TimeUnit)}")
    at_risk = table.take("at_risk")
    condition = None if at_risk is None else _condition(_Table("[table] at_risk", at_risk))
    declared = FeatureSet(
        name=root.text("name", "features"),
        label=table.text("label"),
        time=table.text("time"),
        time_unit=TimeUnit(unit),
        household=table.optional_text("household"),
        group_columns=table.texts("group"),
        horizon_months=table.whole("horizon_months", 12),
        at_risk=condition,
        features=tuple(_feature(one) for one in root.tables("feature")),
        welfare=_welfare(root.take("welfare")),
        horizons=tuple(_horizon(one) for one in root.tables("horizon")),
        support=tuple(_support(one) for one in root.tables("support")),
        groups=tuple(_group(one) for one in root.tables("group")),
        visits=_visits(root.take("visits")),
    )
    table.done()
    root.done()
    return declared


def _feature(table: _Table) -> DeclaredFeature:
    name = table.text("name")
    table.place = f"[[feature]] {name}"
    sign = table.text("sign", "free")
    if sign not in _EFFECTS:
        raise table.fault("sign", f"must be one of {', '.join(_EFFECTS)}")
    label = table.text("en", name)
    known = table.text("known_at", "row")
    if known != "row" and not known.startswith("column:"):
        raise table.fault("known_at", 'must be "row" or "column:NAME"')
    feature = DeclaredFeature(
        name=name,
        column=table.text("column", name),
        source=table.text("source"),
        unit=table.text("unit", "number"),
        effect=_EFFECTS[sign],
        label=label,
        label_zh=table.text("zh", label),
        helpable=table.truth("helpable"),
        known_column=None if known == "row" else known.removeprefix("column:"),
        part_of_welfare=table.truth("part_of_welfare"),
        levels=table.texts("levels"),
    )
    table.done()
    return feature


def _condition(table: _Table) -> Condition:
    equals = table.take("equals")
    if isinstance(equals, bool):
        equals = float(equals)
    elif equals is not None and not isinstance(equals, str):
        equals = table.number("equals")
    found = Condition(
        column=table.text("column"),
        equals=equals,
        at_least=table.optional_number("at_least"),
        below=table.optional_number("below"),
    )
    table.done()
    return found


def _welfare(content: object) -> DeclaredWelfare | None:
    if content is None:
        return None
    table = _Table("[welfare]", content)
    found = DeclaredWelfare(feature=table.text("feature"), earlier=table.optional_text("earlier"))
    table.done()
    return found


def _horizon(table: _Table) -> DeclaredHorizon:
    found = DeclaredHorizon(months=table.whole("months"), label=table.text("label"))
    table.done()
    return found


def _support(table: _Table) -> DeclaredSupport:
    found = DeclaredSupport(
        feature=table.text("feature"), none=table.number("none", 0.0), share_of_welfare=table.truth("share_of_welfare")
    )
    table.done()
    return found


def _group(table: _Table) -> DeclaredGroup:
    name = table.text("name")
    table.place = f"[[group]] {name}"
    label_zh, own = table.text("zh", name), table.truth("own_intercept")
    floor = table.optional_number("recall_floor")
    rest = {key: value for key, value in table.content.items() if key not in table.known}
    condition = _condition(_Table(table.place, rest))
    return DeclaredGroup(name=name, label_zh=label_zh, condition=condition, own_intercept=own, recall_floor=floor)


def _visits(content: object) -> VisitPolicy:
    if content is None:
        return VisitPolicy()
    table = _Table("[visits]", content)
    found = VisitPolicy(share=table.number("share", 0.2), total_may_fall=table.number("total_may_fall", 0.01))
    table.done()
    return found
