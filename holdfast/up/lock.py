"""One supervisor a data folder. The lock falls with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from chassis.embedded.account import make_folder
from chassis.errors import Conflict


class AlreadyRunning(Conflict):
    code = "ALREADY_RUNNING"


@dataclass(slots=True, kw_only=True)
class Lock:
    descriptor: int | None

    @classmethod
    def take(cls, data: Path) -> Self:
        """Raises AlreadyRunning, with the number of the process that holds it."""
        make_folder(data / "run", mode=0o700)
        descriptor = os.open(_file(data), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise AlreadyRunning(
                f"A system already runs in {data} (process {holder or 'unknown'}). "
                "Stop it with Ctrl-C there, or start a second one in another folder: HOLDFAST_DATA=... holdfast up"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(descriptor=descriptor)

    def release(self) -> None:
        """Safe to repeat."""
        if self.descriptor is not None:
            os.ftruncate(self.descriptor, 0)
            os.close(self.descriptor)
            self.descriptor = None


def holder(data: Path) -> int | None:
    """The process that runs the system of this data folder, if one does."""
    try:
        descriptor = os.open(_file(data), os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
        return int(text) if text.isdigit() else 0
    finally:
        os.close(descriptor)
    return None


def _file(data: Path) -> Path:
    return data / "run" / "up.lock"
