from __future__ import annotations

from pathlib import Path

from holdfast.doctor import machine


def test_an_old_python_is_named_with_the_version_that_is_needed() -> None:
    finding = machine.python((3, 10))
    assert not finding.well
    assert finding.observation == "3.10 is too old"
    assert "Python 3.11" in finding.remedy
    assert machine.python((3, 11)).well


def test_a_full_disk_is_named_with_the_place_and_the_room_that_is_needed(tmp_path: Path) -> None:
    finding = machine.disk(tmp_path / "not" / "yet", free_mb=1_999)
    assert finding.observation == f"only 1,999 MB free at {tmp_path}"
    assert "2,000 MB" in finding.remedy
    assert machine.disk(tmp_path, free_mb=2_000).well


def test_too_little_memory_is_named() -> None:
    assert not machine.memory(1_199).well
    assert machine.memory(1_200).well


def test_a_clock_in_the_past_is_named() -> None:
    finding = machine.clock(0.0)
    assert finding.observation == "it says 1970-01-01, which is in the past"
    assert machine.clock(1_790_000_000.0).observation == "2026-09-21 14:13 UTC"
