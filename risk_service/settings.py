from __future__ import annotations

from chassis.settings import CommonSettings


class RiskSettings(CommonSettings):
    """`risk_households_grpc`: host and port of the households service, for frozen statements and snapshots."""

    risk_households_grpc: str = "127.0.0.1:8510"
