"""One engine on one set in a process of its own, with what it took.

python -m benchmarks.linkage_runs ENGINE FOLDER     reads the set in FOLDER, writes FOLDER/ENGINE.NUMBER.parquet
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.linkage_files import LinkSet, read, write
from benchmarks.linkage_scores import Scored

MOST_CPU_SECONDS = 300
"""A peer that needs more for one set has no figure there; it is told, and the line is short."""
_WATCH = """
import json, os, resource, subprocess, sys
most = int(sys.argv[1])
def limit():
    if most:
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
child = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL, preexec_fn=limit)
_, status, usage = os.wait4(child.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))
"""
"""Starts a command from a small process: a child's greatest memory counts what its parent had when it was started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """CPU-seconds of all threads, user and system, with start and reading; MB of memory at most."""

    exit_code: int
    cpu: float
    memory: float

    def told(self, engine: str) -> str:
        ended = "" if self.exit_code == 0 else f", ended by {self.exit_code} without a figure"
        return f"{engine} {self.cpu:.1f} CPU-seconds {self.memory:.0f} MB{ended}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`answers`: pairs by each way of scoring them, none where the engine ended without an answer. `linked`: what ours
    took by its own threshold.
    """

    spent: Spent
    answers: list[Scored]
    linked: set[tuple[int, int]]


def measured(command: list[str], *, most_cpu: int = 0) -> Spent:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    watch = [sys.executable, "-S", "-c", _WATCH, str(most_cpu), *command]
    told = subprocess.run(watch, stdout=subprocess.PIPE, env=environment, check=True).stdout
    code, cpu, memory = json.loads(told)
    return Spent(exit_code=int(code), cpu=float(cpu), memory=float(memory))


@contextmanager
def written(data: LinkSet) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        write(data, Path(folder))
        yield Path(folder)


def run(engine: str, place: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.linkage_runs", engine, str(place)]
    spent = measured(command, most_cpu=MOST_CPU_SECONDS)
    if spent.exit_code:
        return Run(spent=spent, answers=[], linked=set())
    found = [pl.read_parquet(answer) for answer in sorted(place.glob(f"{engine}.*.parquet"))]
    linked = found[0].filter(pl.col("linked")).select("left", "right")
    return Run(spent=spent, answers=[one.drop("linked").rows() for one in found], linked=set(linked.iter_rows()))


def note(runs: Mapping[str, Run]) -> str:
    return ", ".join(one.spent.told(engine) for engine, one in runs.items())


def _child(engine: str, place: Path) -> None:
    data = read(place)
    if engine.startswith("ours"):
        from benchmarks.linkage_ours import linked_pairs  # noqa: PLC0415 - each process loads its own engine only

        scored, linked = linked_pairs(data, one_to_one=engine == "ours-one-to-one")
        _write(scored, linked, place / f"{engine}.0.parquet")
        return
    from benchmarks.linkage_peers import PEERS  # noqa: PLC0415 - each process loads its own engine only

    for number, scored in enumerate(PEERS[engine](data)):
        _write(scored, [False] * len(scored), place / f"{engine}.{number}.parquet")


def _write(scored: Scored, linked: list[bool], answer: Path) -> None:
    names = {"left": pl.Int64, "right": pl.Int64, "score": pl.Float64}
    frame = pl.DataFrame(scored, schema=names, orient="row").with_columns(pl.Series("linked", linked, dtype=pl.Boolean))
    frame.write_parquet(answer)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine")
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    _child(asked.engine, asked.folder)
