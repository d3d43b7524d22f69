from __future__ import annotations

import subprocess
import sys

import pytest

from holdfast.cli import ENTRIES, main

_GROUPS = {"clock", "events", "gateway", "identities", "policy"}


def _run(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    code = ended.value.code
    assert isinstance(code, int)
    return code, capsys.readouterr().out


def test_the_overview_names_every_command_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = _run("--help", capsys=capsys)
    assert code == 0
    for entry in ENTRIES:
        assert f"{entry.name} " in text
        assert entry.summary[:30] in text


@pytest.mark.parametrize("command", [entry.name for entry in ENTRIES if entry.name not in _GROUPS])
def test_the_help_of_a_command_teaches_by_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = _run(command, "--help", capsys=capsys)
    assert code == 0
    assert "Example" in text
    assert f"holdfast {command}" in text


@pytest.mark.parametrize("group", sorted(_GROUPS))
def test_a_group_without_a_command_shows_what_it_holds(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = _run(group, "--help", capsys=capsys)
    assert "Commands" in text


@pytest.mark.parametrize("command", ["index", "fit", "model"])
def test_identities_teaches_each_of_its_commands(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = _run("identities", command, "--help", capsys=capsys)
    assert code == 0
    assert f"holdfast identities {command} --area 990101" in text


def test_asking_for_the_overview_imports_no_service_and_no_engine() -> None:
    heavy = ("sqlalchemy", "strawberry", "grpc", "nats", "asyncpg", "fastapi", "chassis")
    code = (
        "import sys\nfrom holdfast.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print(sorted(set(sys.modules) & set({heavy!r})), file=sys.stderr)"
    )
    finished = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert finished.stderr.strip() == "[]"
