"""What codes are called on a screen, by the reader's language. Codes stay codes in data."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from households_service.ledger.kinds import IncomeGroup
from households_service.members.domain import AgeBand, LabourCapacity, Relation
from households_service.registry.domain import MonitoringCategory, RegistrationHistory
from households_service.statements.domain import IncomeBasis

# A list, not a mapping: members of two enums with the same text are equal.
_LABELS: Sequence[tuple[StrEnum, str, str]] = (
    (RegistrationHistory.NEVER_REGISTERED, "Never registered", "未建档立卡"),
    (RegistrationHistory.REGISTERED, "Registered", "建档立卡"),
    (RegistrationHistory.GRADUATED, "Graduated", "脱贫户"),
    (MonitoringCategory.NONE, "Not monitored", "未纳入监测"),
    (MonitoringCategory.GRADUATED_UNSTABLE, "Unstable graduated household", "脱贫不稳定户"),
    (MonitoringCategory.NEAR_POOR_AT_RISK, "Near-poor household at risk", "边缘易致贫户"),
    (MonitoringCategory.SUDDEN_HARDSHIP, "Household in sudden hardship", "突发严重困难户"),
    (Relation.HEAD, "Head of household", "户主"),
    (Relation.SPOUSE, "Spouse", "配偶"),
    (Relation.CHILD, "Child", "子女"),
    (Relation.CHILD_IN_LAW, "Child-in-law", "儿媳或女婿"),
    (Relation.GRANDCHILD, "Grandchild", "孙子女"),
    (Relation.PARENT, "Parent", "父母"),
    (Relation.PARENT_IN_LAW, "Parent-in-law", "公婆或岳父母"),
    (Relation.GRANDPARENT, "Grandparent", "祖父母"),
    (Relation.SIBLING, "Sibling", "兄弟姐妹"),
    (Relation.OTHER, "Other", "其他"),
    (LabourCapacity.FULL, "Able to work", "有劳动能力"),
    (LabourCapacity.PARTIAL, "Partly able to work", "部分劳动能力"),
    (LabourCapacity.NONE, "Unable to work", "无劳动能力"),
    (AgeBand.UNDER_6, "Under 6", "6岁以下"),
    (AgeBand.FROM_6_TO_15, "6 to 15", "6至15岁"),
    (AgeBand.FROM_16_TO_17, "16 to 17", "16至17岁"),
    (AgeBand.FROM_18_TO_59, "18 to 59", "18至59岁"),
    (AgeBand.FROM_60_TO_79, "60 to 79", "60至79岁"),
    (AgeBand.FROM_80, "80 and over", "80岁及以上"),
    (AgeBand.UNKNOWN, "Unknown", "不详"),
    (IncomeGroup.WAGE, "Wages", "工资性收入"),
    (IncomeGroup.PRODUCTION, "Production and business", "生产经营性收入"),
    (IncomeGroup.PROPERTY, "Property", "财产性收入"),
    (IncomeGroup.TRANSFER, "Transfers", "转移性收入"),
    (IncomeGroup.PRODUCTION_COST, "Production costs", "生产经营性支出"),
    (IncomeBasis.RECEIVED_12M, "Received in twelve months", "前十二个月实际收入"),
    (IncomeBasis.CALENDAR_YEAR_PROJECTED, "Calendar year, projected", "自然年度预计收入"),
    (IncomeBasis.RUN_RATE_12M, "Stable sources for twelve months", "稳定来源年化收入"),
)
_BY_KIND = {(type(code), code.value): (english, chinese) for code, english, chinese in _LABELS}


def label(code: StrEnum, locale: str) -> str:
    """In Chinese for zh-CN, in English for every other reader."""
    english, chinese = _BY_KIND[type(code), code.value]
    return chinese if locale == "zh-CN" else english
