"""An embedded PostgreSQL server on the loopback interface, made in the data folder."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from chassis.embedded import processes
from chassis.embedded.account import Account, make_folder
from chassis.embedded.binaries import Binaries
from chassis.embedded.engine_process import EngineProcess
from chassis.embedded.failures import EngineFailed
from chassis.embedded.ports import LOOPBACK, says_something
from chassis.embedded.provision import Login, login_url, plain_url, provision, server_url
from chassis.embedded.secrets import Secrets

_ADMIN = "holdfast_admin"
_MAJOR_VERSION = "18"
# SIGINT is the fast shutdown: sessions end, data is checkpointed. SIGQUIT leaves recovery to the next start.
_FAREWELL = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_START_SECONDS = 60.0
_MODEST = {
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "48MB",
    "effective_cache_size": "512MB",
    "max_connections": "120",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "1",
    "io_workers": "1",
    "autovacuum_max_workers": "2",
    "jit": "off",
}
_PRIVATE = {
    # A failed statement and its details carry values of persons: neither may reach the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
}
_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def admin_login(secrets: Secrets) -> Login:
    return Login(name=_ADMIN, password=secrets.password(_ADMIN))


def service_login(secrets: Secrets, service: str) -> Login:
    name = f"holdfast_{service}"
    return Login(name=name, password=secrets.password(name))


@dataclass(slots=True, kw_only=True)
class PostgresServer:
    """`folder` holds the cluster; `durable=False` gives up crash safety for speed (tests only)."""

    folder: Path
    port: int
    account: Account
    binaries: Binaries
    secrets: Secrets
    log: Path
    durable: bool = True
    process: EngineProcess = field(init=False)

    def __post_init__(self) -> None:
        self.process = EngineProcess(name="PostgreSQL", account=self.account, log=self.log)

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def _partial(self) -> Path:
        return self.folder / "cluster.partial"

    @property
    def admin_url(self) -> str:
        return server_url(admin_login(self.secrets), port=self.port)

    def login(self, service: str) -> Login:
        return service_login(self.secrets, service)

    def url(self, service: str) -> str:
        """SQLAlchemy's URL of the service's own database as the service's own role."""
        return login_url(self.admin_url, self.login(service))

    async def start(self) -> None:
        """Make the cluster when there is none, clear what a crash left, start, wait until it answers."""
        make_folder(self.folder, mode=0o711)
        await self.end_leftovers()
        if not self.cluster.exists():
            await self._make_cluster()
        self._check_version()
        self.account.own(self.cluster)
        await self._launch()

    async def provision(self, services: Sequence[str]) -> None:
        await provision(self.admin_url, [self.login(service) for service in services])

    async def stop(self) -> None:
        await self.process.end(_FAREWELL)

    async def wait(self) -> int:
        return await self.process.wait()

    async def alive(self, seconds: float) -> bool:
        """Whether it says yes or no to encryption: it does so before any login, in recovery, and with all places taken.

        https://www.postgresql.org/docs/18/protocol-message-formats.html (SSLRequest)
        """
        return await says_something(self.port, _SSL_REQUEST, seconds=seconds)

    async def healthy(self) -> bool:
        try:
            connection = await asyncpg.connect(plain_url(self.admin_url), timeout=3, command_timeout=3)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        try:
            return bool(await connection.fetchval("select true"))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        finally:
            connection.terminate()

    async def _launch(self) -> None:
        loop = asyncio.get_running_loop()
        patience = loop.time() + 15.0
        while True:
            await self.process.launch(
                [self.binaries.postgres, "-D", self.cluster, *self._settings()], variables={}, farewell=signal.SIGINT
            )
            try:
                await self.process.until(self.healthy, deadline_seconds=_START_SECONDS)
            except EngineFailed:
                # Sessions of a killed server hold its shared memory for a moment; then a new one starts.
                in_use = "shared memory block" in self.process.last_words()
                if self.process.running:
                    await self.process.end(_FAREWELL)
                if not in_use or loop.time() > patience:
                    raise
                await asyncio.sleep(0.2)
            else:
                return

    def _settings(self) -> list[str]:
        chosen = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **_MODEST,
            **_PRIVATE,
            **({} if self.durable else _UNSAFE),
        }
        return [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]

    async def end_leftovers(self) -> None:
        """End a server that an earlier supervisor left running on this very cluster, and forget a dead one.

        The caller holds the data folder's lock, so whoever still runs on it has lost its supervisor.
        """
        initdb = processes.with_argument(f"--pgdata={self._partial}", program="initdb")
        await processes.end(initdb, steps=((signal.SIGKILL, 10.0),))
        servers = processes.with_argument(str(self.cluster), program="postgres")
        await processes.end(servers, steps=_FAREWELL)
        # Since a restart of the machine its number may be another process's, which PostgreSQL cannot tell.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        for partial in self.folder.glob("*.partial"):
            if partial.is_dir():
                shutil.rmtree(partial)
            else:
                partial.unlink()

    async def _make_cluster(self) -> None:
        """initdb under another name, then rename: a cluster under its own name is always a whole one."""
        partial = self._partial
        make_folder(partial, mode=0o700)
        self.account.own(partial)
        password_file = self.folder / "password.partial"
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(self.secrets.password(_ADMIN))
        self.account.own_file(password_file)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        initdb = EngineProcess(name="initdb", account=self.account, log=self.log)
        try:
            await initdb.launch(
                [
                    self.binaries.initdb,
                    f"--pgdata={partial}",
                    f"--username={_ADMIN}",
                    f"--pwfile={password_file}",
                    *options,
                    *([] if self.durable else ["--no-sync"]),
                ],
                variables={},
                farewell=signal.SIGTERM,
            )
            code = await initdb.wait()
        except asyncio.CancelledError:
            await initdb.end(((signal.SIGKILL, 5.0),))
            raise
        finally:
            password_file.unlink(missing_ok=True)
        if code != 0:
            raise EngineFailed(
                f"initdb failed: {initdb.last_words()}", remedy=f"Read {self.log} and run `holdfast doctor`."
            )
        partial.rename(self.cluster)

    def _check_version(self) -> None:
        version = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != _MAJOR_VERSION:
            raise EngineFailed(
                f"{self.cluster} was made by PostgreSQL {version}, the installed one is {_MAJOR_VERSION}.",
                remedy="Export the data with the former release and import it, or set HOLDFAST_DATA to a new folder.",
            )
