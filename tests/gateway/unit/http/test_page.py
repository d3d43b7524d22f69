from __future__ import annotations

import re

from gateway.graphiql.page import ASSETS, POLICY, Page
from gateway.http.body import Message


async def got(path: str, method: str = "GET") -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await Page.load()({"type": "http", "path": path, "method": method}, receive, send)
    head, body = sent
    return int(str(head["status"])), dict(head["headers"]), bytes(body["body"])  # type: ignore[call-overload]  # messages of ASGI are untyped


async def test_every_file_the_page_names_is_here() -> None:
    page = (ASSETS / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="(/graphiql/[^"]+)"', page)

    assert len(named) == 6
    for path in named:
        status, headers, body = await got(path)
        assert status == 200
        assert body
        assert headers[b"x-content-type-options"] == b"nosniff"


def test_the_page_needs_no_other_host() -> None:
    for name in ("index.html", "start.js", "start.css"):
        assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", (ASSETS / name).read_text(encoding="utf-8"))
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


def test_the_licences_lie_beside_the_files() -> None:
    for name in ("graphiql", "react", "react-dom"):
        assert "MIT License" in (ASSETS / f"LICENSE.{name}").read_text(encoding="utf-8")


async def test_nothing_else_is_served_from_the_folder() -> None:
    for path in ("/graphiql/", "/graphiql/README.md", "/graphiql/../page.py", "/graphiql/LICENSE.react"):
        assert (await got(path))[0] == 404
    assert (await got("/graphiql/start.js", "POST"))[0] == 404
