"""Three questions before a yes: have the terms been understood? Nobody is scored: a wrong answer shows the terms again.

Two are about figures of these terms, one about the freedom to say no. The order of the choices comes from the hash of
the terms, so that the right one does not always stand first and stays where it is for the same terms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from employment_service.terms.rendering import EN, UG, ZH, Words, money
from employment_service.vacancies.domain import TermsVersion

KEYS = ("A", "B", "C")


class QuestionCode(StrEnum):
    WAGE = "WAGE"
    FIRST_DAY = "FIRST_DAY"
    FREEDOM = "FREEDOM"


ASKED: Mapping[QuestionCode, Words] = {
    QuestionCode.WAGE: {
        EN: "How much is the wage a month, before deductions?",
        ZH: "每月工资（扣款前）是多少？",
        UG: "ئايلىق مائاش (تۇتۇپ قېلىشتىن بۇرۇن) قانچە؟",
    },
    QuestionCode.FIRST_DAY: {
        EN: "On which day does the work begin?",
        ZH: "哪一天开始工作？",
        UG: "خىزمەت قايسى كۈنى باشلىنىدۇ؟",
    },
    QuestionCode.FREEDOM: {
        EN: "What happens if you say no now, or leave later?",
        ZH: "如果您现在拒绝，或以后离职，会怎样？",
        UG: "ھازىر رەت قىلسىڭىز ياكى كېيىن ئىشتىن ئايرىلسىڭىز نېمە بولىدۇ؟",
    },
}
FREEDOM: tuple[Words, Words, Words] = (
    {
        EN: "Nothing: no aid changes, and nothing is to be paid.",
        ZH: "没有任何影响：待遇不变，也不用付钱。",
        UG: "ھېچنېمە بولمايدۇ: ياردەم ئۆزگەرمەيدۇ، پۇل تۆلەنمەيدۇ.",
    },
    {
        EN: "My household's aid is cut.",
        ZH: "家里的待遇会减少。",
        UG: "ئائىلەمنىڭ ياردەم پۇلى ئازىيىدۇ.",
    },
    {
        EN: "I must pay back the journey or the training.",
        ZH: "要退还路费或培训费。",
        UG: "يول ھەققى ياكى تەربىيەلەش ھەققىنى قايتۇرۇشۇم كېرەك.",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`choices`: by key, in order; `right`: a key, never shown."""

    code: QuestionCode
    text: str
    choices: tuple[tuple[str, str], ...]
    right: str


def questions(version: TermsVersion, language: str) -> tuple[Question, ...]:
    """Three; `language` is one of the product's. The first text of each is the right one before the order is made."""
    terms = version.terms
    wage = terms.monthly_wage_cents
    texts = {
        QuestionCode.WAGE: tuple(money(cents, terms.currency) for cents in (wage, wage * 6 // 5, wage * 4 // 5)),
        QuestionCode.FIRST_DAY: tuple((terms.starts_on + timedelta(days=days)).isoformat() for days in (0, 30, 92)),
        QuestionCode.FREEDOM: tuple(text[language] for text in FREEDOM),
    }
    return tuple(_question(code, texts[code], version.hash, language) for code in QuestionCode)


def all_right(asked: tuple[Question, ...], answers: Mapping[QuestionCode, str]) -> bool:
    return all(answers.get(question.code) == question.right for question in asked)


def _question(code: QuestionCode, texts: tuple[str, ...], terms_hash: str, language: str) -> Question:
    def place(index: int) -> bytes:
        return hashlib.sha256(f"{terms_hash} {code} {index}".encode()).digest()

    order = sorted(range(len(texts)), key=place)
    return Question(
        code=code,
        text=ASKED[code][language],
        choices=tuple((key, texts[index]) for key, index in zip(KEYS, order, strict=True)),
        right=KEYS[order.index(0)],
    )
