"""How often a rule, a feed or an area's warnings turned out to be right: what their visits found. Pure.

It judges rules and data, never people: no cell of fewer than ten is told, nor one that others give away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.errors import InvalidInput
from risk_service.policy.domain import AlertLevel, RiskFactor

LEAST = 10


class PrecisionBy(StrEnum):
    RULE = "RULE"
    FEED = "FEED"
    AREA = "AREA"


class PeriodNotMonths(InvalidInput):
    """Periods of whole months only: two that differ by a day would tell of one visit."""

    code = "PERIOD_NOT_MONTHS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was judged; the others are None."""

    factor: RiskFactor | None = None
    level: AlertLevel | None = None
    policy_version: str | None = None
    department: str | None = None
    area_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    subject: Subject
    households: int
    true_risk: int
    no_lasting_risk: int
    wrong_data: int

    @property
    def visits(self) -> int:
        return self.true_risk + self.no_lasting_risk + self.wrong_data


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """What may be told of a tally: None is withheld. `share`: of visits that found a true risk."""

    subject: Subject
    visits: int | None
    true_risk: int | None
    no_lasting_risk: int | None
    wrong_data: int | None

    @property
    def share(self) -> float | None:
        if self.visits is None or self.true_risk is None:
            return None
        return self.true_risk / self.visits


def require_months(since: date, until: date) -> None:
    """`until` is exclusive. Raises PeriodNotMonths."""
    if since.day != 1 or until.day != 1 or since >= until:
        raise PeriodNotMonths("A period begins and ends with a month and lasts at least one.", field="since")


def told(tallies: Sequence[Tally]) -> tuple[Precision, ...]:
    """In their order."""
    rows = withheld([tally.households for tally in tallies])
    return tuple(_told(tally, hidden=hidden) for tally, hidden in zip(tallies, rows, strict=True))


def _told(tally: Tally, *, hidden: bool) -> Precision:
    counts = (tally.true_risk, tally.no_lasting_risk, tally.wrong_data)
    cells = [True] * len(counts) if hidden else withheld(counts)
    true_risk, no_lasting_risk, wrong_data = (
        None if cell else count for count, cell in zip(counts, cells, strict=True)
    )
    return Precision(
        subject=tally.subject,
        visits=None if hidden else tally.visits,
        true_risk=true_risk,
        no_lasting_risk=no_lasting_risk,
        wrong_data=wrong_data,
    )


def withheld(counts: Sequence[int]) -> list[bool]:
    """Which of the cells of one total are not told: those from 1 to 9, and as many of the smallest others as it
    takes that what is withheld has at least two cells and ten in all, so that no subtraction gives one away.
    """
    hidden = [0 < count < LEAST for count in counts]
    while any(hidden):
        together = sum(count for count, cell in zip(counts, hidden, strict=True) if cell)
        if together >= LEAST and sum(hidden) > 1:
            break
        open_cells = [place for place, cell in enumerate(hidden) if not cell and counts[place] > 0]
        if not open_cells:
            break
        hidden[min(open_cells, key=lambda place: (counts[place], place))] = True
    return hidden
