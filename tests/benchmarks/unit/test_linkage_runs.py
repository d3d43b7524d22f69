from __future__ import annotations

import signal
import sys

import polars as pl

from benchmarks.linkage_files import LinkSet
from benchmarks.linkage_runs import measured, run, written


def test_a_process_that_needs_too_long_is_ended_and_told() -> None:
    spent = measured([sys.executable, "-c", "while True: pass"], most_cpu=1)
    assert spent.exit_code == -signal.SIGXCPU
    assert spent.cpu < 6
    assert "ended by -24 without a figure" in spent.told("Splink")


def test_memory_is_that_of_the_process_and_not_of_who_started_it() -> None:
    ballast = bytearray(200_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    assert measured([sys.executable, "-S", "-c", "pass"]).memory < 100


def test_our_engine_answers_from_a_process_of_its_own() -> None:
    kinds = {"name": "full name", "born": "date of birth", "number": "id"}
    rows = [
        (f"{first} {last}", f"19{at + 10}-0{at + 1}-11", f"{at}7{at}3{at}9{at}1")
        for at, (first, last) in enumerate(
            (first, last) for first in ("anna", "bert", "carl") for last in ("lund", "mora", "nilo")
        )
    ]
    frame = pl.DataFrame(rows, schema=list(kinds), orient="row")
    data = LinkSet(name="", kinds=kinds, left=frame, right=frame, truth={(at, at) for at in range(len(rows))})
    with written(data) as place:
        found = run("ours", place)
    assert found.spent.exit_code == 0
    assert found.linked == data.truth
    assert found.answers
    assert {pair[:2] for pair in found.answers[0]} >= data.truth
