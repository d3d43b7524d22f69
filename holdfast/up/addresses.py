"""Where the parts of one system listen: chosen once, remembered in its data folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from chassis.embedded.ports import LOOPBACK
from chassis.errors import Conflict

_BLOCK = 100
"""A second system beside the first gets the same numbers in the next hundred."""
_BLOCKS = 20
_LAST_PORT = 65_535


class PortTaken(Conflict):
    code = "PORT_TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Ports on the loopback interface."""

    gateway: int = 8400
    gateway_metrics: int = 8401
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
        return self.by_name()[name]

    @classmethod
    def beginning_at(cls, gateway: int) -> Addresses | None:
        """The usual addresses, moved as a whole; None where the last would lie beyond the last port."""
        usual = cls().by_name()
        moved = {name: port + gateway - usual["gateway"] for name, port in usual.items()}
        return cls(**moved) if max(moved.values()) <= _LAST_PORT else None

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

    With a gateway port the others follow it in the usual distances (9400: 9401, 9410, ... 9450), unless that very
    gateway is remembered with others. Raises PortTaken for the port that was asked for: someone counts on exactly
    that one; where others are taken, only those move.
    """
    if gateway_port is not None and not is_free(gateway_port):
        raise PortTaken(f"Port {gateway_port} is used by another program; choose another with --port.")
    candidates = list(_candidates(remembered, gateway_port))
    for candidate in candidates:
        if all(is_free(port) for name, port in candidate.by_name().items() if port != gateway_port):
            return Choice(addresses=candidate, notes=_notes(candidates[0], candidate))
    scattered = Addresses(**{field.name: any_free() for field in fields(Addresses)})
    candidate = scattered if gateway_port is None else replace(scattered, gateway=gateway_port)
    return Choice(addresses=candidate, notes=_notes(candidates[0], candidate))


def _candidates(remembered: Addresses | None, gateway_port: int | None) -> Iterator[Addresses]:
    """Best first. Never two parts at one port."""
    if gateway_port is None:
        yield remembered or Addresses()
        yield from _blocks()
        return
    if remembered is not None and remembered.gateway == gateway_port:
        yield remembered
    following = Addresses.beginning_at(gateway_port)
    if following is not None:
        yield following
    for block in _blocks():
        candidate = replace(block, gateway=gateway_port)
        if len(set(candidate.by_name().values())) == len(candidate.by_name()):
            yield candidate


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


def _notes(expected: Addresses, chosen: Addresses) -> tuple[str, ...]:
    moved = [name for name, port in chosen.by_name().items() if port != expected.port(name)]
    if not moved:
        return ()
    return (f"Some of the usual ports are used by other programs; {', '.join(moved)} moved.",)
