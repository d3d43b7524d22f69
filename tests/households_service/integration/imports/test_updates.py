"""A sheet about households that are known: what changed becomes a new version, what is missing is told, not deleted."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date

import orjson
from openpyxl import load_workbook
from sqlalchemy import select

from chassis.identity import SYSTEM_ACTOR
from chassis.jobs import Jobs
from chassis.tables import audit
from households_service.files.columns import HeaderChoice
from households_service.files.store import FileStore
from households_service.imports.applying import change_place
from households_service.imports.domain import ImportMode, RegistryImport
from households_service.imports.service import (
    find_import,
    issues_report,
    registry_template,
    start_registry_import,
    upload_registry_file,
)
from households_service.imports.tables import registry_changes
from households_service.imports.work import registry_import_job
from households_service.members.domain import LabourCapacity
from households_service.registry.service import assess_household
from tests.households_service.county import ADMIN, County
from tests.households_service.factories import COUNTY, id_number
from tests.households_service.sheets import csv_bytes, household_rows


async def imported(
    county: County, store: FileStore, content: bytes, mode: ImportMode = ImportMode.COMMIT_VALID, name: str = "a.csv"
) -> tuple[RegistryImport, list[Mapping[str, object]]]:
    async with county.begin(ADMIN) as uow:
        kept = await upload_registry_file(uow, store, ADMIN, file_name=name, content=content, area_path=COUNTY)
        started = await start_registry_import(uow, ADMIN, file_id=kept.id, mode=mode, choice=HeaderChoice())
    runner = Jobs(begin=county.begin, kinds=[registry_import_job(store)])
    while await runner.work_one():
        pass
    async with county.begin(ADMIN) as uow:
        done = await find_import(uow, ADMIN, started.id)
        assert done.refusal_code is None, done.refusal_message
        return done, json.loads(await issues_report(uow, ADMIN, started.id))


async def test_a_changed_row_is_a_new_version_and_the_old_one_is_kept(county: County, store: FileStore) -> None:
    rows = household_rows("T-001", 701, size=3)
    await imported(county, store, csv_bytes(rows))
    changed = [(*rows[0][:-1], "弱劳动力"), *rows[1:]]
    dry, _ = await imported(county, store, csv_bytes(changed), ImportMode.VALIDATE)
    assert (dry.account.rows_valid, dry.account.rows_unchanged, dry.account.rows_updated) == (1, 2, 0)

    done, issues = await imported(county, store, csv_bytes(changed))
    account = done.account
    assert (account.rows_read, account.rows_updated, account.rows_unchanged, account.rows_registered) == (3, 1, 2, 0)
    assert (account.households_updated, account.members_missing, issues) == (1, 0, [])
    async with county.begin() as uow:
        household = (await uow.households.by_codes(["T-001"]))["T-001"]
        head, *children = (await uow.members.of_households([household.id]))[household.id]
        kept = list(
            await uow.connection.execute(select(registry_changes).where(registry_changes.c.import_id == done.id))
        )
        logged = (await uow.connection.execute(select(audit).where(audit.c.subject_id == str(done.id)))).one()
    assert (household.version, head.version, [child.version for child in children]) == (2, 2, [1, 1])
    assert head.labour_capacity is LabourCapacity.PARTIAL
    of_head = next(row for row in kept if row.member_id == head.id)
    assert (of_head.fields, of_head.version, of_head.changed_by) == (["labour_capacity"], 2, "admin-1")
    before = orjson.loads(county.vault.open(of_head.before_sealed, place=change_place(of_head.id)))
    assert before == {"labour_capacity": "FULL"}
    assert (logged.action, logged.fields) == ("IMPORT_REGISTRY", ["labour_capacity"])

    again, _ = await imported(county, store, csv_bytes(changed))
    assert (again.account.rows_unchanged, again.account.rows_updated) == (3, 0)


async def test_what_the_sheet_does_not_say_stays(county: County, store: FileStore) -> None:
    rows = household_rows("T-002", 702)
    await imported(county, store, csv_bytes(rows))
    async with county.begin() as uow:
        household = (await uow.households.by_codes(["T-002"]))["T-002"]
        await assess_household(uow, SYSTEM_ACTOR, household_id=household.id, expected_version=None, safe_water=False)
    renamed = [rows[0], (*rows[1][:2], "新名", *rows[1][3:])]
    done, _ = await imported(county, store, csv_bytes(renamed))
    assert (done.account.rows_updated, done.account.rows_unchanged) == (1, 1)
    async with county.begin() as uow:
        household = (await uow.households.by_codes(["T-002"]))["T-002"]
    assert (household.safe_water, household.version) == (False, 3)


async def test_a_missing_member_is_told_and_stays_and_a_new_one_joins(county: County, store: FileStore) -> None:
    rows = household_rows("T-003", 703, size=3)
    await imported(county, store, csv_bytes(rows))
    born = ("990101001201", "T-003", "新生", id_number(born=date(2020, 2, 2), order=703), 3, "之女", "某族", "")
    done, issues = await imported(county, store, csv_bytes([*rows[:2], born]))
    assert [(issue["row"], issue["code"], issue["severity"]) for issue in issues] == [
        (2, "MEMBER_NOT_IN_SHEET", "WARNING")
    ]
    assert (done.account.rows_updated, done.account.rows_unchanged, done.account.members_missing) == (1, 2, 1)
    async with county.begin() as uow:
        household = (await uow.households.by_codes(["T-003"]))["T-003"]
        members = (await uow.members.of_households([household.id]))[household.id]
    assert [member.left_on for member in members] == [None] * 4


async def test_households_missing_from_the_sheet_are_counted_and_named(county: County, store: FileStore) -> None:
    before, _ = await imported(county, store, csv_bytes(household_rows("T-004", 704)))
    done, _ = await imported(county, store, csv_bytes(household_rows("T-005", 705)))
    assert done.account.households_missing == before.account.households_missing + 1
    answer = await county.ask(
        ADMIN, "query ($id: ID!) { importJob(id: $id) { missingHouseholds } }", {"id": str(done.id)}
    )
    job = answer["importJob"]
    assert isinstance(job, dict)
    assert "T-004" in job["missingHouseholds"]
    assert "T-005" not in job["missingHouseholds"]


async def test_a_household_without_its_registered_head_is_refused(county: County, store: FileStore) -> None:
    rows = household_rows("T-006", 706)
    await imported(county, store, csv_bytes(rows))
    other = (
        "990101001201",
        "T-006",
        "他人",
        id_number(born=date(1970, 1, 1), order=706),
        2,
        "户主",
        "某族",
        "普通劳动力",
    )
    done, issues = await imported(county, store, csv_bytes([other, rows[1]]))
    assert [(issue["row"], issue["code"]) for issue in issues] == [
        (2, "HEAD_NOT_IN_SHEET"),
        (3, "HOUSEHOLD_HAS_ERRORS"),
    ]
    assert done.account.rows_rejected == 2


async def test_a_filled_template_imports(county: County, store: FileStore) -> None:
    async with county.begin(ADMIN) as uow:
        content = await registry_template(uow, ADMIN, area_path=COUNTY)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Help", "Households", "Members", "Codes"]
    households, members = book["Households"], book["Members"]
    assert households.data_validations.count >= 4
    codes = [cell.value for cell in book["Codes"]["A"]][1:]
    assert "990101001201" in codes
    by_label = {str(cell.value): int(cell.column or 0) for cell in households[1]}
    for label, value in (
        ("户编号", "T-007"),
        ("行政村代码", "990101001201"),
        ("饮水安全", "否"),
        ("监测对象类别", "边缘易致贫户"),
    ):
        households.cell(2, by_label[label], value)
    by_label = {str(cell.value): int(cell.column or 0) for cell in members[1]}
    people = (
        ("T-007", "某户主", "户主", id_number(born=date(1980, 1, 1), order=707), "普通劳动力"),
        ("T-007", "某孩子", "子女", id_number(born=date(2012, 1, 1), order=707), None),
    )
    for number, person in enumerate(people, start=2):
        for label, cell in zip(("户编号", "姓名", "与户主关系", "证件号码", "劳动技能"), person, strict=True):
            members.cell(number, by_label[label], cell)
    filled = io.BytesIO()
    book.save(filled)
    done, issues = await imported(county, store, filled.getvalue(), ImportMode.COMMIT_ALL, name="template.xlsx")
    assert issues == []
    assert (done.account.rows_registered, done.account.households_registered) == (2, 1)
    async with county.begin() as uow:
        household = (await uow.households.by_codes(["T-007"]))["T-007"]
    assert (household.safe_water, household.monitoring_category) == (False, "NEAR_POOR_AT_RISK")
