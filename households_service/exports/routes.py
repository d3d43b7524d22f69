"""Lists as files: streamed, masked unless opened with permission, each one logged before its first row."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, StreamingResponse

from chassis.caller import Caller, caller_of
from chassis.ids import parse_id
from households_service.exports.domain import ExportMalformed, request_of
from households_service.exports.service import begin_export, find_export, stream_export
from households_service.files.media import MEDIA_TYPES
from households_service.uow import Begin


def export_routes(begin: Begin) -> APIRouter:
    router = APIRouter(prefix="/files/exports")

    @router.post("")
    async def export(caller: Annotated[Caller, Depends(caller_of)], request: Request) -> StreamingResponse:
        """JSON: {list, format, reason, area?, monitoringCategory?, registrationHistory?, codePrefix?, opened?}."""
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            body = None
        if not isinstance(body, dict):
            raise ExportMalformed("Send one JSON object.", field="body")
        asked = request_of(body)
        async with begin(caller.actor) as uow:
            started = await begin_export(uow, caller.actor, asked)
        name = f"{asked.list.value.lower()}-{started.id}.{asked.format.value.lower()}"
        return StreamingResponse(
            stream_export(begin, caller.actor, started),
            media_type=MEDIA_TYPES[asked.format],
            headers={
                "content-disposition": f'attachment; filename="{name}"',
                "x-content-type-options": "nosniff",
                "location": f"/files/exports/{started.id}",
            },
        )

    @router.get("/{export_id}")
    async def logged(export_id: str, caller: Annotated[Caller, Depends(caller_of)]) -> JSONResponse:
        """Who took it, why, with which filter, and how many rows went out; null: it broke off or is under way."""
        async with begin(caller.actor) as uow:
            found = await find_export(uow, caller.actor, parse_id(export_id))
        return JSONResponse(
            {
                "id": str(found.id),
                "what": found.asked.told(),
                "reason": found.asked.reason,
                "columns": list(found.columns),
                "requestedBy": found.requested_by,
                "requestedAt": found.requested_at.isoformat(),
                "rowsFound": found.rows_found,
                "rowsSent": found.rows_sent,
            }
        )

    return router
