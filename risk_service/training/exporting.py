"""A draft made into the points table that serves: calibrated, centred, rounded, with its signs kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from risk_service.scoring.declaration import DeclaredFeature, DeclaredGroup
from risk_service.scoring.features import Effect, Floats
from risk_service.scoring.points import MOST_POINTS, UNIT, FeaturePoints, HorizonShare, PointsTable, Scenario, VisitRule
from risk_service.scoring.standins import kinship_of
from risk_service.training.binning import Bins, Sheet
from risk_service.training.calibration import (
    LEVEL_EVENTS,
    group_shifts,
    horizon_shares,
    level_of,
    scenario_rates,
    visit_lead,
)
from risk_service.training.measures import shift_to, sigmoid
from risk_service.training.panel import Panel, meets
from risk_service.training.periods import civil_month
from risk_service.training.stages import Draft, Stage

LATE_SHARE = 0.15
"""Share of cells that are thought to come late. A feature with no gaps of its own owes every later gap to that."""
OWN_GAPS = 0.25
"""From this share of gaps on, a gap is the rule rather than a delay, and is left to its own bin."""
MOST_KIN = 50_000


def export(draft: Draft, panel: Panel, rows: NDArray[np.bool_], *, prior_level: bool = False) -> PointsTable:
    """`rows` as given to `draft`. `prior_level` puts even the label-free prior on the level of the known outcomes."""
    declared = panel.declared
    learnt = rows & (panel.at_risk if draft.stage is Stage.PRIOR else panel.labelled)
    codes = draft.bins.codes(panel.values[learnt])
    label = panel.label[learnt]
    month = panel.month[learnt]
    sheet, told = draft.sheet, draft.told
    scenario = (0.0, 0.0, 0.0)
    horizons: tuple[HorizonShare, ...] = (HorizonShare(months=declared.horizon_months, share=1.0),)
    visits: list[VisitRule] = []
    if draft.stage is Stage.PRIOR and prior_level:
        sheet = _on_level(sheet, told, label, month)
    if draft.stage is not Stage.PRIOR:
        latest = month > month.max() - 12
        level = level_of(told, label, latest)
        told = level.slope * told + level.shift
        sheet = Sheet(
            base=level.slope * sheet.base + level.shift, parts=tuple(level.slope * part for part in sheet.parts)
        )
        members = [
            panel.reported.get(one.name, np.zeros(panel.rows, dtype=np.bool_))[learnt] for one in declared.groups
        ]
        recent = latest if label[latest].sum() >= 500 else np.ones(len(label), dtype=np.bool_)
        shifts = group_shifts(declared.groups, [one[recent] for one in members], told[recent], label[recent])
        for group, member, shift in zip(declared.groups, members, shifts, strict=True):
            shifted = _with_intercept(sheet, draft.bins, declared.features, group, shift)
            if shifted is not None:
                sheet, told = shifted, told + shift * member
        rates = scenario_rates(month // 12, label, latest)
        centre = shift_to(told[latest], rates[1])
        scenario = (shift_to(told[latest], rates[0]) - centre, 0.0, shift_to(told[latest], rates[2]) - centre)
        likelihood = sigmoid(told)
        horizons = horizon_shares(
            declared.horizons, [one[learnt] for one in panel.horizon_labels], likelihood, declared.horizon_months
        )
        for group, member in zip(declared.groups, members, strict=True):
            if group.recall_floor is not None:
                lead = visit_lead(
                    group,
                    member[recent],
                    told[recent],
                    label[recent],
                    share=declared.visits.share,
                    total_may_fall=declared.visits.total_may_fall,
                )
                if lead > 0:
                    visits.append(VisitRule(group=group.name, lead=round(lead / UNIT)))
    features, base, kinship = _features(draft, panel, learnt, sheet, codes)
    return PointsTable(
        stage=draft.stage.value,
        declared=declared.name,
        horizon_months=declared.horizon_months,
        base=base,
        features=features,
        kinship=kinship,
        horizons=horizons,
        scenario=Scenario(low=round(scenario[0] / UNIT), central=0, high=round(scenario[2] / UNIT)),
        visits=tuple(visits),
        welfare=None if declared.welfare is None else declared.welfare.feature,
        welfare_share=next((one.feature for one in declared.support if one.share_of_welfare), None),
        labels=0 if draft.stage is Stage.PRIOR else int(learnt.sum()),
        data_from=civil_month(int(month.min())),
        data_to=civil_month(int(month.max())),
    )


def _on_level(sheet: Sheet, told: Floats, label: Floats, month: NDArray[np.int64]) -> Sheet:
    known = ~np.isnan(label)
    if label[known].sum() < LEVEL_EVENTS:
        return sheet
    level = level_of(told[known], label[known], month[known] > month[known].max() - 12)
    parts = tuple(level.slope * part for part in sheet.parts)
    return Sheet(base=level.slope * sheet.base + level.shift, parts=parts)


def _with_intercept(
    sheet: Sheet, bins: Bins, features: tuple[DeclaredFeature, ...], group: DeclaredGroup, shift: float
) -> Sheet | None:
    """The group's intercept added to the bins of the feature that tells the group; None where there is none, or where
    it would go against the feature's sign.
    """
    if not group.own_intercept or shift == 0.0:
        return None
    place = next(j for j, feature in enumerate(features) if feature.column == group.condition.column)
    part = sheet.parts[place].copy()
    part[:-1][meets(_inside(bins, place), group.condition)] += shift
    effect = features[place].effect
    if effect is not Effect.FREE and (int(effect) * np.diff(part[:-1]) < -1e-9).any():
        return None
    return Sheet(base=sheet.base, parts=(*sheet.parts[:place], part, *sheet.parts[place + 1 :]))


def _inside(bins: Bins, place: int) -> Floats:
    """A value of each bin: its upper end, and something above the last."""
    upper = bins.upper[place]
    return np.append(upper, np.nextafter(upper[-1], np.inf) if len(upper) else bins.middle[place][-1])


def _features(
    draft: Draft, panel: Panel, learnt: NDArray[np.bool_], sheet: Sheet, codes: tuple[NDArray[np.uint8], ...]
) -> tuple[tuple[FeaturePoints, ...], int, tuple[tuple[float, ...], ...]]:
    declared = panel.declared
    none = {one.feature: one.none for one in declared.support if not one.share_of_welfare}
    found, base = [], sheet.base
    rows = len(codes[0])
    contributions = np.empty((len(codes), min(rows, MOST_KIN)))
    kept = np.linspace(0, rows - 1, contributions.shape[1]).astype(np.int64)
    for j, feature in enumerate(declared.features):
        count = np.bincount(codes[j], minlength=len(sheet.parts[j])).astype(np.float64)
        gaps = float(count[-1] / rows)
        late = 1.0 if draft.stage is Stage.PRIOR else _late(gaps)
        known = count[:-1] @ sheet.parts[j][:-1] / max(count[:-1].sum(), 1.0)
        missing = float(sheet.parts[j][-1]) if gaps > 0 and draft.stage is not Stage.PRIOR else float(known)
        mean = (1.0 - gaps) * float(known) + gaps * missing
        base += mean
        points = np.rint(np.clip((sheet.parts[j][:-1] - mean) / UNIT, -MOST_POINTS, MOST_POINTS)).astype(np.int64)
        if feature.effect is not Effect.FREE:
            points = int(feature.effect) * np.maximum.accumulate(int(feature.effect) * points)
        own_missing = round(min(max((missing - mean) / UNIT, -MOST_POINTS), MOST_POINTS))
        contributions[j] = np.append(points, own_missing)[codes[j][kept]]
        values = panel.values[learnt, j]
        finite = values[np.isfinite(values)]
        steps = np.flatnonzero(np.diff(points))
        found.append(
            FeaturePoints.of(
                feature,
                upper=tuple(float(edge) for edge in draft.bins.upper[j][steps]),
                points=tuple(int(one) for one in points[[*steps, len(points) - 1]]),
                missing=own_missing,
                late=late,
                typical=float(np.median(finite)) if len(finite) else None,
                support_none=none.get(feature.name),
            )
        )
    kinship = np.round(kinship_of(contributions), 7)
    return tuple(found), round(base / UNIT), tuple(tuple(float(one) for one in row) for row in kinship)


def _late(gaps: float) -> float:
    return 0.0 if gaps >= OWN_GAPS else round(LATE_SHARE / (LATE_SHARE + gaps), 6)
