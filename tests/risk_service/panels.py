"""Small invented panels for the likelihood: deterministic, of nobody."""

from __future__ import annotations

import numpy as np
import polars as pl

from risk_service.scoring.declaration import FeatureSet
from risk_service.scoring.declaring import parse_features
from risk_service.training.panel import Panel, panel_of

Content = dict[str, object]


def features_content(**changes: object) -> Content:
    """A features.toml as read; `changes` replace or add tables."""
    content: Content = {
        "name": "invented",
        "table": {
            "label": "later_poor",
            "time": "year",
            "household": "household",
            "group": ["town"],
            "horizon_months": 12,
            "at_risk": {"column": "poor", "equals": 0},
        },
        "welfare": {"feature": "log_income"},
        "feature": [
            {"name": "log_income", "source": "income", "sign": "lowers", "helpable": True, "unit": "ln(income/line)"},
            {"name": "children", "source": "register", "sign": "raises"},
            {"name": "head_age", "source": "register", "sign": "free"},
            {"name": "earners", "source": "employment", "sign": "lowers", "helpable": True},
            {"name": "aid", "source": "civil_affairs", "sign": "raises"},
        ],
        "support": [{"feature": "aid", "none": 0}],
        "group": [{"name": "head 65+", "column": "head_age", "at_least": 65, "own_intercept": True}],
    }
    return {**content, **changes}


def declared(**changes: object) -> FeatureSet:
    return parse_features(features_content(**changes))


def frame(rows: int = 3_000, seed: int = 3, *, gaps: float = 0.05, years: int = 4) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    income = rng.normal(0.6, 0.7, rows)
    children = rng.integers(0, 5, rows)
    age = rng.integers(18, 90, rows)
    earners = rng.integers(0, 4, rows)
    aid = rng.random(rows) < 0.2
    logit = -1.2 - 1.6 * income + 0.3 * children - 0.35 * earners + 0.3 * aid - 0.4 * (age >= 65)
    label = rng.random(rows) < 1 / (1 + np.exp(-logit))
    holes = np.where(rng.random(rows) < gaps, np.nan, 1.0)
    return pl.DataFrame(
        {
            "household": rng.integers(0, rows // 2, rows),
            "year": 2015 + rng.integers(0, years, rows),
            "town": rng.choice(["A", "B", "C"], rows),
            "poor": (income < 0).astype(np.int64),
            "log_income": income,
            "children": children * holes,
            "head_age": age,
            "earners": earners,
            "aid": aid,
            "later_poor": label.astype(np.int64),
        }
    )


def panel(rows: int = 3_000, seed: int = 3, **changes: object) -> Panel:
    return panel_of(frame(rows, seed), declared(**changes))
