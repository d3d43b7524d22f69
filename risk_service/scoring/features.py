"""What the likelihood may look at: a closed list of household features, one function for fitting and scoring.

None is a part of income (income must not explain itself), none says who or where a household is, how it votes,
prays, travels or answers, or whether it refused or left something. A test compares the list with this file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chassis.errors import InvalidInput

Floats: TypeAlias = NDArray[np.float64]

CHILD_BELOW = 16
ELDER_FROM = 65


class Effect(IntEnum):
    """What more of a feature may do to the likelihood. FREE ones also explain how far incomes scatter."""

    LOWERS = -1
    FREE = 0
    RAISES = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    name: str
    effect: Effect
    label: str
    label_zh: str


FEATURES: tuple[Feature, ...] = (
    Feature(name="ln_members", effect=Effect.FREE, label="Household size (logarithm)", label_zh="家庭人口(对数)"),
    Feature(
        name="students_share", effect=Effect.FREE, label="Share in school from 16 on", label_zh="16岁以上在校生比例"
    ),
    Feature(name="children_share", effect=Effect.RAISES, label="Share of children", label_zh="儿童比例"),
    Feature(name="elders_share", effect=Effect.RAISES, label="Share aged 65 and over", label_zh="65岁以上比例"),
    Feature(name="disabled_share", effect=Effect.RAISES, label="Share with a disability", label_zh="残疾成员比例"),
    Feature(name="care_share", effect=Effect.RAISES, label="Share with a care duty", label_zh="承担照护成员比例"),
    Feature(name="able_share", effect=Effect.LOWERS, label="Share able to work", label_zh="有劳动能力比例"),
    Feature(
        name="partly_able_share", effect=Effect.LOWERS, label="Share partly able to work", label_zh="部分劳动能力比例"
    ),
    Feature(name="unsafe_housing", effect=Effect.RAISES, label="Unsafe housing", label_zh="住房不安全"),
    Feature(name="unsafe_water", effect=Effect.RAISES, label="Unsafe drinking water", label_zh="饮水不安全"),
    Feature(name="registered_before", effect=Effect.RAISES, label="Registered as poor before", label_zh="曾建档立卡"),
)
NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFacts:
    """What the register says of a household; counts are of the members that count for income per head.

    `welfare_per_head`: received in the last 12 months, net, less unavoidable expenses, in the line's currency;
    None when nothing is recorded.
    """

    members: int
    children: int
    elders: int
    adult_students: int
    disabled: int
    carers: int
    fully_able: int
    partly_able: int
    safe_housing: bool
    safe_water: bool
    registered_before: bool
    welfare_per_head: float | None


def feature_row(facts: HouseholdFacts) -> tuple[float, ...]:
    """The features in the order of FEATURES. Raises InvalidInput for a household without members."""
    if facts.members < 1:
        raise InvalidInput("A household without members has no features.")
    size = float(facts.members)
    return (
        math.log(size),
        facts.adult_students / size,
        facts.children / size,
        facts.elders / size,
        facts.disabled / size,
        facts.carers / size,
        facts.fully_able / size,
        facts.partly_able / size,
        0.0 if facts.safe_housing else 1.0,
        0.0 if facts.safe_water else 1.0,
        1.0 if facts.registered_before else 0.0,
    )


def feature_matrix(households: Sequence[HouseholdFacts]) -> Floats:
    """(households, features)."""
    return np.array([feature_row(facts) for facts in households], dtype=np.float64).reshape(-1, len(FEATURES))


def welfare_vector(households: Sequence[HouseholdFacts]) -> Floats:
    """(households,); NaN stands for "not recorded" and nowhere else."""
    values = [math.nan if facts.welfare_per_head is None else facts.welfare_per_head for facts in households]
    for facts, value in zip(households, values, strict=True):
        if facts.welfare_per_head is not None and not math.isfinite(value):
            raise InvalidInput("An income must be a finite number.")
    return np.array(values, dtype=np.float64)
