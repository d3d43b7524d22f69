"""The service's files over HTTP, as the gateway passes requests on: signed, without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp, Message

from chassis.health import Health
from chassis.identity import Actor, Keyring, RequestSigner, RequestVerifier, ensure_keys, load_private_key
from chassis.metrics import Metrics
from chassis.subgraph import subgraph_app
from households_service.context import HouseholdsContext
from households_service.exports.routes import export_routes
from households_service.feeds.routes import department_record_routes
from households_service.files.store import FileStore
from households_service.imports.routes import registry_import_routes, registry_template_routes
from households_service.schema import schema
from tests.households_service.county import County

BOUNDARY = "form-boundary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    app: ASGIApp
    signer: RequestSigner

    async def send(
        self, method: str, path: str, actor: Actor | None, *, body: bytes = b"", content_type: str = ""
    ) -> Answer:
        headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
        if actor is not None:
            signature = self.signer.header(actor, audience="households", body=None)
            headers.append((b"authorization", signature.encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
            "scheme": "http",
        }
        parts: list[Message] = []
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                # The client stays until it has everything.
                await asyncio.Event().wait()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            parts.append(message)

        await self.app(scope, receive, send)
        start = parts[0]
        return Answer(
            status=start["status"],
            headers={name.decode(): value.decode() for name, value in start["headers"]},
            body=b"".join(part.get("body", b"") for part in parts[1:]),
        )

    async def upload(
        self, path: str, actor: Actor | None, fields: Mapping[str, str], name: str, content: bytes
    ) -> Answer:
        form = b"".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        )
        form += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        form += content + f"\r\n--{BOUNDARY}--\r\n".encode()
        return await self.send("POST", path, actor, body=form, content_type=f"multipart/form-data; boundary={BOUNDARY}")


def open_http(county: County, store: FileStore, keys: Path) -> Http:
    """`keys`: a folder of its own."""
    ensure_keys(keys)
    app = subgraph_app(
        schema=schema,
        graph_context=lambda caller: HouseholdsContext(caller, county.begin),
        verifier=RequestVerifier(keyring=Keyring.from_jwks((keys / "jwks.json").read_bytes()), audience="households"),
        health=Health(),
        metrics=Metrics(),
        routes=[
            registry_import_routes(county.begin, store),
            registry_template_routes(county.begin),
            department_record_routes(county.begin, store),
            export_routes(county.begin),
        ],
    )
    return Http(app=app, signer=RequestSigner(load_private_key(keys, "gateway")))
