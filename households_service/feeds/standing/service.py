from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from chassis.clock import civil_date
from chassis.errors import Forbidden
from chassis.identity import Actor
from households_service.access import POLICY, Action
from households_service.feeds.catalogue.known import FEEDS
from households_service.feeds.standing.domain import QUALITY_DAYS, FeedQuality, FeedStanding, timeliness
from households_service.uow import HouseholdsUnitOfWork


async def feeds_in(uow: HouseholdsUnitOfWork, actor: Actor, *, area_path: str) -> Sequence[FeedStanding]:
    """Of every department the caller may see, in the order of the catalogue. Raises Forbidden or UnknownArea."""
    scope = POLICY.require(actor, Action.SEE_FEED)
    everything = scope.covers(area_path=area_path)
    if not everything and not actor.covers_area(area_path):
        raise Forbidden("This lies outside what you may act on.", field="area")
    area = await uow.areas.get(area_path)
    today = civil_date(uow.now, area.zone)
    received = await uow.standing.last_received(area_path)
    quality = await uow.standing.quality(area_path, since=today - timedelta(days=QUALITY_DAYS))
    return [
        FeedStanding(
            department=department,
            feed=feed,
            timeliness=timeliness(
                civil_date(received[department], area.zone) if department in received else None,
                cadence_days=feed.cadence_days,
                today=today,
            ),
            quality=quality.get(department, FeedQuality()),
            as_of=today,
        )
        for feed in FEEDS
        for department in feed.departments
        if everything or scope.covers(department=department)
    ]
