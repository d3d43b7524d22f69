"""A service as one value: what it serves, listens to, and does when time has come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

import grpc
import structlog
from fastapi import APIRouter

from chassis.caller import Caller
from chassis.clock import Clock
from chassis.database import Database
from chassis.graph import GraphContext
from chassis.graph.schema import SubgraphSchema
from chassis.identity import Actor, TokenVerifier
from chassis.jobs import JobKind
from chassis.settings import CommonSettings
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
    schema: SubgraphSchema
    # The service's `migrations` folder.
    migrations: Path
    build: Callable[[SettingsOf], Service[Work]]
