from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.files.domain import FileFormat, FileNotStored, FilePurpose, StoredFile
from households_service.files.tables import uploaded_files


class FileRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, file: StoredFile) -> None:
        await self._connection.execute(
            insert(uploaded_files).values(
                id=file.id,
                purpose=file.purpose,
                format=file.format,
                area_path=file.area_path,
                department=file.department,
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                uploaded_by=file.uploaded_by,
                uploaded_at=file.uploaded_at,
            )
        )

    async def get(self, file_id: UUID) -> StoredFile:
        """Raises FileNotStored."""
        row = (await self._connection.execute(select(uploaded_files).where(uploaded_files.c.id == file_id))).first()
        if row is None:
            raise FileNotStored("There is no such file, or not for you.", field="fileId")
        return _file(row)

    async def older_than(self, instant: datetime, *, limit: int) -> Sequence[UUID]:
        query = (
            select(uploaded_files.c.id)
            .where(uploaded_files.c.uploaded_at < instant)
            .order_by(uploaded_files.c.uploaded_at)
            .limit(limit)
        )
        return list((await self._connection.execute(query)).scalars())

    async def known(self, file_ids: Sequence[UUID]) -> frozenset[UUID]:
        query = select(uploaded_files.c.id).where(uploaded_files.c.id.in_(file_ids))
        return frozenset((await self._connection.execute(query)).scalars())

    async def delete(self, file_ids: Sequence[UUID]) -> None:
        await self._connection.execute(delete(uploaded_files).where(uploaded_files.c.id.in_(file_ids)))


def _file(row: Row[tuple[object, ...]]) -> StoredFile:
    return StoredFile(
        id=row.id,
        purpose=FilePurpose(row.purpose),
        format=FileFormat(row.format),
        area_path=row.area_path,
        department=row.department,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
    )
