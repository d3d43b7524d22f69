"""What is not linked waits for a person, and nothing is guessed."""

from __future__ import annotations

import pytest

from chassis.errors import Conflict, Refusal
from households_service.feeds.review_rows import service as review
from tests.households_service.county import REVIEWER, County
from tests.households_service.departments import expenses, fresh, mother, send_bills, tally, told, waiting
from tests.households_service.factories import VILLAGE
from tests.households_service.sheets import bill


async def test_unlinked_rows_wait_for_a_person_and_then_do_their_work(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    unknown, doubtful = fresh("R"), fresh("R")
    batch = await send_bills(
        county,
        bill(unknown, "500.00", {"name": "Some Body", "villageCode": "990101001201"}),
        bill(doubtful, "700.00", person | {"name": "Another Name"}),
    )
    assert tally(batch.account) == (2, 0, 2, 0, 0)
    rows = {row.record_id: row for row in await waiting(county) if row.batch_key == batch.id}
    assert {key: (row.review_reason, row.area_path, row.candidate_ids) for key, row in rows.items()} == {
        unknown: ("NOT_ENOUGH_IDENTIFIERS", VILLAGE, ()),
        doubtful: ("IDENTIFIERS_DISAGREE", VILLAGE, (member_id,)),
    }
    assert await expenses(county, household) == []

    async with county.begin(REVIEWER) as uow:
        linked = await review.resolve_row(
            uow, REVIEWER, row_id=rows[doubtful].id, member_id=member_id, reject_reason=None
        )
        await review.resolve_row(
            uow, REVIEWER, row_id=rows[unknown].id, member_id=None, reject_reason="Nobody of that name lives here."
        )
    assert (linked.status, linked.link_rule, linked.resolved_by) == ("LINKED", "DECIDED_BY_PERSON", "reviewer-1")
    assert [expense.amount_cents for expense in await expenses(county, household)] == [70_000]
    assert [one.record_id for one in await told(county, household)] == [doubtful]
    assert [row.id for row in await waiting(county) if row.batch_key == batch.id] == []
    async with county.begin(REVIEWER) as uow:
        # Asked again by the same person the answer is the same, and nothing happens twice.
        again = await review.resolve_row(
            uow, REVIEWER, row_id=rows[doubtful].id, member_id=member_id, reject_reason=None
        )
        assert again == linked
        with pytest.raises(Conflict) as caught:
            await review.resolve_row(
                uow, REVIEWER, row_id=rows[doubtful].id, member_id=None, reject_reason="Nobody of that name lives here."
            )
    assert [expense.amount_cents for expense in await expenses(county, household)] == [70_000]
    assert caught.value.code == "ROW_ALREADY_RESOLVED"
    # Sent again, a decided row changes nothing.
    repeated = await send_bills(county, bill(doubtful, "700.00", person | {"name": "Another Name"}))
    assert tally(repeated.account) == (1, 0, 0, 0, 1)


async def test_a_reimbursement_waits_behind_its_settlement(county: County) -> None:
    household = await county.register()
    member_id, person = await mother(county, household)
    bill_id, back_id = fresh("R"), fresh("R")
    batch = await send_bills(
        county,
        bill(bill_id, "900.00", {"name": "Some Body", "villageCode": "990101001201"}),
        bill(back_id, "-400.00", person, eventType="REIMBURSEMENT", corrects=bill_id),
    )
    assert tally(batch.account) == (2, 0, 2, 0, 0)
    rows = {row.record_id: row for row in await waiting(county) if row.batch_key == batch.id}
    assert rows[back_id].review_reason == "CORRECTED_ROW_IN_REVIEW"
    async with county.begin(REVIEWER) as uow:
        with pytest.raises(Refusal) as caught:
            await review.link_row(uow, REVIEWER, row_id=rows[back_id].id, member_id=member_id)
    assert caught.value.code == "CORRECTED_ROW_WAITS"
    for record_id in (bill_id, back_id):
        async with county.begin(REVIEWER) as uow:
            await review.link_row(uow, REVIEWER, row_id=rows[record_id].id, member_id=member_id)
    assert [expense.amount_cents for expense in await expenses(county, household)] == [50_000]
