"""Scores as lines of a file, and one household's reasons as lines on the screen."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from chassis.errors import InvalidInput

if TYPE_CHECKING:
    from risk_service.scoring.features import Floats
    from risk_service.scoring.points import PointsTable
    from risk_service.scoring.reasons import Reason, Told
    from risk_service.training.panel import Panel


class ModelOfOtherFeatures(InvalidInput):
    code = "MODEL_OF_OTHER_FEATURES"


def in_model_order(panel: Panel, points: PointsTable) -> Floats:
    """The panel's columns as the model asks for them. Raises ModelOfOtherFeatures."""
    import numpy as np

    from risk_service.scoring.points import fits

    if not fits(points, panel.declared):
        columns = {feature.name: feature.column for feature in panel.declared.features}
        lacking = next(one.name for one in points.features if columns.get(one.name) != one.column)
        raise ModelOfOtherFeatures(
            f"The model asks for {lacking!r}, which the features do not declare so.", field=lacking
        )
    return np.asfortranarray(panel.values[:, [panel.declared.place_of(name) for name in points.names]])


def score_lines(panel: Panel, points: PointsTable, told: Callable[[str, float], None]) -> bytes:
    """CSV: row, likelihood, low, high, by month, without_support, logit, base, at_risk, place on the visit list (1
    first; none for who is not at risk, as the model is not about them), reasons with their logit, model.
    """
    import numpy as np
    import polars as pl

    from risk_service.scoring.engine import Engine
    from risk_service.scoring.points import UNIT, Lookup
    from risk_service.scoring.reasons import by_month, scenario_band, visit_order, without_support

    values = in_model_order(panel, points)
    engine = Engine(Lookup(points))
    told("scoring", 0.3)
    scores = engine.score(values)
    low, high = scenario_band(points, scores)
    order = np.where(panel.at_risk, visit_order(points, scores, panel.reported), -np.inf)
    visit = np.empty(panel.rows, dtype=np.int64)
    visit[np.argsort(-order, kind="stable")] = np.arange(1, panel.rows + 1)
    columns = {
        "row": np.arange(1, panel.rows + 1),
        "likelihood": scores.likelihood,
        "low": low,
        "high": high,
        **{f"by_{month}_months": chance for month, chance in by_month(points, scores.likelihood)},
        "without_support": without_support(engine, values, scores),
        "logit": scores.total * UNIT,
        "base": scores.base * UNIT,
        "at_risk": panel.at_risk,
        "visit": visit,
    }
    told("reasons", 0.6)
    frame = pl.DataFrame(columns).with_columns(visit=pl.when("at_risk").then("visit"))
    names = np.array([*points.names, ""], dtype=object)
    for kind, picks in (("raising", scores.raising), ("lowering", scores.lowering)):
        for place, pick in enumerate(picks, start=1):
            points_of = scores.contributions[np.maximum(pick, 0), np.arange(panel.rows)] * UNIT
            frame = frame.with_columns(
                pl.Series(f"{kind}_{place}", names[pick].astype(str)),
                pl.Series(f"{kind}_{place}_logit", points_of).set(pl.Series(pick < 0), None),
            )
    frame = frame.with_columns(pl.lit(points.version).alias("model"))
    buffer = io.BytesIO()
    frame.write_csv(buffer, float_precision=8)
    return buffer.getvalue()


def explained(told: Told, row: int, *, chinese: bool, everything: bool) -> Iterator[str]:
    from risk_service.scoring.reasons import WORDS

    place = 1 if chinese else 0
    by_month = ", ".join(f"{month}{'个月' if chinese else ' months'} {chance:.1%}" for month, chance in told.by_month)
    if chinese:
        yield f"第{row}行:可能性 {told.likelihood:.1%}(好年份 {told.low:.1%},差年份 {told.high:.1%})"
        yield f"  期限 {by_month};无现有帮扶时 {told.without_support:.1%}"
    else:
        yield f"Row {row}: likelihood {told.likelihood:.1%} (good year {told.low:.1%}, bad year {told.high:.1%})"
        yield f"  By {by_month}; without present support {told.without_support:.1%}"
    words = "+ 各项" if chinese else "+ contributions"
    yield f"  logit {told.logit:.4f} = {told.base:.4f} {words}; {told.model_version}"
    yield f"  {WORDS[place]}:"
    shown = told.reasons if everything else (*told.raising, *told.lowering)
    for reason in shown:
        yield "  " + _line(reason, chinese=chinese)
    if told.changes:
        yield "  " + ("改变可能性的因素(可帮扶):" if chinese else "What would change this (help can move it):")
    for change in told.changes[:5]:
        label = change.label_zh if chinese else change.label
        unit = change.unit_zh if chinese else change.unit
        yield f"    {label}: {change.value:.6g} → {change.to:.6g} {unit}: {change.likelihood:.1%}"


def _line(reason: Reason, *, chinese: bool) -> str:
    unknown = "未知" if chinese else "not known"
    value = unknown if reason.value is None else f"{reason.value:.6g}"
    typical = unknown if reason.typical is None else f"{reason.typical:.6g}"
    label = reason.label_zh if chinese else reason.label
    words = f"通常 {typical}" if chinese else f"typical {typical}"
    return f"{reason.logit:+.4f}  {label}: {value} ({words}; {reason.unit_zh if chinese else reason.unit})"
