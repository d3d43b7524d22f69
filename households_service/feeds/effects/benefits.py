"""A benefit that civil affairs pays is transfer income, known by the feed.

A version that would lower or end aid that is paid changes nothing here before the guard spoke (`benefits.reported`).
It stands beside what the household or an officer may have recorded of the same benefit; then it waits as
POSSIBLE_DUPLICATE_INCOME until a person decides, and is not counted twice.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from chassis.ids import new_id
from households_service.benefits.reported import ReportedCut, cut_between, take_reported
from households_service.feeds.book import Linked
from households_service.feeds.departments import EventType
from households_service.feeds.details import Details
from households_service.feeds.domain import StoredRecord
from households_service.feeds.effects.expenses import source_of
from households_service.feeds.incoming import FeedRecord
from households_service.ledger.domain import IncomeFact, LedgerEntry, place, record_source, require_received
from households_service.ledger.kinds import EntryStatus, Evidence, IncomeGroup, IncomeKind, PayerType, Rhythm
from households_service.uow import HouseholdsUnitOfWork

KINDS = {
    "SUBSISTENCE_ALLOWANCE": IncomeKind.SUBSISTENCE_ALLOWANCE,
    "TEMPORARY_RELIEF": IncomeKind.RELIEF,
}
"""Every other benefit is a subsidy."""


class BenefitEffect:
    def require_possible(self, record: FeedRecord) -> None:
        """Raises what the ledger refuses: an amount of nought, a period that ends before it begins."""
        if record.event_type is EventType.BENEFIT:
            fact = fact_of(record.details, None)
            require_received(fact, today=record.event_date)

    async def take(self, uow: HouseholdsUnitOfWork, taken: Sequence[Linked]) -> None:
        households = {one.first.household_id for one in taken if one.first.household_id is not None}
        entries = {key: list(found) for key, found in (await uow.ledger.of_households(households)).items()}
        versions: list[LedgerEntry] = []
        told: dict[UUID, tuple[LedgerEntry, ReportedCut | None]] = {}
        for one in taken:
            household_id = one.first.household_id
            if household_id is None:
                continue
            present = entries.setdefault(household_id, [])
            source = source_of(one)
            before = next((entry for entry in present if entry.source == source), None)
            past = [entry for entry in present if entry.source is not None and record_source(entry.source) == source]
            others = [entry for entry in present if entry not in past]
            after = _next(uow, one, household_id, before, others, since=_since(past, before))
            if after is None:
                continue
            if before is not None:
                today = await uow.today_in(one.record.area_path)
                told[before.id] = (before, cut_between(before, after, today=today))
                if told[before.id][1] is not None:
                    # What is paid stays as it is until the guard spoke.
                    continue
            entries[household_id] = [*(entry for entry in present if entry is not before), after]
            versions.append(after)
        await uow.ledger.write(versions)
        if told:
            await take_reported(uow, told, department=taken[0].record.department)

    async def take_back(self, uow: HouseholdsUnitOfWork, undone: Sequence[Linked]) -> None:
        sources = {source_of(one): one.first for one in undone}
        households = {one.first.household_id for one in undone if one.first.household_id is not None}
        versions = []
        for entries in (await uow.ledger.of_households(households)).values():
            for before in entries:
                first = sources.get(record_source(before.source or ""))
                if first is not None:
                    changed = before.next(
                        at=uow.now, by=f"feed {first.department}", reason=f"{first.record_id} unlinked"
                    )
                    versions.append(replace(changed, status=EntryStatus.DROPPED, source=None))
        await uow.ledger.write(versions)


def fact_of(details: Details, member_id: UUID | None) -> IncomeFact:
    kind = KINDS.get(details.text("benefitCode") or "", IncomeKind.SUBSIDY)
    since, until, amount = details.day("from"), details.day("to"), details.amount("monthlyAmount")
    if since is None or amount is None:
        raise AssertionError("A benefit says from when and how much.")
    ends = None if until is None else until.replace(day=monthrange(until.year, until.month)[1])
    # Relief is paid once; the other benefits month by month.
    once = kind is IncomeKind.RELIEF
    return IncomeFact(
        group=IncomeGroup.TRANSFER,
        kind=kind,
        rhythm=Rhythm.ONCE if once else Rhythm.MONTHLY,
        amount_cents=int(amount * 100),
        period_from=since,
        period_to=since if once else ends,
        member_id=member_id,
        payer_type=PayerType.GOVERNMENT,
        evidence=Evidence.FEED,
        confirmed_by_household=False,
        # The payer says that it goes on.
        verified_stable=not once and ends is None,
    )


def _next(
    uow: HouseholdsUnitOfWork,
    one: Linked,
    household_id: UUID,
    before: LedgerEntry | None,
    others: Sequence[LedgerEntry],
    *,
    since: date | None,
) -> LedgerEntry | None:
    """`since`: from when the record counts; what was paid before a cut of it stays in an entry of its own."""
    record = one.record
    by, reason = f"feed {record.department}", f"{record.record_id} v{record.version}"
    if record.event_type is EventType.WITHDRAWAL:
        return (
            None
            if before is None
            else replace(before.next(at=uow.now, by=by, reason=reason), status=EntryStatus.DROPPED)
        )
    fact = fact_of(record.details, record.member_id)
    if since is not None and fact.period_from < since:
        if fact.period_to is not None and fact.period_to < since:
            # It says that the aid ended before it was cut here.
            fact = replace(fact, period_to=since.replace(day=monthrange(since.year, since.month)[1]))
        fact = replace(fact, period_from=since)
    status, duplicate_of = place(fact, others)
    if before is None:
        return _first(uow, record, household_id, fact, status, duplicate_of)
    if before.status is EntryStatus.DROPPED:
        # A person found it to be written twice; a new version does not bring it back.
        status, duplicate_of = EntryStatus.DROPPED, before.duplicate_of
    elif before.status is EntryStatus.COUNTED and duplicate_of is not None and before.duplicate_of == duplicate_of:
        # A person decided before that these are two.
        status = EntryStatus.COUNTED
    changed = before.next(at=uow.now, by=by, reason=reason)
    return replace(changed, fact=fact, status=status, duplicate_of=duplicate_of)


def _since(past: Sequence[LedgerEntry], running: LedgerEntry | None) -> date | None:
    """The first day after the parts of a record that ended with a cut; None: it was never cut."""
    ends = [entry.fact.period_to for entry in past if entry is not running and entry.fact.period_to is not None]
    return max(ends) + timedelta(days=1) if ends else None


def _first(  # noqa: PLR0917 - one private call
    uow: HouseholdsUnitOfWork,
    record: StoredRecord,
    household_id: UUID,
    fact: IncomeFact,
    status: EntryStatus,
    duplicate_of: UUID | None,
) -> LedgerEntry:
    return LedgerEntry(
        id=new_id(),
        version=1,
        household_id=household_id,
        area_path=record.area_path,
        fact=fact,
        status=status,
        duplicate_of=duplicate_of,
        recorded_at=uow.now,
        recorded_by=f"feed {record.department}",
        reason=f"{record.record_id} v{record.version}",
        source=f"{record.department}/{record.record_id}",
    )
