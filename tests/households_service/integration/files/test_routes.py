"""Files over HTTP as the gateway passes them on: signed, multipart in, reports out, refusals with a code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chassis.identity import Actor, Role
from chassis.jobs import Jobs
from households_service.feeds.work import feed_file_job
from households_service.files.store import FileStore
from households_service.imports.work import registry_import_job
from tests.households_service.county import ADMIN, REVIEWER, County
from tests.households_service.factories import COUNTY
from tests.households_service.http import Http, open_http
from tests.households_service.sheets import csv_bytes, household_rows

DEPARTMENT = Actor(subject="feed-1", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
START = """
mutation ($input: StartRegistryImportInput!) {
  startRegistryImport(input: $input) { ... on ImportJob { id state progress { state done total } } ... on Refused { code } }
}
"""
FOLLOW = """
query ($id: ID!) {
  importJob(id: $id) {
    state reportPath errorSheetPath progress { state done total }
    account { rowsRead rowsRegistered rowsRejected householdsRegistered bannedColumnsDropped }
    issueCounts { code count }
    issues(first: 1) { totalCount pageInfo { hasNextPage endCursor } edges { node { row column code severity } } }
  }
}
"""


@pytest.fixture
def store(county: County, tmp_path: Path) -> FileStore:
    return FileStore(folder=tmp_path / "files", vault=county.vault)


@pytest.fixture
def http(county: County, store: FileStore, tmp_path: Path) -> Http:
    return open_http(county, store, tmp_path / "keys")


async def work_off(county: County, store: FileStore) -> None:
    runner = Jobs(begin=county.begin, kinds=[registry_import_job(store), feed_file_job(store)])
    while await runner.work_one():
        pass


async def test_a_sheet_goes_in_and_its_reports_come_out(county: County, store: FileStore, http: Http) -> None:
    rows = household_rows("HTTP-1", 601)
    rows += [(*row[:3], "1.23E+17", *row[4:]) for row in household_rows("HTTP-2", 602)]
    kept = await http.upload(
        "/files/registry-imports", ADMIN, {"areaPath": COUNTY}, "county.csv", csv_bytes(rows, encoding="gb18030")
    )
    assert (kept.status, kept.json()["format"]) == (201, "CSV")
    asked = {"fileId": kept.json()["fileId"], "mode": "COMMIT_VALID", "idempotencyKey": "http-1"}
    started = await county.ask(ADMIN, START, {"input": asked})
    again = await county.ask(ADMIN, START, {"input": asked})
    job = started["startRegistryImport"]
    assert isinstance(job, dict)
    assert again["startRegistryImport"] == job
    assert job["progress"] == {"state": "QUEUED", "done": 0, "total": None}
    early = await http.send("GET", f"/files/registry-imports/{job['id']}/errors.json", ADMIN)
    assert (early.status, b"IMPORT_NOT_FINISHED" in early.body) == (409, True)

    await work_off(county, store)
    done = (await county.ask(ADMIN, FOLLOW, {"id": job["id"]}))["importJob"]
    assert isinstance(done, dict)
    assert done["state"] == "DONE"
    assert done["progress"] == {"state": "DONE", "done": 8, "total": 8}
    assert done["account"] == {
        "rowsRead": 4,
        "rowsRegistered": 2,
        "rowsRejected": 2,
        "householdsRegistered": 1,
        "bannedColumnsDropped": 1,
    }
    assert done["issueCounts"] == [{"code": "ID_EXCEL_TRUNCATED", "count": 2}]
    assert done["issues"]["totalCount"] == 2
    assert done["issues"]["edges"] == [
        {"node": {"row": 4, "column": "证件号码", "code": "ID_EXCEL_TRUNCATED", "severity": "ERROR"}}
    ]

    report = await http.send("GET", str(done["reportPath"]), ADMIN)
    assert [(issue["row"], issue["code"]) for issue in json.loads(report.body)] == [
        (4, "ID_EXCEL_TRUNCATED"),
        (5, "ID_EXCEL_TRUNCATED"),
    ]
    sheet = await http.send("GET", str(done["errorSheetPath"]), ADMIN)
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert sheet.headers["content-disposition"].startswith("attachment;")
    assert len(sheet.body.decode("utf-8-sig").splitlines()) == 3
    for actor in (REVIEWER, DEPARTMENT):
        assert (await http.send("GET", str(done["reportPath"]), actor)).status == 403
    other = Actor(subject="admin-2", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/02/",))
    assert (await http.send("GET", str(done["reportPath"]), other)).status == 404


@pytest.mark.parametrize(
    ("fields", "file", "status", "code"),
    [
        pytest.param({"areaPath": COUNTY}, ("county.xlsx", b"a,b\n1,2"), 400, "FILE_NOT_A_WORKBOOK", id="no workbook"),
        pytest.param({"areaPath": COUNTY}, ("county.pdf", b"%PDF"), 400, "FILE_FORMAT_UNKNOWN", id="another format"),
        pytest.param({"areaPath": COUNTY}, ("county.csv", b""), 400, "FILE_EMPTY", id="nothing in it"),
        pytest.param({}, ("county.csv", b"a,b\n1,2"), 400, "FIELD_MISSING", id="without its area"),
        pytest.param({"areaPath": "99/01"}, ("county.csv", b"a,b\n1,2"), 400, "MALFORMED_AREA_PATH", id="no area path"),
        pytest.param({"areaPath": "99/01/02/"}, ("county.csv", b"a,b\n1,2"), 403, "FORBIDDEN", id="for another county"),
    ],
)
async def test_an_upload_that_cannot_be_is_refused_at_once(
    http: Http,
    store: FileStore,
    fields: dict[str, str],
    file: tuple[str, bytes],
    *,
    status: int,
    code: str,
) -> None:
    answer = await http.upload("/files/registry-imports", ADMIN, fields, *file)
    assert (answer.status, json.loads(answer.body)["errors"][0]["extensions"]["code"]) == (status, code)
    assert list(store.ids()) == []


async def test_unsigned_uploads_are_not_read(http: Http, store: FileStore) -> None:
    answer = await http.upload("/files/registry-imports", None, {"areaPath": COUNTY}, "a.csv", b"a,b\n1,2")
    assert answer.status == 401
    assert list(store.ids()) == []


async def test_a_feed_file_goes_in_with_mapped_and_ignored_headers(
    county: County, store: FileStore, http: Http
) -> None:
    content = csv_bytes(
        [
            ("HTTP-R-1", "某人", "990101001201", "结算", "2020-09-18", "12.5", "x"),
            ("HTTP-R-2", "", "", "结算", "bad", "1", "x"),
        ],
        header=("编码", "姓名", "行政村代码", "业务类型", "业务日期", "自付费用", "备注"),
    )
    fields = {
        "department": "HEALTH_INSURANCE",
        "batchId": "HTTP-B-1",
        "purposeCode": "MONITORING",
        "mappedHeader": "编码=recordId",
        "ignoredHeader": "备注",
    }
    kept = await http.upload("/files/department-records", DEPARTMENT, fields, "feed.csv", content)
    assert (kept.status, kept.json()["state"]) == (201, "QUEUED")
    await work_off(county, store)
    data = await county.ask(
        DEPARTMENT,
        "query ($id: ID!) { departmentBatch(id: $id) { state account { read linked review rejected unchanged } } }",
        {"id": kept.json()["batchKey"]},
    )
    assert data["departmentBatch"] == {
        "state": "DONE",
        "account": {"read": 2, "linked": 0, "review": 1, "rejected": 1, "unchanged": 0},
    }
    report = await http.send("GET", f"/files/department-records/{kept.json()['batchKey']}/errors.json", DEPARTMENT)
    assert [(issue["row"], issue["column"], issue["code"]) for issue in json.loads(report.body)] == [
        (3, "业务日期", "NOT_A_DATE"),
        (3, "person", "PERSON_MISSING"),
    ]
    again = await http.upload("/files/department-records", DEPARTMENT, fields, "feed.csv", content)
    assert again.json() == {"batchKey": kept.json()["batchKey"], "state": "DONE"}
    vague = fields | {"batchId": "HTTP-B-2", "mappedHeader": "编码"}
    unmapped = await http.upload("/files/department-records", DEPARTMENT, vague, "feed.csv", content)
    assert unmapped.status == 400
    assert json.loads(unmapped.body)["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "mappedHeader"}
    lacking = await http.upload("/files/department-records", DEPARTMENT, {}, "feed.csv", content)
    assert (lacking.status, b"FIELD_MISSING" in lacking.body) == (400, True)
