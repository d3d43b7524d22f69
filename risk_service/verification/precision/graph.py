"""How right the warnings were, as GraphQL: of rules, feeds and areas, never of a household or an officer."""

from datetime import date

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath
from risk_service.context import RiskContext
from risk_service.policy.words import AlertLevel, RiskFactor
from risk_service.verification.precision import domain, service

strawberry.enum(domain.PrecisionBy)


@strawberry.type(description="Counts are null where fewer than ten stand behind one, or others would give it away.")
class VisitPrecision:
    factor: RiskFactor | None = strawberry.field(description="Of a rule, with level and policyVersion.")
    level: AlertLevel | None
    policy_version: str | None
    department: str | None = strawberry.field(description="Of a feed.")
    area_path: AreaPath | None = strawberry.field(description="Of an area.")
    visits: int | None
    true_risk: int | None
    no_lasting_risk: int | None
    wrong_data: int | None
    precision: float | None = strawberry.field(description="Share of the visits that found a true risk.")

    @staticmethod
    def of(found: domain.Precision) -> "VisitPrecision":
        subject = found.subject
        return VisitPrecision(
            factor=subject.factor,
            level=subject.level,
            policy_version=subject.policy_version,
            department=subject.department,
            area_path=None if subject.area_path is None else AreaPath(subject.area_path),
            visits=found.visits,
            true_risk=found.true_risk,
            no_lasting_risk=found.no_lasting_risk,
            wrong_data=found.wrong_data,
            precision=found.share,
        )


@strawberry.type
class PrecisionQuery:
    @strawberry.field(
        description="What visits found, by rule, feed or area next below `area`; of whole months, `until` exclusive."
    )
    async def visit_precision(
        self, info: Info[RiskContext, None], *, by: domain.PrecisionBy, area: AreaPath, since: date, until: date
    ) -> list[VisitPrecision]:
        async with info.context.begin() as uow:
            found = await service.read_precision(
                uow, info.context.actor, by=by, area_path=area, since=since, until=until
            )
        return [VisitPrecision.of(one) for one in found]
