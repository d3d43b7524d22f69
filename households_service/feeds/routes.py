"""Department records as a file: the file comes in, the report of rejected rows goes out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from fastapi.responses import JSONResponse

from chassis.caller import Caller, caller_of
from chassis.errors import InvalidInput
from chassis.ids import parse_id
from households_service.feeds.domain import DepartmentBatch
from households_service.feeds.service import Envelope, find_batch, submit_file
from households_service.files.columns import HeaderChoice
from households_service.files.encodings import encoding_named
from households_service.files.store import FileStore
from households_service.files.upload import read_upload, required_field
from households_service.imports.service import issues_json
from households_service.uow import Begin


def department_record_routes(begin: Begin, store: FileStore) -> APIRouter:
    router = APIRouter(prefix="/files/department-records")

    @router.post("")
    async def upload(  # noqa: PLR0917 - form fields
        caller: Annotated[Caller, Depends(caller_of)],
        file: Annotated[UploadFile | None, File()] = None,
        department: Annotated[str, Form()] = "",
        batch_id: Annotated[str, Form(alias="batchId")] = "",
        area_path: Annotated[str | None, Form(alias="areaPath")] = None,
        purpose_code: Annotated[str | None, Form(alias="purposeCode")] = None,
        mapped: Annotated[list[str] | None, Form(alias="mappedHeader")] = None,
        ignored: Annotated[list[str] | None, Form(alias="ignoredHeader")] = None,
        encoding: Annotated[str, Form()] = "",
    ) -> JSONResponse:
        """`mappedHeader` (repeated) is "header=column". Answers {batchKey, state}; follow it by `departmentBatch`."""
        sent = await read_upload(file)
        pairs = [text.rpartition("=") for text in mapped or ()]
        if any(not (header and column) for header, _, column in pairs):
            raise InvalidInput("A mapping is written header=column.", field="mappedHeader")
        choice = HeaderChoice(
            mapped=tuple((header, column) for header, _, column in pairs), ignored=tuple(ignored or ())
        )
        envelope = Envelope(
            department=required_field(department, "department"),
            batch_id=required_field(batch_id, "batchId"),
            area_path=area_path,
            purpose_code=purpose_code,
        )
        async with begin(caller.actor) as uow:
            batch = await submit_file(
                uow,
                store,
                caller.actor,
                envelope=envelope,
                file_name=sent.name,
                content=sent.content,
                choice=choice,
                encoding=encoding_named(encoding) if encoding else None,
            )
        return JSONResponse(_answer(batch), status_code=201)

    @router.get("/{batch_key}/errors.json")
    async def report(batch_key: str, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        """[{row, column, code, message, value, severity}] of the rejected rows, values masked."""
        async with begin(caller.actor) as uow:
            batch = await find_batch(uow, caller.actor, parse_id(batch_key))
            issues = [issue for _number, issue in await uow.batches.issues(batch.id)]
        headers = {"content-disposition": f'attachment; filename="errors-{batch_key}.json"'}
        return Response(issues_json(issues), media_type="application/json", headers=headers)

    return router


def _answer(batch: DepartmentBatch) -> dict[str, str]:
    return {"batchKey": str(batch.id), "state": batch.state}
