"""Reads what is known of several households, in a fixed number of queries for any number of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from uuid import UUID

from chassis.clock import civil_date
from risk_service.alerts.domain import Alert
from risk_service.copies.reach import zones_of
from risk_service.policy.domain import NoPolicyInForce, PolicyPack, pack_in_force
from risk_service.policy.factors import RiskFactor
from risk_service.policy.service import packs_for
from risk_service.signals.domain import ClearedSum
from risk_service.signals.facts.repository import of_household
from risk_service.signals.facts.situations import situation_of
from risk_service.signals.facts.weighing import Book, Known
from risk_service.uow import RiskUnitOfWork


async def book_of(
    uow: RiskUnitOfWork,
    ids: Sequence[UUID],
    *,
    paths: Mapping[UUID, str],
    pending: Mapping[tuple[UUID, RiskFactor], Alert],
) -> Book:
    """Open alerts are locked until the end of the transaction. A household of which no place is known is left out.

    `paths`: where those lie that are not known here; `pending`: alerts as they will be stored.
    """
    copies = await uow.copies.households(ids)
    places = {
        one: copies[one].area_path if one in copies else paths[one] for one in ids if one in copies or one in paths
    }
    zones = await zones_of(uow, set(places.values()))
    days = {path: civil_date(uow.now, zone) for path, zone in zones.items()}
    packs = await _packs(uow, days)
    book = Book(at=uow.now, households={})
    for household_id, path in places.items():
        copy = copies.get(household_id)
        book.households[household_id] = known = Known(
            household_id=household_id,
            area_path=path,
            today=days[path],
            pack=_in_force(packs, path, days[path]),
            ahead=min((one.effective_from for one in packs if _begins(one, path, days[path])), default=None),
        )
        if copy is not None:
            known.situation = situation_of(copy)
    await _fill(uow, book, sorted(places))
    for (household_id, factor), alert in pending.items():
        if household_id in book.households:
            book.households[household_id].alerts[factor] = alert
    return book


async def _fill(uow: RiskUnitOfWork, book: Book, ids: Sequence[UUID]) -> None:
    """Alerts first: whoever clears one holds it, and what was cleared with it is read behind that."""
    households = book.households
    for household_id, alerts in (await uow.alerts.open_by_household(ids, lock=True)).items():
        households[household_id].alerts = {alert.factor: alert for alert in alerts}
    for fact in await uow.facts.current_of(ids):
        households[fact.household_id].facts[fact.record] = fact
    of_areas = await uow.facts.of_areas({known.area_path for known in households.values()})
    for known in households.values():
        for fact in of_areas:
            if known.area_path.startswith(fact.area_path):
                known.facts[fact.record] = of_household(fact, known.household_id)
    for household_id, decided in (await uow.facts.cleared_of(ids)).items():
        households[household_id].cleared = frozenset(decided)
    sums: dict[UUID, list[ClearedSum]] = {}
    for household_id, entry in await uow.signals.cleared_of(ids, RiskFactor.DISASTER):
        sums.setdefault(household_id, []).append(entry)
    for household_id, entries in sums.items():
        households[household_id].cleared_sums = {RiskFactor.DISASTER: tuple(entries)}


async def _packs(uow: RiskUnitOfWork, days: Mapping[str, date]) -> list[PolicyPack]:
    """All of them; what is told where no policy is in force is kept and waits."""
    with suppress(NoPolicyInForce):
        return await packs_for(uow, days.items())
    return await uow.policies.all()


def _in_force(packs: Sequence[PolicyPack], area_path: str, day: date) -> PolicyPack | None:
    with suppress(NoPolicyInForce):
        return pack_in_force(packs, area_path=area_path, day=day)
    return None


def _begins(pack: PolicyPack, area_path: str, day: date) -> bool:
    return area_path.startswith(pack.area_path) and pack.effective_from > day
