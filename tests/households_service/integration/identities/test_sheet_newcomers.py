"""Somebody in a sheet who is registered under another spelling or number is noticed, never doubled in silence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from chassis.jobs import Jobs
from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from households_service.imports.domain import ImportMode
from households_service.imports.service import issues_report, start_registry_import, upload_registry_file
from households_service.imports.work import registry_import_job
from households_service.members.domain import Relation
from households_service.registry.domain import Household
from households_service.registry.service import NewMember
from tests.households_service.county import ADMIN, County
from tests.households_service.factories import COUNTY, id_number
from tests.households_service.sheets import csv_bytes

VILLAGE_CODE = "990101001201"
BORN = date(1958, 4, 17)
NUMBER = id_number(born=BORN, order=701)
OTHER_NUMBER = id_number(born=BORN, order=731)


@pytest.fixture(scope="module")
async def known(county: County) -> Household:
    members = (
        NewMember(name="阿布都热依木·卡德尔", relation=Relation.HEAD, id_number=NUMBER),
        NewMember(name="帕提古丽·托合提", relation=Relation.SPOUSE, date_of_birth=date(1960, 9, 2)),
    )
    return await county.register(members=members)


async def warnings(
    county: County, folder: Path, *rows: tuple[object, ...], mode: ImportMode = ImportMode.VALIDATE
) -> list[tuple[int, str, str]]:
    store = FileStore(folder=folder / "files", vault=county.vault)
    async with county.begin(ADMIN) as uow:
        content = csv_bytes(rows)
        kept = await upload_registry_file(uow, store, ADMIN, file_name="n.csv", content=content, area_path=COUNTY)
        started = await start_registry_import(uow, ADMIN, file_id=kept.id, mode=mode, choice=HeaderChoice())
    runner = Jobs(begin=county.begin, kinds=[registry_import_job(store)])
    while await runner.work_one():
        pass
    async with county.begin(ADMIN) as uow:
        issues = json.loads(await issues_report(uow, ADMIN, started.id))
    return [(issue["row"], issue["code"], issue["severity"]) for issue in issues]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        pytest.param("Abdurehim Qadir", OTHER_NUMBER, id="transliterated, with another number"),
        pytest.param("阿布都热依木·卡德尔", OTHER_NUMBER, id="as registered, with another number"),
        pytest.param("阿布都热木·卡德尔", OTHER_NUMBER, id="a vowel lost, with another number"),
    ],
)
async def test_a_newcomer_who_looks_like_a_member_is_told(
    county: County, known: Household, tmp_path: Path, name: str, number: str
) -> None:
    row = (VILLAGE_CODE, "N-001", name, number, 1, "户主", "某族", "普通劳动力")
    assert await warnings(county, tmp_path, row) == [(2, "PERSON_MAY_BE_REGISTERED", "WARNING")]


async def test_a_member_of_the_same_household_in_another_script_is_told(
    county: County, known: Household, tmp_path: Path
) -> None:
    head = (VILLAGE_CODE, known.code, "阿布都热依木·卡德尔", NUMBER, 2, "户主", "某族", "普通劳动力")
    wife_number = id_number(born=date(1960, 9, 2), order=732)
    wife = (VILLAGE_CODE, known.code, "Patigul Toxti", wife_number, 2, "配偶", "某族", "普通劳动力")
    found = await warnings(county, tmp_path, head, wife)
    assert (3, "PERSON_MAY_BE_REGISTERED", "WARNING") in found
    assert [one for one in found if one[0] == 2 and one[1] == "PERSON_MAY_BE_REGISTERED"] == []


async def test_a_namesake_of_another_age_and_a_stranger_are_not_told(
    county: County, known: Household, tmp_path: Path
) -> None:
    namesake = id_number(born=date(1991, 1, 2), order=733)
    stranger = id_number(born=BORN, order=734)
    rows = (
        (VILLAGE_CODE, "N-002", "阿布都热依木·卡德尔", namesake, 1, "户主", "某族", "普通劳动力"),
        (VILLAGE_CODE, "N-003", "Tursun Osman", stranger, 1, "户主", "某族", "普通劳动力"),
    )
    assert await warnings(county, tmp_path, *rows) == []


async def test_whoever_was_told_of_is_taken_and_can_be_merged(county: County, known: Household, tmp_path: Path) -> None:
    row = (VILLAGE_CODE, "N-004", "Abdurehim Qadir", OTHER_NUMBER, 1, "户主", "某族", "普通劳动力")
    found = await warnings(county, tmp_path, row, mode=ImportMode.COMMIT_VALID)
    assert [code for _, code, _ in found] == ["PERSON_MAY_BE_REGISTERED"]
    async with county.begin() as uow:
        assert "N-004" in await uow.households.by_codes(["N-004"])
