"""A record is taken for what its feed serves, and for nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from households_service.feeds.catalogue.known import FEEDS, feed_of
from households_service.feeds.departments import Department
from households_service.feeds.refusals import PurposeNotAllowed
from households_service.feeds.service import Envelope, submit_batch, submit_file
from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from tests.households_service.county import County
from tests.households_service.departments import (
    FIRST,
    INSURER,
    codes_of,
    fresh,
    mother,
    record,
    send,
    sender,
    tally,
)
from tests.households_service.sheets import bill, csv_bytes

SUBMIT = """
mutation ($input: SubmitDepartmentBatchInput!) { submitDepartmentBatch(input: $input) {
  ... on DepartmentBatch { account { linked } } ... on Refused { code field message }
} }
"""
ALLOWED = (
    "Records of the feed HEALTH_INSURANCE are used for RETURN_TO_POVERTY_MONITORING or MEDICAL_COST_MONITORING only."
)


@pytest.mark.parametrize("department", list(FIRST))
async def test_every_feed_takes_the_purposes_that_it_declares_and_no_other(
    county: County, department: Department
) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    event, values = FIRST[department]
    feed = feed_of(department)
    others = {one.name for other in FEEDS for one in other.purposes} - {one.name for one in feed.purposes}
    words = [word for one in feed.purposes for word in (one.name, one.name.lower(), *one.spellings)]
    sound = [record(event, person, fresh("R"), **values, purposeCode=word) for word in words]
    unsound = [record(event, person, fresh("R"), **values, purposeCode=word) for word in (*sorted(others), "ANYTHING")]

    batch = await send(county, department, *sound, *unsound)

    assert tally(batch.account) == (len(sound + unsound), len(sound), 0, len(unsound), 0)
    assert await codes_of(county, batch) == [("purposeCode", "PURPOSE_NOT_ALLOWED")] * len(unsound)
    async with county.begin() as uow:
        kept = await uow.records.versions(department, [str(one["recordId"]) for one in sound])
        (_, issue), *_ = await uow.batches.issues(batch.id)
    assert {one.purpose_code for one in kept} == {one.name for one in feed.purposes}
    assert all(one.name in issue.message for one in feed.purposes)


async def test_victim_relief_is_not_even_for_monitoring(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    event, values = FIRST[Department.TRAFFIC]

    batch = await send(county, "TRAFFIC", record(event, person, fresh("R"), **values, purposeCode="MONITORING"))

    assert (tally(batch.account), await codes_of(county, batch)) == (
        (1, 0, 0, 1, 0),
        [("purposeCode", "PURPOSE_NOT_ALLOWED")],
    )


async def test_a_batch_for_something_else_is_refused_whole_and_told_what_is_allowed(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    number = fresh("B")
    given = {"department": "HEALTH_INSURANCE", "batchId": number, "records": [bill(fresh("R"), "1.00", person)]}

    data = await county.ask(INSURER, SUBMIT, {"input": given | {"purposeCode": "CREDIT_SCORING"}})

    assert data["submitDepartmentBatch"] == {"code": "PURPOSE_NOT_ALLOWED", "field": "purposeCode", "message": ALLOWED}
    async with county.begin() as uow:
        assert await uow.batches.by_number(Department.HEALTH_INSURANCE, number) is None


async def test_a_file_for_something_else_is_refused_before_it_is_kept(county: County, tmp_path: Path) -> None:
    store = FileStore(folder=tmp_path, vault=county.vault)
    envelope = Envelope(department="HEALTH_INSURANCE", batch_id=fresh("B"), purpose_code="CREDIT_SCORING")
    async with county.begin(INSURER) as uow:
        with pytest.raises(PurposeNotAllowed) as caught:
            await submit_file(
                uow, store, INSURER, envelope=envelope, file_name="f.csv", content=csv_bytes([]), choice=HeaderChoice()
            )
    assert (caught.value.field, caught.value.message) == ("purposeCode", ALLOWED)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


async def test_one_purpose_in_two_spellings_is_one_batch(county: County, tmp_path: Path) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    records, number = [bill(fresh("R"), "1.00", person)], fresh("B")
    found = []
    for purpose in ("MONITORING", "return_to_poverty_monitoring"):
        envelope = Envelope(department="HEALTH_INSURANCE", batch_id=number, purpose_code=purpose)
        async with county.begin(INSURER) as uow:
            found.append(await submit_batch(uow, INSURER, envelope=envelope, records=records))
    assert found[0] == found[1]


async def test_the_declarations_say_what_for(county: County) -> None:
    query = "{ feedDeclarations { name purposes { name meaning words } columns { name headers required } } }"

    declared = (await county.ask(sender("WATER"), query))["feedDeclarations"]

    assert isinstance(declared, list)
    water = next(one for one in declared if one["name"] == "WATER")
    assert isinstance(water, Mapping)
    assert [one["name"] for one in water["purposes"]] == ["RETURN_TO_POVERTY_MONITORING", "WATER_SAFETY"]
    assert {one["name"]: (one["headers"][0], one["required"]) for one in water["columns"]} == {
        "recordId": ("记录编号", True),
        "eventType": ("事件类型", True),
        "eventDate": ("事件日期", True),
        "purposeCode": ("用途代码", False),
        "sentAt": ("发送时间", False),
        "corrects": ("更正记录编号", False),
        "supplyPointId": ("供水点编号", True),
        "outageDays": ("停水天数", False),
        "qualityOk": ("水质合格", False),
        "department": ("部门", False),
        "batchId": ("批次号", False),
    }
