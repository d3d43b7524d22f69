"""Taking in what departments and ledgers told besides costs, and weighing it again on a later day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from risk_service.alerts.amountless import Step
from risk_service.alerts.domain import Alert
from risk_service.alerts.judged import folded
from risk_service.alerts.settling import settle_alerts
from risk_service.policy.factors import RiskFactor
from risk_service.signals.domain import UNLINKED, Signal
from risk_service.signals.factors.facts import (
    USING_INCOME,
    AccidentLoss,
    CareCost,
    Detail,
    DisasterLoss,
    Fact,
    Income,
    Schooling,
)
from risk_service.signals.facts.book import book_of
from risk_service.signals.facts.repository import Due
from risk_service.signals.facts.sparing import not_to_weigh
from risk_service.signals.facts.weighing import Book, Telling
from risk_service.signals.service import weigh_signals
from risk_service.uow import RiskUnitOfWork

AT_ONCE = 1000
"""Households weighed in the transaction that hears of a price; the others follow by the timer."""
Again = Mapping[UUID, Collection[RiskFactor]]
NONE_AGAIN: Again = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A version that counts; `before`: the one that counted until now."""

    fact: Fact
    before: Fact | None


def is_kept(fact: Fact) -> bool:
    """What is nothing but a cost is a signal."""
    return not isinstance(fact.detail, CareCost)


async def take_in(
    uow: RiskUnitOfWork, signals: Sequence[Signal], tellings: Sequence[Telling], *, again: Again = NONE_AGAIN
) -> None:
    """Costs and what else was told, in their order, then what is to be weighed again; alerts are settled once.

    Once per department, record and version: a replay changes nothing, an older version that comes late is kept and
    does not count. Raises SignalCurrencyDiffers or NoPolicyInForce, of costs only, before anything is written.
    """
    if tellings and signals:
        # Both are taken in under the same locks, so that two transactions cannot wait for each other.
        told: list[Signal | Fact] = [*signals, *(fact for telling in tellings for fact in telling)]
        await uow.lock(*(f"record {one.department} {one.record_id}" for one in told))
        await uow.lock(*(f"household {one.household_id}" for one in told))
    costs = await weigh_signals(uow, signals)
    judged = await _weigh_facts(uow, tellings, again, costs)
    await settle_alerts(uow, folded(costs, judged))


async def _weigh_facts(
    uow: RiskUnitOfWork, tellings: Sequence[Telling], again: Again, costs: Sequence[Step]
) -> list[Step]:
    if not tellings and not again:
        return []
    places = await uow.copies.areas_of(sorted({one.household_id for telling in tellings for one in telling}))
    located = [
        # The record may have travelled apart from the news that its household moved.
        tuple(replace(one, area_path=places.get(one.household_id, one.area_path), received_at=uow.now) for one in group)
        for group in tellings
    ]
    await uow.lock(*(f"record {one.department} {one.record_id}" for telling in located for one in telling))
    taken, fresh, gone = await _sorted_in(uow, located)
    touched = {
        one.household_id: one.area_path
        for group in taken
        for pair in group
        for one in (pair.before, pair.fact)
        if one is not None
    }
    wanted = sorted({*touched, *again})
    await uow.lock(*(f"household {household_id}" for household_id in wanted))
    # A household that a record left is weighed, whatever came for it.
    exchanged = [(pair.before, pair.fact) for group in taken for pair in group if pair.before is not None]
    left = {before.household_id for before, fact in exchanged if before.household_id != fact.household_id}
    spared = await not_to_weigh(uow, [[pair.fact for pair in group] for group in taken]) - left - again.keys()
    weighed = [one for one in wanted if one not in spared]
    book = Book(at=uow.now, households={})
    if weighed:
        book = await book_of(uow, weighed, paths=touched, pending=_newest(costs))
    await uow.facts.supersede(gone)
    await uow.facts.add(fresh, at=uow.now)
    for group in taken:
        for pair in group:
            book.exchange(pair.before, pair.fact)
        for household_id, factor in _to_weigh(group):
            book.weigh(household_id, factor)
    for household_id, factors in sorted(again.items()):
        for factor in sorted(factors):
            book.weigh(household_id, factor)
    await _put_due(uow, book)
    return book.settled


async def weigh_again(uow: RiskUnitOfWork, again: Again) -> None:
    """Where nothing was told but a day has come, or a price was told of the area."""
    await take_in(uow, (), (), again=again)


async def receive_of_area(uow: RiskUnitOfWork, fact: Fact) -> None:
    """What was told of a whole area, such as a price, is stored once and weighed for whoever lives of it there."""
    await uow.lock(f"record {fact.department} {fact.record_id}")
    known = (await uow.facts.newest({fact.record})).get(fact.record)
    if known is not None and known.version == fact.version:
        return
    is_newest = known is None or known.version < fact.version
    if is_newest:
        await uow.facts.supersede({fact.record})
    await uow.facts.add([(fact, not is_newest)], at=uow.now)
    if not is_newest:
        return
    concerned = dict.fromkeys(await uow.facts.growers(fact.area_path))
    if known is not None and known.area_path != fact.area_path:
        concerned |= dict.fromkeys(await uow.facts.growers(known.area_path))
    first, rest = list(concerned)[:AT_ONCE], list(concerned)[AT_ONCE:]
    places = await uow.copies.areas_of(rest) if rest else {}
    later = [
        Due(household_id=one, factor=fact.factor, area_path=places[one], on=fact.occurred_on)
        for one in rest
        if one in places
    ]
    await uow.facts.put_due((), later)
    await weigh_again(uow, dict.fromkeys(first, (fact.factor,)))


async def _sorted_in(
    uow: RiskUnitOfWork, tellings: Sequence[Telling]
) -> tuple[list[list[_Taken]], list[tuple[Fact, bool]], set[tuple[str, str]]]:
    """What counts from now on, what is to be stored (superseded or not), and records whose stored version counts no
    more. What only kept the place of an undone link goes.
    """
    newest = await uow.facts.newest({one.record for telling in tellings for one in telling})
    taken: list[list[_Taken]] = []
    fresh: dict[tuple[str, str, int], Fact] = {}
    gone: set[tuple[str, str]] = set()
    void: list[tuple[str, str, int]] = []
    for telling in tellings:
        group: list[_Taken] = []
        for fact in telling:
            before = newest.get(fact.record)
            is_again = before is not None and before.version == fact.version
            if before is not None and is_again and before.kind == UNLINKED:
                void.append(before.key)
            elif before is not None and (is_again or _says_the_same(before, fact)):
                continue
            fresh.setdefault(fact.key, fact)
            if before is None or before.version <= fact.version:
                group.append(_Taken(fact=fact, before=before))
                newest[fact.record] = fact
                gone |= {fact.record} if before is not None and before.key not in fresh else set()
        taken.append(group)
    await uow.facts.remove(void)
    return taken, [(fact, newest[fact.record].key != fact.key) for fact in fresh.values()], gone


def _says_the_same(before: Fact, fact: Fact) -> bool:
    """A ledger's statement is told again whenever anything in it changes, and often on one day."""
    return isinstance(fact.detail, Income) and before.version < fact.version and before.detail == fact.detail


def _to_weigh(group: Iterable[_Taken]) -> list[tuple[UUID, RiskFactor]]:
    """The household that a record left and the one it belongs to, in every factor that may say something new."""
    found: dict[tuple[UUID, RiskFactor], None] = {}
    for pair in group:
        for one in (pair.before, pair.fact):
            if one is None:
                continue
            factors = USING_INCOME if isinstance(one.detail, Income) else (one.factor,)
            found |= {(one.household_id, factor): None for factor in factors}
    return list(found)


async def _put_due(uow: RiskUnitOfWork, book: Book) -> None:
    later = [
        Due(household_id=household_id, factor=factor, area_path=book.households[household_id].area_path, on=on)
        for (household_id, factor), on in book.again.items()
        if on is not None
    ]
    await uow.facts.put_due([key for key, on in book.again.items() if on is None], later)


def _newest(costs: Sequence[Step]) -> dict[tuple[UUID, RiskFactor], Alert]:
    return {(alert.household_id, alert.factor): alert for alert, _ in costs}


def unlinked(fact: Fact, *, version: int) -> Fact:
    """In place of a record that is not this household's after all: nothing of it counts."""
    return replace(fact, version=version, kind=UNLINKED, corrects=None, detail=_without_cost(fact.detail))


def _without_cost(detail: Detail) -> Detail:
    match detail:
        case DisasterLoss() | AccidentLoss():
            return replace(detail, amount=None)
        case Schooling():
            return replace(detail, cost=None)
        case _:
            return detail
