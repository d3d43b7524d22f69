"""Trying a policy on what happened: nothing is stored, nobody is warned."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from chassis.clock import civil_date
from chassis.errors import InvalidInput
from chassis.identity import Actor
from risk_service.access import APPLY_POLICY, policy
from risk_service.policy.differences import differences
from risk_service.policy.domain import NoPolicyInForce, PolicyPack, pack_in_force
from risk_service.policy.reading import read_pack
from risk_service.signals.facts.situations import situation_of
from risk_service.signals.replay.history import History
from risk_service.signals.replay.repository import HistoryRepository
from risk_service.signals.replay.trial import Trial, try_pack
from risk_service.uow import RiskUnitOfWork

A_YEAR = timedelta(days=365)


class TrialPeriodEmpty(InvalidInput):
    code = "TRIAL_PERIOD_EMPTY"


class TrialTooLarge(InvalidInput):
    code = "TRIAL_TOO_LARGE"


async def try_source(
    uow: RiskUnitOfWork,
    actor: Actor,
    *,
    source: str,
    since: date | None,
    until: date | None,
    most_facts: int | None = None,
) -> tuple[Trial, tuple[str, ...]]:
    """What the pack would have done, and in words what it changes against the one in force on the last day.

    `since` and `until` are days of costs; by default the last 365 days. Whoever may apply a pack may try it.
    `most_facts`: how many a caller that waits may have replayed. Raises PolicyPackMalformed, TrialPeriodEmpty,
    TrialTooLarge or Forbidden.
    """
    pack = read_pack(source)
    policy.require(actor, APPLY_POLICY).require(area_path=pack.area_path)
    last = until or civil_date(uow.now, ZoneInfo(pack.time_zone))
    first = since or last - A_YEAR
    if last < first:
        raise TrialPeriodEmpty("The last day must not lie before the first.", field="until")
    history = await _history(uow, pack.area_path, first, last)
    if most_facts is not None and len(history.facts) > most_facts:
        raise TrialTooLarge(f"More than {most_facts:,} records: try fewer days, or a smaller area.", field="since")
    packs = await uow.policies.all()

    def in_force(area_path: str, day: date) -> PolicyPack | None:
        with suppress(NoPolicyInForce):
            return pack_in_force(packs, area_path=area_path, day=day)
        return None

    now = in_force(pack.area_path, last)
    # In a thread of its own: others are served meanwhile.
    trial = await asyncio.to_thread(try_pack, history, in_force=in_force, tried=pack)
    return trial, () if now is None else differences(now, pack)


async def _history(uow: RiskUnitOfWork, area_path: str, since: date, until: date) -> History:
    stored = HistoryRepository(uow.connection)
    facts = await stored.facts(area_path=area_path, since=since, until=until)
    decisions = await stored.decisions(area_path=area_path)
    known = await uow.copies.households(sorted({one.household_id for one in facts}))
    return History(
        facts=tuple(facts),
        decisions=tuple(decisions),
        until=until,
        situations={household_id: situation_of(copy) for household_id, copy in known.items()},
    )
