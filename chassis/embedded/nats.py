"""An embedded NATS server with JetStream on the loopback interface, its store in the data folder."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from chassis.embedded import processes
from chassis.embedded.account import Account, make_folder
from chassis.embedded.binaries import Binaries
from chassis.embedded.engine_process import EngineProcess
from chassis.embedded.ports import LOOPBACK, says_something
from chassis.embedded.secrets import Secrets

_USER = "holdfast"
_FAREWELL = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0))


def broker_url(secrets: Secrets, *, port: int) -> str:
    return f"nats://{_USER}:{quote(secrets.password(_USER), safe='')}@{LOOPBACK}:{port}"


@dataclass(slots=True, kw_only=True)
class NatsServer:
    """JetStream acknowledges before it syncs unless told otherwise: `sync_interval: always` tells it.

    Even so the outboxes stay the truth; a wiped store is refilled from them.
    """

    folder: Path
    port: int
    account: Account
    binaries: Binaries
    secrets: Secrets
    log: Path
    durable: bool = True
    process: EngineProcess = field(init=False)

    def __post_init__(self) -> None:
        self.process = EngineProcess(name="NATS", account=self.account, log=self.log)

    @property
    def url(self) -> str:
        return broker_url(self.secrets, port=self.port)

    @property
    def configuration(self) -> Path:
        return self.folder / "nats.conf"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    async def start(self) -> None:
        """Clear what a crash left behind, start, wait until JetStream answers."""
        make_folder(self.folder, mode=0o711)
        make_folder(self.store, mode=0o700)
        await self.end_leftovers()
        self._write(self.configuration)
        self.account.own(self.store)
        await self.process.launch(
            [self.binaries.nats_server, "--config", self.configuration],
            variables={"GOMEMLIMIT": "160MiB"},
            farewell=signal.SIGTERM,
        )
        await self.process.until(self.healthy, deadline_seconds=30)

    async def end_leftovers(self) -> None:
        """End a server that an earlier supervisor left running on this very configuration."""
        leftovers = processes.with_argument(str(self.configuration), program="nats-server")
        await processes.end(leftovers, steps=_FAREWELL)

    async def stop(self) -> None:
        await self.process.end(_FAREWELL)

    async def wait(self) -> int:
        return await self.process.wait()

    async def alive(self, seconds: float) -> bool:
        """Whether it greets, or at least says why it does not."""
        return await says_something(self.port, seconds=seconds)

    async def healthy(self) -> bool:
        """Whether the server greets on its port and says that JetStream is on."""
        try:
            async with asyncio.timeout(3):
                reader, writer = await asyncio.open_connection(LOOPBACK, self.port)
                try:
                    greeting = await reader.readline()
                finally:
                    writer.close()
                    await writer.wait_closed()
        except (OSError, TimeoutError):
            return False
        kind, _, information = greeting.partition(b" ")
        try:
            return kind == b"INFO" and json.loads(information).get("jetstream") is True
        except json.JSONDecodeError:
            return False

    def _write(self, configuration: Path) -> None:
        text = "\n".join(
            [
                "server_name: holdfast",
                f'listen: "{LOOPBACK}:{self.port}"',
                "max_payload: 1MB",
                f'authorization {{ user: {_USER}, password: "{self.secrets.password(_USER)}" }}',
                "jetstream {",
                f"  store_dir: {json.dumps(str(self.store))}",
                "  max_memory_store: 32MB",
                "  max_file_store: 1GB",
                # Quoted: bare, 2m reads as a number of two million.
                f'  sync_interval: "{"always" if self.durable else "2m"}"',
                "}",
                "",
            ]
        )
        partial = configuration.with_suffix(".partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        self.account.own_file(partial)
        partial.replace(configuration)
