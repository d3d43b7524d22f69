from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli import build
from holdfast.up.running import note_mode


@pytest.mark.parametrize("started", ["production", ""])
def test_the_invented_county_is_not_loaded_in_production(tmp_path: Path, started: str) -> None:
    """Neither where this console is in production mode, nor where the system that was started here is."""
    (tmp_path / "run").mkdir()
    if started:
        note_mode(tmp_path, started)
    mode = "development" if started else "production"

    result = CliRunner().invoke(
        build("seed"), ["seed"], env={"HOLDFAST_DATA": str(tmp_path), "HOLDFAST_MODE": mode, "HOLDFAST_KEYS": None}
    )

    assert result.exit_code == 1
    assert result.stderr == (
        "NOT_FOR_PRODUCTION: The sample county is invented and is not loaded in production mode.\n"
    )
