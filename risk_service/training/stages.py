"""From labels to a points table: the prior, ridge, or ridge and additive trees together, calibrated.

Folds are of whole households. What is told of a row while fitting comes from the folds that have not seen it; those
tellings choose the mixture, the level, the groups' intercepts and the leads of visits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from chassis.errors import InvalidInput
from risk_service.scoring.features import Floats
from risk_service.training.binning import Bins, Sheet, bins_of, mix, rows_of
from risk_service.training.boosting import fit_boosted
from risk_service.training.panel import Panel
from risk_service.training.prior import prior_of
from risk_service.training.ridge import design_of, fit_ridge

RIDGE_LABELS = 500
ADDITIVE_LABELS = 8_000
LEAST_LABELS = 100
LEAST_EVENTS = 20
"""Of either outcome, for anything that learns from labels."""
FOLDS = 4
MIXTURES = tuple(step / 10 for step in range(11))

Told = Callable[[str, float], None]


class TooFewLabels(InvalidInput):
    code = "TOO_FEW_LABELS"


class NoWelfareColumn(InvalidInput):
    code = "NO_WELFARE_COLUMN"


class Stage(StrEnum):
    PRIOR = "prior"
    RIDGE = "ridge"
    ADDITIVE = "additive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`sheet` before calibration; `told` are the logits of rows by folds that had not seen them."""

    stage: Stage
    bins: Bins
    sheet: Sheet
    told: Floats
    ridge_share: float


def stage_for(panel: Panel, rows: NDArray[np.bool_]) -> Stage:
    """By the number of labels. Raises TooFewLabels where neither labels nor an income column suffice."""
    labels = int((rows & panel.labelled).sum())
    events = int(panel.label[rows & panel.labelled].sum())
    enough = min(events, labels - events) >= LEAST_EVENTS
    if labels >= ADDITIVE_LABELS and enough:
        return Stage.ADDITIVE
    if labels >= (RIDGE_LABELS if panel.declared.welfare is not None else LEAST_LABELS) and enough:
        return Stage.RIDGE
    if panel.declared.welfare is not None:
        return Stage.PRIOR
    raise TooFewLabels(
        f"{labels} labelled rows with {events} events: at least {LEAST_LABELS} rows and {LEAST_EVENTS} of each outcome"
        " are needed, or a [welfare] column for the label-free prior.",
        field=panel.declared.label,
    )


def draft(
    panel: Panel, rows: NDArray[np.bool_], stage: Stage, *, seed: int, told: Told = lambda _what, _share: None
) -> Draft:
    """`rows` may be learnt from: labels of those that are labelled, features of all."""
    declared = panel.declared
    learnt = rows & panel.labelled
    if stage is not Stage.PRIOR:
        _refuse_few(panel, learnt)
    elif declared.welfare is None:
        raise NoWelfareColumn(
            "The label-free prior needs a [welfare] column: log income over the line.", field="welfare"
        )
    told("binning", 0.0)
    seen = rows if stage is Stage.PRIOR else learnt
    bins = bins_of(panel.values[seen], declared)
    if stage is Stage.PRIOR:
        codes = bins.codes(panel.values[rows])
        sheet = prior_of(declared, bins, codes).sheet
        return Draft(
            stage=stage, bins=bins, sheet=sheet, told=sheet.logits(rows_of(codes, panel.at_risk[rows])), ridge_share=0.0
        )
    codes = bins.codes(panel.values[learnt])
    label = panel.label[learnt]
    prior = None
    if declared.welfare is not None:
        everyone = bins.codes(panel.values[rows])
        place = declared.place_of(declared.welfare.feature)
        if (everyone[place] < bins.missing(place)).sum() >= 60:
            prior = prior_of(declared, bins, everyone, use_earlier=False).sheet
    folds = folds_of(panel.household[learnt], seed)
    told("ridge", 0.05)
    ridge_sheets, ridge_told = _crossed_ridge(panel, bins, codes, label=label, folds=folds, prior=prior)
    if stage is Stage.RIDGE:
        return Draft(
            stage=stage, bins=bins, sheet=mix(ridge_sheets, [1 / FOLDS] * FOLDS), told=ridge_told, ridge_share=1.0
        )
    tree_sheets, tree_told = [], np.zeros(len(label))
    for fold in range(FOLDS):
        start = 0.2 + 0.75 * fold / FOLDS
        told(f"trees, part {fold + 1} of {FOLDS}", start)
        sheet = fit_boosted(declared, bins, codes, label, folds != fold, seed=seed + fold)
        held = folds == fold
        tree_told[held] = sheet.logits(rows_of(codes, held))
        tree_sheets.append(sheet)
    losses = [_loss(label, share * ridge_told + (1 - share) * tree_told) for share in MIXTURES]
    share = MIXTURES[int(np.argmin(losses))]
    weights = [share / FOLDS] * FOLDS + [(1 - share) / FOLDS] * FOLDS
    return Draft(
        stage=stage,
        bins=bins,
        sheet=mix([*ridge_sheets, *tree_sheets], weights),
        told=share * ridge_told + (1 - share) * tree_told,
        ridge_share=share,
    )


def folds_of(household: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Number of the fold of each row, the same for all rows of a household."""
    _, place = np.unique(household, return_inverse=True)
    shuffled = np.random.default_rng(seed).permutation(int(place.max()) + 1)
    return np.asarray(shuffled[place] % FOLDS, dtype=np.int64)


def _crossed_ridge(
    panel: Panel,
    bins: Bins,
    codes: Sequence[NDArray[np.uint8]],
    *,
    label: Floats,
    folds: NDArray[np.int64],
    prior: Sheet | None,
) -> tuple[list[Sheet], Floats]:
    design = design_of(panel.declared, bins, codes, prior)
    told = np.zeros(len(label))
    sheets: list[Sheet] = []
    start: Floats | None = None
    for fold in range(FOLDS):
        sheet, start = fit_ridge(design, label, folds != fold, start)
        held = folds == fold
        told[held] = sheet.logits(rows_of(codes, held))
        sheets.append(sheet)
    return sheets, told


def _loss(label: Floats, logits: Floats) -> float:
    return float(np.logaddexp(0.0, logits).mean() - (label * logits).mean())


def _refuse_few(panel: Panel, learnt: NDArray[np.bool_]) -> None:
    labels, events = int(learnt.sum()), int(panel.label[learnt].sum())
    if labels < LEAST_LABELS or min(events, labels - events) < LEAST_EVENTS:
        raise TooFewLabels(
            f"{labels} labelled rows with {events} events: at least {LEAST_LABELS} rows and {LEAST_EVENTS} of each"
            " outcome are needed.",
            field=panel.declared.label,
        )
