"""The model's inputs in words."""

from __future__ import annotations

from risk_service.scoring.features import FEATURES
from risk_service.scoring.likelihood import SCATTER, WELFARE

_WORDS: dict[str, tuple[str, str]] = {
    WELFARE: (
        "Income received per person in 12 months, less unavoidable expenses",
        "近12个月人均到手收入(扣除刚性支出)",
    ),
    SCATTER: ("How far incomes of such households scatter", "同类家庭收入的离散程度"),
    **{feature.name: (feature.label, feature.label_zh) for feature in FEATURES},
}
NOTE = (
    "These are the model's reasons, not the cause. A likelihood can bring a visit or an offer, nothing else.",
    "以上为模型依据,并非真实原因;该结果只能带来走访或帮扶建议,不作其他用途。",
)


def label_of(name: str, locale: str) -> str:
    return _WORDS[name][locale == "zh-CN"]


def note(locale: str) -> str:
    return NOTE[locale == "zh-CN"]
