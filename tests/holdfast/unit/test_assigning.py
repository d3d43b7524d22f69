from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from employment_service.matching.assignment.rows import BLOCK
from holdfast import matching

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
    matching.register(root)
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
        ("worker,vacancy,score\nA,V2,1\nB,V2,nan\n", None, "edges: row 2, score: a finite number"),
        ("worker,vacancy,score\nA,V2,-inf\n", None, "edges: row 1, score: a finite number"),
        ("worker,vacancy,score\nA,V2,many\n", None, "edges: row 1, score: a finite number"),
        ("worker,vacancy,score\nA,V2,1\n\nB,V2,\n", None, "edges: row 2, score: a finite number"),
        ("worker,vacancy,score\nA,V2,1,4,5\n", None, "edges: a row from 1 on has more cells"),
        ("worker,vacancy,score\n,V2,1\n", None, "edges: row 1, worker: it is blank"),
        ("worker,vacancy,score\nA,V9,1\n", None, "edges: row 1, vacancy: this vacancy has no row"),
        ("worker,vacancy,score\nA,V2,1\nB,V2,2\nA,V2,2\n", None, "edges: row 3, score: a row above gives this pair"),
        (None, "vacancy,capacity\nV 1,1\nV 1,2\n", "capacities: row 2, vacancy: this vacancy stands there"),
        (None, "vacancy,capacity\nV 1,-1\n", "capacities: row 1, capacity: it is below 0"),
        (None, "vacancy,capacity\nV 1,2.5\n", "capacities: row 1, capacity: a whole number"),
        (None, "vacancy,capacity\nV 1,\n", "capacities: row 1, capacity: a finite number"),
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


def solved(folder: Path, edges: str | bytes, capacities: str = "vacancy,capacity\nA,1\nB,1\n") -> tuple[str, list[str]]:
    """What the console says, and `worker vacancy score` of every row."""
    (folder / "e.csv").write_bytes(edges if isinstance(edges, bytes) else edges.encode())
    (folder / "c.csv").write_text(capacities, encoding="utf-8")
    code, told = run(folder)
    assert code == 0, told
    with (folder / "plan.csv").open(encoding="utf-8", newline="") as file:
        return told, [f"{row['worker']} {row['vacancy']} {row['score']}" for row in csv.DictReader(file)]


SCORES = [
    ("money", ("10.25", "9.99", "10.20", "2"), "20.19", "steps of 0.01"),
    ("a millionth", ("0.000002", "0.000001", "0.000002", "0"), "0.000003", "steps of 0.000001"),
    ("a thousand million and one", ("1000000001", "1e9", "1000000000", "0"), "2,000,000,000", "whole steps"),
    ("more than 32 bits", ("90000000000.5", "90000000000", "90000000000.5", "1"), "180,000,000,000.5", "steps of 0.1"),
    ("no end of digits", ("0.12345678901234568", "0.1", "0.3", "0"), "0.400000000000", "rounded to 1e-12"),
    ("all equal", ("7", "7", "7", "7"), "14", "optimal"),
    ("nothing but losses", ("-1", "-2.5", "-3", "-1"), "0", "4 pairs with a score below 0 are never used"),
]


@pytest.mark.parametrize(("scores", "best", "said"), [each[1:] for each in SCORES], ids=[each[0] for each in SCORES])
def test_any_finite_scores_are_added_up_exactly(
    folder: Path, scores: tuple[str, str, str, str], best: str, said: str
) -> None:
    pairs = zip(("1,A", "1,B", "2,A", "2,B"), scores, strict=True)

    told, _ = solved(folder, "worker,vacancy,score\n" + "".join(f"{pair},{score}\n" for pair, score in pairs))

    assert f"Objective {best} points. Certificate: no assignment exceeds {best}: optimal, gap 0" in told
    assert said in told


PLAIN = 'worker,vacancy,score\n007,A,5\n7,A,4\n"x,y",B,3\n'
FORMS = [
    ("a byte order mark and CR LF", b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode()),
    ("tabs", PLAIN.replace('"x,y"', "x\vy").replace(",", "\t").replace("\v", ",").encode()),
    ("semicolons", PLAIN.replace('"x,y"', "x\vy").replace(",", ";").replace("\v", ",").encode()),
    ("other names, order and columns", b'Weight,note,Source,Target\n5,a,007,A\n4,,7,A\n3,b,"x,y",B\n'),
    ("gzip", gzip.compress(PLAIN.encode())),
    ("no line end at the end", PLAIN.rstrip("\n").encode()),
    ("lines of nothing", PLAIN.replace("\n", "\n\n").encode()),
    ("a row twice", (PLAIN + "7,A,4.0\n").encode()),
]


@pytest.mark.parametrize("edges", [each[1] for each in FORMS], ids=[each[0] for each in FORMS])
def test_a_file_may_be_written_in_many_ways(folder: Path, edges: bytes) -> None:
    told, rows = solved(folder, edges)

    assert rows == ["007 A 5", "7  ", "x,y B 3"]
    assert "3 workers" in told


def test_a_row_tells_why(folder: Path) -> None:
    edges = "worker,vacancy,score\n1,A,10\n1,B,4\n2,A,9\n2,B,1\n3,A,2\n4,A,-1\n5,Z,0\n6,Z,9\n"
    solved(folder, edges, "vacancy,capacity\nA,1\nB,1\nZ,0\n")

    rows = pl.read_csv(folder / "plan.csv")

    assert rows["reason"].to_list() == ["BEST_AFTER_PRICE", "BEST", "OUTBID", "NO_PAIR", "NOTHING_GAINED", "OUTBID"]
    assert rows["next_best"].to_list() == [None, None, "A", None, None, "Z"]
    assert int(rows["surplus"].sum()) + int(rows["price"].sum()) == 13


def test_numbers_in_parquet_are_ids_like_any_text(folder: Path) -> None:
    pl.DataFrame({"worker": [1.0, 2.0], "vacancy": [10, 20], "score": [0.5, 0.25]}).write_parquet(folder / "e.parquet")
    (folder / "c.csv").write_text("vacancy,capacity\n10,1\n20,99999999999\n", encoding="utf-8")

    code, told = run(folder, edges="e.parquet")

    assert code == 0, told
    assert "Objective 0.75 points" in told
    assert pl.read_csv(folder / "plan.csv")["worker"].to_list() == [1, 2]


def test_rows_in_any_order_and_many_blocks_say_the_same(folder: Path) -> None:
    draw = np.random.default_rng(3)
    rows = [f"{who},{vacancy},{int(draw.integers(1, 999))}" for who in range(300) for vacancy in range(200)]
    rows = [f'"worker {row.split(",")[0]}\n",{row.split(",", 1)[1]}' for row in rows]
    places = "vacancy,capacity\n" + "".join(f"{vacancy},1\n" for vacancy in range(200))

    told, _ = solved(folder, "worker,vacancy,score\n" + "\n".join(rows), places)
    other, _ = solved(folder, "worker,vacancy,score\n" + "\n".join(draw.permutation(rows).tolist()), places)

    assert (folder / "e.csv").stat().st_size > BLOCK
    assert told.partition("Certificate")[2][:60] == other.partition("Certificate")[2][:60]


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
