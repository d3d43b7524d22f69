"""Files sent through the public endpoint, as a frontend would send them, and followed until they are worked on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from rich.progress import Progress

from chassis.errors import DependencyDown, InvalidInput
from chassis.identity import Actor, Role, TokenIssuer, load_private_key
from chassis.sizes import LARGEST_FILE
from holdfast.console import err, out
from holdfast.demo.endpoint import Answer, Caller, Endpoint, UnexpectedAnswer
from holdfast.settings import console_settings
from holdfast.up.running import places

_POLL_SECONDS = 0.3
_PATIENCE_SECONDS = 120.0
# Of a service, its database or a login provider that is away for a moment.
_PASSING = frozenset({"SUBGRAPH_UNAVAILABLE", "DEPENDENCY_DOWN", "DEADLINE_EXCEEDED", "LOGIN_UNAVAILABLE"})
ISSUES = "issueCounts { code count } issues(first: 100) { edges { node { row column code message } } }"
_SHOWN = 20
# Of rows that are sound: counted, and not what anybody has to mend.
_NO_CAUSE = "HOUSEHOLD_HAS_ERRORS"


class NotSent(InvalidInput):
    """The service's own refusal, passed on."""


@asynccontextmanager
async def calling(
    role: Role, *, areas: Sequence[str], department: str | None = None, subject: str = "console"
) -> AsyncIterator[Caller]:
    """The running system's endpoint as someone of this role, logged in by the embedded issuer."""
    here = places(console_settings())
    issuer = TokenIssuer(key=load_private_key(here.keys, "issuer"))
    actor = Actor(subject=subject, roles=frozenset({role}), areas=tuple(areas), department=department)
    try:
        async with Endpoint(f"{here.gateway_url}/graphql", issuer) as endpoint:
            yield endpoint.caller(actor)
    except aiohttp.ClientConnectionError as failure:
        raise DependencyDown(f"Nothing answers at {here.gateway_url}. Start the system: holdfast up") from failure


async def send_file(caller: Caller, route: str, file: Path, fields: Mapping[str, str | Sequence[str]]) -> Answer:
    """POST the file with its form fields to /files/<route>.

    Raises NotSent with the service's own reason, and FileTooLarge before anything of it is read or sent.
    """
    from households_service.files.domain import FileTooLarge

    form = aiohttp.FormData()
    for name, given in fields.items():
        for value in [given] if isinstance(given, str) else given:
            form.add_field(name, value)
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise FileTooLarge(f"A file has at most {LARGEST_FILE:,} bytes: send the rows in parts.", field="file")
        form.add_field("file", await asyncio.to_thread(file.read_bytes), filename=file.name)
    except OSError as failure:
        raise InvalidInput(f"{file} cannot be read: {failure.strerror}.", field="file") from None
    headers = {"Authorization": f"Bearer {caller.token}"}
    async with caller.session.post(_files_url(caller, route), data=form, headers=headers) as response:
        text = await response.text()
        if response.status == 201:
            return Answer(json.loads(text))
    raise _refusal_in(text, status=response.status)


async def fetch_file(
    caller: Caller,
    route: str,
    out: Path,
    *,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, object] | None = None,
) -> tuple[int, str]:
    """GET /files/<route>, or POST with a body, written as it comes: its size, and where it is logged.

    The file stands under its name only when all of it came. Raises NotSent with the service's own reason.
    """
    fresh = out.with_name(out.name + ".new")
    headers = {"Authorization": f"Bearer {caller.token}"}
    method = "GET" if body is None else "POST"
    timeout = aiohttp.ClientTimeout(total=None, sock_read=120)
    async with caller.session.request(
        method, _files_url(caller, route), params=query, json=body, headers=headers, timeout=timeout
    ) as response:
        if response.status != 200:
            raise _refusal_in(await response.text(), status=response.status)
        size = 0
        try:
            with fresh.open("wb") as file, Progress(console=err, transient=True) as progress:
                bar = progress.add_task("Fetching", total=response.content_length)
                async for chunk in response.content.iter_any():
                    size += file.write(chunk)
                    progress.update(bar, completed=size)
            fresh.replace(out)
        except OSError as failure:
            raise InvalidInput(f"{out} cannot be written: {failure.strerror}.", field="out") from None
        finally:
            fresh.unlink(missing_ok=True)
        return size, response.headers.get("location", "")


async def post_json(caller: Caller, route: str, body: Mapping[str, object] | None = None) -> Answer:
    """POST to /files/<route>. Raises NotSent with the service's own reason."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    async with caller.session.post(_files_url(caller, route), json=body or {}, headers=headers) as response:
        text = await response.text()
        if response.status in {200, 201, 202}:
            return Answer(json.loads(text))
    raise _refusal_in(text, status=response.status)


async def fetch_json(caller: Caller, route: str) -> Answer:
    async with caller.session.get(
        _files_url(caller, route), headers={"Authorization": f"Bearer {caller.token}"}
    ) as response:
        text = await response.text()
        if response.status != 200:
            raise _refusal_in(text, status=response.status)
        return Answer(json.loads(text))


def _files_url(caller: Caller, route: str) -> str:
    return caller.url.removesuffix("/graphql") + f"/files/{route}"


async def follow(
    caller: Caller, query: str, *, id_: str, root: str, title: str, patience_seconds: float = _PATIENCE_SECONDS
) -> Answer:
    """Ask `query` until the work is done or refused, showing how far it is; the last answer's `root`.

    A service that starts again goes on with its work, so we go on asking: DependencyDown only when nothing has
    answered for `patience_seconds`.
    """
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + patience_seconds
    with Progress(console=err, transient=True) as progress:
        bar = progress.add_task(title, total=None)
        while True:
            answer = await _asked(caller, query, id_)
            if answer is not None:
                give_up_at = loop.time() + patience_seconds
                found = answer.at(root)
                if found.text("state") in {"DONE", "REFUSED"}:
                    return found
                far = found.at("progress").value
                if isinstance(far, Mapping):
                    progress.update(bar, completed=far["done"], total=far["total"])
                    if far.get("state") == "FAILED":
                        raise _not_sent(str(far.get("code")), str(far.get("message")), None)
            elif loop.time() > give_up_at:
                raise DependencyDown(
                    f"Nothing has answered for {patience_seconds:.0f} seconds. What was sent is kept, "
                    f"and worked on when the service is back (id {id_})."
                )
            await asyncio.sleep(_POLL_SECONDS)


async def _asked(caller: Caller, query: str, id_: str) -> Answer | None:
    """The `data`; None while a service, or the gateway, is away for a moment."""
    try:
        whole = await caller.ask_whole(query, {"id": id_})
    except (aiohttp.ClientConnectionError, TimeoutError):
        return None
    errors = whole.value.get("errors") if isinstance(whole.value, Mapping) else None
    if not errors:
        return whole.at("data")
    if set(whole.texts("errors", "extensions.code")) <= _PASSING:
        return None
    raise UnexpectedAnswer(json.dumps(errors)[:2000])


def tell(answer: Answer, *, wrong: str) -> int:
    """Print the account and the first issues; exit code 1 when the file was refused or rows were `wrong`."""
    if answer.text("state") == "REFUSED":
        err.print(f"Refused: {answer.text('refusalCode')}: {answer.text('refusalMessage')}")
        if answer.text("refusalCode") == "UNKNOWN_COLUMN":
            err.print('Map a header with --map "theirs=ours", or leave one out with --ignore "theirs".')
        return 1
    header_row = answer.at("headerRow").value
    if header_row not in {None, 1}:
        out.print(f"Row {header_row} is the header; nothing above it was read.")
    account = answer.at("account").value
    if isinstance(account, Mapping):
        for name, count in account.items():
            out.print(f"{name:<24} {count:>8,}")
    for count in answer.items("issueCounts"):
        out.print(f"{count.text('code'):<28} {count.number('count'):>4,}")
    found = [node for edge in answer.items("issues.edges") if isinstance(node := edge.at("node").value, Mapping)]
    for node in [node for node in found if node["code"] != _NO_CAUSE][:_SHOWN]:
        column = f", column {node['column']}" if node["column"] else ""
        out.print(f"row {node['row']}{column}: {node['code']}: {node['message']}")
    return 1 if answer.number(f"account.{wrong}") else 0


def refused(answer: Answer) -> None:
    """Raise NotSent when a mutation answered `Refused`."""
    value = answer.value
    if isinstance(value, Mapping) and value.get("__typename") == "Refused":
        raise _not_sent(str(value["code"]), str(value["message"]), value.get("field"))


def _refusal_in(text: str, *, status: int) -> NotSent:
    try:
        first = json.loads(text)["errors"][0]
        extensions = first.get("extensions", {})
        return _not_sent(extensions.get("code", "REFUSED"), first["message"], extensions.get("field"))
    except (ValueError, KeyError, IndexError, TypeError):
        return NotSent(f"The file was refused with status {status}.")


def _not_sent(code: str, message: str, field: object) -> NotSent:
    return NotSent(f"{code}: {message}" + (f" (field {field})" if field else ""))
