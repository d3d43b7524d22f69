"""Settings common to every process, read once from the environment and passed on.

A process refuses a HOLDFAST_ variable it does not know, so that a typing error never becomes a silent default.
Variables of another service (HOLDFAST_<SERVICE>_...) are left alone: one shell may start several services.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from chassis.clock import Clock, OffsetClock, WallClock
from chassis.errors import InvalidInput

PREFIX = "HOLDFAST_"
SERVICE_PREFIXES = ("GATEWAY_", "HOUSEHOLDS_", "EMPLOYMENT_", "RISK_")


class UnknownSetting(InvalidInput):
    code = "UNKNOWN_SETTING"


class InvalidSetting(InvalidInput):
    code = "INVALID_SETTING"


class CommonSettings(BaseSettings):
    """What every process needs. A service adds its own fields, each named `<service>_...`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    mode: Literal["production", "development", "demo"] = "production"
    data: Path = Path(".holdfast")
    database_url: str = ""
    nats_url: str = ""
    keys: Path | None = None
    http_host: str = "127.0.0.1"
    http_port: int = 0
    grpc_port: int = 0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    otlp_endpoint: str = ""
    clock_file: Path | None = None
    drain_seconds: float = 10.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` was given: no second look at the environment behind its back."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def keys_folder(self) -> Path:
        return self.keys or self.data / "keys"

    def clock(self) -> Clock:
        """Wall time; in demo mode, wall time plus the offset that all processes share."""
        if self.mode == "demo":
            return OffsetClock(self.clock_file or self.data / "run" / "clock-offset")
        return WallClock()


SettingsOf = TypeVar("SettingsOf", bound=CommonSettings)


def load(settings: type[SettingsOf], environment: Mapping[str, str] | None = None) -> SettingsOf:
    """Reads `settings` from the environment. Raises UnknownSetting or InvalidSetting, naming the variable."""
    given = os.environ if environment is None else environment
    known = {PREFIX + name.upper() for name in settings.model_fields}
    for name in given:
        if not name.startswith(PREFIX) or name in known:
            continue
        if name.removeprefix(PREFIX).startswith(SERVICE_PREFIXES):
            own = {
                other.split("_")[1] + "_" for other in known if other.removeprefix(PREFIX).startswith(SERVICE_PREFIXES)
            }
            if name.removeprefix(PREFIX).split("_")[0] + "_" not in own:
                continue
        raise UnknownSetting(f"{name} is not a setting of this process.", field=name)
    values = {name: given[PREFIX + name.upper()] for name in settings.model_fields if PREFIX + name.upper() in given}
    try:
        return settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else PREFIX.rstrip("_")
        raise InvalidSetting(f"{name}: {first['msg']}.", field=name) from None
