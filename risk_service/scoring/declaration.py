"""A feature set as data: what a table's columns mean to the likelihood. Pure.

One declaration serves fitting and serving, whatever the table. What it may never hold is in `bans`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chassis.errors import InvalidInput
from risk_service.scoring.bans import refuse_banned, refuse_source
from risk_service.scoring.features import Effect

MOST_FEATURES = 500


class FeatureSetInvalid(InvalidInput):
    code = "FEATURE_SET_INVALID"


class GroupColumnAsInput(InvalidInput):
    code = "GROUP_COLUMN_AS_INPUT"


class TimeUnit(StrEnum):
    """What one step of a numeric time column is. AUTO reads it from the values."""

    AUTO = "auto"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredFeature:
    """`known_column` holds when the value became known: it counts only if that is not after the row's time; None says
    known at the row's own time. `part_of_welfare`: income's own components, which must not explain it.
    `levels` gives the words of a text column their order, 0 first.
    """

    name: str
    column: str
    source: str
    unit: str
    effect: Effect
    label: str
    label_zh: str
    helpable: bool = False
    known_column: str | None = None
    part_of_welfare: bool = False
    levels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse_banned(self.name, names=(self.name, self.column), labels=(self.label, self.label_zh))
        refuse_source(self.name, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """On one column; exactly one of the three is set. `equals` may be text for a column of text."""

    column: str
    equals: float | str | None = None
    at_least: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.equals, self.at_least, self.below)) != 1:
            raise FeatureSetInvalid(
                f"A condition on {self.column!r} needs exactly one of equals, at_least, below.", field=self.column
            )

    def told(self) -> str:
        if self.at_least is not None:
            return f"{self.column} ≥ {self.at_least:g}"
        return f"{self.column} < {self.below:g}" if self.below is not None else f"{self.column} = {self.equals}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredGroup:
    """Households reported apart. With `own_intercept` their level is learnt apart, with `recall_floor` the visit list
    finds at least that share of their events, as far as `total_may_fall` allows: both are a policy's choice.
    """

    name: str
    label_zh: str
    condition: Condition
    own_intercept: bool = False
    recall_floor: float | None = None

    def __post_init__(self) -> None:
        if self.recall_floor is not None and not 0.0 < self.recall_floor < 1.0:
            raise FeatureSetInvalid(f"Group {self.name!r}: recall_floor lies between 0 and 1.", field="recall_floor")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredHorizon:
    """A further label: whether the event was seen `months` after the row's time."""

    months: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSupport:
    """A feature that shows present support, and its value without it. With `share_of_welfare` the feature is the
    share of the household's income that is support, and income without it is that much less.
    """

    feature: str
    none: float = 0.0
    share_of_welfare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredWelfare:
    """`feature`: natural logarithm of income over the line, so that 0 is the line; `earlier`: the same a time before,
    where it is known.
    """

    feature: str
    earlier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPolicy:
    share: float = 0.2
    total_may_fall: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSet:
    """`group_columns` are only reported by, `household` names the unit whose rows stay together; neither is ever an
    input. `at_risk`: rows it does not hold for are no business of the model (they are poor already).
    """

    name: str
    label: str
    time: str
    time_unit: TimeUnit
    household: str | None
    group_columns: tuple[str, ...]
    horizon_months: int
    at_risk: Condition | None
    features: tuple[DeclaredFeature, ...]
    welfare: DeclaredWelfare | None = None
    horizons: tuple[DeclaredHorizon, ...] = ()
    support: tuple[DeclaredSupport, ...] = ()
    groups: tuple[DeclaredGroup, ...] = ()
    visits: VisitPolicy = VisitPolicy()

    def __post_init__(self) -> None:
        names = [feature.name for feature in self.features]
        if not names:
            raise FeatureSetInvalid("A feature set needs at least one [[feature]].", field="feature")
        if len(names) > MOST_FEATURES:
            raise FeatureSetInvalid(f"A feature set has at most {MOST_FEATURES} features.", field="feature")
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise FeatureSetInvalid(f"Feature {twice!r} is declared twice.", field=twice)
        if self.horizon_months < 1:
            raise FeatureSetInvalid("horizon_months must be at least 1.", field="horizon_months")
        apart = {self.label, self.time, self.household, *self.group_columns, *(one.label for one in self.horizons)}
        if self.at_risk is not None:
            apart.add(self.at_risk.column)
        for feature in self.features:
            if apart & {feature.column, feature.name}:
                raise GroupColumnAsInput(
                    f"Feature {feature.name!r} is the label, time, household or group column, or who is at risk: such"
                    " a column is never an input.",
                    field=feature.name,
                )
        self._check_references(set(names))

    def _check_references(self, names: set[str]) -> None:
        columns = {feature.column for feature in self.features}
        wanted = [one.feature for one in self.support]
        if self.welfare is not None:
            wanted += [self.welfare.feature, *([] if self.welfare.earlier is None else [self.welfare.earlier])]
        for name in wanted:
            if name not in names:
                raise FeatureSetInvalid(f"{name!r} is named but not declared as a [[feature]].", field=name)
        if self.welfare is None and any(one.share_of_welfare for one in self.support):
            raise FeatureSetInvalid("share_of_welfare needs a [welfare] table.", field="support")
        for horizon in self.horizons:
            if not 0 < horizon.months < self.horizon_months:
                raise FeatureSetInvalid(
                    f"A [[horizon]] of {horizon.months} months is not inside horizon_months.", field="horizon"
                )
        for group in self.groups:
            if group.own_intercept and group.condition.column not in columns:
                raise GroupColumnAsInput(
                    f"Group {group.name!r}: own_intercept would make {group.condition.column!r} an input, which it is"
                    " not declared to be.",
                    field=group.name,
                )
            if group.own_intercept and isinstance(group.condition.equals, str):
                raise FeatureSetInvalid(
                    f"Group {group.name!r}: own_intercept needs numbers, not words.", field=group.name
                )
        if not (0 < self.visits.share < 1 and 0 <= self.visits.total_may_fall < 1):
            raise FeatureSetInvalid("[visits] needs 0 < share < 1 and 0 <= total_may_fall < 1.", field="visits")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features)

    def place_of(self, name: str) -> int:
        return self.names.index(name)
