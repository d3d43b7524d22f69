"""Operations that tests of the lifecycle send, and people who answer them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from chassis.identity import Actor
from tests.employment_service.factories import COUNTY, id_of
from tests.employment_service.town import EMPLOYER, STAFF, Json, Town, as_worker

A_DAY = 9
REFUSED = "... on Refused { code field }"
OFFER = "__typename ... on Offer { id state version termsHash placement { id state version } } " + REFUSED
PLACEMENT = "__typename ... on Placement { id state version steps { state reason } } " + REFUSED

OPEN_GROUP = f"""mutation($input: OpenGroupRecruitmentInput!) {{ result: openGroupRecruitment(input: $input) {{
    __typename ... on GroupRecruitment {{ confirmed areaPath vacancy {{ id }} }} {REFUSED} }} }}"""
MAKE_OFFER = f"""mutation($input: MakeOfferInput!) {{ result: makeOffer(input: $input) {{
    __typename ... on OfferReceipt {{ id }} {REFUSED} }} }}"""
SHOW = f"""mutation($input: OfferInput!) {{ result: showOfferTerms(input: $input) {{
    __typename ... on Offer {{ id version termsHash terms {{ monthlyWage {{ amount }} startsOn }}
      renderedTerms {{ language hash wordsGiven lines {{ code label value }} }}
      questions {{ code text choices {{ key text }} }} }} {REFUSED} }} }}"""
ANSWER = f"""mutation($input: AnswerTermsQuestionsInput!) {{ result: answerTermsQuestions(input: $input) {{
    __typename ... on TermsQuestionsAnswered {{ understood offer {{ version understoodAt }} }} {REFUSED} }} }}"""
ACCEPT = f"mutation($input: AcceptOfferInput!) {{ result: acceptOffer(input: $input) {{ {OFFER} }} }}"
DECLINE = f"mutation($input: OfferInput!) {{ result: declineOffer(input: $input) {{ {OFFER} }} }}"
WITHDRAW = f"mutation($input: OfferInput!) {{ result: withdrawAcceptance(input: $input) {{ {OFFER} }} }}"
CONTRACT = f"mutation($input: RecordContractInput!) {{ result: recordContract(input: $input) {{ {PLACEMENT} }} }}"
TAKE_BACK = f"mutation($input: PlacementInput!) {{ result: takeBackStep(input: $input) {{ {PLACEMENT} }} }}"
RESIGN = f"mutation($input: ResignInput!) {{ result: resign(input: $input) {{ {PLACEMENT} }} }}"
BOOK = f"mutation($input: BookTravelInput!) {{ result: bookTravel(input: $input) {{ {PLACEMENT} }} }}"
CHOOSE = f"mutation($input: ChooseTravelInput!) {{ result: chooseTravel(input: $input) {{ {PLACEMENT} }} }}"
GROUP_TRIP = f"""mutation($input: ArrangeGroupTripInput!) {{ result: arrangeGroupTrip(input: $input) {{
    __typename ... on GroupTrip {{ id booked leavesOn meetingPlace }} {REFUSED} }} }}"""
MY_OFFERS = "query { myOffers(first: 50) { edges { node { id state version termsHash vacancy { id } } } } }"


def step(name: str) -> str:
    return f"mutation($input: PlacementStepInput!) {{ result: {name}(input: $input) {{ {PLACEMENT} }} }}"


def nodes(connection: object) -> list[Json]:
    assert isinstance(connection, dict)
    return [edge["node"] for edge in connection["edges"]]


async def offers_of(town: Town, number: int) -> list[Json]:
    """A worker's own, newest first."""
    return nodes((await town.ask(as_worker(number), MY_OFFERS))["myOffers"])


def right(shown: Json) -> list[dict[str, str]]:
    """The right answers to the questions of shown terms, as a worker who read them gives them."""
    expected = {
        "WAGE": shown["terms"]["monthlyWage"]["amount"],
        "FIRST_DAY": shown["terms"]["startsOn"],
        "FREEDOM": "Nothing",
    }
    return [
        {
            "question": question["code"],
            "choice": next(
                choice["key"] for choice in question["choices"] if choice["text"].startswith(expected[question["code"]])
            ),
        }
        for question in shown["questions"]
    ]


async def understand(town: Town, number: int, offer_id: str) -> dict[str, Any]:
    """Opens the terms and answers the questions; the answered offer's version, and the hash of the terms."""
    shown = await town.mutate(as_worker(number), SHOW, {"offerId": offer_id})
    answered = await town.mutate(as_worker(number), ANSWER, {"offerId": offer_id, "answers": right(shown)})
    assert answered["understood"] is True
    return {"offerId": offer_id, "termsHash": shown["termsHash"], "expectedVersion": answered["offer"]["version"]}


async def contracted(town: Town, accepted: Json, **figures: object) -> Json:
    """The employer's contract for an accepted offer, with the figures of the sample terms unless others are given."""
    placement = accepted["placement"]
    given = {
        "placementId": placement["id"],
        "monthlyWage": "3000",
        "weeklyHours": 40,
        "contractMonths": 12,
        "startsOn": "2020-10-01",
        "expectedVersion": placement["version"],
    }
    return await town.mutate(EMPLOYER, CONTRACT, given | figures)


async def recruit(town: Town, *, actor: Actor = STAFF, area: str = COUNTY) -> Json:
    return await town.mutate(actor, OPEN_GROUP, {"vacancyId": str(id_of(201)), "area": area})


async def all_accept(town: Town, numbers: Iterable[int]) -> dict[int, Json]:
    """Each opens, understands and, 72 hours after the last, accepts the newest of their offers; nine a day, since more
    from one village at once are a sign of something else.
    """
    ready = {}
    for number in numbers:
        newest = (await offers_of(town, number))[0]
        ready[number] = await understand(town, number, newest["id"])
    town.clock.advance(timedelta(hours=72))
    accepted = {}
    for order, (number, given) in enumerate(ready.items(), start=1):
        accepted[number] = await town.mutate(as_worker(number), ACCEPT, given)
        if order % A_DAY == 0:
            town.clock.advance(timedelta(hours=25))
    return accepted
