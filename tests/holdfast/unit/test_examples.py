"""The example files are what the pages say of them."""

from __future__ import annotations

import csv
from pathlib import Path

from typer.testing import CliRunner

from holdfast.cli import build
from holdfast.settings import ROOT
from households_service.linkage.identity_number import is_valid

EXAMPLES = ROOT / "examples"


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_two_files_are_linked_as_the_page_shows(tmp_path: Path) -> None:
    out = tmp_path / "pairs.csv"
    files = [str(EXAMPLES / "link" / name) for name in ("left.csv", "right.csv", "link.toml", "truth.csv")]
    result = CliRunner().invoke(
        build("link"), ["link", *files[:2], "--schema", files[2], "--out", str(out), "--truth", files[3]]
    )
    assert result.exit_code == 0, result.output
    assert "200 rows against 190;" in result.output
    with out.open(encoding="utf-8", newline="") as file:
        linked = {(row["left"], row["right"]) for row in csv.DictReader(file) if row["decision"] == "auto"}
    known = {(row["left"], row["right"]) for row in rows("link/truth.csv")}
    assert len(known) == 130
    assert 2 * len(linked & known) / (len(linked) + len(known)) > 0.99


def test_the_registry_sheet_has_the_countys_26_columns() -> None:
    sheet = rows("registry/three-households.csv")
    assert (len(sheet), len(sheet[0])) == (8, 26)
    assert {row["户编号"] for row in sheet} == {f"990101001204-030{number}" for number in (1, 2, 3)}


def test_everybody_in_the_examples_is_invented() -> None:
    numbers = [row["idNumber"] for row in rows("feeds/health-insurance.csv") if row["idNumber"]]
    numbers += [row["证件号码"] for row in rows("registry/three-households.csv")]
    assert len(numbers) == 14
    assert {number[:6] for number in numbers} == {"990101"}
    # Two are mistyped in the feed, one is rounded in the sheet.
    assert sum(not is_valid(number) for number in numbers) == 3


def test_the_forty_households_are_planned_for_as_the_page_shows(tmp_path: Path) -> None:
    files = ["--households", str(EXAMPLES / "plan/households.csv"), "--measures", str(EXAMPLES / "plan/measures.csv")]
    floors = ["--floor", "township=0.5", "--floor", "head_65=0.8", "--what-if", "PUBLIC_WELFARE_POST=+1"]
    asked = ["plan", *files, "--budget", "200000", *floors, "--out", str(tmp_path / "plan.csv")]
    result = CliRunner(env={"COLUMNS": "200"}).invoke(build("plan"), asked)
    assert result.exit_code == 0, result.output
    page = (ROOT / "docs" / "planning.md").read_text(encoding="utf-8")
    for told in ("29 are offered something for 199,400.00 of 200,000.00 yuan", "11.959 people", "0.2025", "(+0.167)"):
        assert told in result.output
        assert told in page
