"""A whole county at once: what is closed to one worker and why, a run with its proof, and a vacancy that closes."""

from __future__ import annotations

from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import COUNTY, Stage, StoryDiverged, expect, made
from holdfast.demo.waiting import until

CLOSED = """
query Closed($worker: ID!) {
  nearbyVacancies(worker: $worker, withUnmatched: true, first: 100) {
    edges { node {
      possible distanceKm whyNot { code text } smallestChange { text }
      vacancy { workplace { name } terms { task monthlyWage { amount } } }
    } }
  }
}
"""

START = """
mutation Start($input: StartMatchingRunInput!) {
  startMatchingRun(input: $input) { __typename ... on MatchingJob { id } ... on Refused { code message field } }
}
"""

JOB = "query Job($id: ID!) { matchingJob(id: $id) { state runId code message } }"

RUN = """
query Run($id: ID!) {
  matchingRun(id: $id) {
    id workers boundNow places pairs points bound gap placed displaced moved
    compared { way points placed carersPlaced } carers
    prices(first: 100) { edges { node { price proposed vacancy { id version workplace { name } } } } }
    proposals(first: 100, filter: {moved: true}) {
      edges { node { worker { displayName } vacancy { workplace { name } } movedFrom { workplace { name } } } }
    }
  }
}
"""

NEWEST = "query Newest($area: AreaPath!) { matchingRuns(area: $area, first: 1) { edges { node { id cause } } } }"

CLOSE = """
mutation Close($input: CloseVacancyInput!) {
  closeVacancy(input: $input) { __typename ... on Vacancy { state } ... on Refused { code message field } }
}
"""

FEW = 6
"""Of a vacancy proposed to at most so many people the story closes one."""

SECONDS_TO_RUN = 300.0
"""Seconds it takes, unless the machine has yet to compile the loops of matching."""


async def what_is_closed(stage: Stage) -> None:
    """The mother's list goes on behind what is open."""
    edges = (await stage.mother().ask(CLOSED, {"worker": stage.found["worker"]})).items("nearbyVacancies.edges")
    shut = [edge.at("node") for edge in edges if not edge.at("node.possible").value]
    movable = [node for node in shut if node.at("smallestChange").value]
    if not movable:
        raise StoryDiverged("Nothing that is closed to her could be opened by a change.")
    node = min(movable, key=lambda each: len(each.items("smallestChange")))
    stage.say(
        f"Closed to her: {node.text('vacancy.terms.task')}, {node.text('vacancy.workplace.name')}: "
        f"{'; '.join(node.texts('whyNot', 'text'))}. It would open with: "
        f"{'; '.join(node.texts('smallestChange', 'text'))}. Nobody asks it of her."
    )


async def the_run(stage: Stage) -> None:
    staff = stage.staff()
    job = made(
        await staff.ask(START, {"input": {"area": COUNTY, "idempotencyKey": "story-market"}}), "startMatchingRun"
    )

    async def done() -> str | None:
        answer = (await staff.ask(JOB, {"id": job.text("id")})).at("matchingJob")
        if answer.text("state") == "FAILED":
            raise StoryDiverged(f"The run failed: {answer.text('code')}.")
        return answer.text("runId") if answer.text("state") == "DONE" else None

    run = await _read(stage, await until("The county's run", done, seconds=SECONDS_TO_RUN))
    ways = {each.text("way"): each for each in run.items("compared")}
    stage.say(
        f"Everybody who looks for work and is free, {run.number('workers'):,.0f} people, against "
        f"{run.number('places'):,.0f} places: {run.number('pairs'):,.0f} possible pairs, "
        f"{run.number('placed'):,.0f} people with a proposal. {run.number('points'):,.0f} points; nothing better than "
        f"{run.number('bound'):,.0f} exists (gap {run.number('gap'):.4%})."
    )
    stage.say(
        f"First come, first served would reach {ways['FIRST_COME'].number('points'):,.0f} points, the best pair first "
        f"{ways['BEST_PAIR_FIRST'].number('points'):,.0f}. A proposal is not an offer, and nobody is told."
    )
    expect("Within a hundred-thousandth of the best", run.number("gap") <= 0.00001, wanted=True)
    stage.found["run"] = run.text("id")


async def the_closing(stage: Stage) -> None:
    staff = stage.staff()
    prices = (await _read(stage, stage.found["run"])).items("prices.edges")
    some = [each.at("node") for each in prices if 1 <= each.number("node.proposed") <= FEW]
    if not some:
        raise StoryDiverged("No vacancy is proposed to a few people.")
    wanted = max(some, key=lambda node: node.number("proposed"))
    given = {"vacancyId": wanted.text("vacancy.id"), "expectedVersion": int(wanted.number("vacancy.version"))}
    made(await staff.ask(CLOSE, {"input": given}), "closeVacancy")

    async def followed() -> str | None:
        newest = (await staff.ask(NEWEST, {"area": COUNTY})).at("matchingRuns.edges.0.node")
        return newest.text("id") if newest.text("id") != stage.found["run"] else None

    run = await _read(stage, await until("The run that follows", followed, seconds=SECONDS_TO_RUN))
    displaced, moved = run.number("displaced"), run.number("moved")
    stage.say(
        f"{wanted.text('vacancy.workplace.name')} closes: {displaced:.0f} proposals are gone, "
        f"{moved:.0f} other people are moved, everybody else stays. The new list says whom:"
    )
    for edge in run.items("proposals.edges")[:FEW]:
        node = edge.at("node")
        to = "nothing for now" if node.at("vacancy").value is None else node.text("vacancy.workplace.name")
        stage.say(f"  {node.text('worker.displayName')}: {node.text('movedFrom.workplace.name')} → {to}")
    expect("Moved are at most as many as lost their proposal", moved <= displaced, wanted=True)


async def _read(stage: Stage, run_id: str) -> Answer:
    return (await stage.staff().ask(RUN, {"id": run_id})).at("matchingRun")
