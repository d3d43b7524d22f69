"""A benefit that civil affairs pays is transfer income, known by the feed.

It stands beside what the household or an officer may have recorded of the same benefit; then it waits as
POSSIBLE_DUPLICATE_INCOME until a person decides, and is not counted twice.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from chassis.ids import new_id
from households_service.feeds.book import Linked
from households_service.feeds.departments import EventType
from households_service.feeds.details import Details
from households_service.feeds.domain import StoredRecord
from households_service.feeds.effects.expenses import source_of
from households_service.feeds.incoming import FeedRecord
from households_service.ledger.domain import IncomeFact, LedgerEntry, place, require_received
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
        for one in taken:
            household_id = one.first.household_id
            if household_id is None:
                continue
            present = entries.setdefault(household_id, [])
            source = source_of(one)
            before = next((entry for entry in present if entry.source == source), None)
            others = [entry for entry in present if entry.source != source]
            after = _next(uow, one, household_id, before, others)
            if after is not None:
                entries[household_id] = [*others, after]
                versions.append(after)
        await uow.ledger.write(versions)

    async def take_back(self, uow: HouseholdsUnitOfWork, undone: Sequence[Linked]) -> None:
        sources = {source_of(one): one.first for one in undone}
        households = {one.first.household_id for one in undone if one.first.household_id is not None}
        versions = []
        for entries in (await uow.ledger.of_households(households)).values():
            for before in entries:
                first = sources.get(before.source or "")
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
) -> LedgerEntry | None:
    record = one.record
    by, reason = f"feed {record.department}", f"{record.record_id} v{record.version}"
    if record.event_type is EventType.WITHDRAWAL:
        return (
            None
            if before is None
            else replace(before.next(at=uow.now, by=by, reason=reason), status=EntryStatus.DROPPED)
        )
    fact = fact_of(record.details, record.member_id)
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
