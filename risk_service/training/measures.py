"""How well likelihoods told what came: discrimination, level, and what a round of visits would have found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from risk_service.scoring.features import Floats

LEAST_REPORTED = 10
"""Groups of fewer households are not reported: a figure about them would be about persons."""
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """`calibration_error` at the level told, `level_error` what is left of it once the true rate is given. `recall_10`
    and `recall_20`: share of the events among the tenth and fifth visited first. `quota_error`: with as many on the
    list as there are events, the share of it that had none (and of the events that are not on it).
    None where the rows hold one outcome only.
    """

    rows: int
    events: int
    auc: float | None
    average_precision: float | None
    brier: float
    calibration_error: float
    level_error: float
    recall_10: float | None
    recall_20: float | None
    quota_error: float | None
    observed_over_expected: float | None


def measure(label: Floats, likelihood: Floats, order: Floats | None = None) -> Measures:
    """`order`: what visits go by, greatest first; the likelihood if not given."""
    order = likelihood if order is None else order
    events = int(label.sum())
    both = 0 < events < len(label)
    expected = float(likelihood.sum())
    return Measures(
        rows=len(label),
        events=events,
        auc=float(roc_auc_score(label, likelihood)) if both else None,
        average_precision=float(average_precision_score(label, likelihood)) if both else None,
        brier=float(np.mean((likelihood - label) ** 2)),
        calibration_error=calibration_error(label, likelihood),
        level_error=calibration_error(label, at_rate(likelihood, float(label.mean()))),
        recall_10=recall_at(label, order, 0.1) if events else None,
        recall_20=recall_at(label, order, 0.2) if events else None,
        quota_error=1.0 - recall_at(label, order, events / len(label)) if both else None,
        observed_over_expected=events / expected if expected > 0 else None,
    )


def calibration_error(label: Floats, likelihood: Floats) -> float:
    """Mean distance of told from seen over ten groups of like likelihood and equal size."""
    order = np.argsort(likelihood, kind="stable")
    told = 0.0
    for part in np.array_split(order, BINS):
        if len(part):
            told += len(part) * abs(float(label[part].mean()) - float(likelihood[part].mean()))
    return told / len(label)


def visited(order: Floats, share: float) -> NDArray[np.bool_]:
    """The first `share` of the rows; of equals those earlier in the table."""
    found = np.zeros(len(order), dtype=np.bool_)
    found[np.argsort(-order, kind="stable")[: round(share * len(order))]] = True
    return found


def recall_at(label: Floats, order: Floats, share: float) -> float:
    return float(label[visited(order, share)].sum() / label.sum())


def logit(likelihood: Floats) -> Floats:
    safe = np.clip(likelihood, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(safe / (1 - safe)))


def sigmoid(logits: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -40.0, 40.0))))


def shift_to(logits: Floats, rate: float) -> float:
    """What must be added to the logits so that the mean likelihood is `rate`."""
    rate = float(np.clip(rate, 1e-6, 1 - 1e-6))
    low, high = -25.0, 25.0
    for _ in range(60):
        middle = (low + high) / 2
        if float(sigmoid(logits + middle).mean()) < rate:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def at_rate(likelihood: Floats, rate: float) -> Floats:
    if not 0.0 < rate < 1.0:
        return likelihood
    logits = logit(likelihood)
    return sigmoid(logits + shift_to(logits, rate))
