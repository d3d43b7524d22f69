"""Invented households, packs and costs with fixed values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import risk_service.policy
from risk_service.policy.domain import CostScope, PolicyPack, RiskFactor
from risk_service.policy.reading import read_pack
from risk_service.signals.domain import REIMBURSEMENT, Signal

VILLAGE = "99/01/01/001/201/"
COUNTY = "99/01/01/"
NOW = datetime(2020, 9, 18, 2, 0, tzinfo=UTC)
HOUSEHOLD = UUID("01890000-0000-7000-8000-00000000000a")
MOTHER = UUID("01890000-0000-7000-8000-0000000000a1")
FATHER = UUID("01890000-0000-7000-8000-0000000000a2")


def packs_folder() -> Path:
    return Path(str(risk_service.policy.__file__)).parent / "packs"


@lru_cache
def default_source() -> str:
    return (packs_folder() / "everywhere.toml").read_text(encoding="utf-8")


@lru_cache
def default_pack() -> PolicyPack:
    return read_pack(default_source())


@lru_cache
def county_pack() -> PolicyPack:
    return read_pack((packs_folder() / "county-990101.toml").read_text(encoding="utf-8"))


def pack_with_scope(scope: CostScope) -> PolicyPack:
    pack = default_pack()
    return replace(pack, rules=tuple(replace(rule, scope=scope) for rule in pack.rules))


def cost(
    record_id: str,
    amount: str,
    *,
    on: date = date(2020, 9, 18),
    member: UUID = MOTHER,
    corrects: str | None = None,
    number: int = 1,
) -> Signal:
    return Signal(
        id=UUID(int=number),
        department="HEALTH_INSURANCE",
        record_id=record_id,
        version=1,
        household_id=HOUSEHOLD,
        member_id=member,
        area_path=VILLAGE,
        factor=RiskFactor.ILLNESS,
        kind=REIMBURSEMENT if corrects else "SETTLEMENT",
        occurred_on=on,
        amount=Decimal(amount),
        currency="CNY",
        corrects=corrects,
    )
