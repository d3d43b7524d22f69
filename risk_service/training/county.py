"""The county's own label-free prior: made of the incomes in its ledger, as `prior`, for the declared features."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from risk_service.likelihood.declared import declared
from risk_service.likelihood.starting import starting_table, with_assumptions
from risk_service.scoring.features import Floats
from risk_service.scoring.points import FeaturePoints, PointsTable
from risk_service.training.asof import make_table
from risk_service.training.panel import Panel
from risk_service.training.prior import LEAST_HOUSEHOLDS, TooFewHouseholds
from risk_service.training.stages import Stage

SEED = 1


def county_prior(values: Floats, *, month: str) -> PointsTable:
    """`values` of every household in the order of the declaration, `month` of the facts. Raises TooFewHouseholds."""
    own = declared()
    rows = len(values)
    recorded = ~np.isnan(values[:, own.place_of("log_income")])
    if recorded.sum() < LEAST_HOUSEHOLDS:
        raise TooFewHouseholds(f"At least {LEAST_HOUSEHOLDS} households with a recorded income are needed.")
    unknown = np.full(rows, np.nan)
    panel = Panel(
        declared=own,
        values=np.asfortranarray(values),
        label=unknown,
        horizon_labels=tuple(unknown for _ in own.horizons),
        month=np.zeros(rows, dtype=np.int64),
        period_months=1,
        household=np.arange(rows, dtype=np.int64),
        at_risk=np.ones(rows, dtype=np.bool_),
        reported={},
        infinite_cells=0,
    )
    everything = np.ones(rows, dtype=np.bool_)
    table = with_assumptions(make_table(panel, everything, Stage.PRIOR, seed=SEED), own)
    return replace(table, features=_with_shocks(table), data_from=month, data_to=month)


def _with_shocks(table: PointsTable) -> tuple[FeaturePoints, ...]:
    """Where the county's own incomes say nothing of a feature yet (nobody had a bill), what is assumed stays."""
    assumed = {one.name: one for one in starting_table().features}
    return tuple(
        assumed[one.name] if not any(one.points) and any(assumed[one.name].points) else one for one in table.features
    )
