"""What answers: outside engines that were named, and the parts of a running copy."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import asyncpg

from chassis.embedded.provision import plain_url
from holdfast.doctor.findings import Finding
from holdfast.settings import ConsoleSettings
from holdfast.up.addresses import Addresses
from holdfast.up.environment import PROCESSES
from holdfast.up.lock import holder
from holdfast.up.part import answers

_OLDEST_MAJOR = 16


async def outside_database(settings: ConsoleSettings) -> Finding | None:
    """None where the embedded one is used."""
    if not settings.database_url:
        return None
    subject = "HOLDFAST_DATABASE_URL"
    try:
        connection = await asyncpg.connect(plain_url(settings.database_url), timeout=5)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        return Finding(
            subject=subject,
            observation=f"the server did not let us in ({type(failure).__name__})",
            remedy="Check address, role, password and the server's pg_hba.conf.",
        )
    try:
        version = int(await connection.fetchval("show server_version_num")) // 10_000
        may = await connection.fetchval(
            "select rolsuper or (rolcreatedb and rolcreaterole) from pg_roles where rolname = current_user"
        )
    finally:
        await connection.close()
    if version < _OLDEST_MAJOR:
        return Finding(
            subject=subject, observation=f"PostgreSQL {version}", remedy=f"Use PostgreSQL {_OLDEST_MAJOR} or newer."
        )
    if not may:
        return Finding(
            subject=subject,
            observation="the role may not create roles and databases",
            remedy="alter role ... createrole createdb, or have the databases made before.",
        )
    return Finding(subject=subject, observation=f"PostgreSQL {version} answers")


async def outside_broker(settings: ConsoleSettings) -> Finding | None:
    """None where the embedded one is used."""
    if not settings.nats_url:
        return None
    parts = urlsplit(settings.nats_url)
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 4222)
            greeting = await reader.readline()
            writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError):
        greeting = b""
    if not greeting.startswith(b"INFO "):
        return Finding(
            subject="HOLDFAST_NATS_URL", observation="no NATS server answers", remedy="Check host, port and firewall."
        )
    if b'"jetstream":true' not in greeting.replace(b" ", b""):
        return Finding(
            subject="HOLDFAST_NATS_URL", observation="JetStream is off", remedy="Start the server with --jetstream."
        )
    return Finding(subject="HOLDFAST_NATS_URL", observation="NATS with JetStream answers")


async def running_parts(settings: ConsoleSettings) -> Finding | None:
    """None where nothing runs."""
    data = settings.data_folder
    addresses = Addresses.load(data / "run" / "addresses.json")
    if holder(data) is None or addresses is None:
        return None
    replies = await asyncio.gather(*(answers(addresses.port(name), "/readyz") for name in PROCESSES))
    silent = [name for name, reply in zip(PROCESSES, replies, strict=True) if not reply]
    if silent:
        return Finding(
            subject="Parts",
            observation=f"not ready: {', '.join(silent)}",
            remedy=f"Read {data / 'logs'}; they are started again by themselves when they end.",
        )
    return Finding(subject="Parts", observation="all ready")
