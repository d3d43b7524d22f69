"""Exports over HTTP: masked at once, in the open after a second person, never twice, always logged."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from chassis.identity import Actor, Role
from chassis.tables import audit
from households_service.exports.tables import registry_exports
from households_service.files.store import FileStore
from households_service.members.domain import Relation
from households_service.registry.domain import MonitoringCategory
from households_service.registry.service import NewMember
from tests.households_service.county import ADMIN, REVIEWER, SPECIALIST, STRANGER, County, family, open_county
from tests.households_service.factories import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, id_number
from tests.households_service.http import Answer, Http, open_http

ROUTE = "/files/exports"
REASON = "yearly check of the registry"
APPROVER = Actor(subject="approver-1", roles=frozenset({Role.COUNTY_APPROVER}), areas=(COUNTY,))
FORMULA = "=HYPERLINK(1)"
LIST = """
query ($area: AreaPath!, $filter: HouseholdFilterInput) {
  households(area: $area, filter: $filter, first: 50) { edges { node { code } } }
}
"""


@pytest.fixture(scope="module")
async def county(households_database_url: str) -> AsyncIterator[County]:
    async for opened in open_county(households_database_url):
        await opened.register(members=family(first_order=1))
        await opened.register(
            area_path=NEXT_VILLAGE,
            members=(NewMember(name=FORMULA, relation=Relation.HEAD, date_of_birth=date(1970, 1, 1)),),
            category=MonitoringCategory.NONE,
        )
        yield opened


@pytest.fixture
def http(county: County, tmp_path: Path) -> Http:
    return open_http(county, FileStore(folder=tmp_path / "files", vault=county.vault), tmp_path / "keys")


async def asked(http: Http, actor: Actor | None = ADMIN, **changes: object) -> Answer:
    body: dict[str, object] = {"list": "MEMBERS", "format": "CSV", "reason": REASON, "area": COUNTY}
    content = json.dumps(body | changes).encode()
    return await http.send("POST", ROUTE, actor, body=content, content_type="application/json")


def table(answer: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


def code(answer: Answer) -> str:
    return str(json.loads(answer.body)["errors"][0]["extensions"]["code"])


async def exports_noted(county: County) -> tuple[int, int]:
    async with county.begin() as uow:
        exports = await uow.connection.scalar(select(func.count()).select_from(registry_exports))
        audited = await uow.connection.scalar(
            select(func.count()).select_from(audit).where(audit.c.action.in_(("EXPORT_REGISTRY", "EXPORT_OPENED")))
        )
    return int(exports or 0), int(audited or 0)


async def test_a_masked_list_comes_at_once_and_is_logged_with_its_rows(county: County, http: Http) -> None:
    answer = await asked(http)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="members-')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-length" not in answer.headers
    rows = table(answer)
    assert [row["name"] for row in rows] == ["F**", "M**", "F**", "S**", "'=**"]
    assert id_number()[:12] not in answer.body.decode()
    logged = (await http.send("GET", answer.headers["location"], ADMIN)).json()
    assert (logged["rowsFound"], logged["rowsSent"], logged["state"], logged["approvedBy"]) == (5, 5, "TAKEN", None)
    assert (logged["reason"], logged["requestedBy"]) == (REASON, "admin-1")


async def test_a_list_in_the_open_waits_for_somebody_else_and_is_taken_once(county: County, http: Http) -> None:
    waiting = await asked(http, opened=True, format="XLSX")
    assert (waiting.status, waiting.json()["state"]) == (202, "WAITING")
    place = waiting.headers["location"]
    assert code(await http.send("GET", f"{place}/content", ADMIN)) == "EXPORT_NOT_APPROVED"
    own = await http.send("POST", f"{place}/approval", ADMIN)
    assert (own.status, code(own)) == (403, "SECOND_PERSON_NEEDED")
    assert (await http.send("POST", f"{place}/approval", REVIEWER)).status == 403
    for _ in range(2):
        approved = await http.send("POST", f"{place}/approval", APPROVER)
        assert (approved.status, approved.json()["approvedBy"]) == (200, "approver-1")
    assert (await http.send("GET", f"{place}/content", APPROVER)).status == 404

    taken = await http.send("GET", f"{place}/content", ADMIN)
    assert (taken.status, taken.body[:4]) == (200, b"PK\x03\x04")
    sheet = load_workbook(io.BytesIO(taken.body)).active
    assert sheet is not None
    places = {cell.value: place for place, cell in enumerate(sheet[1], start=1)}
    number = sheet.cell(2, places["id_number"])
    assert (number.value, number.data_type, number.number_format) == (id_number(), "s", "@")
    names = {str(sheet.cell(row, places["name"]).value): sheet.cell(row, places["name"]) for row in range(2, 7)}
    assert names[f"'{FORMULA}"].data_type == "s"
    assert (await http.send("GET", place, ADMIN)).json()["rowsSent"] == 5
    again = await http.send("GET", f"{place}/content", ADMIN)
    assert (again.status, code(again)) == (409, "EXPORT_OVER")


@pytest.mark.parametrize("approved", [False, True])
async def test_a_request_in_the_open_ends_after_a_day(county: County, http: Http, *, approved: bool) -> None:
    place = (await asked(http, opened=True)).headers["location"]
    if approved:
        assert (await http.send("POST", f"{place}/approval", APPROVER)).status == 200
    start = county.clock.at
    county.clock.at = start + timedelta(hours=24, seconds=1)
    try:
        assert code(await http.send("GET", f"{place}/content", ADMIN)) == "EXPORT_OVER"
        assert code(await http.send("POST", f"{place}/approval", APPROVER)) == "EXPORT_OVER"
        assert (await http.send("GET", place, ADMIN)).json()["state"] == "EXPIRED"
    finally:
        county.clock.at = start


async def test_the_filters_find_what_the_list_on_screen_shows(county: County, http: Http) -> None:
    for wanted, filters in (
        ({}, {}),
        ({"monitoringCategory": ["NONE"]}, {"monitoringCategory": ["NONE"]}),
        ({"area": VILLAGE}, {}),
        ({"codePrefix": "no such"}, {"codePrefix": "no such"}),
    ):
        found = table(await asked(http, list="HOUSEHOLDS", **wanted))
        area = str(wanted.get("area", COUNTY))
        shown = (await county.ask(ADMIN, LIST, {"area": area, "filter": filters}))["households"]
        assert isinstance(shown, dict)
        assert sorted(row["household_code"] for row in found) == sorted(e["node"]["code"] for e in shown["edges"])


@pytest.mark.parametrize(
    ("actor", "changes", "status", "refused"),
    [
        pytest.param(None, {}, 401, None, id="nobody"),
        pytest.param(SPECIALIST, {}, 403, "FORBIDDEN", id="a village specialist"),
        pytest.param(STRANGER, {}, 403, "FORBIDDEN", id="of another county"),
        pytest.param(REVIEWER, {"area": COUNTY}, 403, "FORBIDDEN", id="beyond the own township"),
        pytest.param(REVIEWER, {"area": TOWNSHIP, "opened": True}, 403, "FORBIDDEN", id="open, for a township"),
        pytest.param(ADMIN, {"reason": " "}, 400, "REASON_MISSING", id="without a reason"),
        pytest.param(ADMIN, {"ethnicity": "x"}, 400, "EXPORT_MALFORMED", id="an unknown field"),
        pytest.param(ADMIN, {"format": "PDF"}, 400, "EXPORT_MALFORMED", id="an unknown format"),
        pytest.param(ADMIN, {"area": "99"}, 400, "MALFORMED_AREA_PATH", id="no area path"),
    ],
)
async def test_a_refused_export_sends_and_notes_nothing(  # noqa: PLR0917 - columns of the table above
    county: County, http: Http, actor: Actor | None, changes: dict[str, object], status: int, refused: str | None
) -> None:
    before = await exports_noted(county)
    answer = await asked(http, actor, **changes)
    assert answer.status == status
    assert refused is None or code(answer) == refused
    assert await exports_noted(county) == before


async def test_a_body_that_is_no_json_object_is_refused(http: Http) -> None:
    for body in (b"", b"[]", b"{", b'"x"'):
        answer = await http.send("POST", ROUTE, ADMIN, body=body, content_type="application/json")
        assert (answer.status, code(answer)) == (400, "EXPORT_MALFORMED")
