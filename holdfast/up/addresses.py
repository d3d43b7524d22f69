"""Where the parts of one system listen: chosen once, remembered in its data folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from chassis.embedded.ports import LOOPBACK
from chassis.errors import Conflict

_BLOCK = 100
"""A second system beside the first gets the same numbers in the next hundred."""
_BLOCKS = 20


class PortTaken(Conflict):
    code = "PORT_TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Ports on the loopback interface."""

    gateway: int = 8400
    households: int = 8410
    households_grpc: int = 8411
    employment: int = 8420
    employment_grpc: int = 8421
    risk: int = 8430
    risk_grpc: int = 8431
    postgres: int = 8440
    nats: int = 8450

    def http(self, process: str) -> str:
        return f"http://{LOOPBACK}:{self.port(process)}"

    def grpc(self, service: str) -> str:
        return f"{LOOPBACK}:{self.port(f'{service}_grpc')}"

    def port(self, name: str) -> int:
        return asdict(self)[name]  # type: ignore[no-any-return]

    def by_name(self) -> Mapping[str, int]:
        return asdict(self)

    def save(self, file: Path) -> None:
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="ascii")
        partial.replace(file)

    @classmethod
    def load(cls, file: Path) -> Addresses | None:
        """None where there is none, or none that can be read: then new ones are chosen."""
        try:
            known = json.loads(file.read_text(encoding="ascii"))
            return cls(**{field.name: int(known[field.name]) for field in fields(cls)})
        except (OSError, ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    addresses: Addresses
    notes: tuple[str, ...]
    """What a person should be told: which usual address was taken, and what is used instead."""


def choose(
    *,
    remembered: Addresses | None,
    gateway_port: int | None,
    is_free: Callable[[int], bool],
    any_free: Callable[[], int],
) -> Choice:
    """The remembered addresses if all are free, else the first free hundred, else any free ports.

    Raises PortTaken for a gateway port that was asked for: someone counts on exactly that one.
    """
    if gateway_port is not None and not is_free(gateway_port):
        raise PortTaken(f"Port {gateway_port} is used by another program; choose another with --port.")
    usual = remembered or Addresses()
    for wanted in [usual, *_blocks()]:
        candidate = wanted if gateway_port is None else replace(wanted, gateway=gateway_port)
        if all(is_free(port) for name, port in candidate.by_name().items() if port != gateway_port):
            return Choice(addresses=candidate, notes=_notes(usual, candidate, gateway_port))
    scattered = Addresses(**{field.name: any_free() for field in fields(Addresses)})
    candidate = scattered if gateway_port is None else replace(scattered, gateway=gateway_port)
    return Choice(addresses=candidate, notes=_notes(usual, candidate, gateway_port))


def anywhere(any_free: Callable[[], int]) -> Addresses:
    """Free ports far from the usual ones, for a system that runs beside others for a while."""
    ports: list[int] = []
    while len(ports) < len(fields(Addresses)):
        port = any_free()
        if port not in ports:
            ports.append(port)
    return Addresses(**dict(zip((field.name for field in fields(Addresses)), ports, strict=True)))


def _blocks() -> list[Addresses]:
    usual = Addresses().by_name()
    return [Addresses(**{name: port + _BLOCK * block for name, port in usual.items()}) for block in range(_BLOCKS)]


def _notes(usual: Addresses, chosen: Addresses, gateway_port: int | None) -> tuple[str, ...]:
    moved = [name for name, port in chosen.by_name().items() if port != usual.port(name) and port != gateway_port]
    if not moved:
        return ()
    return (f"Some of the usual ports are used by other programs; {', '.join(moved)} moved.",)
