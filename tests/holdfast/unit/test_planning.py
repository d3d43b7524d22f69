from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli import build

HOUSEHOLDS = """household,likelihood,members,level,able
H1,0.5,4,RED,yes
H2,0.2,2,,no
H3,0.1,1,,yes
"""
MEASURES = """measure,unit_cost,capacity,effect,needs
POST,6000,1,0.5,able
RELIEF,1000,,0.2,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "h.csv").write_text(HOUSEHOLDS, encoding="utf-8")
    (tmp_path / "m.csv").write_text(MEASURES, encoding="utf-8")
    return tmp_path


def run(folder: Path, *more: str, out: str = "plan.csv") -> tuple[int, str]:
    files = ["--households", str(folder / "h.csv"), "--measures", str(folder / "m.csv"), "--out", str(folder / out)]
    ended = CliRunner(env={"COLUMNS": "200"}).invoke(build("plan"), ["plan", *files, *more])
    return ended.exit_code, ended.output


def test_a_plan_is_written_with_prices_reasons_and_what_simpler_ways_avert(folder: Path) -> None:
    code, told = run(folder, "--budget", "7000", "--what-if", "budget=+1000", "--what-if", "POST=-1")
    assert code == 0, told
    with (folder / "plan.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["household"], row["measure"], row["cost"], row["reason"]) for row in csv.DictReader(file)]
    assert rows == [
        ("H1", "POST", "6000.00", "WORTH_IT"),
        ("H2", "RELIEF", "1000.00", "WORTH_IT"),
        ("H3", "", "", "MONEY"),
    ]
    for part in ("1.080 people", "rank by risk", "threshold only", "1,000 more yuan would avert", "What if POST=-1"):
        assert part in told


@pytest.mark.parametrize(
    ("more", "out", "code"),
    [
        (("--budget", "many"), "plan.csv", "PLAN_TABLE_INVALID"),
        (("--budget", "1", "--floor", "township"), "plan.csv", "INVALID_INPUT"),
        (("--budget", "1", "--what-if", "PSOT=+1"), "plan.csv", "INVALID_INPUT"),
        (("--budget", "1", "--by", "luck"), "plan.csv", "INVALID_INPUT"),
        (("--budget", "1"), "h.csv", "PLAN_OUTPUT_UNWRITABLE"),
        (("--budget", "1"), "nowhere/plan.csv", "PLAN_OUTPUT_UNWRITABLE"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_nothing_written(
    folder: Path, more: tuple[str, ...], out: str, code: str
) -> None:
    ended, told = run(folder, *more, out=out)
    assert ended == 1
    assert code in told
    assert sorted(path.name for path in folder.iterdir()) == ["h.csv", "m.csv"]
    assert (folder / "h.csv").read_text(encoding="utf-8") == HOUSEHOLDS


def test_a_policy_packs_weights_hold_where_nothing_else_is_asked_for(folder: Path) -> None:
    pack = (Path(__file__).parents[3] / "risk_service/policy/packs/everywhere.toml").read_text(encoding="utf-8")
    said = pack.replace("red_first = true", "red_first = false").replace(
        "elders_floor_percent = 0", "elders_floor_percent = 80"
    )
    (folder / "p.toml").write_text(said, encoding="utf-8")
    (folder / "h.csv").write_text(
        "household,likelihood,members,level,able,head_65\nH1,0.5,4,,yes,no\nH2,0.2,2,RED,no,no\nH3,0.1,1,,yes,yes\n",
        encoding="utf-8",
    )
    policy = ("--policy", str(folder / "p.toml"))
    code, told = run(folder, "--budget", "1000", *policy, "--floor", "head_65=0")
    assert code == 0, told
    assert "Weights of everywhere@2020.3" in told
    assert "red among the others, floor head_65=0." in told
    assert helped(folder) == ["H1"]

    code, told = run(folder, "--budget", "3750", *policy)
    assert code == 0, told
    assert "floor head_65=0.8" in told
    assert helped(folder) == ["H1", "H2", "H3"]
    code, told = run(folder, "--budget", "1000")
    assert code == 0, told
    assert "Weights of" not in told
    assert helped(folder) == ["H2"]


def helped(folder: Path) -> list[str]:
    with (folder / "plan.csv").open(encoding="utf-8", newline="") as file:
        return [row["household"] for row in csv.DictReader(file) if row["measure"]]
