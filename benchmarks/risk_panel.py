"""An invented panel of households: seasonal incomes, shocks that fade, members who leave. Nobody in it exists."""

from __future__ import annotations

import numpy as np
import polars as pl

from risk_service.scoring.declaration import FeatureSet
from risk_service.scoring.declaring import parse_features

FIRST_QUARTER = 4 * 2012
QUARTERS = 28


def invented_panel(households: int = 9_000, seed: int = 7) -> pl.DataFrame:
    """A row a household and quarter in which it was asked (about a third), with the outcome four quarters later."""
    rng = np.random.default_rng(seed)
    schooling = np.clip(rng.normal(9, 3.5, households).round(), 0, 17)
    size = 1 + rng.poisson(2.4, households)
    children = rng.binomial(size - 1, 0.45)
    age = np.clip(rng.normal(50, 15, households), 18, 95).round()
    earners = np.maximum(rng.binomial(size - children, 0.6), 0)
    formal = rng.binomial(earners, 1 / (1 + np.exp(-(schooling - 9) / 3)))
    farm = rng.random(households) < 0.35
    housing = np.clip(np.round(2.2 - schooling / 9 + rng.normal(0, 0.7, households)), 1, 4)
    lasting = rng.normal(0, 0.28, households)
    shock = rng.normal(0, 0.3, households)
    logs, states = [], []
    for quarter in range(QUARTERS + 5):
        shock = 0.75 * shock + rng.normal(0, 0.22, households) - 0.8 * (rng.random(households) < 0.02)
        left = (rng.random(households) < 0.008) & (earners > 0)
        earners, formal = earners - left, np.minimum(formal, earners - left)
        season = np.where(farm, 0.18, 0.05) * np.cos(np.pi / 2 * (quarter % 4))
        level = 0.25 + 0.055 * (schooling - 9) + 0.35 * earners / size * 2 - 0.12 * (children / size) * 2
        level = level + 0.14 * formal - 0.07 * (housing - 2) - 0.006 * quarter + 0.25 * (age >= 65)
        logs.append(level + lasting + shock + season)
        states.append((earners.copy(), formal.copy()))
    rows = []
    for quarter in range(4, QUARTERS + 1):
        asked = np.flatnonzero(rng.random(households) < 0.3)
        told, before, after = (
            logs[q][asked] + rng.normal(0, 0.15, len(asked)) for q in (quarter, quarter - 4, quarter + 4)
        )
        known = rng.random(len(asked)) < 0.5
        earning, with_papers = states[quarter][0][asked], states[quarter][1][asked]
        bill = np.where(rng.random(len(asked)) < 0.15, rng.gamma(1.2, 0.3, len(asked)), 0.0)
        rows.append(
            pl.DataFrame(
                {
                    "household": asked,
                    "quarter": FIRST_QUARTER + quarter,
                    "poor": (told < 0).astype(np.int64),
                    "poor_later": (after - 0.5 * bill < 0).astype(np.int64),
                    "log_income": np.where(rng.random(len(asked)) < 0.03, np.nan, told),
                    "log_income_before": np.where(known, before, np.nan),
                    "members": size[asked],
                    "children": children[asked],
                    "head_age": age[asked],
                    "schooling": schooling[asked],
                    "earners": earning,
                    "formal": with_papers,
                    "housing_grade": housing[asked],
                    "bill_over_income": bill,
                    "season": quarter % 4,
                    "farms": farm[asked],
                    "cash_aid": rng.random(len(asked)) < np.where(told < 0.2, 0.4, 0.08),
                    "noise": rng.normal(0, 1, len(asked)),
                }
            )
        )
    return pl.concat(rows)


def invented_features() -> FeatureSet:
    signs = {
        "log_income": ("income", "lowers"),
        "log_income_before": ("history", "lowers"),
        "members": ("register", "free"),
        "children": ("register", "raises"),
        "head_age": ("register", "free"),
        "schooling": ("education", "lowers"),
        "earners": ("employment", "lowers"),
        "formal": ("employment", "lowers"),
        "housing_grade": ("housing", "raises"),
        "bill_over_income": ("health_insurance", "raises"),
        "season": ("calendar", "free"),
        "farms": ("agriculture", "free"),
        "cash_aid": ("civil_affairs", "free"),
        "noise": ("assets", "free"),
    }
    return parse_features(
        {
            "name": "invented panel",
            "table": {
                "label": "poor_later",
                "time": "quarter",
                "time_unit": "quarter",
                "household": "household",
                "at_risk": {"column": "poor", "equals": 0},
            },
            "welfare": {"feature": "log_income", "earlier": "log_income_before"},
            "group": [
                {
                    "name": "head 65+",
                    "column": "head_age",
                    "at_least": 65,
                    "own_intercept": True,
                    "recall_floor": 0.45,
                }
            ],
            "feature": [{"name": name, "source": source, "sign": sign} for name, (source, sign) in signs.items()],
        }
    )
