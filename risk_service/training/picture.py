"""The calibration picture: what was told against what was seen, in the as-of tests."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np

from risk_service.scoring.features import Floats
from risk_service.training.asof import YearTest
from risk_service.training.measures import BINS, at_rate

DOTS_PER_INCH = 110


def picture(tests: Sequence[YearTest], title: str) -> bytes:
    """PNG: one line a tested year, over how many households were told what. The same bytes for the same tests."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - a second to import, seldom needed
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    figure = Figure(figsize=(6.4, 6.4), dpi=DOTS_PER_INCH)
    curve, counts = figure.subplots(2, 1, height_ratios=[4, 1], sharex=True)
    top = 0.05
    for test in tests:
        told, seen = _points(test.label, test.likelihood)
        name = str(test.year) if test.year else "other households"
        (line,) = curve.plot(told, seen, marker="o", markersize=4, label=name)
        given, seen_at = _points(test.label, at_rate(test.likelihood, float(test.label.mean())))
        curve.plot(given, seen_at, linestyle=":", color=line.get_color(), label=f"{name}, true rate given")
        top = max(top, *(float(one.max()) for one in (told, seen, given, seen_at)))
    curve.plot([0, top], [0, top], color="black", linewidth=0.8)
    curve.set_ylabel("share that became poor")
    curve.set_title(title)
    if tests:
        curve.legend(fontsize=8)
        counts.hist(np.concatenate([test.likelihood for test in tests]), bins=50, range=(0, 1), color="grey")
    else:
        curve.text(0.1 * top, 0.5 * top, "no later time to test on")
    curve.set_xlim(0, top * 1.05)
    counts.set_xlabel("likelihood told")
    counts.set_ylabel("households")
    buffer = BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _points(label: Floats, likelihood: Floats) -> tuple[Floats, Floats]:
    parts = np.array_split(np.argsort(likelihood, kind="stable"), BINS)
    kept = [part for part in parts if len(part)]
    return (
        np.array([likelihood[part].mean() for part in kept]),
        np.array([label[part].mean() for part in kept]),
    )
