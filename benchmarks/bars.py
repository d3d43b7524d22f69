"""What every benchmark ends with: one line a figure, and exit code 1 when one of them is short.

A line is `BAR name ours=… peer=… bar=… holds|short`, its words without blanks, so that a program can read it; what a
reader should know besides follows in brackets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NoReturn, TypedDict, Unpack


class Told(TypedDict, total=False):
    """What a line may say besides: what the peers reached, digits after the point (4), the unit, and a remark."""

    peers: Mapping[str, float]
    digits: int
    unit: str
    note: str


class Bars:
    """The figures of one run, each printed as soon as it is known."""

    def __init__(self) -> None:
        self.short: list[str] = []

    def at_least(self, name: str, ours: float, bar: float, **told: Unpack[Told]) -> None:
        self._say(name, ours, f">={_figure(bar, told)}", told, held=ours >= bar)

    def at_most(self, name: str, ours: float, bar: float, **told: Unpack[Told]) -> None:
        self._say(name, ours, f"<={_figure(bar, told)}", told, held=ours <= bar)

    def ahead(self, name: str, ours: float, peers: Mapping[str, float], *, note: str = "") -> None:
        """Not behind the best of the peers; a peer without a figure (nan) is not one we are ahead of."""
        unknown = any(math.isnan(figure) for figure in peers.values())
        self.at_least(name, ours, math.nan if unknown else max(peers.values()), peers=peers, note=note)

    def finish(self) -> NoReturn:
        """Ends the program: with 1 when a bar is short."""
        print(f"{len(self.short)} bars short: {', '.join(self.short)}" if self.short else "every bar holds", flush=True)
        raise SystemExit(1 if self.short else 0)

    def _say(self, name: str, ours: float, bar: str, told: Told, *, held: bool) -> None:
        word = re.sub(r"[^\w.+-]+", "-", name).strip("-")
        if not held:
            self.short.append(word)
        peers = ",".join(f"{peer}:{_figure(figure, told)}" for peer, figure in told.get("peers", {}).items()) or "-"
        line = f"BAR {word} ours={_figure(ours, told)} peer={peers} bar={bar} {'holds' if held else 'short'}"
        print(f"{line} ({told['note']})" if told.get("note") else line, flush=True)


def _figure(figure: float, told: Told) -> str:
    return f"{figure:.{told.get('digits', 4)}f}{told.get('unit', '')}"
