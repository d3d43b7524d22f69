"""Files of registry imports: the sheet comes in, the reports go out. Everything else is GraphQL."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from fastapi.responses import JSONResponse

from chassis.caller import Caller, caller_of
from chassis.ids import parse_id
from households_service.files.domain import FileFormat
from households_service.files.media import MEDIA_TYPES
from households_service.files.store import FileStore
from households_service.files.upload import read_upload, required_field
from households_service.imports.service import issues_report, registry_template, sheet_report, upload_registry_file
from households_service.uow import Begin


def registry_import_routes(begin: Begin, store: FileStore) -> APIRouter:
    router = APIRouter(prefix="/files/registry-imports")

    @router.post("")
    async def upload(
        caller: Annotated[Caller, Depends(caller_of)],
        file: Annotated[UploadFile | None, File()] = None,
        area_path: Annotated[str, Form(alias="areaPath")] = "",
    ) -> JSONResponse:
        """Multipart: `file` and `areaPath`. Answers {fileId, format, sizeBytes}; start it by `startRegistryImport`."""
        sent = await read_upload(file)
        async with begin(caller.actor) as uow:
            kept = await upload_registry_file(
                uow,
                store,
                caller.actor,
                file_name=sent.name,
                content=sent.content,
                area_path=required_field(area_path, "areaPath"),
            )
        return JSONResponse(
            {"fileId": str(kept.id), "format": kept.format, "sizeBytes": kept.size_bytes}, status_code=201
        )

    @router.get("/{import_id}/errors.json")
    async def report(import_id: str, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        async with begin(caller.actor) as uow:
            content = await issues_report(uow, caller.actor, parse_id(import_id))
        return _attachment(content, "application/json", f"errors-{import_id}.json")

    @router.get("/{import_id}/errors")
    async def sheet(import_id: str, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        """The same sheet, faulty rows only, with `_errors` columns, in the format it came in."""
        async with begin(caller.actor) as uow:
            file_format, content = await sheet_report(uow, store, caller.actor, parse_id(import_id))
        return _attachment(content, MEDIA_TYPES[file_format], f"errors-{import_id}.{file_format.lower()}")

    return router


def registry_template_routes(begin: Begin) -> APIRouter:
    router = APIRouter(prefix="/files/registry-templates")

    @router.get("")
    async def made(caller: Annotated[Caller, Depends(caller_of)], area: str = "", headers: str = "zh") -> Response:
        """`?area=99/01/01/` (escaped): the workbook to fill in for this area. `headers=en`: English headers."""
        async with begin(caller.actor) as uow:
            content = await registry_template(
                uow, caller.actor, area_path=required_field(area, "area"), chinese=headers != "en"
            )
        return _attachment(content, MEDIA_TYPES[FileFormat.XLSX], "registry-template.xlsx")

    return router


def _attachment(content: bytes, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "x-content-type-options": "nosniff"}
    return Response(content, media_type=media_type, headers=headers)
