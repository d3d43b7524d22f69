"""The mother's own parent needs care: she registers herself, asks for work near home, and gets an offer."""

from __future__ import annotations

from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import Stage, StoryDiverged, expect, made
from holdfast.demo.waiting import until
from holdfast.seed import story as family

CARE = """
mutation Care($input: RecordCareDutyInput!) {
  recordCareDuty(input: $input) { __typename ... on CareDuty { id kind } ... on Refused { code message field } }
}
"""

REGISTER = """
mutation Register($input: RegisterWorkerInput!) {
  registerWorker(input: $input) { __typename ... on Worker { id memberId } ... on Refused { code message field } }
}
"""

ASK = """
mutation Ask($input: AskForNearbyWorkInput!) {
  askForNearbyWork(input: $input) { __typename ... on Worker { id } ... on Refused { code message field } }
}
"""

NEARBY = """
query Nearby {
  me {
    id
    member {
      careDuties { kind area { name } }
      nearbyVacancies(first: 3) {
        edges { node {
          distanceKm careDistanceKm reasons { text }
          vacancy { id employer { id name } workplace { name } terms { task monthlyWage { amount } } placesLeft }
        } }
      }
    }
  }
}
"""

OFFER = """
mutation Offer($input: MakeOfferInput!) {
  makeOffer(input: $input) { __typename ... on OfferReceipt { id } ... on Refused { code message field } }
}
"""


async def the_parent(stage: Stage) -> None:
    mother = stage.mother()
    care = {
        "memberId": stage.found["mother"],
        "kind": "ELDER",
        "areaPath": family.PARENT_VILLAGE,
        "idempotencyKey": "story-care",
    }
    made(await mother.ask(CARE, {"input": care}), "recordCareDuty")
    size = await mother.ask(
        "query Size($id: ID!) { household(id: $id) { memberCount } }", {"id": stage.found["household"]}
    )
    expect("The family's members", size.number("household.memberCount"), 4)
    stage.say(
        "The mother's own parent, who lives in another household, now needs care. The family stays at four members."
    )


async def the_search(stage: Stage) -> None:
    mother = stage.mother()
    person = {
        "idNumber": family.MOTHER.id_number,
        "name": family.MOTHER.name,
        "dateOfBirth": family.MOTHER.date_of_birth.isoformat(),
        "contact": {"displayName": "Mother of the story", "contactPreference": "MESSAGE"},
        "wishes": {"wageFloor": "2000.00"},
        "sharesWorkState": True,
        "idempotencyKey": "story-register",
    }

    async def registered() -> Answer | None:
        answer = (await mother.ask(REGISTER, {"input": person})).at("registerWorker")
        return answer if answer.text("__typename") == "Worker" else None

    worker = await until("The mother's registration", registered)
    expect("The worker's member", worker.text("memberId"), stage.found["mother"])
    stage.found["worker"] = worker.text("id")
    stage.say("She registers herself for work and proves who she is, once; nobody could do it for her.")
    made(await mother.ask(ASK, {"input": {"maxDistanceKm": 30}}), "askForNearbyWork")

    async def near_the_parent() -> list[Answer] | None:
        edges = (await mother.ask(NEARBY)).items("me.member.nearbyVacancies.edges")
        return edges if edges and edges[0].at("node.careDistanceKm").value is not None else None

    edges = await until("The ranked vacancies", near_the_parent)
    stage.say("She asks for work within 30 km. Ranked for her, with reasons:")
    for edge in edges:
        vacancy = edge.at("node.vacancy")
        reasons = "; ".join(edge.texts("node.reasons", "text"))
        stage.say(
            f"  {edge.number('node.distanceKm'):4.1f} km  {vacancy.amount('terms.monthlyWage'):>8,} a month  "
            f"{vacancy.text('terms.task')}, {vacancy.text('workplace.name')} — {reasons}"
        )
    if any(edge.number("node.distanceKm") > 30 for edge in edges):
        raise StoryDiverged("A vacancy lies outside what she asked for.")
    first = edges[0].at("node.vacancy")
    stage.found |= {"vacancy": first.text("id"), "employer": first.text("employer.id")}


async def the_offer(stage: Stage) -> None:
    wanted = {
        "workerId": stage.found["worker"],
        "vacancyId": stage.found["vacancy"],
        "idempotencyKey": "story-offer",
    }
    made(await stage.staff().ask(OFFER, {"input": wanted}), "makeOffer")
    offers = await stage.mother().ask("{ myOffers(first: 1) { edges { node { id } } } }")
    stage.found["offer"] = offers.text("myOffers.edges.0.node.id")
    stage.say("The employment staff make her the offer she likes best; a place is held for it.")
