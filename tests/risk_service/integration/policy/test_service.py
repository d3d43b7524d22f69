from __future__ import annotations

import pytest

from chassis.errors import Forbidden
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from risk_service.policy.service import apply_pack, load_shipped
from tests.risk_service.desk import ADMIN, APPROVER, Desk
from tests.risk_service.factories import default_source

PACK = """query Pack($area: AreaPath!, $on: Date) { policyPack(area: $area, on: $on) {
    name version noteOnBillRequired incomeBasis visitRedWorkingDays monitoringLine { amount }
    rules { factor scope yellowOver { amount } redOver { amount } } } }"""


async def test_a_fresh_database_takes_the_shipped_packs_with_its_first_use(desk: Desk) -> None:
    data = await desk.ask(APPROVER, PACK, {"area": "99/01/01/001/201/", "on": "2020-09-18"})

    assert data["policyPack"] == {
        "name": "county-990101",
        "version": "2020.3",
        "noteOnBillRequired": True,
        "incomeBasis": "RUN_RATE_12M",
        "visitRedWorkingDays": 3,
        "monitoringLine": {"amount": "5000.00"},
        "rules": [
            {
                "factor": "ILLNESS",
                "scope": "PERSON",
                "yellowOver": {"amount": "2000.00"},
                "redOver": {"amount": "3000.00"},
            },
            *(
                {
                    "factor": factor,
                    "scope": scope,
                    "yellowOver": {"amount": yellow},
                    "redOver": {"amount": red},
                }
                for factor, scope, yellow, red in (
                    ("EDUCATION", "PERSON", "5000.00", "10000.00"),
                    ("DISASTER", "HOUSEHOLD", "2000.00", "5000.00"),
                    ("ACCIDENT", "HOUSEHOLD", "2000.00", "5000.00"),
                )
            ),
        ],
    }
    async with desk.begin() as uow:
        await load_shipped(uow)
        assert sorted(pack.name for pack in await uow.policies.all()) == ["county-990101", "everywhere"]


async def test_an_area_without_its_own_pack_uses_the_one_above(desk: Desk) -> None:
    data = await desk.ask(APPROVER, PACK, {"area": "99/01/02/", "on": "2021-09-18"})
    pack = data["policyPack"]
    assert isinstance(pack, dict)
    assert (pack["name"], pack["monitoringLine"]) == ("everywhere", {"amount": "6000.00"})


async def test_a_day_without_a_policy_is_refused_with_its_code(desk: Desk) -> None:
    answer = await desk.answer(APPROVER, PACK, {"area": "99/01/02/", "on": "2019-09-18"})
    assert [error["code"] for error in answer["errors"]] == ["NO_POLICY_IN_FORCE"]


@pytest.mark.parametrize(
    ("actor", "area"),
    [
        (APPROVER, "99/01/01/"),
        (ADMIN, "99/01/02/"),
        (ADMIN, ""),
        (Actor(subject="s", roles=frozenset({Role.SUPERVISOR}), areas=("99/01/01/",)), "99/01/01/"),
    ],
)
async def test_only_the_administrator_of_the_area_applies_a_pack(desk: Desk, actor: Actor, area: str) -> None:
    source = default_source().replace('area = ""', f'area = "{area}"').replace('"everywhere"', '"refused"')
    with pytest.raises(Forbidden):
        async with desk.begin(actor) as uow:
            await apply_pack(uow, actor, source=source)
    async with desk.begin() as uow:
        assert not any(pack.name == "refused" for pack in await uow.policies.all())


async def test_applying_is_in_the_audit_log(desk: Desk) -> None:
    from sqlalchemy import select

    from chassis.tables import audit

    source = default_source().replace('area = ""', 'area = "99/01/05/"').replace('"everywhere"', '"audited"')
    async with desk.begin() as uow:
        pack, _ = await apply_pack(uow, SYSTEM_ACTOR, source=source)
    async with desk.begin() as uow:
        rows = list(await uow.connection.execute(select(audit).where(audit.c.subject_id == "audited@2020.3")))
    assert [(row.action, row.fields) for row in rows] == [("POLICY_APPLIED", [pack.content_hash])]
