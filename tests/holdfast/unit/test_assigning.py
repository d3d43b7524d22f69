from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from holdfast import assigning

EDGES = """worker,vacancy,score
甲-1,V 1,10
甲-1,V2,9
W2,V 1,10
W2,V2,2
W3,V2,1
"""
CAPACITIES = """vacancy,capacity
V 1,1
V2,1
V3,4
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "e.csv").write_text(EDGES, encoding="utf-8")
    (tmp_path / "c.csv").write_text(CAPACITIES, encoding="utf-8")
    return tmp_path


def run(folder: Path, *, out: str = "plan.csv", edges: str = "e.csv") -> tuple[int, str]:
    root = typer.Typer()
    root.callback()(lambda: None)
    assigning.register(root)
    files = ["--edges", str(folder / edges), "--capacities", str(folder / "c.csv"), "--out", str(folder / out)]
    ended = CliRunner(env={"COLUMNS": "200"}).invoke(root, ["match", *files])
    return ended.exit_code, ended.output


def test_an_assignment_is_written_with_prices_and_told_beside_simpler_ways(folder: Path) -> None:
    code, told = run(folder)

    assert code == 0, told
    with (folder / "plan.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["worker"], row["vacancy"], row["score"]) for row in csv.DictReader(file)]
    assert rows == [("甲-1", "V2", "9"), ("W2", "V 1", "10"), ("W3", "", "")]
    for part in ("Objective 19 points", "no assignment exceeds 19: optimal", "greedy", "first come", "+58.33%"):
        assert part in told


def test_whoever_adds_up_surpluses_and_prices_gets_the_certificate(folder: Path) -> None:
    assert run(folder)[0] == 0
    rows = pl.read_csv(folder / "plan.csv")

    assert int(rows["surplus"].sum()) + int(rows["price"].sum()) == 19


def test_parquet_goes_in_and_out(folder: Path) -> None:
    pl.read_csv(folder / "e.csv").write_parquet(folder / "e.parquet")

    assert run(folder, edges="e.parquet", out="plan.parquet")[0] == 0

    assert pl.read_parquet(folder / "plan.parquet")["vacancy"].to_list() == ["V2", "V 1", None]


@pytest.mark.parametrize(
    ("edges", "capacities", "told"),
    [
        ("worker,vacancy\nA,V\n", None, "edges: the column score is missing"),
        ("", None, "edges: the file is empty"),
        ("worker,vacancy,score\nA,V2,1\nA,V2,-3\n", None, "edges: row 2, score: it is below 0"),
        ("worker,vacancy,score\nA,V2,1.5\n", None, "edges: row 1, score: a whole number from 0"),
        ("worker,vacancy,score\nA,V2,nan\n", None, "edges: row 1, score: a whole number"),
        ("worker,vacancy,score\nA,V2,many\n", None, "edges: row 1, score: a whole number"),
        ("worker,vacancy,score\nA,V2,99999999999\n", None, "edges: row 1, score: a whole number"),
        ("worker,vacancy,score\n,V2,1\n", None, "edges: row 1, worker: it is blank"),
        ("worker,vacancy,score\nA,V9,1\n", None, "edges: row 1, vacancy: this vacancy has no row"),
        ("worker,vacancy,score\nA,V2,1\nA,V2,2\n", None, "edges: row 2, vacancy: this worker and this vacancy"),
        (None, "vacancy,capacity\nV 1,1\nV 1,2\n", "capacities: row 2, vacancy: this vacancy stands there"),
        (None, "vacancy,capacity\nV 1,-1\n", "capacities: row 1, capacity: it is below 0"),
    ],
)
def test_what_cannot_be_read_is_refused_by_row_and_column(
    folder: Path, edges: str | None, capacities: str | None, told: str
) -> None:
    (folder / "e.csv").write_text(EDGES if edges is None else edges, encoding="utf-8")
    (folder / "c.csv").write_text(CAPACITIES if capacities is None else capacities, encoding="utf-8")

    code, said = run(folder)

    assert code == 1
    assert "MATCH_TABLE_INVALID: " + told in said
    assert not (folder / "plan.csv").exists()


def test_a_file_that_is_read_is_not_written_over(folder: Path) -> None:
    code, said = run(folder, out="e.csv")

    assert code == 1
    assert "MATCH_OUTPUT_UNWRITABLE" in said
    assert (folder / "e.csv").read_text(encoding="utf-8") == EDGES


def test_nobody_at_all_is_no_fault(folder: Path) -> None:
    (folder / "e.csv").write_text("worker,vacancy,score\n", encoding="utf-8")

    code, told = run(folder)

    assert code == 0, told
    assert "Objective 0 points" in told
