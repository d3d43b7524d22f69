from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from chassis.clock import OffsetClock
from holdfast.cli import build


def run(data: Path, *arguments: str, mode: str = "demo") -> tuple[int, str]:
    environment = {"HOLDFAST_DATA": str(data), "HOLDFAST_MODE": mode, "HOLDFAST_CLOCK_FILE": None}
    result = CliRunner().invoke(build("clock"), ["clock", *arguments], env=environment)
    return result.exit_code, result.output


def offset(data: Path) -> float:
    return OffsetClock(data / "run" / "clock-offset").offset().total_seconds()


def test_the_clock_moves_for_every_process_of_the_data_folder(tmp_path: Path) -> None:
    assert run(tmp_path, "advance", "--hours", "72")[0] == 0
    assert offset(tmp_path) == 72 * 3600
    assert run(tmp_path, "advance", "--days", "1", "--hours", "0.5")[0] == 0
    assert offset(tmp_path) == 96.5 * 3600
    assert run(tmp_path, "reset")[0] == 0
    assert offset(tmp_path) == 0


def test_the_clock_is_set_to_an_instant(tmp_path: Path) -> None:
    status, said = run(tmp_path, "set", "2020-09-18T09:00:00+08:00")

    assert status == 0
    assert said.startswith("2020-09-18T01:00:0")
    assert run(tmp_path, "show")[1].startswith("2020-09-18T01:0")


@pytest.mark.parametrize(
    "arguments",
    [
        ("advance",),
        ("advance", "--hours", "-1"),
        ("advance", "--hours", "nan"),
        ("advance", "--days", "inf"),
        ("set", "soon"),
    ],
)
def test_what_is_no_time_is_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run(tmp_path, *arguments)[0] == 1
    assert offset(tmp_path) == 0


@pytest.mark.parametrize("mode", ["development", "production"])
def test_outside_of_demo_mode_the_clock_stands(tmp_path: Path, mode: str) -> None:
    assert run(tmp_path, "advance", "--hours", "1", mode=mode)[0] == 1
    assert not (tmp_path / "run").exists()
