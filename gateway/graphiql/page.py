"""The page and its files, under a policy that lets them talk to this gateway only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.http.answers import Pairs, send_bytes, send_empty
from gateway.http.body import Receive, Scope, Send

ASSETS = Path(__file__).with_name("assets")
PREFIX = "/graphiql/"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
# Scripts and styles come from our files alone; fonts and icons lie inside the style sheet.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Pairs = (
    (b"content-security-policy", POLICY.encode("ascii")),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """Implements an ASGI application for the files; `send` answers with the page itself."""

    files: Mapping[str, bytes]

    @staticmethod
    def load() -> Page:
        """Reads the files once: they are few and never change under a running gateway."""
        return Page({path.name: path.read_bytes() for path in ASSETS.iterdir() if path.suffix in TYPES})

    async def send(self, send: Send) -> None:
        await send_bytes(send, 200, TYPES[".html"], self.files["index.html"], HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        name = str(scope["path"]).removeprefix(PREFIX)
        content = self.files.get(name)
        if content is None or scope["method"] not in {"GET", "HEAD"}:
            await send_empty(send, 404)
            return
        await send_bytes(send, 200, TYPES[Path(name).suffix], content, HEADERS)
