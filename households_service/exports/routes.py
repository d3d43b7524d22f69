"""Lists as files: streamed, masked unless two persons opened them, each one logged before its first row."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from chassis.caller import Caller, caller_of
from chassis.ids import parse_id
from households_service.exports.domain import Export, ExportMalformed, request_of
from households_service.exports.service import (
    approve_export,
    begin_export,
    find_export,
    stream_export,
    take_export,
)
from households_service.files.media import MEDIA_TYPES
from households_service.uow import Begin


def export_routes(begin: Begin) -> APIRouter:
    router = APIRouter(prefix="/files/exports")

    @router.post("")
    async def export(caller: Annotated[Caller, Depends(caller_of)], request: Request) -> Response:
        """JSON: {list, format, reason, area?, monitoringCategory?, registrationHistory?, codePrefix?, opened?}.

        Answers the file; 202 and where it stands for a list in the open, which a second person has to approve.
        """
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            body = None
        if not isinstance(body, dict):
            raise ExportMalformed("Send one JSON object.", field="body")
        asked = request_of(body)
        async with begin(caller.actor) as uow:
            started, now = await begin_export(uow, caller.actor, asked), uow.now
        if asked.opened:
            return JSONResponse(_told(started, now), status_code=202, headers={"location": _path(started)})
        return _streamed(begin, caller, started)

    @router.post("/{export_id}/approval")
    async def approval(export_id: str, caller: Annotated[Caller, Depends(caller_of)]) -> JSONResponse:
        """By a second person of the county. Saying it again changes nothing."""
        async with begin(caller.actor) as uow:
            approved, now = await approve_export(uow, caller.actor, parse_id(export_id)), uow.now
        return JSONResponse(_told(approved, now))

    @router.get("/{export_id}/content")
    async def content(export_id: str, caller: Annotated[Caller, Depends(caller_of)]) -> StreamingResponse:
        """The approved file, once, for the one who asked for it."""
        async with begin(caller.actor) as uow:
            taken = await take_export(uow, caller.actor, parse_id(export_id))
        return _streamed(begin, caller, taken)

    @router.get("/{export_id}")
    async def logged(export_id: str, caller: Annotated[Caller, Depends(caller_of)]) -> JSONResponse:
        """Who took it, why, with which filter, and how many rows went out; null: it broke off or is under way."""
        async with begin(caller.actor) as uow:
            found, now = await find_export(uow, caller.actor, parse_id(export_id)), uow.now
        return JSONResponse(_told(found, now))

    return router


def _path(export: Export) -> str:
    return f"/files/exports/{export.id}"


def _told(export: Export, now: datetime) -> dict[str, object]:
    return {
        "id": str(export.id),
        "state": export.state(now),
        "what": export.asked.told(),
        "reason": export.asked.reason,
        "columns": list(export.columns),
        "requestedBy": export.requested_by,
        "requestedAt": export.requested_at.isoformat(),
        "approvedBy": export.approved_by,
        "rowsFound": export.rows_found,
        "rowsSent": export.rows_sent,
    }


def _streamed(begin: Begin, caller: Caller, export: Export) -> StreamingResponse:
    asked = export.asked
    name = f"{asked.list.value.lower()}-{export.id}.{asked.format.value.lower()}"
    return StreamingResponse(
        stream_export(begin, caller.actor, export),
        media_type=MEDIA_TYPES[asked.format],
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "x-content-type-options": "nosniff",
            "location": _path(export),
        },
    )
