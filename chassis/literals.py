"""Values as SQL literals, for statements that ride along with a COMMIT, which takes no arguments.

Every text is written as hexadecimal digits, so that nothing of it is ever read as SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


def text_literal(value: str) -> str:
    return f"convert_from({bytes_literal(value.encode())}, 'UTF8')"


def bytes_literal(value: bytes) -> str:
    return f"decode('{value.hex()}', 'hex')"


def texts_literal(values: Sequence[str]) -> str:
    return f"array[{', '.join(map(text_literal, values))}]::text[]"


def instant_literal(value: datetime) -> str:
    return f"{text_literal(value.isoformat())}::timestamptz"
