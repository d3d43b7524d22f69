"""What the answer says in words."""

from __future__ import annotations

from risk_service.assessments.domain import LikelihoodAgreement
from risk_service.likelihood.declared import declared
from risk_service.scoring.reasons import WORDS, Change, Reason

NOTE = (
    f"These are {WORDS[0].replace('reason', 'reasons')}. A likelihood can bring a visit or an offer, nothing else.",
    f"{WORDS[1]}。该结果只能带来走访或帮扶建议,不作其他用途。",
)
_AGREEMENT: dict[LikelihoodAgreement, tuple[str, str]] = {
    LikelihoodAgreement.AGREE: ("Rules and model say the same.", "规则与模型一致。"),
    LikelihoodAgreement.LIKELIHOOD_HIGHER: (
        "No rule warns, but the model tells a high likelihood: worth a visit.",
        "规则未预警,但模型判断可能性高:建议走访。",
    ),
    LikelihoodAgreement.LEVEL_HIGHER: (
        "A rule warns and the model does not: the warning holds as it is.",
        "规则已预警而模型判断较低:预警照常有效。",
    ),
}


def chosen(english: str, chinese: str, locale: str) -> str:
    return chinese if locale == "zh-CN" else english


def named(one: Reason | Change, locale: str) -> str:
    """As it is declared now: an older table may carry other words."""
    now = next((feature for feature in declared().features if feature.name == one.name), one)
    return chosen(now.label, now.label_zh, locale)


def note(locale: str) -> str:
    return chosen(*NOTE, locale)


def told(agreement: LikelihoodAgreement, locale: str) -> str:
    return chosen(*_AGREEMENT[agreement], locale)
