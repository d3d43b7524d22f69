"""A whole system in one data folder: started, supervised and ended by one process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from chassis.embedded import EngineFailed, Engines, processes
from chassis.embedded.account import make_folder
from chassis.embedded.engines import make_data_folder
from chassis.embedded.postgres import service_login
from chassis.embedded.provision import provision
from chassis.embedded.secrets import Secrets
from chassis.identity.keys import ensure_keys
from holdfast.settings import ROOT
from holdfast.up.addresses import Addresses
from holdfast.up.claim import Claim
from holdfast.up.engine_part import EnginePart
from holdfast.up.environment import SERVICES, SUPERVISED, Surroundings
from holdfast.up.failures import StartFailed
from holdfast.up.lock import Lock
from holdfast.up.part import Part, Report, ServiceProcess
from holdfast.up.readiness import ready, until_ready
from holdfast.up.revisions import chains_of, migrations_of, up_to_date
from holdfast.up.running import Places, note_mode, places_at
from holdfast.up.supervision import Patience, Supervision

READY_SECONDS = 180.0
"""On a quiet machine it takes about ten; a slow disk or a busy machine is no reason to give up."""
_FAREWELL = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0))


def _silent(_part: str, _line: str) -> None:
    """Nobody listens."""


async def _all(works: Iterable[Coroutine[None, None, None]]) -> None:
    """Side by side; the first failure is raised only when all have ended, so that none runs on unseen."""
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if outcome is not None:
            raise outcome


@dataclass(slots=True, kw_only=True)
class System:
    """`async with System.prepare(folder, anywhere=True) as system:` — ready on entry, ended on exit."""

    data: Path
    mode: str
    admin_database_url: str
    outside_nats_url: str
    given: Mapping[str, str]
    report: Report
    supervision: Supervision
    parts: dict[str, Part] = field(default_factory=dict, init=False)
    _lock: Lock
    claim: Claim
    _engines: Engines | None = field(default=None, init=False)

    @classmethod
    def prepare(
        cls,
        data: Path,
        *,
        gateway_port: int | None = None,
        beside_others: bool = False,
        mode: str = "development",
        admin_database_url: str = "",
        nats_url: str = "",
        given: Mapping[str, str] | None = None,
        report: Report = _silent,
        patience: Patience | None = None,
    ) -> Self:
        """Take the data folder and claim addresses; nothing runs yet.

        `beside_others`: free ports far from the usual ones. `patience`: with parts that hang.
        Raises AlreadyRunning, PortTaken, EngineFailed.
        """
        data = make_data_folder(data)
        lock = Lock.take(data)
        try:
            claim = Claim.take(data, gateway_port=gateway_port, beside_others=beside_others)
        except BaseException:
            lock.release()
            raise
        return cls(
            data=data,
            mode=mode,
            admin_database_url=admin_database_url,
            outside_nats_url=nats_url,
            given=os.environ if given is None else given,
            report=report,
            supervision=Supervision(report=report, patience=patience or Patience()),
            _lock=lock,
            claim=claim,
        )

    @property
    def addresses(self) -> Addresses:
        return self.claim.addresses

    @property
    def gateway_url(self) -> str:
        return self.addresses.http("gateway")

    def places(self) -> Places:
        return places_at(
            self.data,
            self.addresses,
            admin_database_url=self.admin_database_url,
            nats_url=self.outside_nats_url,
        )

    def pid(self, part: str) -> int:
        """Of `gateway`, `households`, `employment`, `risk`, `postgres` or `nats`, as it runs now."""
        pid = self.parts[part].pid
        if pid is None:
            raise StartFailed(f"{part} was not started.")
        return pid

    async def start(self) -> None:
        """Everything up and ready, or nothing left running. Raises EngineFailed, StartFailed or PortTaken.

        A program that took one of our ports before us is made room for: the start goes on with other ports.
        """
        try:
            while not await self._started():
                self.report("holdfast", "A port was taken meanwhile; starting again with others.")
        except BaseException:
            await self.stop()
            raise

    async def _started(self) -> bool:
        """False when a port was lost and others are claimed now."""
        try:
            await self._clear_ground()
            # It needs no engine, so it is imported while those start.
            await self._start_process("gateway")
            await self._lay_ground()
            for name in SERVICES:
                await self._start_process(name)
            await self.until_ready(READY_SECONDS)
        except (EngineFailed, StartFailed):
            await self._end_parts()
            if not self.claim.move():
                raise
            return False
        return True

    async def stop(self) -> None:
        try:
            await self._end_parts()
        finally:
            self.claim.release()
            self._lock.release()

    async def _end_parts(self) -> None:
        """The gateway first, so that nobody asks what is going; then the services; the engines last."""
        gateway = [part for name, part in self.parts.items() if name == "gateway"]
        services = [part for name, part in self.parts.items() if name in SERVICES]
        engines = [part for name, part in self.parts.items() if name in {"postgres", "nats"}]
        for group in (gateway, services, engines):
            await self.supervision.end(group)
        self.parts.clear()
        self.supervision.ended.clear()
        if self._engines is not None:
            await self._engines.stop()
            self._engines = None

    async def ready(self) -> Mapping[str, bool]:
        """By part, whether it answers that it can work."""
        return await ready(self.parts)

    def console_environment(self) -> dict[str, str]:
        """Environment of a console command, such as `holdfast seed`, that works on this system."""
        environment = self._surroundings().of_console()
        if self.admin_database_url:
            environment["HOLDFAST_DATABASE_URL"] = self.admin_database_url
        if self.outside_nats_url:
            environment["HOLDFAST_NATS_URL"] = self.outside_nats_url
        return environment

    async def until_ready(self, deadline_seconds: float) -> None:
        """Wait until every part can work. Raises StartFailed naming those that cannot, with their last lines."""
        await until_ready(self.parts, self.supervision.ended, deadline_seconds, logs=self.data / "logs")

    async def _start_process(self, name: str) -> None:
        part = self._service(name, self._surroundings())
        self.parts[name] = part
        await part.start()
        self.supervision.watch(part)

    async def migrate_only(self) -> None:
        """Engines and databases up to date, then everything ended again."""
        try:
            await self._clear_ground()
            await self._lay_ground()
        finally:
            await self.stop()

    async def _clear_ground(self) -> None:
        """What a killed supervisor left is ended; folders and keys are there."""
        await self._end_leftovers()
        make_folder(self.data / "logs", mode=0o700)
        ensure_keys(self.data / "keys")

    async def _lay_ground(self) -> None:
        """Engines, and every service's own migrations, side by side."""
        await self._start_engines()
        self.addresses.save(self.data / "run" / "addresses.json")
        note_mode(self.data, self.mode)
        around = self._surroundings()
        await _all(self._migrate_one(service, around) for service in SERVICES)

    async def _migrate_one(self, service: str, around: Surroundings) -> None:
        if await up_to_date(around.database_urls[service], chains_of(service)):
            return
        process = self._service(service, around, words=("chassis.migrate", str(migrations_of(service))))
        await process.start()
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await process.stop()
            raise
        if code != 0:
            raise StartFailed(f"The database of {service} could not be migrated: {' | '.join(process.last_lines)}")

    def _service(self, name: str, around: Surroundings, *, words: Sequence[str] = ()) -> ServiceProcess:
        usual = ("gateway",) if name == "gateway" else (f"{name}_service", "all")
        return ServiceProcess(
            name=name,
            words=tuple(words) or usual,
            environment=around.of(name),
            folder=ROOT,
            port=self.addresses.port(name),
            log=self.data / "logs" / f"{name}.log",
            report=self.report,
        )

    def _surroundings(self) -> Surroundings:
        places = self.places()
        return Surroundings(
            data=self.data,
            mode=self.mode,
            addresses=self.addresses,
            database_urls=places.database_urls,
            nats_url=places.nats_url,
            given=self.given,
        )

    async def _start_engines(self) -> None:
        if self.admin_database_url and self.outside_nats_url:
            await self._provision_outside()
            return
        self._engines = Engines.prepare(self.data, postgres_port=self.addresses.postgres, nats_port=self.addresses.nats)
        chosen: list[Part] = []
        if not self.admin_database_url:
            chosen.append(EnginePart(name="postgres", engine=self._engines.postgres))
        if not self.outside_nats_url:
            chosen.append(EnginePart(name="nats", engine=self._engines.nats))
        self.parts |= {part.name: part for part in chosen}
        await _all(part.start() for part in chosen)
        await self._provision_outside() if self.admin_database_url else await self._engines.postgres.provision(SERVICES)
        for part in chosen:
            self.supervision.watch(part)

    async def _provision_outside(self) -> None:
        secrets = Secrets(file=self.data / "secrets" / "engines.json")
        await provision(self.admin_database_url, [service_login(secrets, service) for service in SERVICES])

    async def _end_leftovers(self) -> None:
        """Services whose supervisor was killed: they hold the ports, and the databases' advisory locks."""
        await processes.end(processes.with_variable(SUPERVISED, str(self.data)), steps=_FAREWELL)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
