"""As-of tests: each year told by a table that knew nothing of it, nor of outcomes that were not known when it began."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from risk_service.scoring.engine import Engine
from risk_service.scoring.features import Floats
from risk_service.scoring.points import Lookup, PointsTable
from risk_service.scoring.promotion import Verdict, compare
from risk_service.scoring.reasons import visit_order
from risk_service.training.exporting import export
from risk_service.training.measures import LEAST_REPORTED, Measures, at_rate, measure, recall_at, visited
from risk_service.training.panel import Panel
from risk_service.training.stages import LEAST_EVENTS, LEAST_LABELS, Stage, Told, draft, stage_for

LEAST_TESTED = 100
GAP_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """`seen`: rows a table may be made of; `tested`: at-risk labelled rows it is then tested on. `year` 0: there was
    no earlier time, and every fourth household was held back instead.
    """

    year: int
    seen: NDArray[np.bool_]
    tested: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTest:
    """`floors`: with the policy's leads. `late`: loss of AUC with a source (or 30 % of all cells) missing."""

    year: int
    stage: Stage
    version: str
    labels: int
    measures: dict[str, Measures]
    groups: dict[str, Measures]
    visited_by_group: dict[str, tuple[float, float]]
    recall_with_floors: float | None
    late: dict[str, float]
    verdicts: tuple[Verdict, ...]
    label: Floats
    likelihood: Floats


SERVED, PROXIMITY = "points table", "income proximity"


def splits_of(panel: Panel) -> list[Split]:
    """By calendar year, where enough is known before it; strictly before, or where that leaves none, by its start."""
    labelled = panel.labelled
    for strict in (True, False):
        found = []
        for year in np.unique(panel.year[labelled]).tolist():
            known = panel.month + panel.declared.horizon_months + (panel.period_months if strict else 0)
            seen, tested = known <= year * 12, labelled & (panel.year == year)
            if _enough(panel, seen & labelled) and tested.sum() >= LEAST_TESTED and _both(panel.label[tested]):
                found.append(Split(year=int(year), seen=seen, tested=tested))
        if found:
            return found
    held = np.unique(panel.household, return_inverse=True)[1] % 4 == 3
    tested = labelled & held
    if _enough(panel, labelled & ~held) and tested.sum() >= LEAST_TESTED and _both(panel.label[tested]):
        return [Split(year=0, seen=~held, tested=tested)]
    return []


def _enough(panel: Panel, rows: NDArray[np.bool_]) -> bool:
    events = int(panel.label[rows].sum())
    return int(rows.sum()) >= LEAST_LABELS and min(events, int(rows.sum()) - events) >= LEAST_EVENTS


def _both(label: Floats) -> bool:
    return 0 < int(label.sum()) < len(label)


def make_table(
    panel: Panel,
    rows: NDArray[np.bool_],
    stage: Stage,
    *,
    seed: int,
    prior_level: bool = False,
    told: Told = lambda _what, _share: None,
) -> PointsTable:
    """On one thread: on a machine with other work threads wait for each other far longer than they work."""
    with threadpool_limits(limits=1):
        return export(draft(panel, rows, stage, seed=seed, told=told), panel, rows, prior_level=prior_level)


def run_split(
    panel: Panel, split: Split, *, stage: Stage | None, seed: int, told: Told = lambda _what, _share: None
) -> YearTest:
    """As `_run_split`, on one thread."""
    with threadpool_limits(limits=1):
        return _run_split(panel, split, stage=stage, seed=seed, told=told)


def _run_split(panel: Panel, split: Split, *, stage: Stage | None, seed: int, told: Told) -> YearTest:
    """The stage that the number of labels allows (or the one asked for) and those below it, on the same rows."""
    learnt = split.seen & panel.labelled
    served = stage if stage is not None else stage_for(panel, split.seen)
    below = [one for one in (Stage.PRIOR, Stage.RIDGE) if one is not served and _possible(panel, one, served)]
    label, values = panel.label[split.tested], np.asfortranarray(panel.values[split.tested])
    tables: dict[Stage, PointsTable] = {}
    for one in [*below, served]:
        seen = split.seen
        if one is Stage.PRIOR and split.year:
            # Without labels nothing has to be waited for.
            seen = panel.month + panel.period_months <= split.year * 12
        tables[one] = make_table(panel, seen, one, seed=seed, told=told)
    engine = Engine(Lookup(tables[served]))
    scores = engine.score(values)
    likelihoods = {one.value: Engine(Lookup(table)).likelihoods(values) for one, table in tables.items()}
    measures = {SERVED: measure(label, scores.likelihood)}
    measures |= {name: measure(label, likelihood) for name, likelihood in likelihoods.items() if name != served.value}
    proximity = proximity_of(panel, split.tested)
    if proximity is not None:
        measures[PROXIMITY] = measure(label, proximity)
    members = {name: member[split.tested] for name, member in panel.reported.items()}
    order = visit_order(tables[served], scores, members)
    share = panel.declared.visits.share
    reported = {name: member for name, member in members.items() if member.sum() >= LEAST_REPORTED}
    first, plain = visited(order, share), visited(scores.likelihood, share)
    household = panel.household[split.tested]
    stages = [*below, served]
    return YearTest(
        year=split.year,
        stage=served,
        version=tables[served].version,
        labels=int(learnt.sum()),
        measures=measures,
        groups={name: measure(label[member], scores.likelihood[member]) for name, member in reported.items()},
        visited_by_group={
            name: (
                float(label[plain & member].sum() / label[member].sum()),
                float(label[first & member].sum() / label[member].sum()),
            )
            for name, member in reported.items()
            if label[member].sum() >= LEAST_REPORTED
        },
        recall_with_floors=recall_at(label, order, share) if label.sum() else None,
        late=_late(engine, panel, values, label, seed),
        verdicts=tuple(
            compare(
                (after.value, likelihoods[after.value]),
                (before.value, likelihoods[before.value]),
                label,
                household,
                seed=seed,
            )
            for before, after in pairwise(stages)
        ),
        label=label,
        likelihood=scores.likelihood,
    )


def _possible(panel: Panel, stage: Stage, served: Stage) -> bool:
    order = list(Stage)
    if order.index(stage) > order.index(served):
        return False
    return stage is not Stage.PRIOR or panel.declared.welfare is not None


def proximity_of(panel: Panel, rows: NDArray[np.bool_]) -> Floats | None:
    """Nearness of income to the line as if it were a likelihood: its order is what counts, its level is the mean's."""
    if panel.declared.welfare is None:
        return None
    logs = panel.values[rows, panel.declared.place_of(panel.declared.welfare.feature)]
    finite = np.isfinite(logs)
    filled = np.where(finite, logs, np.median(logs[finite]) if finite.any() else 0.0)
    return at_rate(1.0 / (1.0 + np.exp(np.clip(filled, -30, 30))), float(panel.label[rows].mean()))


def _late(engine: Engine, panel: Panel, values: Floats, label: Floats, seed: int) -> dict[str, float]:
    """At most 20,000 rows: patterns of gaps differ row by row."""
    kept = slice(0, 20_000)
    values, label = values[kept], label[kept]
    if not _both(label):
        return {}
    whole = measure(label, engine.likelihoods(values)).auc or 0.0
    found = {}
    for source in sorted({feature.source for feature in panel.declared.features}):
        blanked = values.copy(order="F")
        for j, feature in enumerate(panel.declared.features):
            if feature.source == source:
                blanked[:, j] = np.nan
        found[source] = whole - (measure(label, engine.likelihoods(blanked)).auc or 0.0)
    holes = np.random.default_rng(seed).random(values.shape) < GAP_SHARE
    found[GAPS] = whole - (measure(label, engine.likelihoods(np.where(holes, np.nan, values))).auc or 0.0)
    return found


GAPS = "30 % of all cells"
