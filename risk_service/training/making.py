"""From a table to what is written: tests on later years, the choice of the stage, the points table and its papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chassis.errors import Conflict
from risk_service.scoring.engine import Engine
from risk_service.scoring.points import Lookup, PointsTable, fits
from risk_service.scoring.promotion import Verdict, compare
from risk_service.training.asof import Split, YearTest, make_table, run_split, splits_of
from risk_service.training.card import Card, card_json, card_markdown
from risk_service.training.panel import Panel
from risk_service.training.picture import picture
from risk_service.training.stages import Stage, Told, stage_for


class NotBetter(Conflict):
    code = "MODEL_NOT_BETTER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    table: PointsTable
    tests: tuple[YearTest, ...]
    decision: str
    files: dict[str, bytes]


def make(
    panel: Panel,
    *,
    seed: int,
    every_year: bool,
    stage: Stage | None = None,
    incumbent: PointsTable | None = None,
    told: Told = lambda _what, _share: None,
) -> Made:
    """`every_year` tests on each year there is something to learn before, else on the last only. The stage is the
    highest that enough labels allow *and* that was better than the one below it on the later rows. Raises NotBetter
    where the incumbent was not beaten, TooFewLabels, NoWelfareColumn or TooFewHouseholds.
    """
    splits = splits_of(panel) if panel.labelled.any() else []
    splits = splits if every_year else splits[-1:]
    tests = []
    parts = len(splits) + 1
    everything = np.ones(panel.rows, dtype=np.bool_)
    allowed = stage if stage is not None else stage_for(panel, everything)
    for number, split in enumerate(splits):
        tests.append(run_split(panel, split, stage=stage, seed=seed, told=_part(told, number, parts, _name_of(split))))
    chosen, decision = (allowed, f"Stage {allowed} was asked for.") if stage else _chosen(allowed, tests)
    if incumbent is not None:
        decision = f"{decision} {_beaten(panel, splits, chosen, incumbent, seed)}"
    table = make_table(
        panel,
        everything,
        chosen,
        seed=seed,
        # Asked for, the prior is left without any label; fallen back to, it takes at least the level from them.
        prior_level=stage is None,
        told=_part(told, len(splits), parts, "all years"),
    )
    card = Card(table=table, panel=panel, tests=tuple(tests), decision=decision, seed=seed)
    return Made(
        table=table,
        tests=tuple(tests),
        decision=decision,
        files={
            "points.json": table.to_json().encode(),
            "model-card.md": card_markdown(card).encode(),
            "model-card.json": card_json(card).encode(),
            "calibration.png": picture(tests, f"{table.declared}: told and seen"),
        },
    )


def _name_of(split: Split) -> str:
    return str(split.year) if split.year else "other households"


def _part(told: Told, number: int, parts: int, name: str) -> Told:
    return lambda what, share: told(f"{name}: {what}", (number + share) / parts)


def _chosen(allowed: Stage, tests: Sequence[YearTest]) -> tuple[Stage, str]:
    last = tests[-1] if tests else None
    if last is None or last.stage is not allowed:
        return allowed, f"Stage {allowed} is what the number of labels allows; there was no later year to check it on."
    chosen, why = allowed, f"Stage {allowed} is what the number of labels allows."
    for verdict in reversed(last.verdicts):
        if verdict.candidate != chosen.value:
            continue
        told = _told(verdict, last.year)
        if verdict.promoted:
            return chosen, f"{why} It was promoted over {verdict.incumbent}: {told}."
        why = f"{verdict.candidate} was not promoted over {verdict.incumbent}: {told}."
        chosen = Stage(verdict.incumbent)
    return chosen, why


def _told(verdict: Verdict, year: int) -> str:
    return (
        f"on the {verdict.rows:,} rows of {year or 'other households'} AUC {verdict.auc_gain:+.4f}"
        f" ({verdict.auc_low:+.4f} to {verdict.auc_high:+.4f}), Brier better by {verdict.brier_gain:.5f}"
        f" ({verdict.brier_low:.5f} to {verdict.brier_high:.5f})"
    )


def _beaten(panel: Panel, splits: Sequence[Split], stage: Stage, incumbent: PointsTable, seed: int) -> str:
    """The incumbent may have seen the tested rows; then it has the advantage, and the doubt is its own."""
    if not splits:
        raise NotBetter("Without a later year to test on nothing takes the incumbent's place.", field="incumbent")
    if not fits(incumbent, panel.declared):
        raise NotBetter("The incumbent asks for features that are not declared.", field="incumbent")
    split = splits[-1]
    values, label = np.asfortranarray(panel.values[split.tested]), panel.label[split.tested]
    candidate = Engine(Lookup(make_table(panel, split.seen, stage, seed=seed))).likelihoods(values)
    places = [panel.declared.place_of(name) for name in incumbent.names]
    served = Engine(Lookup(incumbent)).likelihoods(np.asfortranarray(values[:, places]))
    verdict = compare(
        (stage.value, candidate), (incumbent.version, served), label, panel.household[split.tested], seed=seed
    )
    if not verdict.promoted:
        raise NotBetter(f"{stage} was not better than {incumbent.version}: {_told(verdict, split.year)}.")
    return f"It takes the place of {incumbent.version}: {_told(verdict, split.year)}."
