"""The peers of the likelihood, fitted on the same rows and features; each gives its likelihoods of the tested rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from risk_service.scoring.features import Floats

Peer = Callable[[Floats, NDArray[np.int64], list[int], Floats], Floats]
SEED = 1


def lightgbm(seen: Floats, label: NDArray[np.int64], signs: list[int], tested: Floats) -> Floats:
    return np.asarray(lightgbm_model(seen, label, signs).predict_proba(tested)[:, 1])


def lightgbm_model(seen: Floats, label: NDArray[np.int64], signs: list[int]):  # type: ignore[no-untyped-def] # noqa: ANN201 - untyped peer
    from lightgbm import LGBMClassifier  # noqa: PLC0415 - peers only where they run

    return LGBMClassifier(
        n_estimators=300,
        learning_rate=0.03,
        num_leaves=15,
        min_child_samples=80,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.5,
        reg_lambda=5.0,
        monotone_constraints=signs,
        random_state=SEED,
        n_jobs=1,
        verbose=-1,
    ).fit(seen, label)


def xgboost(seen: Floats, label: NDArray[np.int64], signs: list[int], tested: Floats) -> Floats:
    from xgboost import XGBClassifier  # noqa: PLC0415 - peers only where they run

    model = XGBClassifier(
        n_estimators=300,
        learning_rate=0.04,
        max_depth=4,
        min_child_weight=10,
        subsample=0.8,
        colsample_bytree=0.5,
        reg_lambda=5.0,
        monotone_constraints=tuple(signs),
        tree_method="hist",
        random_state=SEED,
        n_jobs=1,
    )
    return np.asarray(model.fit(seen, label).predict_proba(tested)[:, 1], dtype=np.float64)


def ebm(seen: Floats, label: NDArray[np.int64], signs: list[int], tested: Floats) -> Floats:
    from interpret.glassbox import ExplainableBoostingClassifier  # noqa: PLC0415 - peers only where they run

    model = ExplainableBoostingClassifier(
        interactions=10, outer_bags=4, monotone_constraints=signs, random_state=SEED, n_jobs=1
    )
    return np.asarray(model.fit(seen, label).predict_proba(tested)[:, 1])


def logistic(seen: Floats, label: NDArray[np.int64], signs: list[int], tested: Floats) -> Floats:
    """Medians for gaps, a column that tells of each gap, standard scale."""
    from sklearn.impute import SimpleImputer  # noqa: PLC0415 - peers only where they run
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a peer is loaded only where it runs
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - a peer is loaded only where it runs
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - a peer is loaded only where it runs

    assert len(signs) == seen.shape[1]
    steps = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True),
        StandardScaler(),
        LogisticRegression(C=0.05, max_iter=1000),
    )
    return np.asarray(steps.fit(seen, label).predict_proba(tested)[:, 1])


PEERS: Mapping[str, Peer] = {"LightGBM": lightgbm, "XGBoost": xgboost, "EBM": ebm, "logistic": logistic}
