"""What a policy pack says of plans holds where whoever asks says nothing, and the plan keeps which pack it was."""

from __future__ import annotations

from chassis.identity import SYSTEM_ACTOR
from risk_service.policy.service import apply_pack
from tests.risk_service.desk import Desk, Json
from tests.risk_service.factories import default_source
from tests.risk_service.integration.planning.town import JOB_OF, PLANNER, RELIEF, Town, by_household, town

WEIGHTS = """query W($id: ID!) { plan(id: $id) { objective policyVersion redLeftOut contentHash
    weights { redFirst townships headsOf65 eldersFromAge policyVersion policyHash fromPolicy }
    floors { name least { amount } } comparison { way helped } } }"""
PLAIN_PLAN = """[plan]
value = "HEADCOUNT"
red_first = true
township_floor_percent = 0
elders_floor_percent = 0
elders_from_age = 65
"""
OWN_PLAN = """[plan]
value = "DEPTH"
red_first = false
township_floor_percent = 50
elders_floor_percent = 80
elders_from_age = 60
"""


async def apply(desk: Desk, here: Town, *, version: str = "2020.3", plan: str = OWN_PLAN) -> str:
    """A pack of the township's own; its hash."""
    source = default_source().replace('area = ""', f'area = "{here.township}"').replace('"everywhere"', '"township"')
    assert PLAIN_PLAN in source
    source = source.replace(PLAIN_PLAN, plan).replace('version = "2020.3"', f'version = "{version}"')
    async with desk.begin() as uow:
        pack, _ = await apply_pack(uow, SYSTEM_ACTOR, source=source)
    return pack.content_hash


async def weights_of(desk: Desk, plan_id: str) -> Json:
    found: Json = (await desk.ask(PLANNER, WEIGHTS, {"id": plan_id}))["plan"]
    return found


async def test_what_is_left_out_is_the_policys(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.3))
    await desk.family(area_path=here.village, known=here.families[1], head_born="1958-05-05")
    digest = await apply(desk, here)
    plan = await here.plan(budget="9000", measures=[RELIEF])
    told = await weights_of(desk, plan["id"])

    assert told["weights"] == {
        "redFirst": False,
        "townships": 0.5,
        "headsOf65": 0.8,
        "eldersFromAge": 60,
        "policyVersion": "township@2020.3",
        "policyHash": digest,
        "fromPolicy": ["objective", "redFirst", "floors.townships", "floors.headsOf65", "eldersFromAge"],
    }
    assert (told["objective"], told["policyVersion"]) == ("DEPTH", "township@2020.3")
    # One head of two is 62, so half of the money would be theirs by number.
    assert told["floors"] == [
        {"name": here.township, "least": {"amount": "4500.00"}},
        {"name": "HEAD_60", "least": {"amount": "3600.00"}},
    ]


async def test_what_is_asked_for_goes_before_the_policy(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.3))
    await apply(desk, here)
    asked = {"objective": "PEOPLE", "redFirst": True, "floors": {"headsOf65": 0.0}}
    told = await weights_of(desk, (await here.plan(budget="9000", measures=[RELIEF], **asked))["id"])

    assert told["objective"] == "PEOPLE"
    assert (told["weights"]["redFirst"], told["weights"]["headsOf65"]) == (True, 0.0)
    assert told["weights"]["fromPolicy"] == ["floors.townships", "eldersFromAge"]
    assert [floor["name"] for floor in told["floors"]] == [here.township]


async def test_the_shipped_pack_weighs_people_with_red_warnings_first_and_no_floors(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.3))
    told = await weights_of(desk, (await here.plan(budget="9000", measures=[RELIEF]))["id"])
    assert told["objective"] == "PEOPLE"
    assert {**told["weights"], "policyHash": ""} == {
        "redFirst": True,
        "townships": 0.0,
        "headsOf65": 0.0,
        "eldersFromAge": 65,
        "policyVersion": "county-990101@2020.3",
        "policyHash": "",
        "fromPolicy": ["objective", "redFirst", "floors.townships", "floors.headsOf65", "eldersFromAge"],
    }
    assert told["floors"] == []


async def test_a_policy_may_weigh_red_warnings_among_the_others(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.05))
    calm, red = here.families
    await desk.bill(red, "10318.18", record_id=f"W-{here.township}")
    await here.assess(red, 0.05)
    by_value = OWN_PLAN.replace('"DEPTH"', '"HEADCOUNT"').replace("80", "0").replace("50", "0")
    await apply(desk, here, plan=by_value)

    plan = await here.plan(budget="3000", measures=[RELIEF])
    told = await weights_of(desk, plan["id"])
    assert by_household(plan)[str(calm.id)]["measure"] == "TEMPORARY_RELIEF"
    assert told["redLeftOut"] == 1
    assert {one["way"]: one["helped"] for one in told["comparison"]}["THRESHOLD_ONLY"] == 1

    first = await here.plan(budget="3000", measures=[RELIEF], redFirst=True)
    assert by_household(first)[str(red.id)]["measure"] == "TEMPORARY_RELIEF"
    assert (await weights_of(desk, first["id"]))["redLeftOut"] == 0
    assert first["contentHash"] != plan["contentHash"]


async def test_a_plan_keeps_the_weights_it_was_asked_for_with_when_the_policy_changes(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.3))
    before = await apply(desk, here)
    job = await here.ask_for_plan(budget="9000", measures=[RELIEF])
    await apply(desk, here, version="2020.4", plan=PLAIN_PLAN)
    again = await here.ask_for_plan(budget="9000", measures=[RELIEF])
    await here.work_off()

    plans = [(await desk.ask(PLANNER, JOB_OF, {"id": one["id"]}))["planningJob"]["planId"] for one in (job, again)]
    first, second = [await weights_of(desk, one) for one in plans]
    assert (first["weights"]["policyHash"], first["weights"]["policyVersion"]) == (before, "township@2020.3")
    assert (second["weights"]["policyVersion"], second["objective"]) == ("township@2020.4", "PEOPLE")


async def test_the_same_key_asks_for_one_plan_whatever_the_policy_has_become(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    one = await here.ask_for_plan(idempotencyKey=f"weights-{here.township}")
    await apply(desk, here)
    assert (await here.ask_for_plan(idempotencyKey=f"weights-{here.township}"))["id"] == one["id"]
    other = await here.ask_for_plan(idempotencyKey=f"weights-{here.township}", redFirst=True)
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    await here.work_off()
