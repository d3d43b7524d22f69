"""Pages that name a test as proof name one that is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests").rglob("test_*.py"))
PAGES = sorted((*(ROOT / "docs").glob("*.md"), ROOT / "README.md", *ROOT.glob("*_service/README.md")))
_NAMED = re.compile(r"`([\w/]*test_\w+\.py)?(?:::)?(test_\w+)?`")
_TEST = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)


@cache
def _tests() -> dict[Path, set[str]]:
    return {file: set(_TEST.findall(file.read_text())) for file in FILES}


def _missing(text: str) -> list[str]:
    """A `::test_x` without a file belongs to the file named before it in the line."""
    tests = _tests()
    missing = []
    for line in text.splitlines():
        behind = ""
        for named in _NAMED.finditer(line):
            path, name = named[1] or behind, named[2]
            behind = path
            found = [file for file in FILES if f"/{file.relative_to(ROOT)}".endswith(f"/{path}")]
            if (named[1] or name) and not any(name is None or name in tests[file] for file in found):
                missing.append(named[0])
    return missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    assert _missing(page.read_text()) == []


def test_a_test_that_moved_or_was_never_there_is_found() -> None:
    there = "`architecture/test_documented_tests.py::test_a_test_that_moved_or_was_never_there_is_found`"
    assert _missing(there) == []
    assert _missing(f"{there}, `::test_nowhere`") == ["`::test_nowhere`"]
    assert _missing("`feeds/test_nowhere.py`") == ["`feeds/test_nowhere.py`"]
