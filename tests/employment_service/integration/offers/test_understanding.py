"""Terms in the worker's language, and three questions before a yes; nobody is scored."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from employment_service.vacancies.words import TermsText
from employment_service.workers.domain import Contact
from tests.employment_service.factories import MORNING, employer, terms, vacancy, worker
from tests.employment_service.integration.documents import ACCEPT, ANSWER, SHOW, right, understand
from tests.employment_service.town import EMPLOYER, HEAD, MONITOR, STAFF, Json, Town, as_worker

UG = TermsText(language="ug", task="مەكتەپ كىيىمى تىكىش", workplace="مەكتەپ يېنىدىكى سېخ", help_contact="12348")
PROFILE = """mutation($input: UpdateProfileInput!) { result: updateProfile(input: $input) {
    __typename ... on Worker { version preferredLanguage } ... on Refused { code } } }"""
RENDERED = "query($id: ID!) { offer(id: $id) { renderedTerms { language } questions { code } understoodAt } }"


async def offered(town: Town, language: str | None, *texts: TermsText) -> str:
    await town.add_areas()
    await town.add_safeguards()
    person = worker(1, contact=Contact(display_name="Invented Person 1", language=language))
    version = vacancy().terms.of(terms(), number=1, at=MORNING, texts=texts)
    await town.add(employer(), vacancy(terms=version), person)
    return str((await town.offer()).id)


def line(shown: Json, code: str) -> str:
    return next(str(each["value"]) for each in shown["renderedTerms"]["lines"] if each["code"] == code)


async def test_terms_are_shown_in_the_workers_language_with_one_hash_for_all(town: Town) -> None:
    offer_id = await offered(town, "ug", UG)
    shown = await town.mutate(as_worker(), SHOW, {"offerId": offer_id})

    assert (shown["renderedTerms"]["language"], shown["renderedTerms"]["wordsGiven"]) == ("ug", True)
    assert line(shown, "task") == "مەكتەپ كىيىمى تىكىش"
    assert line(shown, "wage") == "3000.00 CNY"
    assert shown["termsHash"] == shown["renderedTerms"]["hash"] == terms().digest()
    assert "12" in line(shown, "aid")


@pytest.mark.parametrize(
    ("language", "shown_in", "given"),
    [("zh-CN", "zh-CN", False), ("zh", "zh-CN", False), ("en-GB", "en", False), (None, "en", False)],
)
async def test_words_that_nobody_gave_stand_as_first_written_and_figures_are_rendered_all_the_same(
    town: Town, language: str | None, shown_in: str, given: bool
) -> None:
    offer_id = await offered(town, language, UG)
    shown = await town.mutate(as_worker(), SHOW, {"offerId": offer_id})

    assert (shown["renderedTerms"]["language"], shown["renderedTerms"]["wordsGiven"]) == (shown_in, given)
    assert line(shown, "task") == "Sewing school uniforms by machine"
    given_answer = await understand(town, 1, offer_id) if shown_in == "en" else None
    assert given_answer is None or given_answer["termsHash"] == terms().digest()


async def test_the_language_shown_stands_sealed_in_the_consent(town: Town) -> None:
    offer_id = await offered(town, None, UG)
    given = await understand(town, 1, offer_id)
    town.clock.advance(timedelta(hours=72))
    assert (await town.mutate(as_worker(), ACCEPT, given))["state"] == "ACCEPTED"
    async with town.begin() as uow:
        (consent,) = (await uow.offers.consents_of([UUID(offer_id)])).values()

    assert (consent.language, consent.terms_hash) == ("en", terms().digest())
    assert consent.understood_at == MORNING


async def test_opened_in_another_language_the_time_to_think_and_the_questions_begin_anew(town: Town) -> None:
    offer_id = await offered(town, "en", UG)
    await understand(town, 1, offer_id)
    town.clock.advance(timedelta(hours=72))
    contact = {"displayName": "Invented Person 1", "preferredLanguage": "ug"}
    await town.mutate(as_worker(), PROFILE, {"contact": contact, "expectedVersion": 1})

    shown = await town.mutate(as_worker(), SHOW, {"offerId": offer_id})
    assert shown["renderedTerms"]["language"] == "ug"
    yes = {"offerId": offer_id, "termsHash": shown["termsHash"], "expectedVersion": shown["version"]}
    assert (await town.mutate(as_worker(), ACCEPT, yes))["code"] == "COOLING_PERIOD_NOT_OVER"
    town.clock.advance(timedelta(hours=72))
    assert (await town.mutate(as_worker(), ACCEPT, yes))["code"] == "QUESTIONS_OPEN"
    assert await town.count("placements") == 0


async def test_without_the_right_answers_there_is_no_yes_and_wrong_ones_leave_no_trace(town: Town) -> None:
    offer_id = await offered(town, None)
    shown = await town.mutate(as_worker(), SHOW, {"offerId": offer_id})
    assert [question["code"] for question in shown["questions"]] == ["WAGE", "FIRST_DAY", "FREEDOM"]
    assert all(len(question["choices"]) == 3 for question in shown["questions"])
    town.clock.advance(timedelta(hours=72))
    yes = {"offerId": offer_id, "termsHash": shown["termsHash"], "expectedVersion": shown["version"]}
    assert (await town.mutate(as_worker(), ACCEPT, yes))["code"] == "QUESTIONS_OPEN"

    before = (await town.total_events(), await town.count("chassis.audit"))
    wrong = [answer | {"choice": "-"} for answer in right(shown)]
    for answers in (wrong, right(shown)[:2], wrong):
        said = await town.mutate(as_worker(), ANSWER, {"offerId": offer_id, "answers": answers})
        assert said == {
            "__typename": "TermsQuestionsAnswered",
            "understood": False,
            "offer": {"version": shown["version"], "understoodAt": None},
        }
    assert (await town.total_events(), await town.count("chassis.audit")) == before
    assert await town.count("offers", f"version = {shown['version']} and understood_at is null") == 1

    said = await town.mutate(as_worker(), ANSWER, {"offerId": offer_id, "answers": right(shown)})
    assert said["understood"] is True
    accepted = await town.mutate(as_worker(), ACCEPT, yes | {"expectedVersion": said["offer"]["version"]})
    assert accepted["state"] == "ACCEPTED"


async def test_nobody_else_answers_the_questions_or_reads_them(town: Town) -> None:
    offer_id = await offered(town, None)
    shown = await town.mutate(as_worker(), SHOW, {"offerId": offer_id})
    await town.add(worker(2))
    for other in (STAFF, EMPLOYER, HEAD, MONITOR, as_worker(2)):
        refused = await town.mutate(other, ANSWER, {"offerId": offer_id, "answers": right(shown)})
        assert refused["code"] == "FORBIDDEN"
    seen = (await town.ask(MONITOR, RENDERED, {"id": offer_id}))["offer"]
    assert seen == {"renderedTerms": None, "questions": None, "understoodAt": None}
    assert len(await town.audited("answerTermsQuestions.refused")) == 5
