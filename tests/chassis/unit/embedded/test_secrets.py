from __future__ import annotations

from pathlib import Path

import pytest

from chassis.embedded import EngineFailed
from chassis.embedded.secrets import Secrets


def test_a_password_is_made_once_and_read_back_by_the_next_process(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "engines.json"
    first = Secrets(file=file).password("postgres")
    assert Secrets(file=file).password("postgres") == first
    assert Secrets(file=file).password("nats") != first
    assert Secrets(file=file).password("postgres") == first


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "engines.json"
    Secrets(file=file).password("postgres")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in file.parent.iterdir()] == ["engines.json"]


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_a_damaged_file_is_named_and_not_overwritten(tmp_path: Path, content: str) -> None:
    file = tmp_path / "engines.json"
    file.write_text(content)
    with pytest.raises(EngineFailed, match=r"engines\.json is damaged"):
        Secrets(file=file).password("postgres")
    assert file.read_text() == content
