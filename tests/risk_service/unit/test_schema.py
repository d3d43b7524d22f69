"""The committed schema is what the program serves."""

from __future__ import annotations

from pathlib import Path

import risk_service
from risk_service.schema import schema

COMMITTED = Path(str(risk_service.__file__)).parent / "schema.graphql"


def test_the_committed_schema_is_current() -> None:
    served = schema.as_str().rstrip() + "\n"
    assert COMMITTED.read_text(encoding="utf-8") == served, (
        "Run: python -m risk_service schema > risk_service/schema.graphql"
    )


def test_nothing_can_be_filtered_or_ordered_by_likelihood() -> None:
    sdl = COMMITTED.read_text(encoding="utf-8")
    inputs = [block for block in sdl.split("\n\n") if block.lstrip().startswith(("input ", "enum "))]
    assert not any("likelihood" in block.lower() for block in inputs if "LikelihoodBand" not in block)
