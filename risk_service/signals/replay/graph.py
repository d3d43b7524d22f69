"""The threshold lab: another policy tried on what happened, before it holds."""

from datetime import date
from decimal import Decimal

import strawberry
from strawberry.types import Info

from risk_service.context import RiskContext
from risk_service.copies.graph import Household
from risk_service.policy.words import RiskFactor
from risk_service.signals.replay import history, trial
from risk_service.signals.replay.service import try_source

MOST_FACTS = 20_000
MOST_CASES = 100


@strawberry.type(description="Alerts of one factor: raised yellow, raised red, and yellow ones that became red.")
class FactorEffect:
    factor: RiskFactor
    yellow: int
    red: int
    escalated: int


@strawberry.type(description="What a policy would have cost, and how many confirmed cases it would have warned of.")
class PolicyEffect:
    alerts: int
    households: int
    visits: int
    officer_hours: Decimal
    confirmed_warned: int
    by_factor: list[FactorEffect]

    @staticmethod
    def of(count: trial.TrialCount) -> "PolicyEffect":
        return PolicyEffect(
            alerts=count.alerts,
            households=count.households,
            visits=count.visits,
            officer_hours=count.officer_hours,
            confirmed_warned=count.confirmed_warned,
            by_factor=[
                FactorEffect(factor=one.factor, yellow=one.yellow, red=one.red, escalated=one.escalated)
                for one in count.by_factor
            ],
        )


@strawberry.type(description="A lasting risk that a visit found.")
class ConfirmedRisk:
    household: Household | None
    factor: RiskFactor
    confirmed_on: date

    @staticmethod
    def of(case: history.ConfirmedCase) -> "ConfirmedRisk":
        return ConfirmedRisk(
            household=Household(id=strawberry.ID(str(case.household_id))), factor=case.factor, confirmed_on=case.on
        )


@strawberry.type(
    description="A policy tried on all that is stored: facts, clearings and visits. Nobody is warned by it."
)
class ThresholdLab:
    tried: str = strawberry.field(description="Name and version of the pack.")
    changes: list[str] = strawberry.field(description="In words, against the policy in force on the last day.")
    in_force: PolicyEffect
    under_trial: PolicyEffect
    confirmed: int = strawberry.field(description="Lasting risks that visits found.")
    missed: int = strawberry.field(description="Of them, in households the tried policy had not warned of by then.")
    gained: int = strawberry.field(description="Of them, warned of only by the tried policy.")
    later: int = strawberry.field(description="Of them, warned of later than by the policy in force.")
    missed_cases: list[ConfirmedRisk] = strawberry.field(description="The first hundred.")

    @staticmethod
    def of(found: trial.Trial, changes: tuple[str, ...]) -> "ThresholdLab":
        return ThresholdLab(
            tried=found.tried,
            changes=list(changes),
            in_force=PolicyEffect.of(found.before),
            under_trial=PolicyEffect.of(found.after),
            confirmed=found.confirmed,
            missed=len(found.missed),
            gained=len(found.gained),
            later=len(found.later),
            missed_cases=[ConfirmedRisk.of(case) for case in found.missed[:MOST_CASES]],
        )


@strawberry.type
class ThresholdLabQuery:
    @strawberry.field(
        description="`pack`: a policy pack in TOML. `since` and `until`: days of costs, a year until today if left out."
    )
    async def threshold_lab(
        self, info: Info[RiskContext, None], pack: str, since: date | None = None, until: date | None = None
    ) -> ThresholdLab:
        async with info.context.begin() as uow:
            found, changes = await try_source(
                uow, info.context.actor, source=pack, since=since, until=until, most_facts=MOST_FACTS
            )
        return ThresholdLab.of(found, changes)
