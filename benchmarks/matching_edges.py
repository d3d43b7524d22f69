"""Bare weighted bipartite problems: ours beside OR-tools' min-cost flow, HiGHS' simplex, scipy, greedy, first-come."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import numpy as np

from benchmarks.bars import Bars
from benchmarks.matching_markets import EdgeMarket, edge_market

FLOW_RATIO, SIMPLEX_RATIO, MOST_MEGABYTES = 4.0, 150.0, 300.0
ROUNDS = 3
MOST_CPU = 300
UNFINISHED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    value: int
    bound: int
    cpu: float
    megabytes: float


def apart(solver: str, file: str) -> Told:
    """One solver in a process of its own, which ends after `MOST_CPU` seconds of CPU: then those are its least."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "benchmarks.matching_peers", solver, file, str(MOST_CPU)]
    told = subprocess.run(command, capture_output=True, env=environment, check=False)
    if told.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return Told(value=UNFINISHED, bound=UNFINISHED, cpu=float(MOST_CPU), megabytes=math.nan)
    told.check_returncode()
    return Told(**json.loads(told.stdout.decode().splitlines()[-1]))


def least(solver: str, file: str) -> Told:
    """The round with the least CPU: what others do to a machine only ever adds."""
    return min((apart(solver, file) for _ in range(ROUNDS)), key=lambda told: told.cpu)


def run(bars: Bars, *, quick: bool) -> None:
    """Quick: OR-tools at 20,000 workers, the slow peers at 5,000."""
    sizes = ((5_000, 600), (20_000, 2_000)) if quick else ((20_000, 2_000), (100_000, 5_000))
    for workers, vacancies in sizes:
        market = edge_market(workers, vacancies, seed=1)
        with tempfile.NamedTemporaryFile(suffix=".npz") as file:
            save(file.name, market)
            slow = ("highs", "scipy") if workers <= 5_000 or not quick else ()
            name = f"{workers // 1000}k x {vacancies / 1000:g}k"
            peers = tuple(peer for peer in slow if peer != "scipy" or workers <= 20_000)
            compare(bars, name, file.name, peers, edges=len(market.edges.vacancy))


def save(name: str, market: EdgeMarket) -> None:
    edges = market.edges
    np.savez(name, starts=edges.starts, vacancy=edges.vacancy, score=edges.score, capacities=market.capacities)


def compare(bars: Bars, name: str, file: str, slow: tuple[str, ...], *, edges: int) -> None:
    ours, flow = least("ours", file), least("or-tools", file)
    peers = {"or-tools": flow, **{peer: apart(peer, file) for peer in slow}}
    simple = {peer: apart(peer, file) for peer in ("greedy", "first-come")}
    bars.at_most(f"{name} certificate", ours.bound - ours.value, 0, digits=0, unit=" points")
    differ = max(abs(told.value - ours.value) for told in peers.values() if told.value != UNFINISHED)
    bars.at_most(f"{name} differs from the exact peers", differ, 0, digits=0, unit=" points")
    cpu = {peer: told.cpu for peer, told in peers.items()}
    bars.at_least(
        f"{name} times less CPU than or-tools",
        flow.cpu / ours.cpu,
        FLOW_RATIO,
        digits=1,
        peers=cpu,
        note=f"ours {ours.cpu:.3f} CPU-s for {edges:,} edges; of the peers the seconds are shown",
    )
    if "highs" in peers:
        times = peers["highs"].cpu / ours.cpu
        bars.at_least(f"{name} times less CPU than simplex", times, simplex_bar(name), digits=1, peers=cpu)
    memory = {peer: told.megabytes for peer, told in peers.items()}
    bars.at_most(f"{name} megabytes added", ours.megabytes, MOST_MEGABYTES, digits=0, peers=memory)
    for peer, told in simple.items():
        gain = (ours.value / told.value - 1) * 100
        note = f"{told.cpu:.2f} CPU-s; lists of the best 35"
        bars.at_least(f"{name} value-percent over {peer}", gain, 0.0, digits=2, note=note)


def simplex_bar(name: str) -> float:
    """The simplex method falls behind with size: the bar is for the large problem."""
    return SIMPLEX_RATIO if name.startswith("100k") else 50.0 if name.startswith("20k") else 10.0
