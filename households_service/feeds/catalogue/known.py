"""The ten feeds."""

from __future__ import annotations

from households_service.feeds.catalogue.agriculture import AGRICULTURE
from households_service.feeds.catalogue.civil_affairs import CIVIL_AFFAIRS
from households_service.feeds.catalogue.declaration import Feed
from households_service.feeds.catalogue.disability import DISABILITY
from households_service.feeds.catalogue.education import EDUCATION
from households_service.feeds.catalogue.emergency import EMERGENCY
from households_service.feeds.catalogue.health_insurance import HEALTH_INSURANCE
from households_service.feeds.catalogue.housing import HOUSING
from households_service.feeds.catalogue.human_resources import HUMAN_RESOURCES
from households_service.feeds.catalogue.victim_relief import VICTIM_RELIEF
from households_service.feeds.catalogue.water import WATER
from households_service.feeds.departments import Department

FEEDS = (
    HEALTH_INSURANCE,
    DISABILITY,
    EDUCATION,
    HOUSING,
    WATER,
    CIVIL_AFFAIRS,
    HUMAN_RESOURCES,
    EMERGENCY,
    AGRICULTURE,
    VICTIM_RELIEF,
)
_BY_DEPARTMENT = {department: feed for feed in FEEDS for department in feed.departments}


def feed_of(department: Department) -> Feed:
    return _BY_DEPARTMENT[department]
