"""What a visit was for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from risk_service.policy.domain import AlertLevel, RiskFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitGrounds:
    """What was visited for, as it stood then: rules and feeds are judged by what their visits found."""

    factor: RiskFactor
    level: AlertLevel
    policy_version: str
    departments: tuple[str, ...]
