"""Applying policy packs, and finding the one in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from importlib.resources import files
from zoneinfo import ZoneInfo

from sqlalchemy import text

from chassis.clock import civil_date
from chassis.identity import SYSTEM_ACTOR, Actor
from risk_service.access import APPLY_POLICY, policy
from risk_service.policy.domain import NoMonitoringLine, NoPolicyInForce, PolicyPack, PolicyVersionTaken, pack_in_force
from risk_service.policy.reading import read_pack
from risk_service.uow import RiskUnitOfWork

UTC_ZONE = ZoneInfo("UTC")
APPLY_LOCK = 0x706F6C69


async def apply_pack(uow: RiskUnitOfWork, actor: Actor, *, source: str) -> tuple[PolicyPack, bool]:
    """Stores a pack; the same content again is no change (False).

    Raises PolicyPackMalformed, or PolicyVersionTaken when the version was applied with other content.
    """
    pack = read_pack(source)
    policy.require(actor, APPLY_POLICY).require(area_path=pack.area_path)
    await uow.connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": APPLY_LOCK})
    known = await uow.policies.hash_of(area=pack.area_path, name=pack.name, version=pack.version)
    if known == pack.content_hash:
        return pack, False
    if known is not None:
        raise PolicyVersionTaken(
            f"{pack.label} was applied before with other content: give the changed pack a new version.",
            field="pack.version",
        )
    await uow.policies.add(pack, source, at=uow.now, by=actor.subject)
    await uow.facts.put_due_in(pack.area_path, pack.effective_from)
    await uow.audit(action="POLICY_APPLIED", subject_id=pack.label, purpose="POLICY", fields=[pack.content_hash])
    return pack, True


def shipped_sources() -> list[str]:
    """The packs that come with the product, by file name."""
    folder = files("risk_service.policy") / "packs"
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda one: one.name)
    return [entry.read_text(encoding="utf-8") for entry in found]


async def load_shipped(uow: RiskUnitOfWork) -> None:
    for source in shipped_sources():
        await apply_pack(uow, SYSTEM_ACTOR, source=source)


async def packs_for(uow: RiskUnitOfWork, places: Iterable[tuple[str, date]]) -> list[PolicyPack]:
    """All packs, among which there is one for every area and day. A fresh database takes the shipped packs first.

    Raises NoPolicyInForce.
    """
    wanted = set(places)
    packs = await uow.policies.all()
    try:
        for area_path, day in wanted:
            pack_in_force(packs, area_path=area_path, day=day)
    except NoPolicyInForce:
        await load_shipped(uow)
        packs = await uow.policies.all()
        for area_path, day in wanted:
            pack_in_force(packs, area_path=area_path, day=day)
    return packs


async def in_force(uow: RiskUnitOfWork, *, area_path: str, day: date) -> PolicyPack:
    """The pack in force for an area on a day. A fresh database takes the shipped packs first.

    Raises NoPolicyInForce.
    """
    return pack_in_force(await packs_for(uow, [(area_path, day)]), area_path=area_path, day=day)


async def in_force_today(uow: RiskUnitOfWork, area_paths: Sequence[str]) -> dict[str, PolicyPack]:
    """By area path, each on the civil day of its pack's time zone; an area without a pack is left out."""
    packs = await uow.policies.all()
    found: dict[str, PolicyPack] = {}
    for area_path in area_paths:
        with suppress(NoPolicyInForce):
            today = civil_date(uow.now, UTC_ZONE)
            pack = pack_in_force(packs, area_path=area_path, day=today)
            found[area_path] = pack_in_force(
                packs, area_path=area_path, day=civil_date(uow.now, ZoneInfo(pack.time_zone))
            )
    return found


async def read_policy(
    uow: RiskUnitOfWork, *, area_path: str, day: date | None
) -> tuple[PolicyPack, date, Decimal | None]:
    """The pack in force, the day asked for and its monitoring line that day; public to whoever has logged in."""
    asked = day or civil_date(uow.now, UTC_ZONE)
    pack = await in_force(uow, area_path=area_path, day=asked)
    try:
        return pack, asked, pack.line_on(asked)
    except NoMonitoringLine:
        return pack, asked, None
