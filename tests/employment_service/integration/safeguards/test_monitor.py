"""The independent monitor cannot be removed, doubled or stepped around (G17, A37)."""

from __future__ import annotations

from chassis.identity import Actor, Role
from employment_service.copies.domain import AreaCopy, Point
from tests.employment_service.factories import COUNTY, VILLAGE, id_of
from tests.employment_service.integration.safeguards.questions import (
    CLOSE_FINDING,
    FLAGS,
    OFFER,
    REFUSED,
    TASKS,
    shown,
)
from tests.employment_service.town import ADMIN, MONITOR, STAFF, Town, as_worker

ACTIVATE = (
    "mutation($input: ActivateSafeguardsInput!) { result: activateSafeguards(input: $input) "
    f"{{ ... on RecruitmentSafeguards {{ id active version }} {REFUSED} }} }}"
)
STEP = "mutation($input: SafeguardsStepInput!) {{ result: {name}(input: $input) {{ ... on RecruitmentSafeguards {{ active version }} {refused} }} }}"
WANTED = {"workerId": str(id_of(301)), "vacancyId": str(id_of(201)), "idempotencyKey": "one"}


def record(area: str, monitor: str, key: str) -> dict[str, object]:
    return {
        "area": area,
        "monitorSubject": monitor,
        "monitorOrganisation": "Invented Friends",
        "monitorContact": "The same office",
        "grievanceLine": "400-000-0001",
        "languages": ["zh-CN"],
        "refusalRulePublishedOn": "2020-07-01",
        "nextAuditOn": "2021-02-01",
        "validUntil": "2021-08-31",
        "idempotencyKey": key,
    }


async def test_a37_without_an_active_monitor_no_offer_is_made_and_the_board_stays_open(town: Town) -> None:
    await town.ready()
    async with town.begin() as uow:
        found = await uow.safeguards.newest_of(COUNTY)
    assert found is not None
    given = {"id": str(found.id), "expectedVersion": 1}
    await town.mutate(MONITOR, STEP.format(name="stepDownAsMonitor", refused=REFUSED), given)

    assert (await town.mutate(STAFF, OFFER, WANTED))["code"] == "SAFEGUARDS_NOT_ACTIVE"

    assert await town.count("offers") == 0
    board = await town.ask(
        as_worker(), "query($area: AreaPath!) { vacancies(area: $area) { edges { node { id } } } }", {"area": COUNTY}
    )
    assert len(board["vacancies"]["edges"]) == 1


async def test_g17_no_record_above_or_below_puts_another_monitor_beside_the_first(town: Town) -> None:
    await town.ready()
    for area in (COUNTY, VILLAGE):
        answer = await town.mutate(ADMIN, ACTIVATE, record(area, "friend-of-the-county", f"beside {area}"))
        assert (answer["code"], answer["field"]) == ("MONITOR_NOT_REMOVABLE", "monitorSubject")
    above = Actor(subject="admin-2", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/",))
    async with town.begin() as uow:
        await uow.areas.put([
            AreaCopy(id=id_of(9), path="99/01/", code="9901", level="PREFECTURE", name="Invented Prefecture",
                     time_zone="Asia/Shanghai", centre=Point(lat=39.5, lon=76.0))
        ])  # fmt: skip
    assert (await town.mutate(above, ACTIVATE, record("99/01/", "friend", "above")))["code"] == "MONITOR_NOT_REMOVABLE"
    assert await town.count("recruitment_safeguards") == 1


async def test_g17_what_the_monitor_stopped_is_not_opened_by_a_second_record(town: Town) -> None:
    await town.ready()
    async with town.begin() as uow:
        found = await uow.safeguards.newest_of(COUNTY)
    assert found is not None
    # A record of the village, with the same monitor, is lawful beside the county's.
    beside = await town.mutate(ADMIN, ACTIVATE, record(VILLAGE, "monitor-1", "village"))
    assert beside["active"] is True
    suspend = STEP.format(name="suspendSafeguards", refused=REFUSED)
    await town.mutate(MONITOR, suspend, {"id": str(found.id), "expectedVersion": 1})

    assert (await town.mutate(STAFF, OFFER, WANTED))["code"] == "SAFEGUARDS_NOT_ACTIVE"

    resume = STEP.format(name="resumeSafeguards", refused=REFUSED)
    await town.mutate(MONITOR, resume, {"id": str(found.id), "expectedVersion": 2})
    assert "id" in await town.mutate(STAFF, OFFER, WANTED)


WATCHING = {
    "coercionFlags": FLAGS,
    "monitorTasks": TASKS,
    "benefitReviews": "query($area: AreaPath!) { benefitReviews(area: $area) { edges { node { state } } } }",
    "grievances": "query($area: AreaPath!) { grievances(area: $area) { edges { node { state } } } }",
    "consentAttempts": "query($area: AreaPath!) { consentAttempts(area: $area) { edges { node { action } } } }",
}
FILE = (
    "mutation($input: FileGrievanceInput!) { result: fileGrievance(input: $input) "
    f"{{ ... on FiledGrievance {{ receipt }} {REFUSED} }} }}"
)
SEEN = "query($id: ID!) { offer(id: $id) { state } }"
CONTACTS = "query($id: ID!) { contacts(workerId: $id) { edges { node { id } } } }"
SECOND = Actor(subject="friend-of-the-county", roles=frozenset({Role.INDEPENDENT_MONITOR}), areas=(COUNTY,))
BOTH = Actor(
    subject="monitor-1", roles=frozenset({Role.INDEPENDENT_MONITOR, Role.EMPLOYMENT_STAFF, Role.COUNTY_ADMIN}),
    areas=(COUNTY,),
)  # fmt: skip


async def test_g17_a_second_token_of_the_role_and_a_monitor_with_an_office_watch_nothing(town: Town) -> None:
    """Who gives out tokens could otherwise read every answer as "a" monitor, or have the monitor take an office."""
    await town.ready()
    offer = (await shown(town, 1))[1]
    await town.mutate(as_worker(), FILE, {"kind": "OTHER", "text": "Something of the county."})
    for name, document in WATCHING.items():
        assert await town.ask(MONITOR, document, {"area": COUNTY}) is not None, name
        for other in (SECOND, BOTH):
            for area in (COUNTY, VILLAGE):
                answer = await town.answer(other, document, {"area": area})
                if (name, other) == ("grievances", SECOND):
                    # Hears what is about the monitor, so that somebody does, and of this one nothing.
                    assert answer == ({"grievances": {"edges": []}}, [])
                else:
                    assert answer == (None, ["FORBIDDEN"]), name

    assert (await town.ask(MONITOR, SEEN, {"id": offer["id"]}))["offer"] == {"state": "TERMS_SHOWN"}
    for other in (SECOND, BOTH):
        assert (await town.ask(other, SEEN, {"id": offer["id"]}))["offer"] is None
        assert await town.answer(other, CONTACTS, {"id": str(id_of(301))}) == (None, ["FORBIDDEN"])
        given = {"employerId": str(id_of(101)), "expectedVersion": 1}
        assert (await town.mutate(other, CLOSE_FINDING, given))["code"] == "FORBIDDEN"


async def test_g12_where_no_record_stands_a_grievance_is_heard_all_the_same(town: Town) -> None:
    await town.add_areas()

    heard = await town.ask(SECOND, WATCHING["grievances"], {"area": COUNTY})

    assert heard["grievances"]["edges"] == []
