"""What a wage may change in the aid of a worker's household, as it is shown before they decide. Pure.

The rule is the policy's: nothing for the months of the taper, then down in equal steps, and only where the aid looks
at income at all. What is shown is the least that is paid on a day: aid may stay as it is for longer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from employment_service.placements.calendar import add_months
from employment_service.policies.domain import EmploymentPolicy

LOOKS_AT_INCOME = frozenset({"SUBSISTENCE_ALLOWANCE"})
"""Pensions and subsidies for age, disability or children do not ask what somebody earns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aid:
    """What the state pays the household a month today. `paid_until` None: it goes on."""

    benefit: str
    monthly_cents: int
    paid_until: date | None = None


class AidReader(Protocol):
    async def aid_of(self, member_id: UUID) -> tuple[Aid, ...]:
        """Raises DependencyDown."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AidStep:
    begins_on: date
    at_least_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AidOutlook:
    """`unchanged_until`: None where a wage changes nothing at all; no steps then."""

    benefit: str
    monthly_cents: int
    unchanged_until: date | None
    steps: tuple[AidStep, ...]


def outlook(aid: Iterable[Aid], *, starts_on: date, policy: EmploymentPolicy) -> tuple[AidOutlook, ...]:
    return tuple(_outlook(one, starts_on=starts_on, policy=policy) for one in aid)


def _outlook(aid: Aid, *, starts_on: date, policy: EmploymentPolicy) -> AidOutlook:
    tapers_from = add_months(starts_on, policy.benefit_taper_months)
    # Aid that ends by itself before is not touched by the wage either.
    if aid.benefit not in LOOKS_AT_INCOME or (aid.paid_until is not None and aid.paid_until < tapers_from):
        return AidOutlook(benefit=aid.benefit, monthly_cents=aid.monthly_cents, unchanged_until=None, steps=())
    percent, number, steps = 100, 0, list[AidStep]()
    while percent > 0:
        percent = max(percent - policy.benefit_taper_step_percent, 0)
        months = policy.benefit_taper_months + number * policy.benefit_taper_step_months
        steps.append(
            AidStep(begins_on=add_months(starts_on, months), at_least_cents=aid.monthly_cents * percent // 100)
        )
        number += 1
    return AidOutlook(
        benefit=aid.benefit,
        monthly_cents=aid.monthly_cents,
        unchanged_until=tapers_from,
        steps=tuple(step for step in steps if aid.paid_until is None or step.begins_on <= aid.paid_until),
    )
