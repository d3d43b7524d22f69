"""Terms as sentences, and the three questions on them, as they are shown."""

import strawberry

from employment_service.terms import questions, rendering

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
