"""Settings of this service."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator

from chassis.settings import CommonSettings
from chassis.vault import Vault


class EmploymentSettings(CommonSettings):
    """`employment_time_zone` holds where no area is known yet; an area's own zone comes before it."""

    employment_households_grpc: str = "127.0.0.1:8510"
    employment_vault_key_file: Path | None = None
    employment_time_zone: str = "Asia/Shanghai"

    @field_validator("employment_time_zone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError('A time zone has an IANA name like "Asia/Shanghai"') from None
        return value

    def vault(self) -> Vault:
        """In production the key must be there; elsewhere it is made at the first start."""
        file = self.employment_vault_key_file or self.keys_folder / "employment-vault.key"
        return Vault.of_file(file, create=self.mode != "production")

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.employment_time_zone)
