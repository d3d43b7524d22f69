"""What may not stand in any tracked file."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INDEX_ADDRESS = re.compile(
    r"https?://[^\s\"'<>]*/(?:simple|packages)/|--(?:extra-)?index-url(?![a-z-])|files\."
    r"pythonhosted|registry\."
    r"npmjs",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root)/")
GENERATED = re.compile(r"_pb2(?:_grpc)?\.pyi?$|\.binpb$|/graphiql/|\.png$")
LONGEST_ROOM = 400


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if not GENERATED.search(name) and (ROOT / name).is_file()]


FILES = tracked()


@pytest.mark.parametrize("pattern", [INDEX_ADDRESS, MACHINE_PATH], ids=["an index address", "a machine's path"])
def test_no_tracked_file_names(pattern: re.Pattern[str]) -> None:
    found = []
    for path in FILES:
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")

    assert found == []


def test_every_requirement_is_pinned_by_hash() -> None:
    locks = [path for path in FILES if path.parent.name == "requirements" and path.suffix == ".txt"]

    assert {lock.stem for lock in locks} >= {"dev", "run", "gateway", "households", "employment", "risk"}
    for lock in locks:
        entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        assert entries, lock
        assert [entry.split(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == [], lock


def test_no_room_is_too_big() -> None:
    long = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in FILES
        if path.suffix == ".py" and "migrations" not in path.parts and "tests" not in path.parts
    }

    assert {name: lines for name, lines in long.items() if lines > LONGEST_ROOM} == {}


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "helpers", "common", "manager", "base", "misc", "models"}

    assert [
        path for path in FILES if path.suffix == ".py" and path.stem in drawers and "contracts" not in path.parts
    ] == []
