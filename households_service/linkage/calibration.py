"""The threshold, chosen without knowing the truth: calibrated odds tell what a threshold would cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Float64
from households_service.linkage.evidence import probability

_LEAST_BITS = -2.0
_MOST_BITS = 6.0
"""Balance with recall is sought between 1 : 4 and 64 : 1; outside lies a wrong model, not a good threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    probability: float
    bits: float
    expected_precision: float
    expected_recall: float
    reason: str


def chosen_threshold(bits: Float64, *, target_precision: float | None, elsewhere: float = 0.0) -> Threshold:
    """`bits`: log odds of the pairs found; `elsewhere`: true pairs expected among those that were not found.

    With a target the lowest threshold whose links are expected to hold it, else the best expected F1.
    """
    ordered = np.sort(bits)[::-1]
    if not len(ordered):
        return _none("no pair agrees in more than a name")
    chances = probability(ordered)
    right = np.cumsum(chances)
    links = np.arange(1, len(ordered) + 1)
    total = float(right[-1]) + elsewhere
    precision = right / links
    if target_precision is None:
        score = np.where((ordered >= _LEAST_BITS) & (ordered <= _MOST_BITS), 2 * right / (links + total), 0.0)
        at = int(np.argmax(score))
        if score[at] == 0.0:
            at = int((ordered > _MOST_BITS).sum()) - 1
        if at < 0:
            return _none("no pair is likely enough to be linked without a look")
        reason = f"the best expected balance of precision and recall (F1 {2 * right[at] / (links[at] + total):.4f})"
    else:
        fit = np.flatnonzero(precision >= target_precision)
        if not len(fit):
            return _none(
                f"no threshold is expected to reach a precision of {target_precision:g}, so nothing is automatic"
            )
        at = int(fit[-1])
        reason = f"the lowest at which {target_precision:.2%} of the links are expected to be right"
    level = float(ordered[at]) if at + 1 == len(ordered) else float((ordered[at] + ordered[at + 1]) / 2)
    level = min(level, float(ordered[at]))
    if target_precision is None and at + 1 < len(ordered) and ordered[at] > 0.0 > ordered[at + 1]:
        level = 0.0
    return Threshold(
        probability=float(probability(np.array([level]))[0]),
        bits=level,
        expected_precision=float(precision[at]),
        expected_recall=float(right[at] / total) if total else 0.0,
        reason=reason,
    )


def _none(reason: str) -> Threshold:
    return Threshold(probability=1.0, bits=np.inf, expected_precision=1.0, expected_recall=0.0, reason=reason)
