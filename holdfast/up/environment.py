"""The environment of each process: what the person gave, and where its neighbours are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.settings import PREFIX, SERVICE_PREFIXES
from holdfast.settings import ROOT
from holdfast.up.addresses import Addresses

SERVICES = ("households", "employment", "risk")
PROCESSES = (*SERVICES, "gateway")
SUPERVISED = "SUPERVISED_BY_HOLDFAST"
"""Carries the data folder, so that processes left behind by a killed supervisor are known again."""

_PASSED_ON = ("LOG_LEVEL", "LOG_FORMAT", "OTLP_ENDPOINT", "DRAIN_SECONDS")
_NEIGHBOURS = {
    "households": {},
    "employment": {"EMPLOYMENT_HOUSEHOLDS_GRPC": "households"},
    "risk": {"RISK_HOUSEHOLDS_GRPC": "households"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all processes of one system share."""

    data: Path
    mode: str
    addresses: Addresses
    database_urls: Mapping[str, str]
    nats_url: str
    given: Mapping[str, str]
    """The environment that the person started from."""

    def of_console(self) -> dict[str, str]:
        """For a command of the console that works on this system."""
        return self._shared() | {PREFIX + "DATA": str(self.data), PREFIX + "MODE": self.mode}

    def of(self, process: str) -> dict[str, str]:
        """The whole environment of a process. What a person set for one service by name is passed on to all."""
        variables = self._shared()
        variables |= {PREFIX + name: self.given[PREFIX + name] for name in _PASSED_ON if PREFIX + name in self.given}
        variables |= {
            PREFIX + "MODE": self.mode,
            PREFIX + "DATA": str(self.data),
            PREFIX + "KEYS": str(self.data / "keys"),
            PREFIX + "HTTP_HOST": "127.0.0.1",
            PREFIX + "HTTP_PORT": str(self.addresses.port(process)),
            PREFIX + "NATS_URL": self.nats_url,
        }
        if self.mode == "demo":
            variables[PREFIX + "CLOCK_FILE"] = str(self.data / "run" / "clock-offset")
        if process == "gateway":
            variables.setdefault(PREFIX + "GATEWAY_METRICS_PORT", str(self.addresses.port("gateway_metrics")))
            for service in SERVICES:
                variables.setdefault(f"{PREFIX}GATEWAY_{service.upper()}_URL", self.addresses.http(service))
            return variables
        variables[PREFIX + "DATABASE_URL"] = self.database_urls[process]
        variables[PREFIX + "GRPC_PORT"] = str(self.addresses.port(f"{process}_grpc"))
        for name, neighbour in _NEIGHBOURS[process].items():
            variables.setdefault(PREFIX + name, self.addresses.grpc(neighbour))
        return variables

    def _shared(self) -> dict[str, str]:
        own = {
            name: value
            for name, value in self.given.items()
            if not name.startswith(PREFIX) or name.removeprefix(PREFIX).startswith(SERVICE_PREFIXES)
        }
        return own | {
            SUPERVISED: str(self.data),
            "PYTHONPATH": _python_path(self.given),
            "PYTHONUNBUFFERED": "1",
        }


def _python_path(given: Mapping[str, str]) -> str:
    known = [str(ROOT), str(ROOT / "proto")]
    further = [entry for entry in given.get("PYTHONPATH", "").split(":") if entry and entry not in known]
    return ":".join([*known, *further])
