"""A sex that a worker may tell for audits: it is counted there and reaches nothing else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from chassis.identity import Actor
from tests.employment_service.integration.matching.test_runs import listed, market, read, run
from tests.employment_service.integration.safeguards.questions import REFUSED
from tests.employment_service.town import ADMIN, EMPLOYER, HEAD, MONITOR, STAFF, Town, as_worker

TELL = (
    "mutation($input: TellForAuditsInput!) { result: tellForAudits(input: $input) "
    f"{{ ... on AuditFacts {{ sex }} {REFUSED} }} }}"
)
OWN = "{ myAuditFacts { sex } }"
PEOPLE = 22


async def everything(town: Town) -> tuple[dict[str, object], str]:
    """The audit's groups, and all else that a run and a worker's list show, as text."""
    found = await read(town, await run(town))
    audit = found.pop("audit")
    lists = [await listed(town, number, everything=True) for number in (1, 4, 12)]
    groups = {one["group"] for scenario in audit for one in scenario["groups"]}
    sexes = [one for one in audit[0]["groups"] if one["group"] == "SEX"]
    return {"groups": groups, "sexes": sexes}, json.dumps([found, lists], sort_keys=True)


async def test_a_sex_told_for_audits_changes_no_byte_of_a_run_or_a_list(town: Town) -> None:
    await market(town, workers=PEOPLE)
    before, shown_before = await everything(town)
    assert before["groups"] == {"CARE_DUTY", "HEALTH_LIMITS", "VILLAGE_DISTANCE"}

    for number in range(1, PEOPLE + 1):
        sex = "FEMALE" if number % 2 else "MALE"
        assert await town.mutate(as_worker(number), TELL, {"sex": sex}) == {"sex": sex}
    after, shown_after = await everything(town)

    assert shown_after == shown_before
    assert after["sexes"] != []
    assert isinstance(after["sexes"], list)
    assert {(one["label"], one["workers"]) for one in after["sexes"]} == {("FEMALE", 11), ("MALE", 11)}

    for number in range(1, PEOPLE + 1):
        await town.mutate(as_worker(number), TELL, {"sex": "MALE" if number % 2 else "FEMALE"})
    assert (await everything(town))[1] == shown_before
    # Fewer than ten of one: neither group is told of.
    for number in (1, 3):
        await town.mutate(as_worker(number), TELL, {"sex": None})
    few, shown_few = await everything(town)
    assert isinstance(few["sexes"], list)
    assert [one["workers"] for one in few["sexes"]] == [None, None]
    assert shown_few == shown_before


@pytest.mark.parametrize("other", [STAFF, ADMIN, EMPLOYER, HEAD, MONITOR], ids=lambda actor: actor.subject)
async def test_nobody_else_tells_or_reads_it_and_the_database_agrees(town: Town, other: Actor) -> None:
    await town.ready()
    await town.mutate(as_worker(), TELL, {"sex": "FEMALE"})
    assert await town.ask(as_worker(), OWN) == {"myAuditFacts": {"sex": "FEMALE"}}

    assert (await town.mutate(other, TELL, {"sex": "MALE"}))["code"] == "FORBIDDEN"
    assert await town.answer(other, OWN) == (None, ["FORBIDDEN"])
    async with town.begin(other) as uow:
        assert await uow.connection.scalar(text("select count(*) from audit_facts")) == 0
    # Sealed, told in no event and in no audit row, and gone when it is taken back.
    assert await town.count("audit_facts", "position('FEMALE' in encode(sex_sealed, 'escape')) > 0") == 0
    assert await town.count("chassis.audit", "action ilike '%audit%'") == 0
    await town.mutate(as_worker(), TELL, {"sex": None})
    assert await town.count("audit_facts") == 0
