"""Where a plan may be written."""

from __future__ import annotations

from pathlib import Path

from chassis.errors import InvalidInput


class MatchOutputUnwritable(InvalidInput):
    code = "MATCH_OUTPUT_UNWRITABLE"


def require_writable(path: Path, *read: Path) -> None:
    if not path.parent.is_dir():
        raise MatchOutputUnwritable(f"--out: there is no folder {path.parent}.", field="out")
    if path.resolve() in {each.resolve() for each in read}:
        raise MatchOutputUnwritable(f"--out: {path} is read by this command and would be lost.", field="out")
