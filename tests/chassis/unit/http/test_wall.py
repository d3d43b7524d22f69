from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.caller import Caller, locale_of
from chassis.identity import Actor, Keyring, RequestSigner, RequestVerifier, Role, ensure_keys, load_private_key
from chassis.metrics import Metrics
from chassis.wall import LARGEST_BODY, Observed, SignatureWall

OFFICER = Actor(subject="officer-1", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/01/",))


@dataclass
class Inner:
    """The application behind the wall: remembers what came through."""

    callers: list[Caller] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    fails: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.fails:
            raise ValueError("secret value 4711")
        self.callers.append(scope["state"]["caller"])
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message.get("more_body"):
                break
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"ok": true}'})


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    ensure_keys(tmp_path)
    return tmp_path


@pytest.fixture
def inner() -> Inner:
    return Inner()


@pytest.fixture
def wall(keys: Path, inner: Inner) -> SignatureWall:
    verifier = RequestVerifier(keyring=Keyring.load(keys), audience="risk")
    return SignatureWall(inner, verifier, frozenset({"/livez"}), lambda path: path.startswith("/files/"))


def signed(keys: Path, body: bytes | None) -> str:
    return RequestSigner(load_private_key(keys, "gateway")).header(OFFICER, audience="risk", body=body)


async def ask(
    app: ASGIApp, *parts: bytes, path: str = "/graphql", headers: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Status, and the code of the first error."""
    waiting = [
        {"type": "http.request", "body": part, "more_body": number < len(parts) - 1}
        for number, part in enumerate(parts)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
    }
    await app(scope, receive, send)
    body = json.loads(b"".join(message.get("body", b"") for message in sent))
    return sent[0]["status"], body["errors"][0]["extensions"]["code"] if "errors" in body else "OK"


async def test_a_signed_request_comes_through_with_its_caller_and_its_whole_body(
    wall: SignatureWall, inner: Inner, keys: Path
) -> None:
    headers = {"Authorization": signed(keys, b"one two"), "Accept-Language": "ug"}
    assert await ask(wall, b"one ", b"two", headers=headers) == (200, "OK")
    assert inner.bodies == [b"one two"]
    assert (inner.callers[0].actor, inner.callers[0].locale) == (OFFICER, "ug")


async def test_what_is_not_signed_does_not_come_through(wall: SignatureWall, inner: Inner, keys: Path) -> None:
    assert await ask(wall, b"x") == (401, "UNSIGNED_REQUEST")
    assert await ask(wall, b"x", headers={"Authorization": "Bearer x"}) == (401, "UNSIGNED_REQUEST")
    assert await ask(wall, b"x", headers={"Authorization": "Holdfast x"}) == (401, "BAD_SIGNATURE")
    assert await ask(wall, b"x", headers={"Authorization": signed(keys, b"y")}) == (401, "BAD_SIGNATURE")
    assert await ask(wall, b"x", headers={"Authorization": signed(keys, None)}) == (401, "BAD_SIGNATURE")
    assert inner.callers == []


async def test_a_streamed_body_is_accepted_for_files_only(wall: SignatureWall, inner: Inner, keys: Path) -> None:
    headers = {"Authorization": signed(keys, None)}
    assert await ask(wall, b"a", b"b", path="/files/x", headers=headers) == (200, "OK")
    assert inner.bodies == [b"ab"]
    assert await ask(wall, b"ab", path="/files", headers=headers) == (401, "BAD_SIGNATURE")


async def test_a_body_without_end_is_cut_off(wall: SignatureWall, inner: Inner, keys: Path) -> None:
    part = b"x" * (LARGEST_BODY // 2 + 1)
    headers = {"Authorization": signed(keys, part * 2)}
    assert await ask(wall, part, part, headers=headers) == (413, "BODY_TOO_LARGE")
    assert inner.bodies == []


async def test_a_websocket_is_closed(wall: SignatureWall) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await wall({"type": "websocket", "path": "/graphql", "headers": []}, _never, send)
    assert sent == [{"type": "websocket.close", "code": 4403}]


async def test_a_defect_is_answered_without_its_text(inner: Inner) -> None:
    metrics = Metrics()
    inner.fails = True
    assert await ask(Observed(inner, metrics), b"", path="/files/0190f3b2/report") == (500, "INTERNAL")
    page = metrics.text().decode()
    assert 'holdfast_requests_total{face="http",operation="/files/{id}/report",outcome="5xx"} 1.0' in page


async def _never() -> Message:
    await asyncio.Event().wait()
    return {}


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "en"),
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("de, ug;q=0.5, en;q=0.4", "ug"),
        ("en;q=0.1, zh-Hans-CN;q=0.9", "zh-CN"),
        ("ug;q=0, en", "en"),
        ("ug;q=abc", "en"),
        ("*", "en"),
        (",;,;q=" * 1000, "en"),
    ],
)
def test_the_best_language_that_is_spoken_is_chosen(header: str, locale: str) -> None:
    assert locale_of(header) == locale
