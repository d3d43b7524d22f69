"""Settings of the gateway process: HOLDFAST_... for what every process has, HOLDFAST_GATEWAY_... for its own."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from chassis.identity.tokens import AUDIENCE, ISSUER
from chassis.settings import CommonSettings
from chassis.sizes import LARGEST_FILE, LARGEST_FORM

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class GatewaySettings(CommonSettings):
    """Sizes are bytes, times are seconds."""

    http_port: int = 8400

    gateway_households_url: str = "http://127.0.0.1:8410"
    gateway_employment_url: str = "http://127.0.0.1:8420"
    gateway_risk_url: str = "http://127.0.0.1:8430"
    # Where Prometheus reads what is counted, apart from the public address; port 0: nowhere.
    gateway_metrics_host: str = "127.0.0.1"
    gateway_metrics_port: int = Field(default=0, ge=0, le=65_535)

    # Path of a supergraph to serve instead of the committed one.
    gateway_supergraph: Path | None = None

    # Origins (scheme://host[:port]) separated by commas that browsers may call from; the gateway's own is implied.
    gateway_cors_origins: str = ""

    # Empty: the keys of the embedded issuer in the keys folder.
    gateway_jwks_url: str = ""
    gateway_token_issuer: str = ISSUER
    gateway_token_audience: str = AUDIENCE
    gateway_jwks_refresh_seconds: float = Field(default=300.0, gt=0)
    # How long the last known keys are trusted while the identity provider is away.
    gateway_jwks_outage_seconds: float = Field(default=86_400.0, gt=0)

    gateway_body_limit: int = Field(default=1_000_000, gt=0)
    gateway_body_seconds: float = Field(default=5.0, gt=0)
    gateway_request_seconds: float = Field(default=15.0, gt=0)
    gateway_subgraph_seconds: float = Field(default=10.0, gt=0)
    gateway_subgraph_limit: int = Field(default=20_000_000, gt=0)
    gateway_upload_limit: int = Field(default=LARGEST_FILE + LARGEST_FORM, gt=0)
    gateway_upload_seconds: float = Field(default=300.0, gt=0)

    gateway_connections: int = Field(default=2_000, gt=0)
    gateway_subscriptions_per_connection: int = Field(default=20, gt=0)
    # How long a lost stream to a subgraph is tried again before the client's stream ends with an error.
    gateway_stream_patience_seconds: float = Field(default=120.0, gt=0)

    @field_validator("gateway_cors_origins")
    @classmethod
    def _origins_are_listed(cls, value: str) -> str:
        for origin in _origins(value):
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
                raise ValueError("an allowed origin must read scheme://host[:port]; '*' is not accepted")
        return value

    @field_validator("gateway_jwks_url")
    @classmethod
    def _keys_come_safely(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
            raise ValueError("the address of the token keys must be https (http only on loopback)")
        return value

    @property
    def cors_origins(self) -> frozenset[str]:
        return frozenset(_origins(self.gateway_cors_origins))

    @property
    def subgraph_urls(self) -> dict[str, str]:
        """Base addresses by subgraph name; GraphQL is answered under `/graphql/` of each."""
        return {
            "households": self.gateway_households_url.rstrip("/"),
            "employment": self.gateway_employment_url.rstrip("/"),
            "risk": self.gateway_risk_url.rstrip("/"),
        }

    @property
    def trying_out(self) -> bool:
        """Whether GraphiQL is served and the schema may be asked for: never in production."""
        return self.mode in {"development", "demo"}


def _origins(text: str) -> list[str]:
    return [origin.strip().rstrip("/").lower() for origin in text.split(",") if origin.strip()]
