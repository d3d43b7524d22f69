"""Starting a service pays for no engine: what weighs people is imported where somebody is weighed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy", "pandas", "polars", "pypinyin", "rapidfuzz", "scipy", "sklearn")


@pytest.mark.parametrize(
    "module",
    ["keys", "index", "decision_repository", "judgements.repository", "models.repository", "sampling", "sketches"],
)
def test_a_module_that_every_process_imports_is_light(module: str) -> None:
    code = (
        f"import sys, households_service.identities.{module} as _\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})), any('shipped' in str(name) for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[] False"
