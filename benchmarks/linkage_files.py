"""A set to link, in memory and as files: what every engine is given, each in a process of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSet:
    """`truth`: row numbers from 0; in one file the lower first. Without `right` it is one file."""

    name: str
    kinds: dict[str, str]
    left: pl.DataFrame
    right: pl.DataFrame | None
    truth: set[tuple[int, int]] = field(repr=False)

    @property
    def sides(self) -> list[pl.DataFrame]:
        return [self.left] if self.right is None else [self.left, self.right]


def write(data: LinkSet, place: Path) -> None:
    """Without the truth: no engine may see it."""
    for name, frame in zip(("left", "right"), data.sides, strict=False):
        frame.write_parquet(place / f"{name}.parquet")
    (place / "kinds.json").write_text(json.dumps(data.kinds), encoding="utf-8")


def read(place: Path) -> LinkSet:
    right = place / "right.parquet"
    return LinkSet(
        name="",
        kinds=json.loads((place / "kinds.json").read_text(encoding="utf-8")),
        left=pl.read_parquet(place / "left.parquet"),
        right=pl.read_parquet(right) if right.exists() else None,
        truth=set(),
    )
