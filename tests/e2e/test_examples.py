"""The example files through the public endpoint: every row ends where the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.identity import Role
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.waiting import until
from holdfast.sending import send_file
from holdfast.settings import ROOT
from tests.e2e.county import County

COUNTY = "99/01/01/"
BATCH = """
query Batch($id: ID!) {
  departmentBatch(id: $id) {
    state
    account { read linked review rejected unchanged bannedColumnsDropped }
    issues { edges { node { row column code } } }
  }
}
"""
IMPORT = """
query Import($id: ID!) {
  importJob(id: $id) {
    state
    account { rowsRead rowsRegistered rowsUnchanged rowsRejected bannedColumnsDropped bannedValuesRefused }
    issues { edges { node { row column code } } }
  }
}
"""
START = """
mutation Start($input: StartRegistryImportInput!) {
  startRegistryImport(input: $input) { __typename ... on ImportJob { id } ... on Refused { code } }
}
"""
SAMPLED = '{ sampledLinks(area: "99/01/01/", first: 100) { edges { node { recordId linkRule } } } }'
WAITING = '{ reviewRows(area: "99/01/01/", first: 100) { edges { node { recordId reason } } } }'


@pytest.fixture
def admin(county: County) -> Caller:
    return county.caller(Role.COUNTY_ADMIN, COUNTY)


async def done(caller: Caller, query: str, id_: str, root: str) -> Answer:
    async def look() -> Answer | None:
        found = (await caller.ask(query, {"id": id_})).at(root)
        return found if found.text("state") in {"DONE", "REFUSED"} else None

    return await until("The end of the work", look)


def issues(answer: Answer) -> list[tuple[object, ...]]:
    return [
        (edge.number("node.row"), edge.text("node.column"), edge.text("node.code"))
        for edge in answer.items("issues.edges")
    ]


async def test_the_sample_has_rows_for_each_reason_to_wait(admin: Caller) -> None:
    found = await admin.ask(WAITING)
    reasons = {edge.text("node.recordId"): edge.text("node.reason") for edge in found.items("reviewRows.edges")}

    assert {name: reasons[name] for name in sorted(reasons) if name.startswith("sample-")} == {
        "sample-1": "LIKELY_PERSON",
        "sample-2": "LIKELY_PERSON",
        "sample-3": "IDENTIFIERS_DISAGREE",
        "sample-4": "AMBIGUOUS_PERSON",
    }


async def test_the_example_feed_ends_as_the_page_says(county: County, admin: Caller, tmp_path: Path) -> None:
    """Its days are moved before the day on which the county of the tests stands."""
    text = (ROOT / "examples" / "feeds" / "health-insurance.csv").read_text(encoding="utf-8")
    file = tmp_path / "health-insurance.csv"
    file.write_text(text.replace(",2025-03-", ",2020-03-"), encoding="utf-8")
    department = county.caller(Role.DEPARTMENT, COUNTY, department="HEALTH_INSURANCE")
    fields = {"department": "HEALTH_INSURANCE", "batchId": "example-1", "areaPath": COUNTY}

    taken = await send_file(department, "department-records", file, fields)
    batch = await done(department, BATCH, taken.text("batchKey"), "departmentBatch")
    waiting = (await admin.ask(WAITING)).items("reviewRows.edges")
    sampled = (await admin.ask(SAMPLED)).items("sampledLinks.edges")

    assert batch.at("account").value == {
        "read": 10,
        "linked": 5,
        "review": 3,
        "rejected": 2,
        "unchanged": 0,
        "bannedColumnsDropped": 1,
    }
    assert issues(batch) == [(9, "idNumber", "ID_NUMBER_CHECK_FAILED"), (10, "oopAmount", "NEGATIVE_AMOUNT")]
    assert {
        edge.text("node.recordId"): edge.text("node.reason")
        for edge in waiting
        if edge.text("node.recordId").startswith("HI-25")
    } == {"HI-2503005": "LIKELY_PERSON", "HI-2503006": "AMBIGUOUS_PERSON", "HI-2503007": "UNKNOWN_PERSON"}
    assert {edge.text("node.recordId") for edge in sampled} >= {"HI-2503045", "HI-2503098"}


async def test_the_example_sheet_registers_two_households_and_the_same_again_writes_nothing(admin: Caller) -> None:
    sheet = ROOT / "examples" / "registry" / "three-households.csv"
    accounts = []
    for number in (1, 2):
        kept = await send_file(admin, "registry-imports", sheet, {"areaPath": COUNTY})
        wanted = {"fileId": kept.text("fileId"), "mode": "COMMIT_VALID", "idempotencyKey": f"example-{number}"}
        started = await admin.ask(START, {"input": wanted})
        job = await done(admin, IMPORT, started.text("startRegistryImport.id"), "importJob")
        accounts.append(job.at("account").value)
        assert issues(job) == [(8, "证件号码", "ID_EXCEL_TRUNCATED"), (9, "户编号", "HOUSEHOLD_HAS_ERRORS")]

    read = {"rowsRead": 8, "rowsRejected": 2, "bannedColumnsDropped": 1, "bannedValuesRefused": 2}
    assert accounts == [
        {**read, "rowsRegistered": 6, "rowsUnchanged": 0},
        {**read, "rowsRegistered": 0, "rowsUnchanged": 6},
    ]
