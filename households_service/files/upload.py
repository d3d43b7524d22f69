"""The bytes of an upload, at most as many as a file may have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from chassis.errors import InvalidInput
from chassis.sizes import LARGEST_FILE
from households_service.files.domain import FileTooLarge

_CHUNK_BYTES = 1024 * 1024


class FieldMissing(InvalidInput):
    code = "FIELD_MISSING"


class Readable(Protocol):
    async def read(self, size: int = -1) -> bytes: ...


class Upload(Readable, Protocol):
    @property
    def filename(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    name: str
    content: bytes = field(repr=False)


async def read_upload(file: Upload | None) -> Sent:
    """Raises FieldMissing when the form has no file, FileTooLarge."""
    if file is None:
        raise FieldMissing("The form holds no file.", field="file")
    return Sent(name=file.filename or "", content=await read_limited(file))


def required_field(value: str, name: str) -> str:
    """Our own refusal: the framework's would repeat what was sent."""
    if not value.strip():
        raise FieldMissing("The form lacks this field.", field=name)
    return value.strip()


async def read_limited(file: Readable, limit: int = LARGEST_FILE) -> bytes:
    """Raises FileTooLarge as soon as the limit is passed, whatever length was announced."""
    chunks: list[bytes] = []
    size = 0
    while chunk := await file.read(_CHUNK_BYTES):
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(f"A file has at most {limit // 1024 // 1024} MB.", field="file")
        chunks.append(chunk)
    return b"".join(chunks)
