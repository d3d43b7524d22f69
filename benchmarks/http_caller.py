"""One kept HTTP connection that posts JSON: a client library would take as long as what is measured."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit


class UnexpectedStatus(Exception):
    """The answer is not one of status 200 with a length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCaller:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: bytes

    @classmethod
    async def open(cls, url: str, headers: dict[str, str]) -> Self:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        lines = [f"POST {parts.path} HTTP/1.1", f"host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "content-length: "]).encode("ascii")
        return cls(reader=reader, writer=writer, head=head)

    async def post(self, body: bytes) -> bytes:
        self.writer.write(b"%b%d\r\n\r\n%b" % (self.head, len(body), body))
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        _, found, rest = head.partition(b"\r\ncontent-length: ")
        if not found or head.split(b" ", 2)[1] != b"200":
            raise UnexpectedStatus(head.split(b"\r\n", 1)[0].decode("ascii"))
        return await self.reader.readexactly(int(rest.split(b"\r\n", 1)[0]))

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()
