"""Where the files of a test lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from households_service.files.store import FileStore
from tests.households_service.county import County


@pytest.fixture
def store(county: County, tmp_path: Path) -> FileStore:
    return FileStore(folder=tmp_path / "files", vault=county.vault)
