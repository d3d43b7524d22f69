"""Terms as sentences, and the three questions on them, as they are shown."""

from datetime import date

import strawberry

from chassis.graph import Money
from chassis.graph.scalars import money_of_cents
from employment_service.terms import aid, questions, rendering

strawberry.enum(questions.QuestionCode)


@strawberry.type
class TermsLine:
    code: str = strawberry.field(description="The same in every language.")
    label: str
    value: str


@strawberry.type(description="Terms in one language. The hash covers the figures and is the same in every language.")
class RenderedTerms:
    language: str
    hash: str
    words_given: bool = strawberry.field(description="Otherwise the words stand as first written.")
    lines: list[TermsLine]

    @staticmethod
    def of(terms: rendering.RenderedTerms) -> "RenderedTerms":
        return RenderedTerms(
            language=terms.language,
            hash=terms.hash,
            words_given=terms.words_given,
            lines=[TermsLine(code=line.code, label=line.label, value=line.value) for line in terms.lines],
        )


@strawberry.type
class AidStep:
    begins_on: date
    at_least: Money = strawberry.field(description="A month, from that day on; it may stay more.")


@strawberry.type(description="Aid of the worker's household, and what this work's wage may change in it.")
class AidOutlook:
    benefit: str
    monthly: Money = strawberry.field(description="Today.")
    unchanged_until: date | None = strawberry.field(description="Null: a wage changes nothing in it.")
    steps: list[AidStep]

    @staticmethod
    def of(one: aid.AidOutlook) -> "AidOutlook":
        return AidOutlook(
            benefit=one.benefit,
            monthly=money_of_cents(one.monthly_cents),
            unchanged_until=one.unchanged_until,
            steps=[
                AidStep(begins_on=step.begins_on, at_least=money_of_cents(step.at_least_cents)) for step in one.steps
            ],
        )


@strawberry.type
class TermsChoice:
    key: str
    text: str


@strawberry.type
class TermsQuestion:
    code: questions.QuestionCode
    text: str
    choices: list[TermsChoice]

    @staticmethod
    def of(question: questions.Question) -> "TermsQuestion":
        return TermsQuestion(
            code=question.code,
            text=question.text,
            choices=[TermsChoice(key=key, text=text) for key, text in question.choices],
        )
