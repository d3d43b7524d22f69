"""Files over HTTP as the gateway passes them on: signed, multipart in, reports out, refusals with a code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message

from chassis.health import Health
from chassis.identity import Actor, Keyring, RequestSigner, RequestVerifier, Role, ensure_keys, load_private_key
from chassis.jobs import Jobs
from chassis.metrics import Metrics
from chassis.subgraph import subgraph_app
from households_service.context import HouseholdsContext
from households_service.feeds.routes import department_record_routes
from households_service.feeds.work import feed_file_job
from households_service.files.store import FileStore
from households_service.imports.routes import registry_import_routes
from households_service.imports.work import registry_import_job
from households_service.schema import schema
from tests.households_service.county import ADMIN, REVIEWER, County
from tests.households_service.factories import COUNTY
from tests.households_service.sheets import csv_bytes, household_rows

DEPARTMENT = Actor(subject="feed-1", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
BOUNDARY = "form-boundary"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    app: ASGIApp
    signer: RequestSigner

    async def send(
        self, method: str, path: str, actor: Actor | None, *, body: bytes = b"", content_type: str = ""
    ) -> Answer:
        headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
        if actor is not None:
            signature = self.signer.header(actor, audience="households", body=None)
            headers.append((b"authorization", signature.encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
            "scheme": "http",
        }
        parts: list[Message] = []
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            parts.append(message)

        await self.app(scope, receive, send)
        start = parts[0]
        return Answer(
            status=start["status"],
            headers={name.decode(): value.decode() for name, value in start["headers"]},
            body=b"".join(part.get("body", b"") for part in parts[1:]),
        )

    async def upload(
        self, path: str, actor: Actor | None, fields: Mapping[str, str], name: str, content: bytes
    ) -> Answer:
        form = b"".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        )
        form += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        form += content + f"\r\n--{BOUNDARY}--\r\n".encode()
        return await self.send("POST", path, actor, body=form, content_type=f"multipart/form-data; boundary={BOUNDARY}")


@pytest.fixture
def store(county: County, tmp_path: Path) -> FileStore:
    return FileStore(folder=tmp_path / "files", vault=county.vault)


@pytest.fixture
def http(county: County, store: FileStore, tmp_path: Path) -> Http:
    keys = tmp_path / "keys"
    ensure_keys(keys)
    app = subgraph_app(
        schema=schema,
        graph_context=lambda caller: HouseholdsContext(caller, county.begin),
        verifier=RequestVerifier(keyring=Keyring.from_jwks((keys / "jwks.json").read_bytes()), audience="households"),
        health=Health(),
        metrics=Metrics(),
        routes=[registry_import_routes(county.begin, store), department_record_routes(county.begin, store)],
    )
    return Http(app=app, signer=RequestSigner(load_private_key(keys, "gateway")))


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
