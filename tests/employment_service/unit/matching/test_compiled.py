"""Loops work wherever the package lies, read-only places without a home included."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.codes import ROOT

LOOP = """
from __future__ import annotations

from employment_service.compiled import compiled


@compiled
def doubled(number: int) -> int:
    return 2 * number


print(doubled(21), doubled.stats.cache_path)
"""


@pytest.mark.parametrize(
    ("home", "cache", "kept"),
    [("/dev/null", "", "None"), ("/dev/null", "own", "own"), ("home", "", "home")],
    ids=["nothing can be written", "a folder of its own", "the user's folder"],
)
def test_a_package_that_cannot_be_written_to(tmp_path: Path, home: str, cache: str, kept: str) -> None:
    (tmp_path / "loops.py").write_text(LOOP, encoding="utf-8")
    (tmp_path / "__pycache__").touch()  # no folder can be made there
    (tmp_path / "home").mkdir()
    place = {"NUMBA_CACHE_DIR": str(tmp_path / cache)} if cache else {}
    told = subprocess.run(
        [sys.executable, str(tmp_path / "loops.py")],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": home if home.startswith("/") else str(tmp_path / home),
            **place,
        },
        capture_output=True,
        text=True,
        check=True,
    )

    number, path = told.stdout.split()
    assert number == "42"
    assert path == "None" or path.startswith(str(tmp_path / kept))
