from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.exports.domain import Export, ExportList, ExportRequest, UnknownExport
from households_service.exports.tables import registry_exports
from households_service.files.domain import FileFormat
from households_service.members.tables import members
from households_service.registry.domain import MonitoringCategory, RegistrationHistory
from households_service.registry.repository import HouseholdFilter, HouseholdRepository
from households_service.registry.sight import Sight
from households_service.registry.tables import households


class ExportRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, export: Export) -> None:
        asked = export.asked
        await self._connection.execute(
            insert(registry_exports).values(
                id=export.id,
                list=asked.list,
                format=asked.format,
                area_path=export.area_path,
                filter={
                    "area": asked.area_path,
                    "categories": list(asked.categories),
                    "histories": list(asked.histories),
                    "codePrefix": asked.code_prefix,
                },
                columns=list(export.columns),
                opened=asked.opened,
                reason=asked.reason,
                requested_by=export.requested_by,
                requested_at=export.requested_at,
                rows_found=export.rows_found,
                taken_at=export.taken_at,
            )
        )

    async def count_members(self, asked: HouseholdFilter, sight: Sight) -> int:
        """Present members of the households that the filter finds."""
        found = select(households.c.id).where(*HouseholdRepository.found_by(asked, sight))
        query = (
            select(func.count())
            .select_from(members)
            .where(members.c.household_id.in_(found), members.c.left_on.is_(None))
        )
        return int(await self._connection.scalar(query) or 0)

    async def save(self, export: Export) -> None:
        """What comes after the request: the approval, the taking, the end."""
        await self._connection.execute(
            update(registry_exports)
            .where(registry_exports.c.id == export.id)
            .values(
                approved_by=export.approved_by,
                approved_at=export.approved_at,
                taken_at=export.taken_at,
                rows_found=export.rows_found,
                rows_sent=export.rows_sent,
                finished_at=export.finished_at,
            )
        )

    async def get(self, export_id: UUID, *, lock: bool = False) -> Export:
        """Raises UnknownExport. `lock`: until the transaction ends, so that a list is taken once."""
        query = select(registry_exports).where(registry_exports.c.id == export_id)
        if lock:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise UnknownExport("There is no such export, or not for you.", field="id")
        return Export(
            id=row.id,
            asked=ExportRequest(
                list=ExportList(row.list),
                format=FileFormat(row.format),
                reason=row.reason,
                area_path=row.filter["area"],
                categories=tuple(MonitoringCategory(one) for one in row.filter["categories"]),
                histories=tuple(RegistrationHistory(one) for one in row.filter["histories"]),
                code_prefix=row.filter["codePrefix"],
                opened=row.opened,
            ),
            area_path=row.area_path,
            columns=tuple(row.columns),
            requested_by=row.requested_by,
            requested_at=row.requested_at,
            rows_found=row.rows_found,
            rows_sent=row.rows_sent,
            finished_at=row.finished_at,
            approved_by=row.approved_by,
            approved_at=row.approved_at,
            taken_at=row.taken_at,
        )
