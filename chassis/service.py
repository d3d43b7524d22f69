"""A service as one value: what it serves, listens to, does when time has come; and the way it is started.

`python -m <service> all|api|relay|consumer|migrate|schema`: see `chassis.process` for what each role runs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

import grpc
import structlog
import uvloop
from fastapi import APIRouter
from strawberry.federation import Schema

from chassis import log, telemetry
from chassis.caller import Caller
from chassis.clock import Clock
from chassis.database import Database
from chassis.errors import HoldfastError
from chassis.graph import GraphContext
from chassis.identity import Actor, TokenVerifier
from chassis.jobs import JobKind
from chassis.settings import CommonSettings, load
from chassis.subscription import Subscription
from chassis.timers import TimerKind
from chassis.uow import UnitOfWork
from chassis.vault import Vault

Work = TypeVar("Work", bound=UnitOfWork)
SettingsOf = TypeVar("SettingsOf", bound=CommonSettings)
SERVICES = ("households", "employment", "risk")

logger = structlog.get_logger(__name__)


class Role(StrEnum):
    """What one process of a service does. `all` is every serving role in one process."""

    ALL = "all"
    # GraphQL, files and gRPC.
    API = "api"
    RELAY = "relay"
    # Events of other services, and what goes on without being asked: timers, jobs, background work.
    CONSUMER = "consumer"
    MIGRATE = "migrate"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class RpcFace:
    """One gRPC service. `name`: "contracts.households.v1.HouseholdsService"; `register` adds its servicer.

    `callers`: the processes whose signature is accepted. `tokens`: instead, callers from outside show their own
    login token and send a stream of requests.
    """

    name: str
    register: Callable[[grpc.aio.Server], None]
    callers: Sequence[str] = SERVICES
    tokens: TokenVerifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Work of the consumer role that goes on beside the events, such as building a copy from snapshots.

    `run` ends by itself or when `stop` is set; when it fails it is started again, with growing pauses.
    """

    name: str
    run: Callable[[asyncio.Event], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[Work]):
    name: str
    settings: CommonSettings
    database: Database
    clock: Clock
    # Opens a unit of work for an actor; the consumers, timers and jobs call it with the system's.
    begin: Callable[[Actor], Work]
    # The context of one GraphQL request: actor, loaders, what the resolvers need.
    graph_context: Callable[[Caller], GraphContext]
    subscriptions: Sequence[Subscription[Work]] = ()
    timers: Sequence[TimerKind[Work]] = ()
    jobs: Sequence[JobKind[Work]] = ()
    rpc: Sequence[RpcFace] = ()
    # Routes below /files; each takes `Depends(caller_of)`.
    routes: Sequence[APIRouter] = ()
    background: Sequence[Background] = ()
    # Seals personal values; a start with another key than before is refused.
    vault: Vault | None = None
    # Awaited once when the process stops: channels, listeners.
    closing: Sequence[Callable[[], Awaitable[None]]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program(Generic[SettingsOf, Work]):
    """What `python -m <service>` runs. `build` is called for the serving roles only: migrating needs no keys."""

    name: str
    settings: type[SettingsOf]
    schema: Schema
    # The service's `migrations` folder.
    migrations: Path
    build: Callable[[SettingsOf], Service[Work]]


def run(program: Program[SettingsOf, Work], arguments: Sequence[str] | None = None) -> None:
    """Runs one role until it is done or told to stop (SIGTERM, SIGINT). Leaves with status 0, 1 or 2 (usage)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    roles = [role.value for role in Role]
    if len(given) != 1 or given[0] not in roles:
        sys.stderr.write(f"Usage: python -m {program.name}_service {'|'.join(roles)}\n")
        raise SystemExit(2)
    role = Role(given[0])
    if role is Role.SCHEMA:
        sys.stdout.write(program.schema.as_str().rstrip() + "\n")
        return
    try:
        settings = load(program.settings)
        log.set_up(program.name, level=settings.log_level, form=settings.log_format)
        telemetry.set_up(program.name, endpoint=settings.otlp_endpoint)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_play(role, program, settings))
    except HoldfastError as error:
        sys.stderr.write(f"{program.name}: {error.code}: {error}\n")
        raise SystemExit(1) from None


async def _play(role: Role, program: Program[SettingsOf, Work], settings: SettingsOf) -> None:
    if role is Role.MIGRATE:
        from chassis.migrate import migrate  # noqa: PLC0415 - serving needs no alembic

        await migrate(settings.database_url, program.migrations)
        logger.info("migrate.done")
        return
    from chassis.process import Process  # noqa: PLC0415 - migrating needs no web server, broker or gRPC

    await Process.prepare(role, program, program.build(settings)).run()
