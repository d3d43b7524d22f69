"""Figures as people read them: persons instead of logarithms, money instead of multiples of a line. Pure.

What is counted on a scale that suits the points table is declared so in its unit: `ln(…)`, `… / line`, `times the
line`, `share of …`. Told are persons, money per head, or per cent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_LOGARITHM = "ln("
_OVER_LINE = ("/ line", "/line")
_TIMES_LINE = "times the line"
_SHARE = "share of "
_CHINESE = {
    "members": "人",
    "persons": "人",
    "years": "岁",
    "% of members": "%(占家庭成员)",
    "% of income": "%(占收入)",
    "1 yes, 0 no": "1为是,0为否",
    "measures in 12 months": "项(近12个月)",
    "yuan per person, 12 months": "元/人(近12个月)",
    "yuan, income per person after unavoidable expenses": "元/人(扣除刚性支出后)",
}
_MONEY = {"CNY": "yuan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLine:
    """What incomes are held against, per head and year."""

    amount: float
    currency: str

    @property
    def word(self) -> str:
        return _MONEY.get(self.currency, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From a declared unit to one that people read: `shown` is rounded as it is told."""

    unit: str
    factor: float = 1.0
    is_logarithm: bool = False
    decimals: int | None = None

    @property
    def unit_zh(self) -> str:
        return _CHINESE.get(self.unit, self.unit)

    def shown(self, value: float | None) -> float | None:
        if value is None or math.isnan(value):
            return None
        plain = (math.exp(min(value, 700.0)) if self.is_logarithm else value) * self.factor
        return plain if self.decimals is None else round(plain, self.decimals)


def scale_of(unit: str, line: MoneyLine | None = None) -> Scale:
    """Without a line, money stays told as so many times the line."""
    if unit.startswith(_LOGARITHM) and unit.endswith(")"):
        inner = unit[len(_LOGARITHM) : -1]
        if not inner.endswith(_OVER_LINE):
            return Scale(unit=inner, is_logarithm=True, decimals=2)
        what = inner[: inner.rindex("/")].strip()
        if line is None:
            return Scale(unit=f"times the line, {what}", is_logarithm=True, decimals=2)
        return Scale(unit=f"{line.word}, {what}", factor=line.amount, is_logarithm=True, decimals=0)
    if unit.startswith(_TIMES_LINE) and line is not None:
        what = unit[len(_TIMES_LINE) :].lstrip(", ")
        return Scale(unit=f"{line.word} {what}".strip(), factor=line.amount, decimals=0)
    if unit.startswith(_SHARE):
        return Scale(unit=f"% of {unit[len(_SHARE) :]}", factor=100.0, decimals=1)
    return Scale(unit=unit)
