"""Free ports on the loopback interface."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from pathlib import Path

from chassis.embedded.failures import EngineFailed

LOOPBACK = "127.0.0.1"
_LOWEST = 15_000
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now. A port waiting out old connections counts as free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as failure:
            if failure.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
        return True


async def says_something(port: int, greeting: bytes = b"", *, seconds: float) -> bool:
    """Whether who listens on the port, greeted or not, sends a first byte in time.

    The kernel takes connections for a process that hangs, so being connected means nothing.
    """
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(greeting)
                return bool(await reader.read(1))
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def free_port() -> int:
    """A free port below those the kernel gives to outgoing connections.

    From among those a server that is restarted could find its port taken by a client of its own that was
    trying to reach it again, which on loopback even connects to itself.
    """
    for _ in range(1000):
        port = _LOWEST + secrets.randbelow(_first_outgoing() - _LOWEST)
        if is_free(port):
            return port
    raise EngineFailed("No free port was found.", remedy="End programs that listen on very many ports.")


def _first_outgoing() -> int:
    try:
        first = int(_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        first = 0
    return first if first > _LOWEST + 1000 else 32_768
