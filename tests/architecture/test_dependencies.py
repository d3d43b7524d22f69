"""Every direct dependency has its line in docs/dependencies.md."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def direct() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    groups = project["dependency-groups"].values()
    listed = [*project["project"]["dependencies"], *(item for group in [*extras, *groups] for item in group)]
    return {re.split(r"[\[<>=! ]", item, maxsplit=1)[0].lower() for item in listed}


def test_every_dependency_is_justified() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").replace(", -sdk", ", opentelemetry-sdk")
    text = text.replace(", -exporter", ", opentelemetry-exporter")

    assert sorted(name for name in direct() if name not in text and not name.startswith("types-")) == []
