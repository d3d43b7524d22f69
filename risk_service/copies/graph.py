"""What the risk service adds to a household."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Connection, PageRequest
from chassis.ids import parse_id
from risk_service.access import READ_ALERTS, READ_ASSESSMENT, READ_CASES, READ_OFFERS
from risk_service.alerts import service
from risk_service.alerts.graph import Alert, AlertFilterInput
from risk_service.assessments.graph import Assessment, AssessmentReading, RecommendedMeasure
from risk_service.assessments.service import read_readings, told_on
from risk_service.cases.graph import MonitoringCase, own_case
from risk_service.context import RiskContext
from risk_service.planning.offers.graph import AssistanceOffer
from risk_service.sight import require_sight


@strawberry.federation.type(keys=["id"])
class Household:
    id: strawberry.ID

    @strawberry.field(description="All warnings of the household, newest first.")
    async def alerts(
        self,
        info: Info[RiskContext, None],
        filter: AlertFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Alert] | None:
        key = await self._seen(info, READ_ALERTS)
        if key is None:
            return None
        request = PageRequest.of(first, after)
        wanted = (filter or AlertFilterInput()).wanted(None)
        page = await info.context.loaders.household_alerts.load((key, wanted, request.first, request.after))
        context = info.context

        async def count() -> int:
            async with context.begin() as uow:
                return await service.count_alerts(uow, context.actor, wanted=replace(wanted, household_id=key))

        return Connection.of(page, Alert.of, after=after, count=count)

    @strawberry.field(description="Most urgent first.")
    async def open_alerts(self, info: Info[RiskContext, None]) -> list[Alert] | None:
        key = await self._seen(info, READ_ALERTS)
        if key is None:
            return None
        return [Alert.of(alert) for alert in await info.context.loaders.open_alerts.load(key)]

    @strawberry.field(
        description="`asOf`: as it was told on that day, which is not to come. None: not enough was known."
    )
    async def assessment(self, info: Info[RiskContext, None], as_of: date | None = None) -> Assessment | None:
        key = await self._seen(info, READ_ASSESSMENT)
        if key is None:
            return None
        if as_of is None:
            found = await info.context.loaders.assessments.load(key)
        else:
            async with info.context.begin() as uow:
                found = await told_on(uow, key, as_of)
        if found is None:
            return None
        await info.context.loaders.noted.load((key, found.area_path))
        return Assessment.of(found, is_present=as_of is None)

    @strawberry.field(description="Who looked at the likelihood, newest first.")
    async def assessment_readings(self, info: Info[RiskContext, None]) -> list[AssessmentReading] | None:
        key = await self._seen(info, READ_ASSESSMENT)
        if key is None:
            return None
        reach = await info.context.loaders.reaches.load(key)
        if reach is None:
            return None
        async with info.context.begin() as uow:
            found = await read_readings(uow, info.context.actor, reach)
        return [AssessmentReading.of(one) for one in found]

    @strawberry.field(description="What the policy lists for the open alerts and the likelihood.")
    async def recommended_measures(self, info: Info[RiskContext, None]) -> list[RecommendedMeasure] | None:
        key = await self._seen(info, READ_ASSESSMENT)
        if key is None:
            return None
        return [RecommendedMeasure.of(one) for one in await info.context.loaders.measures.load(key)]

    @strawberry.field(description="Help out of approved plans, newest first; for the household and its officers alone.")
    async def assistance_offers(self, info: Info[RiskContext, None]) -> list[AssistanceOffer] | None:
        key = await self._seen(info, READ_OFFERS)
        if key is None:
            return None
        return [AssistanceOffer.of(one) for one in await info.context.loaders.assistance_offers.load(key)]

    @strawberry.field(description="Last day of the light watch after a clearing.")
    async def watch_until(self, info: Info[RiskContext, None]) -> date | None:
        key = await self._seen(info, READ_ALERTS)
        return None if key is None else await info.context.loaders.watches.load(key)

    @strawberry.field(description="The newest; none: never proposed.")
    async def case(self, info: Info[RiskContext, None]) -> MonitoringCase | None:
        key = await self._seen(info, READ_CASES)
        return None if key is None else await own_case(info, key)

    async def _seen(self, info: Info[RiskContext, None], action: str) -> UUID | None:
        """The key, if the caller may; None for a household that is not known here. Raises Forbidden."""
        key = parse_id(self.id)
        reach = await info.context.loaders.reaches.load(key)
        if reach is None:
            return None
        require_sight(info.context.actor, action, reach)
        return key

    @classmethod
    def resolve_reference(cls, id: str) -> "Household":
        return Household(id=strawberry.ID(id))
