"""Who may send and see what, and what the graph says of a batch."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select

from chassis.errors import Forbidden, Refusal
from chassis.identity import Actor
from households_service.feeds.service import find_batch
from households_service.feeds.tables import department_batches, department_raw_rows, department_records
from tests.households_service.county import ADMIN, REVIEWER, SPECIALIST, STRANGER, SUPERVISOR, County
from tests.households_service.departments import INSURER, LIAISON, fresh, mother, send_bills, sender, waiting
from tests.households_service.factories import id_number
from tests.households_service.sheets import bill

SUBMIT = """
mutation ($input: SubmitDepartmentBatchInput!) {
  submitDepartmentBatch(input: $input) {
    __typename
    ... on DepartmentBatch {
      id state account { read linked review rejected unchanged }
      issueCounts { code count } issues { totalCount edges { node { row column code message value } } }
    }
    ... on Refused { code field message }
  }
}
"""


REVIEW = """
query { reviewRows(first: 100) { totalCount edges { node {
  id recordId reason candidateIds amount { amount } person { name idNumber dateOfBirth villageCode }
} } } }
"""


async def test_the_graph_takes_a_batch_and_shows_waiting_rows_masked(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    record_id = fresh("R")
    number = id_number(order=987)
    data = await county.ask(
        INSURER,
        SUBMIT,
        {
            "input": {
                "department": "HEALTH_INSURANCE",
                "batchId": fresh("B"),
                "records": [
                    bill(fresh("R"), "1.00", person),
                    bill(record_id, "2.50", {"idNumber": number, "name": "Some Body", "dateOfBirth": "1985-03-14"}),
                    bill(fresh("R"), "-1.00", person),
                ],
            }
        },
    )
    answer = data["submitDepartmentBatch"]
    assert isinstance(answer, Mapping)
    assert answer["account"] == {"read": 3, "linked": 1, "review": 1, "rejected": 1, "unchanged": 0}
    assert answer["issueCounts"] == [{"code": "NEGATIVE_AMOUNT", "count": 1}]

    rows = (await county.ask(LIAISON, REVIEW))["reviewRows"]
    assert isinstance(rows, Mapping)
    (node,) = [edge["node"] for edge in rows["edges"] if edge["node"]["recordId"] == record_id]
    assert (node["reason"], node["amount"], node["candidateIds"]) == ("UNKNOWN_PERSON", {"amount": "2.50"}, [])
    assert node["person"] == {
        "name": "S**",
        "idNumber": "*" * 16 + number[-2:],
        "dateOfBirth": "1985-**-**",
        "villageCode": None,
    }
    revealed = await county.ask(
        LIAISON,
        "mutation ($input: RevealReviewRowInput!) { revealReviewRow(input: $input) { ... on SaidOfPerson { name idNumber } } }",
        {"input": {"rowId": node["id"], "reason": "Looking for the family"}},
    )
    assert revealed["revealReviewRow"] == {"name": "Some Body", "idNumber": number}
    resolved = await county.ask(
        ADMIN,
        "mutation ($input: ResolveReviewRowInput!) { resolveReviewRow(input: $input) { ... on ReviewRow { status rejectReason } ... on Refused { code } } }",
        {"input": {"rowId": node["id"], "rejectReason": "Lives in another county"}},
    )
    assert resolved["resolveReviewRow"] == {"status": "REJECTED_IN_REVIEW", "rejectReason": "Lives in another county"}


async def test_the_graph_refuses_an_unknown_field_by_name(county: County) -> None:
    records = [bill(fresh("R"), "1.00", {"name": "X"}, ethnicity="x")]
    data = await county.ask(
        INSURER, SUBMIT, {"input": {"department": "HEALTH_INSURANCE", "batchId": fresh("B"), "records": records}}
    )
    answer = data["submitDepartmentBatch"]
    assert isinstance(answer, Mapping)
    assert (answer["__typename"], answer["code"], answer["field"]) == (
        "Refused",
        "UNKNOWN_FIELD",
        "records.0.ethnicity",
    )


async def test_a_list_of_waiting_rows_costs_the_same_however_long(county: County) -> None:
    counts = []
    for size in (1, 8):
        await send_bills(county, *(bill(fresh("Q"), "1.00", {"name": f"Some Body {n}"}) for n in range(size)))
        with county.statements() as sent:
            rows = (await county.ask(LIAISON, REVIEW))["reviewRows"]
        assert isinstance(rows, Mapping)
        assert len(rows["edges"]) >= size
        counts.append(len(sent))
    # The page, its count, and the sealed rows behind it.
    assert counts == [3, 3]


async def rows_in(county: County) -> tuple[int, int, int]:
    async with county.begin() as uow:
        counted = [
            int(await uow.connection.scalar(select(func.count()).select_from(table)) or 0)
            for table in (department_batches, department_records, department_raw_rows)
        ]
    return (counted[0], counted[1], counted[2])


OTHER_BUREAU = sender("CIVIL_AFFAIRS")


@pytest.mark.parametrize("actor", [OTHER_BUREAU, REVIEWER, SPECIALIST, SUPERVISOR, STRANGER])
async def test_only_the_department_itself_sends_its_feed(county: County, actor: Actor) -> None:
    before = await rows_in(county)
    with pytest.raises(Forbidden):
        await send_bills(county, bill(fresh("R"), "1.00", {"name": "X"}), actor=actor)
    assert await rows_in(county) == before


async def test_another_department_and_a_village_see_neither_batch_nor_rows(county: County) -> None:
    batch = await send_bills(county, bill(fresh("R"), "1.00", {"name": "X"}))
    async with county.begin(OTHER_BUREAU) as uow:
        with pytest.raises(Refusal) as caught:
            await find_batch(uow, OTHER_BUREAU, batch.id)
    assert caught.value.code == "UNKNOWN_BATCH"
    for actor in (INSURER, SPECIALIST):
        with pytest.raises(Forbidden):
            await waiting(county, actor)
