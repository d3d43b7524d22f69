"""The committed example messages: read by the consuming side, made again by the producing one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from google.protobuf import json_format
from google.protobuf.message import Message

EXAMPLES = Path(__file__).with_name("examples")
Kind = TypeVar("Kind", bound=Message)


def place_of(full_name: str, case: str = "") -> Path:
    """`full_name` like "contracts.risk.v1.AlertRaised"; `case` tells several examples of one message apart."""
    _, part, _, name = full_name.split(".")
    return EXAMPLES / part / f"{name}-{case}.json" if case else EXAMPLES / part / f"{name}.json"


def text_of(message: Message) -> str:
    """Every field written out, so that a new one shows in the example."""
    fields = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)
    return json.dumps(fields, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def require_same(produced: Message, case: str = "") -> None:
    """The message must be the committed example; WRITE_EXAMPLES=1 commits it instead."""
    place = place_of(produced.DESCRIPTOR.full_name, case)
    if os.environ.get("WRITE_EXAMPLES") == "1":
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text_of(produced), encoding="utf-8")
    assert text_of(produced) == place.read_text(encoding="utf-8"), place.relative_to(EXAMPLES)


def example(kind: type[Kind], case: str = "") -> Kind:
    """Raises ParseError for a field that the contract does not know."""
    return json_format.Parse(place_of(kind.DESCRIPTOR.full_name, case).read_text(encoding="utf-8"), kind())


def cases_of(full_name: str) -> list[str]:
    """The cases of which examples are committed; "" is the plain one."""
    place = place_of(full_name)
    found = [path.stem for path in place.parent.glob(f"{place.stem}*.json")]
    return sorted(stem.partition("-")[2] for stem in found if stem.partition("-")[0] == place.stem)


def all_places() -> Iterator[Path]:
    yield from sorted(EXAMPLES.rglob("*.json"))
