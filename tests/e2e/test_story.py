"""The story of one family, through the public endpoint, with processes killed in the middle of it."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from holdfast.demo.chapters.linking import mistyped
from holdfast.demo.chapters.whole import WHOLE
from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import COUNTY, Stage, made
from holdfast.demo.story import play
from holdfast.demo.waiting import until
from holdfast.seed import story as family
from tests.e2e.county import County

# Killed with -9 before the chapter that begins so.
KILLED = {"2.": "risk", "3.": "households", "4.": "nats", "5.": "employment", "6.": "postgres", "7.": "gateway"}
SECONDS_TO_RECOVER = 60
HEEDED = """
query Heeded($code: String!) {
  householdByCode(code: $code) {
    openAlerts { id level factor amount { amount } } assessment { likelihood withoutSupport reasons { all { name contribution } } }
  }
}
"""
RESIGN = """
mutation Resign($input: ResignInput!) {
  resign(input: $input) { __typename ... on Placement { state } ... on Refused { code message } }
}
"""

ASSESS = """
mutation Assess($input: AssessHouseholdsInput!) {
  assessHouseholds(input: $input) { __typename ... on ScoringJob { id } ... on Refused { code message } }
}
"""
ASSESSING = "query Assessing($id: ID!) { scoringJob(id: $id) { state code message } }"


@pytest.fixture(scope="module")
async def household(county: County) -> Answer:
    async def kill(chapter: str) -> None:
        part = KILLED.get(chapter[:2])
        if part is None:
            return
        before = county.system.pid(part)
        os.kill(before, signal.SIGKILL)
        async with asyncio.timeout(SECONDS_TO_RECOVER):
            while county.system.pid(part) == before:
                await asyncio.sleep(0.05)
        await county.system.until_ready(SECONDS_TO_RECOVER)

    return await play(county.stage, before=kill)


async def test_the_story_ends_the_same_though_each_process_was_killed_once(household: Answer) -> None:
    assert household.text("code") == family.HOUSEHOLD_CODE
    assert household.number("memberCount") == 4
    frozen = household.at("frozenStatements.edges.0.node")
    assert frozen.text("asOf") == "2020-09-18"
    figures = {
        statement.text("basis"): (
            statement.text("perCapitaNet.amount"),
            statement.text("perCapitaAfterExpenses.amount"),
        )
        for statement in frozen.items("statements")
    }
    assert figures == {
        "RECEIVED_12M": ("5475.00", "2895.46"),
        "CALENDAR_YEAR_PROJECTED": ("6975.00", "4395.46"),
        "RUN_RATE_12M": ("8100.00", "5520.46"),
    }


async def test_there_is_one_alert_though_its_event_may_have_come_twice(household: Answer) -> None:
    (alert,) = household.items("alerts.edges")
    assert (alert.text("node.factor"), alert.text("node.level"), alert.text("node.status")) == (
        "ILLNESS",
        "RED",
        "CLEARED",
    )
    assert alert.text("node.amount.amount") == "10318.18"
    assert alert.text("node.clearance.watchUntil") == "2020-12-20"


async def test_the_spouse_works_and_the_household_sees_no_more_than_she_lets_it(household: Answer) -> None:
    (working,) = household.items("workingMembers")
    assert (working.text("state"), working.text("member.relation")) == ("STABLE", "SPOUSE")


async def test_the_likelihood_says_that_it_is_no_cause_and_its_reasons_are_named(household: Answer) -> None:
    assert 0 < household.number("assessment.likelihood") < 1
    assert "not the cause" in household.text("assessment.reasons.note")


async def test_records_without_a_clean_number_were_told_with_what_they_rest_on(
    county: County, household: Answer
) -> None:
    told = [line.split() for line in county.said]
    decisions = [line[4] for line in told if line[:1] == ["threshold"]]

    assert decisions == ["AUTO,", "AUTO,", "REVIEW,"]
    assert [line[2] for line in told if line[:2] == ["id", "number"]] == ["CLOSE"]


async def test_nobody_was_told_a_personal_value(county: County, household: Answer) -> None:
    """Canaries of the family's real values, looked for in every log line of every process."""
    canaries = [person.id_number for person in (*family.FAMILY, *family.PARENTS)]
    canaries += [person.name for person in (*family.FAMILY, family.GRANDMOTHER)]
    canaries += [*family.GRANDMOTHER_IN_LETTERS, mistyped(family.GRANDFATHER.id_number)]
    logs = "\n".join(path.read_text(errors="replace") for path in (county.system.data / "logs").glob("*.log"))

    assert len(logs) > 1000
    assert [canary for canary in canaries if canary in logs] == []


async def test_a_restarted_system_still_knows_the_whole_story(county: County, household: Answer) -> None:
    await county.system.stop()
    again = type(county.system).prepare(county.system.data, mode="demo", given=os.environ)
    await again.start()
    county.system = again
    county.stage.endpoint.url = f"{again.gateway_url}/graphql"
    answer = await county.stage.approver().ask(WHOLE, {"code": family.HOUSEHOLD_CODE})

    assert answer.at("householdByCode.frozenStatements").value == household.at("frozenStatements").value
    assert answer.at("householdByCode.workingMembers").value == household.at("workingMembers").value
    assert answer.at("householdByCode.alerts").value == household.at("alerts").value


async def test_a33_leaving_a_job_found_here_warns_nobody_and_moves_no_likelihood(
    county: County, household: Answer
) -> None:
    stage = county.stage
    await _assessed(stage)
    before = (await stage.approver().ask(HEEDED, {"code": family.HOUSEHOLD_CODE})).at("householdByCode")
    left = {"placementId": stage.found["placement"], "returnTrip": False}
    resigned = (await stage.mother().ask(RESIGN, {"input": left})).at("resign")
    assert (resigned.text("__typename"), resigned.text("state")) == ("Placement", "RESIGNED")

    async def known() -> Answer | None:
        found = (await stage.approver().ask(WHOLE, {"code": family.HOUSEHOLD_CODE})).at("householdByCode")
        return found if found.texts("workingMembers", "state") != ["STABLE"] else None

    await until("That she works no more", known)
    after = (await stage.approver().ask(HEEDED, {"code": family.HOUSEHOLD_CODE})).at("householdByCode")
    assert after.at("openAlerts").value == before.at("openAlerts").value
    assert after.at("assessment").value == before.at("assessment").value


async def _assessed(stage: Stage) -> None:
    """Months have passed in the story, so that a prior of that day is due: it would move what is compared."""
    given = {"idempotencyKey": "story-a33", "area": COUNTY, "refit": True}
    job = made(await stage.admin().ask(ASSESS, {"input": given}), "assessHouseholds")

    async def done() -> bool | None:
        state = (await stage.admin().ask(ASSESSING, {"id": job.text("id")})).text("scoringJob.state")
        assert state != "FAILED"
        return True if state == "DONE" else None

    await until("That everybody is assessed", done, seconds=120)
