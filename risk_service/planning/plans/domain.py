"""What a plan of an area is declared by, what it was made from, and what came of it. Pure.

A plan proposes; only a person turns a proposal into an offer. It looks at likelihoods to offer help and at nothing
that anybody refused, left or complained about.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, NotFound
from risk_service.planning.plans.declaration import AssistancePlanInvalid, Declared, HouseholdFact
from risk_service.planning.reasons import Reason
from risk_service.policy.domain import RiskFactor


class NobodyToPlanFor(Conflict):
    code = "NOBODY_TO_PLAN_FOR"


class AssistancePlanNotFound(NotFound):
    code = "ASSISTANCE_PLAN_NOT_FOUND"


class WhatIfTooLarge(Conflict):
    code = "WHAT_IF_TOO_LARGE"


class Way(StrEnum):
    """How a budget may be spent."""

    THIS_PLAN = "THIS_PLAN"
    HIGHEST_RISK_FIRST = "HIGHEST_RISK_FIRST"
    THRESHOLD_ONLY = "THRESHOLD_ONLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A household as it was when the plan was made. `likelihood` None: not assessed. `shortfall`: cents a head and
    year below the line, None where no income is recorded. `declined`: measures it declined in this very plan, which
    it is not asked about again.
    """

    household_id: UUID
    area_path: str
    likelihood: float | None
    members: int
    red: bool
    factors: frozenset[RiskFactor]
    facts: frozenset[HouseholdFact]
    shortfall: int | None
    declined: frozenset[str] = frozenset()

    @property
    def township(self) -> str:
        return "/".join(self.area_path.split("/")[:4]) + "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """`number` counts from 1 in the order of the register. Without a `measure`, nothing is proposed.

    `margin`: value by which the choice beats `instead`, the next best.
    """

    number: int
    candidate: Candidate
    likelihood: float
    measure: str | None
    cost: int
    value: float
    reason: Reason
    margin: float
    instead: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureResult:
    """`one_more`: what one more place would avert."""

    code: str
    offered: int
    one_more: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorResult:
    """Cents; `lacking` is what could not be met. `cent_less`: what a cent less of it would avert elsewhere."""

    name: str
    least: int
    lacking: int
    cent_less: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    way: Way
    value: float
    helped: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the engine found, without the households."""

    value: float
    bound: float
    cost: int
    helped: int
    cent_more: float
    measures: tuple[MeasureResult, ...]
    floors: tuple[FloorResult, ...]
    red_left_out: int
    compared: tuple[Compared, ...]

    @property
    def gap(self) -> float:
        return max(0.0, self.bound - self.value) / self.bound if self.bound > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    by: str
    at: datetime
    reason: str
    offers: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistancePlan:
    """`root_id`: of the plan it supplements after declines, else its own id. `not_assessed`: households left out for
    want of a likelihood.
    """

    id: UUID
    root_id: UUID
    declared: Declared
    currency: str
    as_of: date
    requested_by: str
    made_at: datetime
    households: int
    not_assessed: int
    models: tuple[str, ...]
    policy_version: str
    content_hash: str
    found: Found
    approval: Approval | None = None

    @property
    def is_supplement(self) -> bool:
        return self.root_id != self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything about a plan but what the engine finds."""

    id: UUID
    root_id: UUID
    declared: Declared
    candidates: tuple[Candidate, ...]
    currency: str
    as_of: date
    requested_by: str
    not_assessed: int
    models: tuple[str, ...]
    policy_version: str

    @property
    def is_supplement(self) -> bool:
        return self.root_id != self.id

    def made(self, found: Found, content_hash: str, *, at: datetime) -> AssistancePlan:
        return AssistancePlan(
            id=self.id,
            root_id=self.root_id,
            declared=self.declared,
            currency=self.currency,
            as_of=self.as_of,
            requested_by=self.requested_by,
            made_at=at,
            households=len(self.candidates),
            not_assessed=self.not_assessed,
            models=self.models,
            policy_version=self.policy_version,
            content_hash=content_hash,
            found=found,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a what-if asks: cents more or less, places more or less and effects times a factor, by code."""

    budget: int = 0
    places: tuple[tuple[str, int], ...] = ()
    effects: tuple[tuple[str, float], ...] = ()

    def require_known(self, codes: Iterable[str]) -> None:
        """Raises AssistancePlanInvalid."""
        known = set(codes)
        for number, (code, _) in enumerate((*self.places, *self.effects)):
            if code not in known:
                raise AssistancePlanInvalid(f"{code} is no measure of the plan.", field=f"changes.{number}.measure")
        for code, times in self.effects:
            if not (math.isfinite(times) and 0 < times <= 10):
                raise AssistancePlanInvalid(f"The effect of {code} is multiplied by above 0 to 10.", field="effects")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """`flipped`: households that would be proposed something else."""

    found: Found
    flipped: int
