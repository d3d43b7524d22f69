"""The points table: the whole model as data, in JSON. Pure.

A feature's value falls into a bin, the bin has points, the points of all features and a base add up to the logit of
the likelihood. Points are whole numbers of 1/10,000 logit, so that a sum of them is exact whatever its order. What is
missing has a bin of its own. The version is the hash of the content: a table and its version cannot part.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from chassis.errors import InvalidInput
from risk_service.scoring.declaration import DeclaredFeature, FeatureSet
from risk_service.scoring.features import Effect, Floats

FORMAT = "holdfast-points-1"
UNIT = 1e-4
"""Logit of one point."""
MOST_POINTS = 400_000


class PointsTableDamaged(InvalidInput):
    code = "POINTS_TABLE_DAMAGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePoints:
    """`upper[i]` is the greatest value of bin i (inclusive); `points` has one more than `upper`, as all above the
    last falls into the last bin. Points are against the average household the table was made on.
    `late` is the share of its gaps that come from late records rather than from what the gap itself says.
    """

    name: str
    column: str
    source: str
    unit: str
    effect: Effect
    label: str
    label_zh: str
    helpable: bool
    upper: tuple[float, ...]
    points: tuple[int, ...]
    missing: int
    late: float
    typical: float | None
    support_none: float | None = None

    def __post_init__(self) -> None:
        if len(self.points) != len(self.upper) + 1:
            raise PointsTableDamaged(f"{self.name}: {len(self.upper)} edges need one more points.", field=self.name)
        if not all(low < high for low, high in pairwise(self.upper)) or not np.isfinite(self.upper).all():
            raise PointsTableDamaged(f"{self.name}: edges must be finite and rise.", field=self.name)
        if max(map(abs, (*self.points, self.missing))) > MOST_POINTS:
            raise PointsTableDamaged(f"{self.name}: points beyond ±{MOST_POINTS}.", field=self.name)
        steps = [int(self.effect) * (high - low) for low, high in pairwise(self.points)]
        if any(step < 0 for step in steps):
            raise PointsTableDamaged(f"{self.name}: points go against the declared sign.", field=self.name)

    @staticmethod
    def of(
        feature: DeclaredFeature,
        *,
        upper: tuple[float, ...],
        points: tuple[int, ...],
        missing: int,
        late: float,
        typical: float | None,
        support_none: float | None,
    ) -> FeaturePoints:
        """Points for a feature as it was declared."""
        return FeaturePoints(
            name=feature.name,
            column=feature.column,
            source=feature.source,
            unit=feature.unit,
            effect=feature.effect,
            label=feature.label,
            label_zh=feature.label_zh,
            helpable=feature.helpable,
            upper=upper,
            points=points,
            missing=missing,
            late=late,
            typical=typical,
            support_none=support_none,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonShare:
    """Cumulative hazard by `months` over that of the table's horizon, 0 < share <= 1 and rising with the months."""

    months: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Points added to the base so that the average is the rate of a low, central or high year."""

    low: int
    central: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRule:
    """A group moves up the visit list by `lead` points: the floor of a declared policy, not a likelihood."""

    group: str
    lead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTable:
    """`kinship` (features, features) in logit²: how points vary together among households, from which stands in for
    what is missing. `welfare` and `welfare_share` say which feature is log income over the line and which one the
    share of it that is support. `stage`: prior, ridge or additive.
    """

    stage: str
    declared: str
    horizon_months: int
    base: int
    features: tuple[FeaturePoints, ...]
    kinship: tuple[tuple[float, ...], ...]
    horizons: tuple[HorizonShare, ...]
    scenario: Scenario
    visits: tuple[VisitRule, ...]
    welfare: str | None
    welfare_share: str | None
    labels: int
    data_from: str
    data_to: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features)

    @property
    def version(self) -> str:
        return f"{self.stage}-{hashlib.sha256(self._content().encode()).hexdigest()[:12]}"

    def _content(self) -> str:
        return json.dumps(_plain(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def to_json(self) -> str:
        """The same bytes for the same table, one line a feature."""
        plain = _plain(self)
        features = cast("list[object]", plain.pop("features"))
        head = json.dumps({"format": FORMAT, "version": self.version, **plain}, sort_keys=True, ensure_ascii=False)
        lines = [json.dumps(one, sort_keys=True, ensure_ascii=False) for one in features]
        return head[:-1] + ', "features": [\n' + ",\n".join(lines) + "\n]}\n"


@dataclass(frozen=True)
class Lookup:
    """A points table as arrays; made once, used for every household.

    Each feature's points end with those of its missing bin.
    """

    table: PointsTable

    @cached_property
    def upper(self) -> tuple[Floats, ...]:
        return tuple(np.array(feature.upper, dtype=np.float64) for feature in self.table.features)

    @cached_property
    def points(self) -> tuple[NDArray[np.int32], ...]:
        return tuple(np.array([*feature.points, feature.missing], dtype=np.int32) for feature in self.table.features)

    @cached_property
    def late(self) -> Floats:
        return np.array([feature.late for feature in self.table.features], dtype=np.float64)

    @cached_property
    def kinship(self) -> Floats:
        size = len(self.table.features)
        return np.array(self.table.kinship, dtype=np.float64).reshape(size, size)


def _plain(table: PointsTable) -> dict[str, object]:
    return {
        "stage": table.stage,
        "declared": table.declared,
        "horizon_months": table.horizon_months,
        "base": table.base,
        "features": [
            {
                "name": one.name,
                "column": one.column,
                "source": one.source,
                "unit": one.unit,
                "sign": int(one.effect),
                "en": one.label,
                "zh": one.label_zh,
                "helpable": one.helpable,
                "upper": list(one.upper),
                "points": list(one.points),
                "missing": one.missing,
                "late": one.late,
                "typical": one.typical,
                "support_none": one.support_none,
            }
            for one in table.features
        ],
        "kinship": [list(row) for row in table.kinship],
        "horizons": [[one.months, one.share] for one in table.horizons],
        "scenario": [table.scenario.low, table.scenario.central, table.scenario.high],
        "visits": [[one.group, one.lead] for one in table.visits],
        "welfare": table.welfare,
        "welfare_share": table.welfare_share,
        "labels": table.labels,
        "data_from": table.data_from,
        "data_to": table.data_to,
    }


def read_points(text: str) -> PointsTable:
    """Raises PointsTableDamaged unless the text is a table whose content has the hash it carries."""
    try:
        plain = json.loads(text)
        if plain["format"] != FORMAT:
            raise PointsTableDamaged(f"This is no {FORMAT}.", field="model")
        table = _table_of(plain)
        told = plain["version"]
    except (ValueError, KeyError, TypeError, IndexError) as failure:
        raise PointsTableDamaged(f"The points table cannot be read: {failure}.", field="model") from failure
    size = len(table.features)
    if len(table.kinship) != size or any(len(row) != size for row in table.kinship):
        raise PointsTableDamaged("kinship must have a row and a column for each feature.", field="kinship")
    shares = [one.share for one in table.horizons]
    if any(not 0 < one <= 1 for one in shares) or any(low > high for low, high in pairwise(shares)):
        raise PointsTableDamaged("The shares of the horizons must rise and end at 1.", field="horizons")
    if table.version != told:
        raise PointsTableDamaged("The points table was changed after it was made: its hash differs.", field="version")
    return table


def _table_of(plain: dict[str, list[list[float]]]) -> PointsTable:
    loose = cast("dict[str, object]", plain)
    features = cast("list[dict[str, object]]", loose["features"])
    scenario = [int(value) for value in cast("list[int]", loose["scenario"])]
    return PointsTable(
        stage=str(loose["stage"]),
        declared=str(loose["declared"]),
        horizon_months=int(cast("int", loose["horizon_months"])),
        base=int(cast("int", loose["base"])),
        features=tuple(_feature_of(one) for one in features),
        kinship=tuple(tuple(float(value) for value in row) for row in plain["kinship"]),
        horizons=tuple(HorizonShare(months=int(months), share=float(share)) for months, share in plain["horizons"]),
        scenario=Scenario(low=scenario[0], central=scenario[1], high=scenario[2]),
        visits=tuple(VisitRule(group=str(group), lead=int(lead)) for group, lead in plain["visits"]),
        welfare=cast("str | None", loose["welfare"]),
        welfare_share=cast("str | None", loose["welfare_share"]),
        labels=int(cast("int", loose["labels"])),
        data_from=str(loose["data_from"]),
        data_to=str(loose["data_to"]),
    )


def _feature_of(one: dict[str, object]) -> FeaturePoints:
    typical, none = one["typical"], one["support_none"]
    return FeaturePoints(
        name=str(one["name"]),
        column=str(one["column"]),
        source=str(one["source"]),
        unit=str(one["unit"]),
        effect=Effect(cast("int", one["sign"])),
        label=str(one["en"]),
        label_zh=str(one["zh"]),
        helpable=bool(one["helpable"]),
        upper=tuple(float(value) for value in cast("list[float]", one["upper"])),
        points=tuple(int(value) for value in cast("list[int]", one["points"])),
        missing=int(cast("int", one["missing"])),
        late=float(cast("float", one["late"])),
        typical=None if typical is None else float(cast("float", typical)),
        support_none=None if none is None else float(cast("float", none)),
    )


def fits(table: PointsTable, declared: FeatureSet) -> bool:
    """Whether the declaration has every input that the table asks for, from the same column."""
    columns = {feature.name: feature.column for feature in declared.features}
    return all(columns.get(feature.name) == feature.column for feature in table.features)
