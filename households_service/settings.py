"""What this service reads from its environment; each variable is HOLDFAST_ and the name in capitals."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from chassis.identity import Keyring, TokenVerifier
from chassis.identity.tokens import AUDIENCE, ISSUER
from chassis.settings import CommonSettings
from chassis.vault import Vault
from households_service.uow import RegistryRules


class HouseholdsSettings(CommonSettings):
    # 32 random bytes. Made when missing, except in production: a key made by chance is a key lost by chance.
    households_vault_key_file: Path | None = None
    # Most monitored households that one officer is paired with.
    households_officer_limit: int = Field(default=10, ge=1, le=100)
    # The civil day where no area is at hand; an area's own zone goes before it.
    households_time_zone: str = "Asia/Shanghai"
    # Wrong answers that one caller of VerifyMember gets in a minute before it must wait.
    households_failed_verifications_per_minute: int = Field(default=120, ge=1)

    # Issuer and audience of the login tokens that departments show at the gRPC port; their keys lie in jwks.json.
    households_token_issuer: str = ISSUER
    households_token_audience: str = AUDIENCE

    @field_validator("households_time_zone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError('A time zone has an IANA name like "Asia/Shanghai"') from None
        return value

    def tokens(self) -> TokenVerifier:
        """Keys are read again for every stream, so that rotated ones are seen."""
        return TokenVerifier(
            keyring=lambda: Keyring.load(self.keys_folder),
            issuer=self.households_token_issuer,
            audience=self.households_token_audience,
        )

    def vault(self) -> Vault:
        file = self.households_vault_key_file or self.keys_folder / "households-vault.key"
        return Vault.of_file(file, create=self.mode != "production")

    def registry_rules(self) -> RegistryRules:
        """Invented ID numbers (99xxxx) pass everywhere but in production."""
        return RegistryRules(
            samples_allowed=self.mode != "production",
            officer_household_limit=self.households_officer_limit,
            zone=ZoneInfo(self.households_time_zone),
        )
