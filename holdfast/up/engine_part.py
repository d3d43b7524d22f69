"""The embedded engines as parts of the system."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.embedded import NatsServer, PostgresServer


@dataclass(slots=True, kw_only=True)
class EnginePart:
    name: str
    engine: PostgresServer | NatsServer

    @property
    def pid(self) -> int | None:
        return self.engine.process.pid

    async def start(self) -> None:
        await self.engine.start()

    async def wait(self) -> int:
        return await self.engine.wait()

    async def stop(self) -> None:
        await self.engine.stop()

    async def ready(self) -> bool:
        return await self.engine.healthy()

    async def alive(self, seconds: float) -> bool:
        return await self.engine.alive(seconds)

    def kill(self) -> None:
        self.engine.process.kill()
