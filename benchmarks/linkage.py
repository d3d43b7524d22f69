"""Record linkage beside Splink (DuckDB) and recordlinkage on the same rows in the same run.

Every engine works in a process of its own and is told with its CPU-seconds and memory, start and reading included.
Peers are shown at the threshold that is best for them, and where their pairs do better when whoever is connected is
taken for one person, by these groups; ours is the one it chose itself, without the truth. Which pairs the peers
compare is said in `linkage_blocking`, how they are set up in `linkage_peers`. A peer that needs more than
`linkage_runs.MOST_CPU_SECONDS` for a set has no figure there (nan), and the line is short.

    python benchmarks/linkage.py [--quick] [--only febrl|invented|grown|large]

Needs the bench group (splink, recordlinkage, psutil). Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.bars import Bars
from benchmarks.linkage_files import LinkSet
from benchmarks.linkage_ours import table_of
from benchmarks.linkage_runs import Run, measured, note, run, written
from benchmarks.linkage_scores import best_f1, best_f1_in_groups, f1_of, one_to_one
from benchmarks.linkage_sets import (
    PERSON_KINDS,
    febrl3,
    febrl4,
    grown_sets,
    invented_sets,
    reduced,
    registry_and_feed,
    short_lists,
    with_noisy_id,
)
from households_service.linkage.candidates import LONGEST_LIST, short_lists_only
from households_service.linkage.keys import keys_of

MOST_MEMORY_MB = 500
LEAST_CPU_RATIO = 5.0
MOST_THRESHOLD_LOSS = 0.01
LARGE_U_PAIRS = 1e6
"""Of Splink's sampling in the large set: its least, so that the ratio of CPU is not made by its care."""
MOST_LARGE_CPU_SECONDS = 1_200
PEERS = ("Splink", "recordlinkage")


def ours_best(found: Run, data: LinkSet) -> float:
    """At the best threshold there is for our odds; without an answer of ours there is nothing to print."""
    if not found.answers:
        raise SystemExit(found.spent.told("ours"))
    return best_f1(found.answers[0], data.truth)


def peer_f1(found: Run, data: LinkSet, *, once: bool = False) -> float:
    """The best there is for a peer; nan where it ended without an answer."""
    figures = [float("nan")] if not found.answers else []
    for scored in found.answers:
        figures.append(best_f1(one_to_one(scored) if once else scored, data.truth))
        if data.right is None:
            figures.append(best_f1_in_groups(scored, data.truth))
    return max(figures)


def beside_peers(bars: Bars, data: LinkSet, engines: Iterable[str], bar: float | None = None) -> dict[str, Run]:
    """Pair F1 beside the peers, the bar that is asked of us if there is one, and what our threshold costs.

    The runs of the peers.
    """
    with written(data) as place:
        runs = {engine: run(engine, place) for engine in ("ours", *engines)}
    own, best = f1_of(runs["ours"].linked, data.truth), ours_best(runs["ours"], data)
    if bar is not None:
        bars.at_least(f"{data.name}, pair F1", own, bar, note=runs["ours"].spent.told("ours"))
    if len(runs) > 1:
        peers = {engine: peer_f1(found, data) for engine, found in runs.items() if engine != "ours"}
        bars.ahead(f"{data.name}, pair F1 beside peers", own, peers, note=note(runs))
    bars.at_most(f"{data.name}, loss by its own threshold", best - own, MOST_THRESHOLD_LOSS)
    return {engine: found for engine, found in runs.items() if engine != "ours"}


def once_each(bars: Bars, data: LinkSet, runs: dict[str, Run], bar: float) -> None:
    """Where nobody stands twice in either file."""
    with written(data) as place:
        ours = run("ours-one-to-one", place)
    own, best = f1_of(ours.linked, data.truth), ours_best(ours, data)
    peers = {engine: peer_f1(found, data, once=True) for engine, found in runs.items()}
    bars.at_least(f"{data.name}, one to one, pair F1", own, bar, note=ours.spent.told("ours"))
    bars.ahead(f"{data.name}, one to one, pair F1 beside peers", own, peers, note=note({"ours": ours} | runs))
    bars.at_most(f"{data.name}, one to one, loss by its own threshold", best - own, MOST_THRESHOLD_LOSS)


def febrl_sets(bars: Bars) -> None:
    whole = febrl4()
    small = reduced(whole)
    for data, bar in ((febrl3(), 0.9995), (whole, 0.9995), (small, 0.98), (with_noisy_id(small), 0.99)):
        peers = beside_peers(bars, data, PEERS, bar)
        if data is small:
            once_each(bars, small, peers, 0.997)


def short_lists_together(bars: Bars, engines: Iterable[str]) -> None:
    """In a list of some hundred people .01 are four pairs: the bars are for all lists together, each is shown.

    Every engine gets the lists as they were written: two forms of dates, two alphabets. Whoever makes them alike first
    helps a peer more than us, so its figures here say what it makes of raw lists, not how it weighs.
    """
    kept: dict[str, list[float]] = {engine: [] for engine in ("ours", *engines)}
    losses = []
    for data in short_lists():
        with written(data) as place:
            runs = {engine: run(engine, place) for engine in kept}
        own = f1_of(runs["ours"].linked, data.truth)
        losses.append(ours_best(runs["ours"], data) - own)
        for engine, found in runs.items():
            kept[engine].append(own if engine == "ours" else peer_f1(found, data))
        told = ", ".join(f"{engine} {figures[-1]:.4f}" for engine, figures in kept.items())
        print(f"list {data.name}: {told}; loss by its own threshold {losses[-1]:.4f}", flush=True)
    means = {engine: sum(figures) / len(figures) for engine, figures in kept.items()}
    many = f"{len(losses)} lists in many languages"
    if len(means) > 1:
        bars.ahead(f"{many}, mean pair F1 beside peers", means["ours"], {e: f for e, f in means.items() if e != "ours"})
    over = f"{sum(loss > MOST_THRESHOLD_LOSS for loss in losses)} of them lose more, {max(losses):.4f} at most"
    bars.at_most(
        f"{many}, mean loss by their own thresholds", sum(losses) / len(losses), MOST_THRESHOLD_LOSS, note=over
    )


def large_set(bars: Bars, persons: int, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        data = registry_and_feed(persons, rows)
        data.left.with_row_index("row").write_csv(place / "feed.csv")
        assert data.right is not None
        data.right.with_row_index("row").write_csv(place / "registry.csv")
        kinds = "\n".join(f'{column} = "{kind}"' for column, kind in PERSON_KINDS.items())
        (place / "link.toml").write_text(f'id = "row"\n[columns]\n{kinds}\n', encoding="utf-8")
        _write_keys(data, place)
        name, truth = data.name, data.truth
        del data
        command = [sys.executable, "-m", "holdfast", "link", str(place / "feed.csv"), str(place / "registry.csv")]
        command += ["--schema", str(place / "link.toml"), "--out", str(place / "pairs.csv")]
        ours = measured(command)
        if ours.exit_code:
            raise SystemExit(ours.told("ours"))
        found = pl.read_csv(place / "pairs.csv")
        links = found.filter(pl.col("decision") == "auto")
        own = f1_of(set(links.select("left", "right").iter_rows()), truth)
        ordered = found.sort("probability", descending=True).select("left", "right").rows()
        right = np.cumsum([pair in truth for pair in ordered])
        best = float((2 * right / (np.arange(1, len(ordered) + 1) + len(truth))).max())
        peer = measured([sys.executable, __file__, "--splink", str(place)], most_cpu=MOST_LARGE_CPU_SECONDS)
        peer_pairs = place / "splink.parquet"
        peer_f1 = best_f1(pl.read_parquet(peer_pairs).rows(), truth) if peer_pairs.exists() else float("nan")
    told = f"with start, reading and keys: {ours.told('ours')}; with our keys given: {peer.told('Splink')}"
    bars.at_most(f"{name}, memory", ours.memory, MOST_MEMORY_MB, peers={"Splink": peer.memory}, digits=0, unit="MB")
    bars.at_least(f"{name}, CPU of Splink over ours", peer.cpu / ours.cpu, LEAST_CPU_RATIO, note=told, digits=2)
    bars.ahead(f"{name}, pair F1 beside Splink", own, {"Splink": peer_f1})
    bars.at_most(f"{name}, loss by its own threshold", best - own, MOST_THRESHOLD_LOSS)


def _write_keys(data: LinkSet, place: Path) -> None:
    """The rows in Parquet with our keys as columns, lists that we skip left out: Splink then compares what we do."""
    table = table_of(data)
    left, right = slice(0, table.left_rows), slice(table.left_rows, table.rows)
    sides: tuple[list[pl.Series], list[pl.Series]] = ([], [])
    for number, key in enumerate(keys_of(table)):
        pair = short_lists_only(key.of(left, right=False), key.of(right, right=True), LONGEST_LIST)
        for side, values in zip(sides, pair, strict=True):
            series = pl.Series(f"key{number}", (values >> np.uint64(1)).astype(np.int64))
            side.append(series.set(series == 0, None))
    for name, frame, side in (("left", data.left, sides[0]), ("right", data.right, sides[1])):
        assert frame is not None
        frame.hstack(side).write_parquet(place / f"{name}.parquet")


def _splink_child(place: Path) -> None:
    from benchmarks.linkage_blocking import Rule  # noqa: PLC0415 - peers only where they run
    from benchmarks.linkage_peers import splink_scored  # noqa: PLC0415 - peers only where they run

    frames = [pl.read_parquet(place / f"{name}.parquet") for name in ("left", "right")]
    keys = [column for column in frames[0].columns if column.startswith("key")]
    data = LinkSet(name="", kinds=PERSON_KINDS, left=frames[0], right=frames[1], truth=set())
    rules = [Rule(left=(key,), right=(key,)) for key in keys]
    scored = splink_scored(data, frames, rules, most_u_pairs=LARGE_U_PAIRS)
    names = {"left": pl.Int64, "right": pl.Int64, "score": pl.Float64}
    pl.DataFrame(scored, schema=names, orient="row").write_parquet(place / "splink.parquet")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="smaller invented sets without peers, 20,000 persons instead of a million; some five CPU-minutes",
    )
    parser.add_argument("--only", choices=["febrl", "invented", "lists", "grown", "large"], help="one part of it")
    parser.add_argument("--splink", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.splink is not None:
        _splink_child(asked.splink)
        return
    bars = Bars()
    if asked.only in {None, "febrl"}:
        febrl_sets(bars)
    if asked.only in {None, "invented"}:
        for data in invented_sets(scale=0.4 if asked.quick else 1.0):
            beside_peers(bars, data, () if asked.quick else PEERS)
    if asked.only in {None, "lists"}:
        short_lists_together(bars, () if asked.quick else PEERS)
    if asked.only == "grown" or (asked.only is None and not asked.quick):
        for data in grown_sets():
            beside_peers(bars, data, PEERS)
    if asked.only in {None, "large"}:
        large_set(bars, 20_000 if asked.quick else 1_000_000, 1_000 if asked.quick else 10_000)
    bars.finish()


if __name__ == "__main__":
    main()
