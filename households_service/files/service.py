"""Use cases of uploaded files: keep one, open one for its owner's work, delete what is past its time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from chassis.ids import new_id
from chassis.sizes import LARGEST_FILE
from chassis.timers import DueTimer, TimerKind
from households_service.files.domain import (
    RETENTION_DAYS,
    FileEmpty,
    FileFormat,
    FilePurpose,
    FileTooLarge,
    StoredFile,
    format_of,
)
from households_service.files.store import FileStore
from households_service.uow import HouseholdsUnitOfWork

_DELETED_AT_ONCE = 200
_ORPHANS_AFTER = timedelta(days=1)


async def keep_upload(
    uow: HouseholdsUnitOfWork,
    store: FileStore,
    *,
    purpose: FilePurpose,
    file_name: str,
    content: bytes,
    area_path: str,
    department: str | None = None,
) -> StoredFile:
    """The caller's right was checked by the use case that the file is for. Raises the refusals of `format_of`.

    The file lies on disk before its row commits: a row without its file would be a broken promise, a file
    without its row is swept.
    """
    if not content:
        raise FileEmpty("The file is empty.", field="file")
    return await keep(
        uow,
        store,
        purpose=purpose,
        file_format=format_of(file_name, content),
        content=content,
        area_path=area_path,
        department=department,
    )


async def keep(
    uow: HouseholdsUnitOfWork,
    store: FileStore,
    *,
    purpose: FilePurpose,
    file_format: FileFormat,
    content: bytes,
    area_path: str,
    department: str | None = None,
) -> StoredFile:
    if len(content) > LARGEST_FILE:
        raise FileTooLarge(f"A file has at most {LARGEST_FILE:,} bytes.", field="file")
    file = StoredFile(
        id=new_id(),
        purpose=purpose,
        format=file_format,
        area_path=area_path,
        department=department,
        sha256=sha256(content).hexdigest(),
        size_bytes=len(content),
        uploaded_by=uow.actor.subject,
        uploaded_at=uow.now,
    )
    await asyncio.to_thread(store.put, file.id, content)
    await uow.files.add(file)
    return file


async def content_of(store: FileStore, file: StoredFile) -> bytes:
    return await asyncio.to_thread(store.get, file.id, file.sha256)


def file_sweeping(store: FileStore) -> TimerKind[HouseholdsUnitOfWork]:
    async def sweep(uow: HouseholdsUnitOfWork, due: DueTimer) -> None:
        del due
        await sweep_files(uow, store)

    return TimerKind(name="files-retention", handle=sweep, every=timedelta(days=1))


async def sweep_files(uow: HouseholdsUnitOfWork, store: FileStore) -> None:
    """Daily: deletes files past their retention, and files that no row speaks of.

    Rows go after their files here, so that a crash between leaves a row whose file is asked for and not found,
    never a file that nothing deletes.
    """
    while expired := await uow.files.older_than(uow.now - timedelta(days=RETENTION_DAYS), limit=_DELETED_AT_ONCE):
        for file_id in expired:
            await asyncio.to_thread(store.delete, file_id)
        await uow.files.delete(expired)
    lying = await asyncio.to_thread(lambda: [file_id for file_id in store.ids() if _old(file_id, uow)])
    for start in range(0, len(lying), _DELETED_AT_ONCE):
        part = lying[start : start + _DELETED_AT_ONCE]
        known = await uow.files.known(part)
        for file_id in part:
            if file_id not in known:
                await asyncio.to_thread(store.delete, file_id)


def _old(file_id: UUID, uow: HouseholdsUnitOfWork) -> bool:
    """A version 7 id begins with its milliseconds of wall time; one from just now may have a commit under way."""
    made_ms = file_id.int >> 80
    return made_ms < (uow.now - _ORPHANS_AFTER).timestamp() * 1000
