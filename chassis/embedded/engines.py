"""Both engines of one data folder, held by one process at a time."""

from __future__ import annotations

import asyncio
import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from chassis.embedded.account import make_folder, settle_account
from chassis.embedded.failures import EngineFailed
from chassis.embedded.nats import NatsServer
from chassis.embedded.ports import free_port
from chassis.embedded.postgres import PostgresServer
from chassis.embedded.secrets import Secrets

SERVICES = ("households", "employment", "risk")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginesHealth:
    postgres: bool
    nats: bool

    @property
    def all(self) -> bool:
        return self.postgres and self.nats


@dataclass(slots=True, kw_only=True)
class Engines:
    """`async with Engines.prepare(folder) as engines:` — started on entry, stopped on exit.

    Ports are free ones unless given. The lock on the data folder is held from preparation to `stop`, and
    falls with the process however that ends, so that an engine found running without it has no supervisor.
    """

    postgres: PostgresServer
    nats: NatsServer
    services: tuple[str, ...]
    _lock: int | None = field(default=None)

    @classmethod
    def prepare(
        cls,
        data: Path,
        *,
        postgres_port: int | None = None,
        nats_port: int | None = None,
        services: tuple[str, ...] = SERVICES,
        durable: bool = True,
    ) -> Self:
        """Make the data folder and settle how the engines run in it. Raises EngineFailed with a remedy."""
        data = make_data_folder(data)
        lock = _lock(data)
        try:
            account, binaries = settle_account(data, cluster=data / "postgres" / "cluster")
        except EngineFailed:
            os.close(lock)
            raise
        secrets = Secrets(file=data / "secrets" / "engines.json")
        logs = data / "logs"
        make_folder(logs, mode=0o700)
        return cls(
            postgres=PostgresServer(
                folder=data / "postgres",
                port=postgres_port or free_port(),
                account=account,
                binaries=binaries,
                secrets=secrets,
                log=logs / "postgres.log",
                durable=durable,
            ),
            nats=NatsServer(
                folder=data / "nats",
                port=nats_port or free_port(),
                account=account,
                binaries=binaries,
                secrets=secrets,
                log=logs / "nats.log",
                durable=durable,
            ),
            services=services,
            _lock=lock,
        )

    async def start(self) -> None:
        try:
            outcomes = await asyncio.gather(self.postgres.start(), self.nats.start(), return_exceptions=True)
            for outcome in outcomes:
                if outcome is not None:
                    raise outcome
            await self.postgres.provision(self.services)
        except BaseException:
            await self.stop()
            raise

    async def end_leftovers(self) -> None:
        """End what an earlier process left running in this data folder, without starting anything."""
        await asyncio.gather(self.postgres.end_leftovers(), self.nats.end_leftovers())

    async def stop(self) -> None:
        await asyncio.gather(self.postgres.stop(), self.nats.stop())
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def health(self) -> EnginesHealth:
        postgres, nats = await asyncio.gather(self.postgres.healthy(), self.nats.healthy())
        return EnginesHealth(postgres=postgres, nats=nats)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


def make_data_folder(data: Path) -> Path:
    """The folder, absolute, made if it is not there. Root's may be passed through by the engines."""
    data = data.absolute()
    try:
        make_folder(data, mode=0o711 if os.geteuid() == 0 else 0o700)
    except OSError as failure:
        raise EngineFailed(
            f"The data folder {data} cannot be made: {failure.strerror}.",
            remedy="Set HOLDFAST_DATA to a folder that you may write.",
        ) from failure
    foreign = closed_part(data)
    if foreign is not None and foreign.stat().st_uid == os.geteuid():
        raise EngineFailed(f"{foreign} is yours, but closed to you.", remedy=f"Open it: chmod -R u+rwX {data}")
    if foreign is not None:
        raise EngineFailed(
            f"{foreign} belongs to someone else.",
            remedy=f"Start as the user who started it first, or take it over: sudo chown -R $USER {data}",
        )
    return data.resolve()


def closed_part(data: Path) -> Path | None:
    """The first part of the data folder that we may not read and write, if there is one."""
    places = [data, *(data / name for name in ("run", "secrets", "keys", "logs", "postgres", "nats"))]
    return next(
        (place for place in places if place.exists() and not os.access(place, os.R_OK | os.W_OK | os.X_OK)), None
    )


def _lock(data: Path) -> int:
    make_folder(data / "run", mode=0o700)
    descriptor = os.open(data / "run" / "engines.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise EngineFailed(
            f"The engines of {data} already run under another process.",
            remedy="Stop that one, or set HOLDFAST_DATA to another folder.",
        ) from None
    return descriptor
