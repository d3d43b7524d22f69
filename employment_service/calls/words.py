"""Reasons to call, in the reader's language."""

from __future__ import annotations

from employment_service.calls.domain import CallReason

TEXTS = {
    CallReason.CALL_BACK_DUE: ("约定的回电时间已到", "The time agreed for calling back has come"),
    CallReason.CALL_ASKED: ("本人要求来电", "Asked to be called"),
    CallReason.WAGE_BELOW_TERMS: ("最近一个月的工资低于约定", "The last wage was below the terms"),
    CallReason.OFFER_EXPIRING: ("本人要求在推荐到期前来电", "Asked to be called before an offer runs out"),
    CallReason.SILENT: ("发薪后一直没有工资确认", "No wage was confirmed since pay day"),
    CallReason.FOLLOW_UP_OVERDUE: ("回访逾期未答", "A follow-up is overdue"),
    CallReason.NEW_MATCH: ("本人要求就近工作，现有合适岗位", "Asked for work nearby, and some now suits"),
}


def text_of(reason: CallReason, locale: str) -> str:
    chinese, english = TEXTS[reason]
    return chinese if locale.lower().startswith("zh") else english
