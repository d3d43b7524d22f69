"""Whether the parts of a system can work, and what to say of those that never will."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from holdfast.up.failures import StartFailed
from holdfast.up.part import Part, ServiceProcess

_GIVE_UP_AFTER = 4
"""How often a part may end by itself while the start waits for it."""


async def ready(parts: Mapping[str, Part]) -> Mapping[str, bool]:
    """By part, whether it answers that it can work."""
    names = list(parts)
    answers = await asyncio.gather(*(parts[name].ready() for name in names))
    return dict(zip(names, answers, strict=True))


async def until_ready(parts: Mapping[str, Part], ended: Mapping[str, int], seconds: float, *, logs: Path) -> None:
    """`ended`: how often each part has ended unasked, counted on meanwhile. Raises StartFailed with the last lines."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not all((answers := await ready(parts)).values()):
        waiting = [name for name, answer in answers.items() if not answer]
        hopeless = [name for name in waiting if ended.get(name, 0) >= _GIVE_UP_AFTER]
        if hopeless or loop.time() > deadline:
            raise StartFailed(_what_they_said([parts[name] for name in hopeless or waiting], logs))
        await asyncio.sleep(0.1)


def _what_they_said(parts: Iterable[Part], logs: Path) -> str:
    said = []
    for part in parts:
        last = " | ".join(list(part.last_lines)[-5:]) if isinstance(part, ServiceProcess) else ""
        said.append(f"{part.name} is not ready. Its last lines: {last or 'none'}")
    return " ".join(said) + f" The logs are in {logs}; `holdfast doctor` may know more."
