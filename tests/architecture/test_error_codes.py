"""docs/errors.md lists every code the product can answer with, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("chassis", "gateway", "households_service", "employment_service", "risk_service", "holdfast")
LISTED = re.compile(r"^\| `([A-Z][A-Z0-9_]+)` \|", re.MULTILINE)


def codes_in_code() -> set[str]:
    """Class attributes `code = "..."`, wherever they stand."""
    found: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.ClassDef):
                    continue
                for statement in node.body:
                    match statement:
                        case (
                            ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code)))
                            | ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=str(code)))
                        ):
                            found.add(code)
    return found


def test_the_page_of_codes_is_complete() -> None:
    listed = set(LISTED.findall((ROOT / "docs" / "errors.md").read_text(encoding="utf-8")))

    assert sorted(codes_in_code() - listed) == [], "Add these to docs/errors.md, with what the caller can do."
