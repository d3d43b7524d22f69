"""Use cases of registry imports: send a file, start, look, fetch the report. The work itself is in `work.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import orjson

from chassis.errors import NotFound
from chassis.identity import Actor
from chassis.ids import new_id
from households_service.access import POLICY, Action
from households_service.areas.domain import AreaLevel, level_of
from households_service.files.columns import HeaderChoice
from households_service.files.domain import (
    RETENTION_DAYS,
    FileEncoding,
    FileFormat,
    FileNotStored,
    FilePurpose,
    StoredFile,
)
from households_service.files.issues import RowIssue
from households_service.files.service import content_of, keep_upload
from households_service.files.store import FileStore
from households_service.imports.domain import (
    FileOfOtherPurpose,
    ImportAccount,
    ImportMode,
    ImportNotFinished,
    ImportState,
    ImportUnknown,
    RegistryImport,
)
from households_service.imports.template import TemplateVillage, template
from households_service.uow import HouseholdsUnitOfWork

REGISTRY_IMPORT_JOB = "registry-import"
_VILLAGES_IN_A_TEMPLATE = 5_000


async def upload_registry_file(
    uow: HouseholdsUnitOfWork, store: FileStore, actor: Actor, *, file_name: str, content: bytes, area_path: str
) -> StoredFile:
    """`area_path`: the county or township that the file speaks of; its rows may not leave it."""
    scope = POLICY.require(actor, Action.IMPORT_REGISTRY)
    level_of(area_path)
    scope.require(area_path=area_path)
    await uow.areas.get(area_path)
    return await keep_upload(
        uow,
        store,
        purpose=FilePurpose.REGISTRY_IMPORT,
        file_name=file_name,
        content=content,
        area_path=area_path,
    )


async def start_registry_import(
    uow: HouseholdsUnitOfWork,
    actor: Actor,
    *,
    file_id: UUID,
    mode: ImportMode,
    choice: HeaderChoice,
    encoding: FileEncoding | None = None,
) -> RegistryImport:
    """Queues the work; its progress is that of the import's job. `encoding`: answers FILE_ENCODING_UNKNOWN."""
    scope = POLICY.require(actor, Action.IMPORT_REGISTRY)
    file = await uow.files.get(file_id)
    scope.require(area_path=file.area_path)
    if file.purpose is not FilePurpose.REGISTRY_IMPORT:
        raise FileOfOtherPurpose("This file was not sent as a registry sheet.", field="fileId")
    import_id = new_id()
    job_id = await uow.enqueue_job(REGISTRY_IMPORT_JOB, {"importId": str(import_id)}, area_path=file.area_path)
    queued = RegistryImport(
        id=import_id,
        file_id=file.id,
        file_sha256=file.sha256,
        area_path=file.area_path,
        mode=mode,
        choice=choice,
        encoding=encoding,
        state=ImportState.QUEUED,
        account=ImportAccount(),
        job_id=job_id,
        requested_by=actor.subject,
        requested_at=uow.now,
    )
    await uow.imports.add(queued)
    return queued


async def find_import(uow: HouseholdsUnitOfWork, actor: Actor, import_id: UUID) -> RegistryImport:
    """Raises ImportUnknown, also for one that lies outside what the caller may act on."""
    scope = POLICY.require(actor, Action.IMPORT_REGISTRY)
    found = await uow.imports.get(import_id)
    if not scope.covers(area_path=found.area_path):
        raise ImportUnknown("There is no such import, or not for you.", field="id")
    return found


async def issues_report(uow: HouseholdsUnitOfWork, actor: Actor, import_id: UUID) -> bytes:
    """JSON: [{row, column, code, message, value, severity}], values masked."""
    finished = _finished(await find_import(uow, actor, import_id))
    if finished.finished_at is not None and finished.finished_at < uow.now - timedelta(days=RETENTION_DAYS):
        raise FileNotStored("The report is no longer kept; send the file again.", field="id")
    return issues_json([issue for _number, issue in await uow.imports.issues(finished.id)])


async def sheet_report(
    uow: HouseholdsUnitOfWork, store: FileStore, actor: Actor, import_id: UUID
) -> tuple[FileFormat, bytes]:
    """The faulty rows as they were sent, with `_errors` columns. The content is personal: opening it is audited."""
    finished = _finished(await find_import(uow, actor, import_id))
    if finished.report_file_id is None:
        raise NotFound("Nothing was wrong with this file, so there is no sheet of errors.")
    file = await uow.files.get(finished.report_file_id)
    await uow.audit(
        action=Action.IMPORT_REGISTRY, subject_id=str(import_id), purpose="mend the rows of an import", fields=("file",)
    )
    return file.format, await content_of(store, file)


async def registry_template(uow: HouseholdsUnitOfWork, actor: Actor, *, area_path: str, chinese: bool = True) -> bytes:
    """For the county or township that the filled file will be sent for."""
    scope = POLICY.require(actor, Action.IMPORT_REGISTRY)
    level_of(area_path)
    scope.require(area_path=area_path)
    area = await uow.areas.get(area_path)
    villages = await uow.areas.under(area_path, AreaLevel.VILLAGE, limit=_VILLAGES_IN_A_TEMPLATE)
    townships = await uow.areas.by_paths({village.parent_path or "" for village in villages})
    names = {path: township.name for path, township in townships.items()}
    offered = [
        TemplateVillage(
            code=village.code_on(uow.today),
            name=village.name,
            township=names.get(village.parent_path or "", ""),
        )
        for village in villages
    ]
    return await asyncio.to_thread(template, area.name, area_path, offered, chinese=chinese)


def issues_json(issues: Sequence[RowIssue]) -> bytes:
    return orjson.dumps(
        [
            {
                "row": issue.row,
                "column": issue.column,
                "code": issue.code,
                "message": issue.message,
                "value": issue.value,
                "severity": issue.severity,
            }
            for issue in issues
        ],
        option=orjson.OPT_INDENT_2,
    )


async def stored_content(uow: HouseholdsUnitOfWork, store: FileStore, file_id: UUID) -> tuple[StoredFile, bytes]:
    file = await uow.files.get(file_id)
    return file, await asyncio.to_thread(store.get, file.id, file.sha256)


def _finished(found: RegistryImport) -> RegistryImport:
    if found.state is not ImportState.DONE:
        raise ImportNotFinished("This import has no report: it is not finished, or the whole file was refused.")
    return found
