"""What each sample family lives on, in the twelve months before the sample is loaded; and the ledger of HH-A."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from holdfast.seed import story
from holdfast.seed.families import AS_OF, Family
from holdfast.seed.ids import chance, sample_id
from households_service.ledger.domain import IncomeFact, LedgerEntry, place
from households_service.ledger.kinds import EntryStatus, Evidence, IncomeGroup, IncomeKind, PayerType, Rhythm
from households_service.members.domain import LabourCapacity, Member, age_on

RECORDED_BY = "sample"
# Incomes as a share of those of 2020, by the first year they hold for: they grow as the shipped monitoring lines do, so
# that a sample loaded today has about as many poor families as that of the story.
GROWTH = ((2024, 1.7), (2023, 1.44), (2022, 1.26), (2021, 1.2))


def ledger_of(family: Family, *, today: date, recorded_at: datetime, with_story: bool) -> tuple[LedgerEntry, ...]:
    """`with_story` False leaves HH-A's ledger to be written down by the visit of the story."""
    if family.household.code == story.HOUSEHOLD_CODE:
        facts: Sequence[IncomeFact] = story_facts() if with_story else ()
    else:
        told = _facts(family, chance("ledger", family.household.code), today)
        facts = tuple(replace(fact, amount_cents=_grown(fact.amount_cents, today)) for fact in told)
    entries: list[LedgerEntry] = []
    for number, fact in enumerate(facts):
        status, repeated = place(fact, entries)
        if status is not EntryStatus.COUNTED:
            raise AssertionError("The sample holds no doubtful income.")
        entries.append(
            LedgerEntry(
                id=sample_id("income", f"{family.household.code} {number}", number),
                version=1,
                household_id=family.household.id,
                area_path=family.household.area_path,
                fact=fact,
                status=status,
                duplicate_of=repeated,
                recorded_at=recorded_at,
                recorded_by=RECORDED_BY,
            )
        )
    return tuple(entries)


def story_facts() -> tuple[IncomeFact, ...]:
    """HH-A: a post of 1,500 a month since April 2020 (one income, not two), cotton 6,000 last October, subsistence
    allowance 500 a month, land let for 2,400 a year.
    """
    return (
        _fact(
            IncomeGroup.WAGE,
            IncomeKind.PUBLIC_WELFARE_POST,
            150_000,
            monthly_from=date(2020, 4, 1),
            member=story.FATHER.id,
            payer=PayerType.GOVERNMENT,
        ),
        _fact(IncomeGroup.PRODUCTION, IncomeKind.CROPS, 600_000, received=date(2019, 10, 20), payer=PayerType.BUYER),
        _fact(
            IncomeGroup.TRANSFER,
            IncomeKind.SUBSISTENCE_ALLOWANCE,
            50_000,
            monthly_from=date(2019, 1, 1),
            payer=PayerType.GOVERNMENT,
        ),
        _fact(IncomeGroup.PROPERTY, IncomeKind.LAND_RENT, 240_000, received=date(2020, 3, 10), payer=PayerType.TENANT),
    )


def _facts(family: Family, random: Random, today: date) -> Iterator[IncomeFact]:
    poor = family.household.monitored
    earners = [
        member for member in family.adults() if member.labour_capacity is LabourCapacity.FULL and _age(member) < 62
    ]
    for earner in earners[: 1 if poor and random.random() < 0.6 else 2]:
        if random.random() < (0.55 if poor else 0.7):
            yield _wage(earner, random, today, poor=poor)
    yield _fact(
        IncomeGroup.PRODUCTION,
        random.choice((IncomeKind.CROPS, IncomeKind.CROPS, IncomeKind.LIVESTOCK)),
        _amount(random, 5_000 if poor else 14_000),
        received=_last(today, 10, 15),
        payer=PayerType.BUYER,
    )
    yield _fact(
        IncomeGroup.PRODUCTION_COST,
        IncomeKind.FARM_INPUTS,
        _amount(random, 1_200 if poor else 3_600),
        received=_last(today, 4, 10),
        payer=PayerType.OTHER,
    )
    if random.random() < 0.35:
        yield _fact(
            IncomeGroup.PROPERTY,
            IncomeKind.LAND_RENT,
            _amount(random, 2_000),
            received=_last(today, 3, 10),
            payer=PayerType.TENANT,
        )
    if poor and random.random() < 0.7:
        yield _fact(
            IncomeGroup.TRANSFER,
            IncomeKind.SUBSISTENCE_ALLOWANCE,
            round(_amount(random, 260) * len(family.members), -2),
            monthly_from=date(today.year - 2, 1, 1),
            payer=PayerType.GOVERNMENT,
        )
    for elder in (member for member in family.members if _age(member) >= 60):
        yield _fact(
            IncomeGroup.TRANSFER,
            IncomeKind.PENSION,
            11_000 + 1_000 * random.randint(0, 4),
            monthly_from=date(today.year - 1, 1, 1),
            member=elder.id,
            payer=PayerType.GOVERNMENT,
        )


def _wage(earner: Member, random: Random, today: date, *, poor: bool) -> IncomeFact:
    kind, payer, usual = random.choice(
        (
            (IncomeKind.MIGRANT_WORK, PayerType.EMPLOYER, 3_200),
            (IncomeKind.LOCAL_JOB, PayerType.EMPLOYER, 2_400),
            (IncomeKind.PUBLIC_WELFARE_POST, PayerType.GOVERNMENT, 1_200),
        )
    )
    months_ago = random.randint(7, 30)
    first = (today.replace(day=1) - timedelta(days=30 * months_ago)).replace(day=1)
    return _fact(
        IncomeGroup.WAGE,
        kind,
        _amount(random, usual * (0.7 if poor else 1.0)),
        monthly_from=first,
        member=earner.id,
        payer=payer,
    )


def _fact(
    group: IncomeGroup,
    kind: IncomeKind,
    cents: int,
    *,
    payer: PayerType,
    monthly_from: date | None = None,
    received: date | None = None,
    member: UUID | None = None,
) -> IncomeFact:
    """MONTHLY and still running with `monthly_from`, YEARLY with `received`."""
    first = monthly_from or received
    if first is None:
        raise AssertionError("An income has a day.")
    return IncomeFact(
        group=group,
        kind=kind,
        rhythm=Rhythm.MONTHLY if monthly_from is not None else Rhythm.YEARLY,
        amount_cents=cents,
        period_from=first,
        period_to=None if monthly_from is not None else first,
        member_id=member,
        payer_type=payer,
        evidence=Evidence.DOCUMENT if payer is PayerType.GOVERNMENT else Evidence.SAID_BY_HOUSEHOLD,
        confirmed_by_household=True,
        verified_stable=True,
    )


def _amount(random: Random, usual: float) -> int:
    """Cents around a usual amount of yuan, in whole tens; skewed as incomes are, and never nought."""
    return max(1, round(usual * random.lognormvariate(0, 0.35) / 10)) * 1_000


def _grown(cents: int, today: date) -> int:
    """In whole tens of yuan."""
    growth = next((share for year, share in GROWTH if today.year >= year), 1.0)
    return cents if growth == 1.0 else max(1, round(cents * growth / 1_000)) * 1_000


def _last(today: date, month: int, day: int) -> date:
    """The newest such day before this month."""
    year = today.year if (month, 0) < (today.month, 0) else today.year - 1
    return date(year, month, day)


def _age(member: Member) -> int:
    return age_on(member.date_of_birth or AS_OF, AS_OF)
