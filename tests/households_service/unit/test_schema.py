from __future__ import annotations

from pathlib import Path

import households_service
from households_service.schema import schema


def test_the_committed_schema_is_current() -> None:
    committed = Path(households_service.__file__).parent / "schema.graphql"

    assert committed.read_text(encoding="utf-8") == schema.as_str().rstrip() + "\n", (
        "Run: python -m households_service schema > households_service/schema.graphql"
    )
