"""The likelihood beside LightGBM (monotone), XGBoost, EBM and logistic regression, on the same rows in the same run.

Each year is told by what was known when it began, by the table as it is served: written to JSON, read again, looked up.

    python benchmarks/risk.py [--table FILE] [--features FILE] [--quick]

The table comes from --table or HOLDFAST_RISK_TABLE, its meaning from --features (examples/risk/features.toml); without
a table an invented panel is told. Needs the peers group (lightgbm, xgboost, interpret-core). Exits 1 when a bar is
short.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.metrics import roc_auc_score

from benchmarks.bars import Bars
from benchmarks.cpu_time import best
from benchmarks.risk_panel import invented_features, invented_panel
from benchmarks.risk_peers import PEERS, lightgbm_model
from risk_service.scoring.declaring import load_features
from risk_service.scoring.engine import Engine
from risk_service.scoring.features import Floats
from risk_service.scoring.points import Lookup, PointsTable, read_points
from risk_service.training.asof import (
    GAP_SHARE,
    GAPS,
    PROXIMITY,
    SERVED,
    Split,
    YearTest,
    make_table,
    run_split,
    splits_of,
)
from risk_service.training.panel import Panel, panel_of, read_table
from risk_service.training.stages import Stage

SEED = 1
PROBES = 1_000_000
GAP_PROBES = 20_000
LEAST_ROWS_A_SECOND = 500_000
FEATURES = Path(__file__).resolve().parent.parent / "examples" / "risk" / "features.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAuc:
    """On the tested rows as they are, and with 30 % of their cells missing."""

    whole: float
    with_gaps: float


def against_peers(bars: Bars, panel: Panel, split: Split, ours: float, *, quick: bool) -> dict[str, PeerAuc]:
    learnt = split.seen & panel.labelled
    seen, tested = panel.values[learnt], panel.values[split.tested]
    holes = np.random.default_rng(SEED).random(tested.shape) < GAP_SHARE
    both = np.vstack([tested, np.where(holes, np.nan, tested)])
    finite = [np.where(np.isinf(one), np.sign(one) * 1e9, one) for one in (seen, both)]
    label, truth = panel.label[learnt].astype(np.int64), panel.label[split.tested]
    signs = [int(feature.effect) for feature in panel.declared.features]
    found = {}
    for name, peer in PEERS.items():
        if quick and name == "EBM":
            continue
        started = time.process_time()
        told = peer(finite[0], label, signs, finite[1])
        found[name] = PeerAuc(
            whole=float(roc_auc_score(truth, told[: len(truth)])),
            with_gaps=float(roc_auc_score(truth, told[len(truth) :])),
        )
        seconds = time.process_time() - started
        print(f"  {split.year} {name}: AUC {found[name].whole:.4f} in {seconds:.1f} CPU-seconds", flush=True)
    peers = {name: one.whole for name, one in found.items()}
    behind = max(peers.values()) - ours
    bars.at_most(f"AUC {split.year}, behind the best peer", behind, 0.003, peers=peers, note=f"ours {ours:.4f}")
    return found


def quality(bars: Bars, panel: Panel, *, real: bool, quick: bool) -> None:
    tests, peers = [], []
    for split in splits_of(panel):
        started = time.process_time()
        test = run_split(panel, split, stage=Stage.ADDITIVE if split.year else None, seed=SEED)
        seconds = time.process_time() - started
        print(f"  {split.year}: {test.labels:,} labels, all stages in {seconds:.1f} CPU-seconds", flush=True)
        tests.append(test)
        served = test.measures[SERVED]
        peers.append(against_peers(bars, panel, split, _known(served.auc), quick=quick))
        if real:
            bars.at_most(f"calibration {test.year}, given the true rate", served.level_error, 0.015)
    on_average(bars, panel, tests, peers, real=real)


def on_average(bars: Bars, panel: Panel, tests: list[YearTest], peers: list[dict[str, PeerAuc]], *, real: bool) -> None:
    """Bars about the mean year. Absolute ones are of a real panel: an invented one is as hard as it was invented."""
    served = [test.measures[SERVED] for test in tests]
    auc = statistics.fmean(_known(one.auc) for one in served)
    lost = statistics.fmean(test.late[GAPS] for test in tests)
    theirs = {name: statistics.fmean(one[name].whole - one[name].with_gaps for one in peers) for name in peers[0]}
    bars.at_most("AUC lost at 30 % missing cells", lost, 0.02 if real else min(theirs.values()), peers=theirs)
    floors = [(g, floor) for g in panel.declared.groups if (floor := g.recall_floor) is not None]
    for group, floor in floors:
        both = [test.visited_by_group[group.name] for test in tests if group.name in test.visited_by_group]
        if both:
            reached, plain = statistics.fmean(one[1] for one in both), statistics.fmean(one[0] for one in both)
            note = f"without the floor {plain:.4f}"
            bars.at_least(f"recall of {group.name} at 20 % of visits", reached, floor, note=note)
    if floors:
        fall = [_known(test.measures[SERVED].recall_20) - _known(test.recall_with_floors) for test in tests]
        bars.at_most("recall of all given up for floors", statistics.fmean(fall), panel.declared.visits.total_may_fall)
    if not real:
        return
    near = [test.measures[PROXIMITY] for test in tests if PROXIMITY in test.measures]
    nearness = statistics.fmean(_known(one.auc) for one in near) if near else math.nan
    prior = [test.measures[Stage.PRIOR.value].auc for test in tests if Stage.PRIOR.value in test.measures]
    if prior:
        without = statistics.fmean(_known(one) for one in prior)
        told = {"income-proximity": auc - nearness} if near else {}
        bars.at_most("AUC lost without any label", auc - without, 0.02, peers=told, note=f"{without:.4f} of {auc:.4f}")
    found = {"income-proximity": statistics.fmean(_known(one.recall_20) for one in near)} if near else {}
    recall = statistics.fmean(_known(one.recall_20) for one in served)
    bars.at_least("recall at 20 % of visits", recall, 0.6, peers=found)
    if near:
        theirs = {name: statistics.fmean(one[name].whole for one in peers) - nearness for name in peers[0]}
        bars.at_least("AUC over income proximity", auc - nearness, 0.07, peers=theirs, note=f"proximity {nearness:.4f}")


def _known(value: float | None) -> float:
    assert value is not None
    return value


def soundness(bars: Bars, panel: Panel, split: Split) -> None:
    tables = [make_table(panel, split.seen, Stage.ADDITIVE, seed=SEED).to_json() for _ in range(2)]
    bars.at_most("bytes that differ between two runs", float(tables[0] != tables[1]), 0, digits=0)
    table = read_points(tables[0])
    values = np.asfortranarray(panel.values[split.tested])
    bars.at_most("monotonicity broken", wrong_ways(table, values), 0, digits=0, note=f"in {PROBES:,} probes")
    speed(bars, panel, split, table, values)


def wrong_ways(table: PointsTable, values: Floats) -> int:
    """Probes in which a signed feature moved and the likelihood went the other way: rows as they are, rows with
    sources missing, and rows with any cells missing.
    """
    rng = np.random.default_rng(SEED)
    engine = Engine(Lookup(table))
    signed = np.array([j for j, one in enumerate(table.features) if one.effect])
    sources = sorted({one.source for one in table.features})
    wrong, size = 0, 20_000
    for round_number in range(PROBES // size):
        rows = values[rng.integers(0, len(values), size)].copy(order="F")
        if round_number % 5 == 1:
            gone = rng.choice(sources, 2, replace=False)
            rows[:, [one.source in gone for one in table.features]] = np.nan
        if round_number < GAP_PROBES // size:
            rows[rng.random(rows.shape) < 0.3] = np.nan
        place = rng.choice(signed, size)
        every = np.arange(size)
        others = values[rng.integers(0, len(values), size), place]
        low, high = np.fmin(rows[every, place], others), np.fmax(rows[every, place], others)
        low, high = (np.where(np.isnan(rows[every, place]), np.nan, one) for one in (low, high))
        told = []
        for one in (low, high):
            moved = rows.copy(order="F")
            moved[every, place] = one
            told.append(engine.score(moved).total)
        signs = np.array([int(one.effect) for one in table.features])[place]
        wrong += int((signs * (told[1] - told[0]) < 0).sum())
    return wrong


def speed(bars: Bars, panel: Panel, split: Split, table: PointsTable, values: Floats) -> None:
    """Explained: every contribution, the likelihood, the three raising and two lowering most."""
    engine = Engine(Lookup(table))
    many = np.asfortranarray(np.tile(values, (-(-100_000 // len(values)), 1)))
    engine.score(many[:1_000])
    ours = len(many) / best(lambda: engine.score(many), 5).total
    learnt = np.flatnonzero(split.seen & panel.labelled)[:20_000]
    signs = [int(feature.effect) for feature in panel.declared.features]
    peer = lightgbm_model(panel.values[learnt], panel.label[learnt].astype(np.int64), signs)
    few = values[:2_000]
    theirs = len(few) / best(lambda: peer.predict(few, pred_contrib=True), 3).total
    bars.at_least(
        "explained rows a CPU-second",
        ours,
        LEAST_ROWS_A_SECOND,
        peers={"LightGBM-contributions": theirs},
        digits=0,
        note=f"{len(table.features)} features",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told = os.environ.get("HOLDFAST_RISK_TABLE")
    parser.add_argument("--table", type=Path, default=Path(told) if told else None)
    parser.add_argument("--features", type=Path, default=FEATURES)
    parser.add_argument("--quick", action="store_true", help="without EBM, which takes most of the time")
    asked = parser.parse_args()
    if asked.table is None:
        print("No table: an invented panel is told; bars in absolute figures are left out.")
        panel = panel_of(invented_panel(), invented_features())
    else:
        frame: pl.DataFrame = read_table(asked.table)
        panel = panel_of(frame, load_features(asked.features))
    bars = Bars()
    quality(bars, panel, real=asked.table is not None, quick=asked.quick)
    soundness(bars, panel, splits_of(panel)[0])
    bars.finish()


if __name__ == "__main__":
    main()
