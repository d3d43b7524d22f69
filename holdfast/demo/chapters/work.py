"""Her own decision after 72 hours, and the way to stable work: arrival, start, three confirmed wages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import ZONE, Stage, expect, made, refusal_code
from holdfast.demo.waiting import until

SHOW = """
mutation Show($input: OfferInput!) {
  showOfferTerms(input: $input) {
    __typename
    ... on Offer {
      id version termsHash mayBeAcceptedFrom
      terms { task payDay weeklyHours contractMonths startsOn monthlyWage { amount } }
      renderedTerms { language lines { label value } }
      questions { code text choices { key text } }
    }
    ... on Refused { code message field }
  }
}
"""

ANSWER = """
mutation Answer($input: AnswerTermsQuestionsInput!) {
  answerTermsQuestions(input: $input) {
    __typename ... on TermsQuestionsAnswered { understood offer { version } } ... on Refused { code message field }
  }
}
"""

ACCEPT = """
mutation Accept($input: AcceptOfferInput!) {
  acceptOffer(input: $input) {
    __typename ... on Offer { id state placement { id state version } } ... on Refused { code message field }
  }
}
"""

CONTRACT = """
mutation Contract($input: RecordContractInput!) {
  recordContract(input: $input) {
    __typename ... on Placement { id state version } ... on Refused { code message field }
  }
}
"""

STEP = """
mutation Step($input: PlacementStepInput!) {
  %s(input: $input) {
    __typename ... on Placement { id state version stableFrom } ... on Refused { code message field }
  }
}
"""

WAGE = """
mutation Wage($input: ConfirmWageInput!) {
  confirmWage(input: $input) {
    __typename ... on Placement { state version confirmedWageMonths } ... on Refused { code message field }
  }
}
"""

PLACEMENT = "query Placement($id: ID!) { placement(id: $id) { state version stableFrom confirmedWageMonths } }"


async def the_decision(stage: Stage) -> None:
    mother = stage.mother()
    offer = made(await mother.ask(SHOW, {"input": {"offerId": stage.found["offer"]}}), "showOfferTerms")
    stage.say("She opens the terms; 72 hours to think begin.")
    answer = {
        "offerId": stage.found["offer"],
        "termsHash": offer.text("termsHash"),
        "expectedVersion": await _understand(stage, offer),
    }
    for person, caller in (("the employment staff", stage.staff()), ("the employer", stage.employer())):
        refused = await caller.ask_whole(ACCEPT, {"input": answer})
        expect(f"Accepting by {person}", refusal_code(refused, "acceptOffer"), "FORBIDDEN")
    early = await mother.ask_whole(ACCEPT, {"input": answer})
    expect("Accepting at once", refusal_code(early, "acceptOffer"), "COOLING_PERIOD_NOT_OVER")
    stage.say("Staff and employer cannot accept for her: FORBIDDEN. She herself cannot yet: COOLING_PERIOD_NOT_OVER.")
    stage.pass_hours(72)
    accepted = made(await mother.ask(ACCEPT, {"input": answer}), "acceptOffer")
    expect("The offer", accepted.text("state"), "ACCEPTED")
    stage.found["placement"] = accepted.text("placement.id")
    stage.say("After 72 hours she accepts, with her own credential.")
    await _contract(stage, offer.at("terms"))


async def _understand(stage: Stage, offer: Answer) -> float:
    """Answers the three questions: the wage, the first day, and that a no costs nothing. The offer's version then."""
    terms = offer.at("terms")
    right = {
        "WAGE": str(terms.amount("monthlyWage")),
        "FIRST_DAY": terms.text("startsOn"),
        "FREEDOM": "Nothing",
    }
    answers = [
        {
            "question": question.text("code"),
            "choice": next(
                choice.text("key")
                for choice in question.items("choices")
                if choice.text("text").startswith(right[question.text("code")])
            ),
        }
        for question in offer.items("questions")
    ]
    given = {"offerId": stage.found["offer"], "answers": answers}
    clear = made(await stage.mother().ask(ANSWER, {"input": given}), "answerTermsQuestions")
    expect("Understanding the terms", clear.at("understood").value, wanted=True)
    stage.say("She answers three questions on them; a wrong answer would have been kept nowhere.")
    return clear.number("offer.version")


async def _contract(stage: Stage, terms: Answer) -> None:
    contract = {
        "placementId": stage.found["placement"],
        "monthlyWage": str(terms.amount("monthlyWage")),
        "weeklyHours": terms.number("weeklyHours"),
        "contractMonths": terms.number("contractMonths"),
        "startsOn": terms.text("startsOn"),
        "expectedVersion": await _version(stage.mother(), stage),
    }
    made(await stage.employer().ask(CONTRACT, {"input": contract}), "recordContract")
    stage.found["starts_on"] = terms.text("startsOn")
    stage.say("The employer signs the contract with the very terms she accepted.")


async def the_work(stage: Stage) -> None:
    mother = stage.mother()
    first_day = max(date.fromisoformat(stage.found["starts_on"]), date.fromisoformat(stage.today()) + timedelta(days=1))
    _go_to(stage, first_day - timedelta(days=1))
    for mutation, state in (("confirmArrival", "ARRIVED"), ("confirmStart", "STARTED")):
        step = {
            "placementId": stage.found["placement"],
            "on": stage.today(),
            "expectedVersion": await _version(mother, stage),
        }
        placement = made(await mother.ask(STEP % mutation, {"input": step}), mutation)
        expect("The placement", placement.text("state"), state)
        stage.say(f"{stage.today()}: {state}.")
        _go_to(stage, first_day)
    await the_wages(stage)


async def the_wages(stage: Stage) -> None:
    mother = stage.mother()
    placement = await mother.ask(PLACEMENT, {"id": stage.found["placement"]})
    stable_from = date.fromisoformat(placement.text("placement.stableFrom"))
    month = date.fromisoformat(stage.today()).replace(day=1)
    for number in range(3):
        following = (month + timedelta(days=32)).replace(day=1)
        if number < 2:
            _go_to(stage, following + timedelta(days=14))
        else:
            _go_to(stage, stable_from)
        wage = {
            "placementId": stage.found["placement"],
            "month": month.isoformat()[:7],
            "expectedVersion": await _version(mother, stage),
        }
        if number == 2:
            before = await mother.ask(PLACEMENT, {"id": stage.found["placement"]})
            expect("Three months, two wages", before.text("placement.state"), "STARTED")
        confirmed = made(await mother.ask(WAGE, {"input": wage}), "confirmWage")
        stage.say(f"{stage.today()}: she confirms the wage of {month:%B %Y}.")
        expect("Wages confirmed", len(confirmed.items("confirmedWageMonths")), number + 1)
        month = following

    async def stable() -> Answer | None:
        now = (await mother.ask(PLACEMENT, {"id": stage.found["placement"]})).at("placement")
        return now if now.text("state") == "STABLE" else None

    await until("Stable work", stable)
    stage.say(
        f"{stage.today()}: STABLE — three months after the start and three wages confirmed by her, not a day earlier."
    )


async def _version(caller: Caller, stage: Stage) -> float:
    return (await caller.ask(PLACEMENT, {"id": stage.found["placement"]})).number("placement.version")


def _go_to(stage: Stage, day: date) -> None:
    stage.go_to(datetime.combine(day, time(9), ZONE))
