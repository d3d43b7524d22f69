"""The machine: Python, room, memory, clock, the programs of the engines."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.embedded.account import settle_account
from chassis.embedded.failures import EngineFailed
from holdfast.doctor.findings import Finding

_LEAST_DISK_MB = 2_000
_LEAST_MEMORY_MB = 1_200
_YOUNGEST_RELEASE = datetime(2025, 1, 1, tzinfo=UTC)


def python(version: tuple[int, int] = (sys.version_info[0], sys.version_info[1])) -> Finding:
    named = f"{version[0]}.{version[1]}"
    if version >= (3, 11):
        return Finding(subject="Python", observation=f"{named} at {sys.executable}")
    return Finding(
        subject="Python",
        observation=f"{named} is too old",
        remedy="Install Python 3.11 or newer, remove .venv and run `make run` again.",
    )


def system() -> Finding:
    named = f"{platform.system()} {platform.machine()}"
    if platform.system() == "Linux" and platform.machine() in {"x86_64", "aarch64"}:
        return Finding(subject="System", observation=named)
    return Finding(
        subject="System",
        observation=f"{named} is not supported",
        remedy="The embedded engines run on Linux, x86-64 or arm64: use such a machine or a container.",
    )


def disk(data: Path, *, free_mb: int | None = None) -> Finding:
    place = nearest_existing(data)
    free = shutil.disk_usage(place).free // 1_000_000 if free_mb is None else free_mb
    if free >= _LEAST_DISK_MB:
        return Finding(subject="Disk", observation=f"{free:,} MB free at {place}")
    return Finding(
        subject="Disk",
        observation=f"only {free:,} MB free at {place}",
        remedy=f"Make {_LEAST_DISK_MB:,} MB free or set HOLDFAST_DATA to a folder on a larger disk.",
    )


def memory(available_mb: int | None = None) -> Finding:
    available = _available_mb() if available_mb is None else available_mb
    if available >= _LEAST_MEMORY_MB:
        return Finding(subject="Memory", observation=f"{available:,} MB available")
    return Finding(
        subject="Memory",
        observation=f"only {available:,} MB available",
        remedy=f"The whole system takes up to 1,000 MB: end other programs until {_LEAST_MEMORY_MB:,} MB are free.",
    )


def clock(now: float | None = None) -> Finding:
    """A clock far behind makes every token expired or not yet valid."""
    at = datetime.fromtimestamp(time.time() if now is None else now, UTC)
    if at < _YOUNGEST_RELEASE:
        return Finding(
            subject="Clock",
            observation=f"it says {at:%Y-%m-%d}, which is in the past",
            remedy="Set the machine's clock (timedatectl set-ntp true).",
        )
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        return Finding(
            subject="Clock",
            observation="time zones are not known",
            remedy="Remove .venv and run `make run` again: tzdata is among the requirements.",
        )
    return Finding(subject="Clock", observation=f"{at:%Y-%m-%d %H:%M} UTC")


def engines(data: Path) -> Finding:
    """Whether the programs are there, and as whom they can run: by running them."""
    place = nearest_existing(data)
    try:
        account, binaries = settle_account(place, cluster=data / "postgres" / "cluster", may_copy=False)
    except EngineFailed as failure:
        return Finding(subject="Engines", observation=str(failure.args[0]), remedy=failure.remedy)
    manners = {
        "direct": "as you",
        "dropped": f"as user id {account.uid}",
        "namespace": "in a user namespace",
    }
    return Finding(
        subject="Engines",
        observation=f"PostgreSQL and NATS run {manners[account.manner.value]}, from {binaries.postgres_programs}",
    )


def nearest_existing(folder: Path) -> Path:
    """The innermost folder of the path that is there and that we may see."""
    while True:
        try:
            if folder.exists():
                return folder
        except PermissionError:
            pass
        folder = folder.parent


def _available_mb() -> int:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1000
    except OSError:
        pass
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_000_000
