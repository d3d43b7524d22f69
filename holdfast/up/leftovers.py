"""Processes of a system whose supervisor was killed."""

from __future__ import annotations

from pathlib import Path

from chassis.embedded import processes
from holdfast.up.environment import SUPERVISED


def left_behind(data: Path) -> list[processes.Found]:
    """Services and engines that run on this data folder. Only without a supervisor are they left behind."""
    return [
        *processes.with_variable(SUPERVISED, str(data)),
        *processes.with_argument(str(data / "postgres" / "cluster"), program="postgres"),
        *processes.with_argument(str(data / "nats" / "nats.conf"), program="nats-server"),
    ]
