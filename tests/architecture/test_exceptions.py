"""An exception to a check says beside it why it is one."""

from __future__ import annotations

import re

from tests.architecture.codes import ROOT

FOLDERS = (
    "chassis", "gateway", "households_service", "employment_service", "risk_service", "holdfast", "tests", "benchmarks",
)  # fmt: skip
BARE = re.compile(r"#\s*(?:type: ignore(?:\[[^\]]*\])?|noqa(?:: [A-Z0-9, ]+)?)\s*$")


def test_every_exception_has_its_reason() -> None:
    bare = [
        f"{file.relative_to(ROOT)}:{number}"
        for folder in FOLDERS
        for file in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if BARE.search(line)
    ]

    assert bare == [], "Write why: `# noqa: CODE - why`, `# type: ignore[code]  # why`."
