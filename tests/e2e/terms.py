"""A worker opens terms and answers the three questions on them, as everybody does before a yes."""

from __future__ import annotations

from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import made

REFUSED = "... on Refused { code message field }"
SHOW = f"""mutation($input: OfferInput!) {{ showOfferTerms(input: $input) {{
    __typename ... on Offer {{ version termsHash terms {{ monthlyWage {{ amount }} startsOn }}
      renderedTerms {{ language lines {{ code value }} }} questions {{ code choices {{ key text }} }} }} {REFUSED} }} }}"""
ANSWER = f"""mutation($input: AnswerTermsQuestionsInput!) {{ answerTermsQuestions(input: $input) {{
    __typename ... on TermsQuestionsAnswered {{ understood offer {{ id version termsHash }} }} {REFUSED} }} }}"""


async def understood(worker: Caller, offer_id: str) -> Answer:
    """The offer, ready for a yes: `id`, `version`, `termsHash`."""
    shown = made(await worker.ask(SHOW, {"input": {"offerId": offer_id}}), "showOfferTerms")
    expected = {
        "WAGE": shown.text("terms.monthlyWage.amount"),
        "FIRST_DAY": shown.text("terms.startsOn"),
        "FREEDOM": "Nothing",
    }
    answers = [
        {
            "question": question.text("code"),
            "choice": next(
                choice.text("key")
                for choice in question.items("choices")
                if choice.text("text").startswith(expected[question.text("code")])
            ),
        }
        for question in shown.items("questions")
    ]
    given = {"offerId": offer_id, "answers": answers}
    return made(await worker.ask(ANSWER, {"input": given}), "answerTermsQuestions").at("offer")
