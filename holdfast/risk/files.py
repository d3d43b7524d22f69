"""Files of `holdfast risk`: read whole, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from chassis.errors import InvalidInput

if TYPE_CHECKING:
    from risk_service.scoring.points import PointsTable


class RiskOutputUnwritable(InvalidInput):
    code = "RISK_OUTPUT_UNWRITABLE"


class ModelUnreadable(InvalidInput):
    code = "RISK_MODEL_UNREADABLE"


def read_model(path: Path) -> PointsTable:
    from risk_service.scoring.points import read_points

    try:
        return read_points(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as failure:
        raise ModelUnreadable(f"--model: {path} cannot be read ({failure}).", field="model") from failure


def refuse_overwriting(target: Path, sources: Iterable[Path]) -> None:
    if target.resolve() in {source.resolve() for source in sources}:
        raise RiskOutputUnwritable(f"--out: {target} is read by this command and would be lost.", field="out")


def write_whole(files: Mapping[Path, bytes]) -> None:
    """All beside their places first, and moved there when all are written."""
    waiting: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
                waiting.append((Path(file.name), path))
                file.write(content)
        for temporary, path in waiting:
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
    except OSError as failure:
        raise RiskOutputUnwritable(f"--out: cannot be written ({failure.strerror}).", field="out") from failure
    finally:
        for temporary, _ in waiting:
            with suppress(OSError):
                temporary.unlink()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
