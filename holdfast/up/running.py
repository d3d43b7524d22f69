"""Where a system that was started before is reached: for commands that talk to one from outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chassis.embedded.engines import SERVICES
from chassis.embedded.nats import broker_url
from chassis.embedded.postgres import admin_login, service_login
from chassis.embedded.provision import login_url, server_url
from chassis.embedded.secrets import Secrets
from chassis.errors import NotFound
from holdfast.settings import ConsoleSettings
from holdfast.up.addresses import Addresses


class NeverStarted(NotFound):
    code = "NEVER_STARTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Addresses of one system with what opens them. `database_urls` by service, as the service's own role."""

    data: Path
    gateway_url: str
    database_urls: dict[str, str]
    admin_database_url: str
    nats_url: str

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def clock_file(self) -> Path:
        return self.data / "run" / "clock-offset"


def require_trying_out(settings: ConsoleSettings, refusal: str) -> None:
    """Raises NotForProduction with these words where the console, or the system started here, is in production mode."""
    from gateway.login.issuer import NotForProduction

    if "production" in {settings.mode, started_mode(settings.data_folder)}:
        raise NotForProduction(refusal)


def started_mode(data: Path) -> str:
    """The mode that the system of this data folder was started in last; empty where none was."""
    try:
        return _mode_file(data).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def note_mode(data: Path, mode: str) -> None:
    _mode_file(data).write_text(mode + "\n", encoding="ascii")


def _mode_file(data: Path) -> Path:
    return data / "run" / "mode"


def places(settings: ConsoleSettings) -> Places:
    """The system of the settings' data folder, running or not. Raises NeverStarted."""
    data = settings.data_folder
    addresses = Addresses.load(data / "run" / "addresses.json")
    if addresses is None:
        raise NeverStarted(f"No system was ever started in {data}. Start one: holdfast up")
    return places_at(data, addresses, admin_database_url=settings.database_url, nats_url=settings.nats_url)


def places_at(data: Path, addresses: Addresses, *, admin_database_url: str, nats_url: str) -> Places:
    """Empty addresses of engines mean the embedded ones."""
    secrets = Secrets(file=data / "secrets" / "engines.json")
    admin = admin_database_url or server_url(admin_login(secrets), port=addresses.postgres)
    return Places(
        data=data,
        gateway_url=addresses.http("gateway"),
        database_urls={service: login_url(admin, service_login(secrets, service)) for service in SERVICES},
        admin_database_url=admin,
        nats_url=nats_url or broker_url(secrets, port=addresses.nats),
    )
