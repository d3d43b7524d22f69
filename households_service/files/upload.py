"""The bytes of an upload, at most as many as a file may have."""

from __future__ import annotations

from typing import Protocol

from households_service.files.domain import MAX_FILE_BYTES, FileTooLarge

_CHUNK_BYTES = 1024 * 1024


class Readable(Protocol):
    async def read(self, size: int = -1) -> bytes: ...


async def read_limited(file: Readable, limit: int = MAX_FILE_BYTES) -> bytes:
    """Raises FileTooLarge as soon as the limit is passed, whatever length was announced."""
    chunks: list[bytes] = []
    size = 0
    while chunk := await file.read(_CHUNK_BYTES):
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(f"A file has at most {limit // 1024 // 1024} MB.", field="file")
        chunks.append(chunk)
    return b"".join(chunks)
