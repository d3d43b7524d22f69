"""Taking in what departments reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from risk_service.alerts.settling import settle_alerts
from risk_service.alerts.weighing import Settled, scales_of
from risk_service.policy.domain import PolicyPack, pack_in_force
from risk_service.policy.service import packs_for
from risk_service.signals.domain import UNLINKED, Signal, SignalCurrencyDiffers
from risk_service.uow import RiskUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A version that counts; `before`: the one that counted until now."""

    signal: Signal
    before: Signal | None


async def receive_signal(uow: RiskUnitOfWork, signal: Signal) -> None:
    await receive_signals(uow, [signal])


async def receive_signals(uow: RiskUnitOfWork, received: Sequence[Signal]) -> None:
    """As `weigh_signals`, and what follows from it."""
    await settle_alerts(uow, await weigh_signals(uow, received))


async def weigh_signals(uow: RiskUnitOfWork, received: Sequence[Signal]) -> list[Settled]:
    """In their order, each as if it had come alone, in a fixed number of queries for any number of them. What it does
    to alerts is for the caller to settle.

    Once per department, record and version: a replay changes nothing, an older version that comes late is kept
    and does not count. A record that now belongs to another household lightens the first one.

    Raises SignalCurrencyDiffers or NoPolicyInForce before anything is written.
    """
    if not received:
        return []
    places = await uow.copies.areas_of(sorted({signal.household_id for signal in received}))
    # The record may have travelled apart from the news that its household moved.
    signals = [replace(signal, area_path=places.get(signal.household_id, signal.area_path)) for signal in received]
    await uow.lock(*(f"record {signal.department} {signal.record_id}" for signal in signals))
    packs = await packs_for(uow, {(signal.area_path, signal.occurred_on) for signal in signals})
    for signal in signals:
        _require_currency(signal, _pack_of(packs, signal))
    taken, fresh, gone, void = await _sorted_in(uow, signals)
    touched = {one.id: one for pair in taken for one in (pair.before, pair.signal) if one is not None}.values()
    await uow.lock(*(f"household {one.household_id}" for one in touched))
    scales = await scales_of(
        uow,
        {(one.household_id, one.factor) for one in touched},
        area_paths={one.area_path for one in touched},
    )
    await uow.signals.remove(void)
    await uow.signals.supersede(gone)
    await uow.signals.add(fresh, at=uow.now)
    for pair in taken:
        scales.exchange(pair.before, pair.signal)
        for one in _to_weigh(pair):
            scales.weigh(one, _pack_of(packs, one))
    for (household_id, factor), (area_path, entries) in scales.smaller.items():
        await uow.signals.put_cleared(household_id, factor, area_path, entries)
    return scales.settled


async def _sorted_in(
    uow: RiskUnitOfWork, signals: Sequence[Signal]
) -> tuple[list[_Taken], list[tuple[Signal, bool]], list[UUID], list[UUID]]:
    """What counts from now on, what is to be stored (superseded or not), stored versions that count no more, and those
    that were only kept in the place of an undone link.
    """
    known: dict[tuple[str, str], dict[int, Signal]] = {}
    for signal in await uow.signals.versions({(one.department, one.record_id) for one in signals}):
        known.setdefault((signal.department, signal.record_id), {})[signal.version] = signal
    taken: list[_Taken] = []
    fresh: list[Signal] = []
    gone: list[UUID] = []
    void: list[UUID] = []
    for signal in signals:
        versions = known.setdefault((signal.department, signal.record_id), {})
        stored = versions.get(signal.version)
        if stored is not None and stored.kind != UNLINKED:
            continue
        newest = versions[max(versions)] if versions else None
        void += [] if stored is None else [stored.id]
        versions[signal.version] = signal
        fresh.append(signal)
        if newest is None or newest.version < signal.version or newest is stored:
            taken.append(_Taken(signal=signal, before=newest))
            gone += [newest.id] if newest is not None else []
    own = {signal.id for signal in fresh}
    last = {versions[max(versions)].id for versions in known.values() if versions}
    standing = [one for one in gone if one not in own and one not in void]
    return taken, [(signal, signal.id not in last) for signal in fresh], standing, void


def _to_weigh(pair: _Taken) -> list[Signal]:
    """The household that a record left, the one it belongs to, and the year it was in before."""
    signal, before = pair.signal, pair.before
    if before is None:
        return [signal]
    if before.household_id != signal.household_id:
        return [before, signal]
    return [signal, before] if before.occurred_on != signal.occurred_on else [signal]


def _pack_of(packs: Sequence[PolicyPack], signal: Signal) -> PolicyPack:
    return pack_in_force(packs, area_path=signal.area_path, day=signal.occurred_on)


def _require_currency(signal: Signal, pack: PolicyPack) -> None:
    if signal.currency != pack.currency:
        raise SignalCurrencyDiffers(f"The policy counts in {pack.currency}.", field="currency")
