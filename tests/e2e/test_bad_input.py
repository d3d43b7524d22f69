"""What people get wrong, through the public endpoint: a clear, coded answer, and nothing partly written."""

from __future__ import annotations

import time
from collections.abc import Mapping

import aiohttp
import jwt
import pytest

from chassis.identity import Actor, Role, TokenIssuer, load_private_key
from holdfast.demo.chapters.warning import BATCH
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import COUNTY
from holdfast.demo.waiting import until
from holdfast.seed import story as family
from holdfast.sending import ISSUES
from households_service.linkage.identity_number import check_character
from tests.e2e.county import County

HOUSEHOLDS = 'query Count { households(area: "99/01/01/", first: 1) { totalCount } }'
START_IMPORT = """
mutation Start($input: StartRegistryImportInput!) {
  startRegistryImport(input: $input) { __typename ... on ImportJob { id } ... on Refused { code message field } }
}
"""
FOLLOW = f"""
query Follow($id: ID!) {{
  importJob(id: $id) {{
    state refusalCode refusalMessage
    account {{ rowsRead rowsRegistered rowsRejected householdsRegistered bannedColumnsDropped }}
    {ISSUES}
  }}
}}
"""
HEADER = "户编号,行政村代码,姓名,证件号码,与户主关系"


def id_number(serial: int) -> str:
    stem = f"99010119800101{serial:03d}"
    return stem + check_character(stem)


def sheet(*rows: str, header: str = HEADER) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def person(household: str, serial: int) -> str:
    return f"{household},{family.VILLAGE_CODE},甲乙{serial},{id_number(serial)},户主"


async def upload(caller: Caller, name: str, content: bytes) -> tuple[int, Answer]:
    form = aiohttp.FormData()
    form.add_field("areaPath", COUNTY)
    form.add_field("file", content, filename=name)
    url = caller.url.removesuffix("/graphql") + "/files/registry-imports"
    headers = {"Authorization": f"Bearer {caller.token}"}
    async with caller.session.post(url, data=form, headers=headers) as response:
        return response.status, Answer(await response.json(content_type=None))


async def imported(caller: Caller, name: str, content: bytes, mode: str = "COMMIT_ALL") -> Answer:
    status, kept = await upload(caller, name, content)
    assert status == 201, kept.value
    wanted = {"fileId": kept.text("fileId"), "mode": mode, "idempotencyKey": f"{name}-{mode}-{time.monotonic_ns()}"}
    job = (await caller.ask(START_IMPORT, {"input": wanted})).at("startRegistryImport")

    async def done() -> Answer | None:
        now = (await caller.ask(FOLLOW, {"id": job.text("id")})).at("importJob")
        return now if now.text("state") in {"DONE", "REFUSED"} else None

    return await until("The import", done)


def issues(job: Answer) -> list[tuple[float, str, str]]:
    return [
        (edge.number("node.row"), edge.text("node.column"), edge.text("node.code"))
        for edge in job.items("issues.edges")
    ]


@pytest.fixture
async def admin(county: County) -> Caller:
    return county.caller(Role.COUNTY_ADMIN, COUNTY)


@pytest.fixture
async def department(county: County) -> Caller:
    return county.caller(Role.DEPARTMENT, COUNTY, department="HEALTH_INSURANCE")


async def total(caller: Caller) -> float:
    return (await caller.ask(HOUSEHOLDS)).number("households.totalCount")


async def test_a_wrong_column_names_the_nearest_known_one_and_nothing_is_written(admin: Caller) -> None:
    before = await total(admin)
    job = await imported(
        admin, "wrong.csv", sheet(person("990101001201-9001", 901), header=HEADER.replace("姓名", "姓 名字"))
    )

    assert job.text("state") == "REFUSED"
    assert job.text("refusalCode") in {"UNKNOWN_COLUMN", "COLUMN_MISSING"}
    assert await total(admin) == before


async def test_a_sheet_in_gb18030_is_read_as_what_it_is(admin: Caller) -> None:
    content = sheet(person("990101001201-9002", 902)).decode().encode("gb18030")
    job = await imported(admin, "gb18030.csv", content, "VALIDATE")

    assert (job.text("state"), job.number("account.rowsRead"), issues(job)) == ("DONE", 1, [])


async def test_an_id_number_a_spreadsheet_destroyed_is_called_so_by_row_and_column(admin: Caller) -> None:
    before = await total(admin)
    row = person("990101001201-9003", 903).replace(id_number(903), "9.90101E+17")
    job = await imported(admin, "destroyed.csv", sheet(person("990101001201-9004", 904), row))

    assert (3, "证件号码", "ID_EXCEL_TRUNCATED") in issues(job)
    assert await total(admin) == before


async def test_the_same_household_twice_is_refused_whole_and_valid_rows_can_be_kept(admin: Caller) -> None:
    before = await total(admin)
    rows = sheet(person("990101001201-9005", 905), person("990101001201-9006", 906), person("990101001201-9005", 907))
    refused = await imported(admin, "twice.csv", rows)
    assert refused.number("account.householdsRegistered") == 0
    assert issues(refused)
    assert await total(admin) == before

    kept = await imported(admin, "twice.csv", rows, "COMMIT_VALID")
    assert kept.number("account.householdsRegistered") == 1
    assert await total(admin) == before + 1


async def test_a_column_that_must_never_be_read_is_dropped_and_counted(county: County, admin: Caller) -> None:
    row = person("990101001201-9008", 908)
    job = await imported(admin, "banned.csv", sheet(f"{row},绝密词", header=f"{HEADER},民族"))

    assert (job.text("state"), job.number("account.bannedColumnsDropped")) == ("DONE", 1)
    assert job.number("account.householdsRegistered") == 1
    logs = "".join(path.read_text(errors="replace") for path in (county.system.data / "logs").glob("*.log"))
    assert "绝密词" not in logs


async def test_a_workbook_that_is_none_is_refused(admin: Caller) -> None:
    status, answer = await upload(admin, "not.xlsx", b"PK\x03\x04 this is no workbook")
    if status == 201:
        job = await imported(admin, "not.xlsx", b"PK\x03\x04 this is no workbook")
        assert job.text("refusalCode") == "FILE_NOT_A_WORKBOOK"
    else:
        assert answer.text("errors.0.extensions.code") in {"FILE_NOT_A_WORKBOOK", "FILE_FORMAT_UNKNOWN"}


def record(number: str, **changes: object) -> dict[str, object]:
    return {
        "recordId": number,
        "person": {"idNumber": family.GRANDMOTHER.id_number},
        "eventType": "SETTLEMENT",
        "eventDate": "2020-02-10",
        "settlementDate": "2020-02-10",
        "purposeCode": "RETURN_TO_POVERTY_MONITORING",
        "oopAmount": "1.00",
        "careKind": "OUTPATIENT",
    } | changes


async def batch(caller: Caller, number: str, *records: Mapping[str, object]) -> Answer:
    wanted = {"department": "HEALTH_INSURANCE", "batchId": number, "areaPath": COUNTY, "records": list(records)}
    return (await caller.ask(BATCH, {"input": wanted})).at("submitDepartmentBatch")


def account(answer: Answer) -> tuple[float, ...]:
    return tuple(answer.number(f"account.{name}") for name in ("read", "linked", "review", "rejected", "unchanged"))


async def test_a_record_sent_twice_counts_once(department: Caller) -> None:
    first = await batch(department, "twice-1", record("r-twice"))
    again = await batch(department, "twice-2", record("r-twice"))

    assert account(first) == (1, 1, 0, 0, 0)
    assert account(again) == (1, 0, 0, 0, 1)


async def test_a_negative_amount_that_corrects_nothing_is_rejected_by_its_code(department: Caller) -> None:
    answer = await batch(department, "negative", record("r-negative", oopAmount="-5.00"))
    assert account(answer) == (1, 0, 0, 1, 0)
    found = await department.ask(
        f"query B($id: ID!) {{ departmentBatch(id: $id) {{ {ISSUES} }} }}", {"id": answer.text("id")}
    )

    assert [code for _, _, code in issues(found.at("departmentBatch"))] == ["NEGATIVE_AMOUNT"]


async def test_an_unknown_person_waits_for_a_person_to_look_and_is_never_lost(
    department: Caller, admin: Caller
) -> None:
    unknown = record("r-unknown", person={"idNumber": id_number(999), "villageCode": family.VILLAGE_CODE})
    answer = await batch(department, "unknown", unknown)
    rows = await admin.ask('{ reviewRows(area: "99/01/01/", first: 50) { edges { node { recordId status } } } }')

    assert account(answer) == (1, 0, 1, 0, 0)
    assert "r-unknown" in rows.texts("reviewRows.edges", "node.recordId")


async def test_an_unknown_field_refuses_the_whole_batch(department: Caller) -> None:
    refused = await batch(department, "diagnosis", record("r-good"), record("r-bad", diagnosis="secret"))
    assert (refused.text("__typename"), refused.text("code")) == ("Refused", "UNKNOWN_FIELD")
    assert "diagnosis" in refused.text("message") + refused.text("field")
    again = await batch(department, "diagnosis-2", record("r-good"))

    assert account(again) == (1, 1, 0, 0, 0)


async def test_a_token_for_another_county_is_refused_for_this_one(county: County) -> None:
    stranger = county.caller(Role.COUNTY_APPROVER, "99/01/02/")
    whole = await stranger.ask_whole(HOUSEHOLDS)

    assert whole.text("errors.0.extensions.code") == "FORBIDDEN"


@pytest.mark.parametrize(
    ("kind", "code"),
    [("expired", "TOKEN_EXPIRED"), ("unsigned", "UNAUTHENTICATED"), ("nonsense", "UNAUTHENTICATED")],
)
async def test_a_token_that_cannot_be_trusted_is_refused(county: County, kind: str, code: str) -> None:
    issuer = TokenIssuer(key=load_private_key(county.system.places().keys, "issuer"))
    actor = Actor(subject="tester", roles=frozenset({Role.COUNTY_APPROVER}), areas=(COUNTY,))
    tokens = {
        "expired": issuer.issue(actor, seconds=60, at=time.time() - 3600),
        "unsigned": jwt.encode(actor.claims() | {"exp": time.time() + 60}, "", algorithm="none"),
        "nonsense": "nonsense",
    }
    caller = county.caller(Role.COUNTY_APPROVER, COUNTY)
    headers = {"Authorization": f"Bearer {tokens[kind]}"}
    async with caller.session.post(caller.url, json={"query": HOUSEHOLDS}, headers=headers) as response:
        body = Answer(await response.json(content_type=None))

    assert (response.status, body.text("errors.0.extensions.code")) == (401, code)


@pytest.mark.parametrize("service", ["households", "employment", "risk"])
async def test_a_subgraph_answers_nobody_but_the_gateway(county: County, service: str) -> None:
    caller = county.caller(Role.COUNTY_ADMIN, COUNTY)
    url = f"{county.system.addresses.http(service)}/graphql"
    for authorization in (f"Bearer {caller.token}", f"Holdfast {caller.token}", ""):
        async with caller.session.post(
            url, json={"query": "{ __typename }"}, headers={"Authorization": authorization}
        ) as response:
            assert response.status == 401
            assert "data" not in await response.json()
