"""Data folders for one run: gone afterwards, and those of killed runs are cleared away by the next."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from chassis.embedded.engines import Engines
from chassis.embedded.failures import EngineFailed


@asynccontextmanager
async def scratch_folder(purpose: str) -> AsyncIterator[Path]:
    """A data folder that the engines' account can reach, below the machine's folder for such things."""
    parent = Path(tempfile.gettempdir())
    prefix = f"holdfast-{purpose}-"
    await _sweep(parent, prefix)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    data = folder / "data"
    try:
        yield data
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _sweep(parent: Path, prefix: str) -> None:
    """End the engines of killed runs and remove their folders. A run that lives holds its folder's lock."""
    for folder in parent.glob(f"{prefix}*"):
        data = folder / "data"
        try:
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid() or not (data / "run").exists():
                continue
            left_behind = Engines.prepare(data)
        except (EngineFailed, FileNotFoundError):
            continue  # it lives, or ends and removes its folder right now
        try:
            await left_behind.end_leftovers()
        finally:
            await left_behind.stop()
        shutil.rmtree(folder, ignore_errors=True)
