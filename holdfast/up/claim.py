"""The ports of one system, held for it before anything listens there, so that two starts at once never share one.

A port is held by the name of a socket of the kernel: names are given to one process only, have the same reach as
ports (the network namespace), and fall with the process however it ends.
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from chassis.embedded.ports import free_port, is_free
from holdfast.up.addresses import Addresses, anywhere, choose
from holdfast.up.leftovers import left_behind

_MOVES = 3


@dataclass(slots=True, kw_only=True)
class Claim:
    gateway_port: int | None
    beside_others: bool
    addresses: Addresses = field(default_factory=Addresses)
    notes: tuple[str, ...] = ()
    """What a person should be told of the choice."""
    _moves_left: int = _MOVES
    _held: dict[int, socket.socket] = field(default_factory=dict)

    @classmethod
    def take(cls, data: Path, *, gateway_port: int | None, beside_others: bool) -> Self:
        """`beside_others`: free ports far from the usual ones. Raises PortTaken, EngineFailed."""
        remembered = Addresses.load(data / "run" / "addresses.json")
        # What a killed supervisor left behind still listens there, until the start ends it.
        ours = set(remembered.by_name().values()) if remembered and left_behind(data) else set()
        claim = cls(gateway_port=gateway_port, beside_others=beside_others)
        claim._choose(remembered, ours)
        return claim

    def move(self) -> bool:
        """Other addresses, when none of our parts runs and another program sits on some; False: nothing was lost.

        Raises PortTaken when it sits on the gateway's port that was asked for.
        """
        if self._moves_left == 0 or all(is_free(port) for port in self.addresses.by_name().values()):
            return False
        self._moves_left -= 1
        self._choose(self.addresses, set())
        return True

    def release(self) -> None:
        self._keep(())

    def _choose(self, remembered: Addresses | None, ours: Collection[int]) -> None:
        """What is left of earlier tries is given back at the end, also when there is no choice."""
        kept: Collection[int] = ()
        try:
            if self.beside_others:
                self.addresses = anywhere(self._hold_any)
            else:
                choice = choose(
                    remembered=remembered,
                    gateway_port=self.gateway_port,
                    is_free=lambda port: (port in ours or is_free(port)) and self._hold(port),
                    any_free=self._hold_any,
                )
                self.addresses, self.notes = choice.addresses, choice.notes
            kept = self.addresses.by_name().values()
        finally:
            self._keep(kept)

    def _hold(self, port: int) -> bool:
        if port in self._held:
            return True
        name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with suppress(OSError):
            name.bind(f"\0holdfast-port-{port}")
            self._held[port] = name
            return True
        name.close()
        return False

    def _hold_any(self) -> int:
        while not self._hold(port := free_port()):
            pass
        return port

    def _keep(self, ports: Collection[int]) -> None:
        for port in set(self._held) - set(ports):
            self._held.pop(port).close()
