"""One database and one login role per service, on the embedded or on any other PostgreSQL server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from chassis.embedded.failures import EngineFailed
from chassis.embedded.ports import LOOPBACK

_ITERATIONS = 4096
_LOCK = 0x686F6C64  # any number: keeps two provisioning runs on one server apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A service's own door: role and database bear the same name."""

    name: str
    password: str


class _Connection(Protocol):
    async def execute(self, query: str, *args: object) -> str: ...
    async def fetchval(self, query: str, *args: object) -> object: ...


def plain_url(url: str) -> str:
    """The URL as the driver wants it: `postgresql+asyncpg://` loses its dialect."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}{separator}{rest}"


def login_url(admin_url: str, login: Login) -> str:
    """SQLAlchemy's URL of the login's own database on the server of `admin_url`; its options are kept."""
    parts = urlsplit(plain_url(admin_url))
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(
        (
            "postgresql+asyncpg",
            f"{quote(login.name, safe='')}:{quote(login.password, safe='')}@{place}",
            f"/{login.name}",
            parts.query,
            "",
        )
    )


def server_url(login: Login, *, port: int) -> str:
    """SQLAlchemy's URL of the administrators' database of a server on the loopback interface."""
    return (
        f"postgresql+asyncpg://{quote(login.name, safe='')}:{quote(login.password, safe='')}@{LOOPBACK}:{port}/postgres"
    )


async def provision(admin_url: str, logins: Sequence[Login]) -> None:
    """Make role and database of every login, or leave them as they are. Safe to repeat and to interrupt.

    A password is set only where the login does not open its database yet. Others than the owner (and the
    server's superusers) may not connect. Raises EngineFailed when the server is not there or refuses.
    """
    try:
        connection = await asyncpg.connect(plain_url(admin_url), timeout=20)
    except (OSError, TimeoutError, asyncpg.PostgresError) as failure:
        raise EngineFailed(
            f"The database server did not let us in ({type(failure).__name__}).",
            remedy="Check the address, role and password of HOLDFAST_DATABASE_URL.",
        ) from failure
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        for login in logins:
            await _provision_one(connection, admin_url, login)
    except asyncpg.PostgresError as failure:
        raise EngineFailed(
            f"The database server refused to prepare the services' databases ({type(failure).__name__}).",
            remedy="The role of HOLDFAST_DATABASE_URL must be allowed to create roles and databases.",
        ) from failure
    finally:
        await connection.close()


async def _provision_one(connection: _Connection, admin_url: str, login: Login) -> None:
    name = _identifier(login.name)
    if not await connection.fetchval("select true from pg_roles where rolname = $1", login.name):
        await connection.execute(
            f"create role {name} login nosuperuser nocreatedb nocreaterole password '{verifier(login.password)}'"
        )
    if not await connection.fetchval("select true from pg_database where datname = $1", login.name):
        if not await connection.fetchval("select rolsuper from pg_roles where rolname = current_user"):
            await connection.execute(f"grant {name} to current_user")
        await connection.execute(f"create database {name} owner {name}")
    await connection.execute(f"revoke all on database {name} from public")
    if not await _opens(login_url(admin_url, login)):
        await connection.execute(f"alter role {name} login password '{verifier(login.password)}'")


async def _opens(url: str) -> bool:
    try:
        connection = await asyncpg.connect(plain_url(url), timeout=20)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    await connection.close()
    return True


def verifier(password: str) -> str:
    """What PostgreSQL stores for SCRAM-SHA-256 (RFC 5803), so that no password travels in a statement."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored_key, server_key)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"


def _identifier(name: str) -> str:
    if not name.isascii() or not name.replace("_", "").isalnum():
        raise EngineFailed(f"{name!r} is no name for a role.", remedy="Use letters, digits and underscores.")
    return f'"{name}"'
