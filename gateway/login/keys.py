"""Where the public keys of the token issuer come from: a file beside us, or an identity provider elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from chassis.errors import DependencyDown
from chassis.identity import Keyring
from chassis.identity.keys import JWKS, KeyMissing

# An unknown kid may be invented by anybody: it asks the provider at most this often, in seconds.
ASK_AGAIN_SECONDS = 10.0
# After a failed refresh the provider is tried again sooner than the regular refresh.
RETRY_SECONDS = 15.0

log = structlog.get_logger("gateway.login")


class KeysUnavailable(DependencyDown):
    code = "LOGIN_UNAVAILABLE"


class KeySource(Protocol):
    def current(self) -> Keyring:
        """The keys now trusted. Raises KeysUnavailable when none can be."""
        ...

    async def look_again(self) -> None:
        """Called for a key that is not known: the issuer may have rotated."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(slots=True)
class FileKeys:
    """The `jwks.json` of the keys folder, read again when it changes."""

    folder: Path
    _keyring: Keyring | None = field(default=None, init=False)
    _stamp: tuple[int, int] = field(default=(0, 0), init=False)
    _looked_at: float = field(default=0.0, init=False)

    def current(self) -> Keyring:
        now = time.monotonic()
        if self._keyring is None or now - self._looked_at > 1.0:
            self._read()
            self._looked_at = now
        if self._keyring is None:
            raise KeysUnavailable(f"{JWKS} cannot be read.")
        return self._keyring

    async def look_again(self) -> None:
        self._read()

    async def start(self) -> None:
        self.current()

    async def stop(self) -> None:
        """Nothing is held open."""

    def _read(self) -> None:
        try:
            status = (self.folder / JWKS).stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self._keyring = Keyring.load(self.folder)
                self._stamp = stamp
        except (OSError, KeyMissing, ValueError, KeyError, TypeError):
            log.warning("login_keys_unreadable")


@dataclass(slots=True, kw_only=True)
class RemoteKeys:
    """The JWKS of an identity provider: fetched anew every `refresh_seconds` and for an unknown key.

    While the provider is away the last keys stay trusted for `outage_seconds`; they are kept in `cache` too, so that
    a gateway that starts during the outage still knows its callers. A key the provider withdrew is gone with the
    next answer.
    """

    fetch: Callable[[], Awaitable[bytes]]
    cache: Path
    refresh_seconds: float
    outage_seconds: float
    wall: Callable[[], float] = time.time
    ask_again_seconds: float = ASK_AGAIN_SECONDS
    _keyring: Keyring | None = field(default=None, init=False)
    _fetched_at: float = field(default=0.0, init=False)
    _asked_at: float = field(default=float("-inf"), init=False)
    _fresh: bool = field(default=False, init=False)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def current(self) -> Keyring:
        if self._keyring is None:
            raise KeysUnavailable("The identity provider's keys were never read.")
        if self.wall() - self._fetched_at > self.outage_seconds:
            raise KeysUnavailable("The identity provider has been away for longer than its keys are trusted.")
        return self._keyring

    async def look_again(self) -> None:
        """Callers who come together wait for one answer; none is asked for more often than `ask_again_seconds`."""
        async with self._asking:
            if time.monotonic() - self._asked_at < self.ask_again_seconds:
                return
            await self._refresh()

    async def start(self) -> None:
        self._read_cache()
        async with self._asking:
            await self._refresh()
        self._task = asyncio.create_task(self._keep_fresh(), name="gateway-login-keys")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _keep_fresh(self) -> None:
        while True:
            pause = self.refresh_seconds if self._fresh else min(self.refresh_seconds, RETRY_SECONDS)
            await asyncio.sleep(pause)
            async with self._asking:
                await self._refresh()

    async def _refresh(self) -> None:
        self._asked_at = time.monotonic()
        try:
            document = await self.fetch()
            keyring = Keyring.from_jwks(document)
            if not keyring.keys:
                raise KeysUnavailable("The identity provider offers no Ed25519 key.")
        except (DependencyDown, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("login_keys_not_refreshed", reason=type(error).__name__)
            self._fresh = False
            return
        self._fresh = True
        self._keyring, self._fetched_at = keyring, self.wall()
        self._write_cache(document)

    def _read_cache(self) -> None:
        try:
            self._keyring = Keyring.from_jwks(self.cache.read_bytes())
            self._fetched_at = self.cache.stat().st_mtime
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            log.warning("login_key_cache_unreadable")

    def _write_cache(self, document: bytes) -> None:
        try:
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.cache.with_suffix(".new")
            fresh.write_bytes(document)
            fresh.replace(self.cache)
        except OSError:
            log.warning("login_key_cache_not_written")
