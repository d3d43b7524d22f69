"""Passwords of the embedded engines: made once, kept in the data folder, readable by its owner only."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from chassis.embedded.failures import EngineFailed


@dataclass(slots=True, kw_only=True)
class Secrets:
    """Named passwords in one file of mode 0600. A name asked for the first time gets a new password."""

    file: Path

    def password(self, name: str) -> str:
        known = self._read()
        if name not in known:
            known[name] = secrets.token_urlsafe(24)
            self._write(known)
        return known[name]

    def _read(self) -> dict[str, str]:
        try:
            content = self.file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        try:
            loaded = json.loads(content)
        except json.JSONDecodeError:
            loaded = None
        if not isinstance(loaded, dict):
            raise EngineFailed(
                f"The file {self.file} is damaged.",
                remedy="Restore it from a backup of the data folder; it opens the databases.",
            )
        return {str(name): str(password) for name, password in loaded.items()}

    def _write(self, known: dict[str, str]) -> None:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self.file.with_suffix(".partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(known, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(self.file)
