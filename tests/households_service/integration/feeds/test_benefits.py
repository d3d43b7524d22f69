"""A benefit that civil affairs pays is income, once, and follows its record."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.households.v1 import events_pb2
from households_service.feeds.departments import Department
from households_service.ledger.domain import LedgerEntry
from households_service.ledger.kinds import EntryStatus, Evidence, IncomeKind, Rhythm
from households_service.registry.domain import Household
from tests.households_service.county import County
from tests.households_service.departments import FIRST, codes_of, fresh, mother, record, send, tally


async def ledger(county: County, household: Household) -> list[LedgerEntry]:
    async with county.begin() as uow:
        return list((await uow.ledger.of_households([household.id])).get(household.id, ()))


async def test_a_benefit_is_transfer_income_and_a_slip_of_its_first_day_is_put_right(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    record_id = fresh("R")
    event, values = FIRST[Department.CIVIL_AFFAIRS]
    await send(county, Department.CIVIL_AFFAIRS, record(event, person, record_id, **values))
    (first,) = await ledger(county, household)
    assert (first.fact.kind, first.fact.rhythm, first.fact.amount_cents, first.fact.evidence) == (
        IncomeKind.SUBSISTENCE_ALLOWANCE,
        Rhythm.MONTHLY,
        50_000,
        Evidence.FEED,
    )
    assert (first.fact.period_from, first.fact.period_to, first.fact.member_id) == (date(2020, 1, 1), None, member_id)

    cut = record(
        event, person, record_id, **values | {"monthlyAmount": "350", "to": "2020-12", "changeReasonCode": "C3"}
    )
    await send(county, Department.CIVIL_AFFAIRS, cut)
    (second,) = await ledger(county, household)
    assert (second.id, second.version, second.fact.amount_cents, second.fact.period_to) == (
        first.id,
        2,
        35_000,
        date(2020, 12, 31),
    )
    async with county.begin() as uow:
        assert [one.fact.amount_cents for one in await uow.ledger.versions(first.id)] == [50_000, 35_000]


async def test_a_record_that_is_taken_back_on_its_first_day_is_income_no_more(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    event, values = FIRST[Department.CIVIL_AFFAIRS]
    record_id = fresh("R")
    await send(county, Department.CIVIL_AFFAIRS, record(event, person, record_id, **values))
    await send(county, Department.CIVIL_AFFAIRS, record("WITHDRAWAL", None, fresh("R"), corrects=record_id))

    (gone,) = await ledger(county, household)

    assert (gone.version, gone.status) == (2, EntryStatus.DROPPED)


async def test_a_benefit_that_somebody_told_of_before_is_not_counted_twice(county: County) -> None:
    household = await county.register()
    await county.write_canonical_ledger(household)
    before = await ledger(county, household)
    _, person = await mother(county, household)
    event, values = FIRST[Department.CIVIL_AFFAIRS]
    await send(county, Department.CIVIL_AFFAIRS, record(event, person, fresh("R"), **values))

    allowance = next(one for one in before if one.fact.kind is IncomeKind.SUBSISTENCE_ALLOWANCE)
    (fed,) = [one for one in await ledger(county, household) if one.id not in {entry.id for entry in before}]
    assert (fed.status, fed.duplicate_of) == (EntryStatus.POSSIBLE_DUPLICATE_INCOME, allowance.id)
    statements = [
        one for one in await county.events(household.id) if isinstance(one, events_pb2.IncomeStatementChanged)
    ]
    assert [basis.transfer_cents for basis in statements[-1].statement.bases] == [
        basis.transfer_cents for basis in statements[-2].statement.bases
    ]


@pytest.mark.parametrize(
    ("values", "issue"),
    [
        ({"monthlyAmount": "0"}, ("monthlyAmount", "AMOUNT_NOT_POSITIVE")),
        ({"to": "2019-12"}, ("periodTo", "PERIOD_OUT_OF_ORDER")),
        ({"monthlyAmount": "-5"}, ("monthlyAmount", "NEGATIVE_AMOUNT")),
        ({"from": "2020-13"}, ("from", "NOT_A_DATE")),
        ({"benefitCode": "GIFT"}, ("benefitCode", "NOT_IN_LIST")),
    ],
)
async def test_a_benefit_the_ledger_cannot_hold_is_rejected_and_the_rest_is_taken(
    county: County, values: dict[str, object], issue: tuple[str, str]
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    event, sound = FIRST[Department.CIVIL_AFFAIRS]
    batch = await send(
        county,
        Department.CIVIL_AFFAIRS,
        record(event, person, fresh("R"), **sound | values),
        record(event, person, fresh("R"), **sound),
    )
    assert tally(batch.account) == (2, 1, 0, 1, 0)
    assert [code for _, code in await codes_of(county, batch)] == [issue[1]]
    assert len(await ledger(county, household)) == 1
