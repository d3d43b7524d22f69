"""The model card: what an officer of a county must know before trusting a number, in words and as data."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version

import numpy as np

from risk_service.scoring.points import UNIT, PointsTable
from risk_service.training.asof import GAPS, PROXIMITY, SERVED, YearTest
from risk_service.training.measures import LEAST_REPORTED, Measures
from risk_service.training.panel import Panel

_STAGES = {
    "prior": "a calculation from incomes alone, without any recorded outcome (vulnerability to expected poverty)",
    "ridge": "a straight-line model learnt from recorded outcomes, held to the label-free calculation",
    "additive": "a table of points learnt from recorded outcomes, each fact counted for itself",
}

_ALWAYS = (
    (
        "A likelihood is about households like this one, not about this one: of 100 households told 0.30, about 30 are"
        " poor in the end. It may bring a visit or an offer, nothing else; a low one never ends help."
    ),
    "A reason is the model's reason, not the cause: mending it does not by itself mend the household's life.",
    (
        "The level follows the last year that is known. In a year much better or worse than that it is wrong for all"
        " alike, though the order stays; the low and the high figure show by how much the last years differed."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    table: PointsTable
    panel: Panel
    tests: tuple[YearTest, ...]
    decision: str
    seed: int


def card_json(card: Card) -> str:
    table, panel = card.table, card.panel
    plain = {
        "model": table.version,
        "stage": table.stage,
        "features": table.declared,
        "decision": card.decision,
        "seed": card.seed,
        "horizon_months": table.horizon_months,
        "data": {
            "from": table.data_from,
            "to": table.data_to,
            "rows": panel.rows,
            "at_risk": int(panel.at_risk.sum()),
            "labels": table.labels,
            "infinite_cells": panel.infinite_cells,
            "missing_cells": round(float(np.isnan(panel.values).mean()), 6),
            "rate_by_year": _rates(panel),
        },
        "tests": [_test(test) for test in card.tests],
        "horizons": [[one.months, one.share] for one in table.horizons],
        "scenario_logit": [table.scenario.low * UNIT, table.scenario.central * UNIT, table.scenario.high * UNIT],
        "visit_leads": {rule.group: rule.lead * UNIT for rule in table.visits},
        "versions": _versions(),
        "caveats": list(caveats(card)),
    }
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _test(test: YearTest) -> dict[str, object]:
    return {
        "year": test.year,
        "stage": test.stage.value,
        "model": test.version,
        "labels": test.labels,
        "measures": {name: _rounded(one) for name, one in test.measures.items()},
        "groups": {name: _rounded(one) for name, one in test.groups.items()},
        "recall_by_group_plain_and_with_floors": {
            name: [round(plain, 6), round(kept, 6)] for name, (plain, kept) in test.visited_by_group.items()
        },
        "recall_with_floors": _round(test.recall_with_floors),
        "auc_loss_when_missing": {name: _round(loss) for name, loss in test.late.items()},
        "promotions": [{**asdict(one), "promoted": one.promoted} for one in test.verdicts],
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _rounded(one: Measures) -> dict[str, float | int | None]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(one).items()}


def _rates(panel: Panel) -> dict[str, float]:
    rows = panel.labelled
    return {str(year): _rate(panel, year) for year in np.unique(panel.year[rows]).tolist()}


def _rate(panel: Panel, year: int) -> float:
    return round(float(panel.label[panel.labelled & (panel.year == year)].mean()), 6)


def _versions() -> dict[str, str]:
    return {
        "holdfast": _version("holdfast", absent="from source"),
        "python": platform.python_version(),
        **{name: _version(name) for name in ("numpy", "scikit-learn", "polars")},
    }


def _version(name: str, *, absent: str = "not installed") -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return absent


def caveats(card: Card) -> tuple[str, ...]:
    """What is likely to be misread, from this very model's tests."""
    table = card.table
    found = list(_ALWAYS)
    if not card.tests:
        found.append("There were too few rows to test it on a later time: use it for the order of visits only.")
    elif card.tests[0].year == 0:
        found.append("The table holds one time only: it was tested on other households, not on a later time.")
    if table.stage == "prior" and not card.panel.labelled.any():
        found.append("No outcome was used: the level rests on assumptions about how incomes move, and is not checked.")
    drift = [one.observed_over_expected for test in card.tests if (one := test.measures[SERVED]).events]
    if any(ratio is not None and not 0.8 <= ratio <= 1.25 for ratio in drift):
        found.append("In at least one tested year a quarter more, or a fifth fewer, became poor than was told.")
    last = card.tests[-1] if card.tests else None
    if last is not None:
        whole = last.measures[SERVED].recall_20 or 0.0
        for name, (plain, kept) in last.visited_by_group.items():
            if plain < whole - 0.1:
                found.append(
                    f"Of those who became poor among “{name}” only {plain:.0%} stood in the first fifth of the list,"
                    f" of all {whole:.0%}" + (f"; with the floor {kept:.0%}." if kept > plain else ".")
                )
    return tuple(found)


def card_markdown(card: Card) -> str:
    table, panel = card.table, card.panel
    missing = float(np.isnan(panel.values).mean())
    tells = (
        f"How likely a household that is not poor now is to be poor {table.horizon_months} months later. It orders"
        " visits and adds attention; it never lowers, delays or clears a warning."
    )
    data = (
        f"{panel.rows:,} rows, {int(panel.at_risk.sum()):,} of households at risk; {table.labels:,} with a known"
        f" outcome were learnt from, {table.data_from} to {table.data_to}. {missing:.1%} of the cells are missing."
    )
    points = "Hundredths of a logit from the most lowering to the most raising value; *gap*: what a missing value adds."
    versions = ", ".join(f"{name} {number}" for name, number in _versions().items())
    lines = [
        f"# Model card: {table.declared}",
        "",
        f"Version `{table.version}`: {_STAGES[table.stage]}.",
        "",
        f"**What it tells.** {tells}",
        "",
        f"**Why this stage.** {card.decision}",
        "",
        "## The data",
        data,
        "",
        "| year | households that became poor |",
        "|---|---|",
        *(f"| {year} | {rate:.1%} |" for year, rate in _rates(panel).items()),
        "",
        "## How good it is",
        *_quality(card),
        "",
        "## Read this before use",
        *(f"- {one}" for one in caveats(card)),
        "",
        "## What counts, and how much",
        points,
        "",
        "| fact | source | unit | direction | least | most | gap |",
        "|---|---|---|---|---|---|---|",
        *_facts(table),
        "",
        "## Versions",
        f"{versions}; seed {card.seed}.",
        "",
    ]
    return "\n".join(lines)


_MEASURED = (
    "Each year below was told by a table made only of what was known when the year began. *Order* (AUC): how often a"
    " household that became poor stood before one that did not; 0.5 is chance. *Found*: share of those who became poor"
    " among the tenth, and the fifth, of households visited first. *Wrong at quota*: with as many on the list as became"
    " poor, the share of it that did not. *Level error*: distance between told and seen, and in brackets what is left"
    " of it once the year's true rate is known."
)


def _quality(card: Card) -> list[str]:
    if not card.tests:
        return ["No test on a later time was possible."]
    last = card.tests[-1]
    whole = last.measures[SERVED].recall_20
    lines = [
        _MEASURED,
        "",
        "| year | told by | order | found in 10 % | found in 20 % | wrong at quota | Brier | level error |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for test in card.tests:
        for name, one in test.measures.items():
            who = f"**{SERVED}** ({test.stage.value})" if name == SERVED else name
            error = "–" if name == PROXIMITY else f"{one.calibration_error:.3f} ({one.level_error:.3f})"
            lines.append(
                f"| {test.year or 'other households'} | {who} | {_told(one.auc)} | {_share(one.recall_10)} |"
                f" {_share(one.recall_20)} | {_share(one.quota_error)} | {one.brier:.4f} | {error} |"
            )
    lines += [
        "",
        f"### By group, {last.year or 'other households'} (groups under {LEAST_REPORTED} are not told)",
        "| group | households | became poor | order | seen for 1 told | found in 20 % of visits | with the floors |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, one in last.groups.items():
        plain, kept = last.visited_by_group.get(name, (None, None))
        lines.append(
            f"| {name} | {one.rows:,} | {one.events:,} | {_told(one.auc)} | {_told(one.observed_over_expected, 2)} |"
            f" {_share(plain)} | {_share(kept)} |"
        )
    lines += [
        "",
        f"With the floors {_share(last.recall_with_floors)} of all are found, without {_share(whole)}.",
        "",
        "### When records are late",
        "| what is missing | loss of order (AUC) |",
        "|---|---|",
        *(f"| {name if name == GAPS else 'all of ' + name} | {loss:.3f} |" for name, loss in last.late.items()),
    ]
    return lines


def _told(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _facts(table: PointsTable) -> list[str]:
    direction = {1: "raises", -1: "lowers", 0: "as learnt"}
    ordered = sorted(table.features, key=lambda one: min(one.points) - max(one.points))
    return [
        f"| {one.label} / {one.label_zh} | {one.source} | {one.unit} | {direction[int(one.effect)]} |"
        f" {min(one.points) / 100:+.0f} | {max(one.points) / 100:+.0f} | {one.missing / 100:+.0f} |"
        for one in ordered
    ]
