"""Uploaded files on disk, sealed: a copy of the data folder without the key shows nobody's name.

Blocking; callers use a thread. A file is written under another name and renamed, so that none is ever half there.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from chassis.errors import Breakdown
from chassis.vault import Vault
from households_service.files.domain import FileNotStored

_CHUNK_BYTES = 3 * 1024 * 1024
_LENGTH_BYTES = 4


class FileDamaged(Breakdown):
    """What lies on disk is not what was stored."""

    code = "FILE_DAMAGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStore:
    folder: Path
    vault: Vault

    def put(self, file_id: UUID, content: bytes) -> None:
        path = self._path(file_id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for number, start in enumerate(range(0, max(len(content), 1), _CHUNK_BYTES)):
                text = base64.b64encode(content[start : start + _CHUNK_BYTES]).decode()
                sealed = self.vault.seal(text, place=_place(file_id, number))
                file.write(len(sealed).to_bytes(_LENGTH_BYTES) + sealed)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def get(self, file_id: UUID, expected_sha256: str) -> bytes:
        """Raises FileNotStored when retention has taken it, FileDamaged when it is not the same content."""
        try:
            raw = self._path(file_id).read_bytes()
        except FileNotFoundError:
            raise FileNotStored("The file is no longer kept; send it again.", field="fileId") from None
        content = b"".join(
            base64.b64decode(self.vault.open(sealed, place=_place(file_id, number)))
            for number, sealed in enumerate(_chunks(raw))
        )
        if sha256(content).hexdigest() != expected_sha256:
            raise FileDamaged(f"File {file_id} is not what was stored.")
        return content

    def delete(self, file_id: UUID) -> None:
        path = self._path(file_id)
        path.unlink(missing_ok=True)
        path.with_suffix(".new").unlink(missing_ok=True)

    def ids(self) -> Iterator[UUID]:
        """Everything on disk, to find what no row speaks of."""
        for path in self.folder.glob("*/*"):
            try:
                yield UUID(path.stem)
            except ValueError:
                continue

    def _path(self, file_id: UUID) -> Path:
        # The last digits of a version 7 id are random, the first are the time.
        return self.folder / file_id.hex[-2:] / str(file_id)


def _chunks(raw: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(raw):
        length = int.from_bytes(raw[position : position + _LENGTH_BYTES])
        position += _LENGTH_BYTES
        yield raw[position : position + length]
        position += length


def _place(file_id: UUID, number: int) -> str:
    return f"file:{file_id}:{number}"
