"""Which supply point or area the records of one step are about: by registered number only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from households_service.feeds.catalogue.agriculture import AREA
from households_service.feeds.catalogue.declaration import Subject
from households_service.feeds.catalogue.water import SUPPLY_POINT
from households_service.feeds.incoming import FeedRecord
from households_service.feeds.refusals import AreaNotKnown, SupplyPointNotKnown
from households_service.uow import HouseholdsUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    area_path: str
    point_id: UUID | None = None


class Places(Protocol):
    def of(self, record: FeedRecord) -> Place:
        """Raises SupplyPointNotKnown or AreaNotKnown."""
        ...


@dataclass(frozen=True, slots=True)
class _Points:
    known: dict[str, Place]

    def of(self, record: FeedRecord) -> Place:
        found = self.known.get(record.details.text(SUPPLY_POINT) or "")
        if found is None:
            raise SupplyPointNotKnown("The county has registered no such supply point here.", field=SUPPLY_POINT)
        return found


@dataclass(frozen=True, slots=True)
class _Areas:
    known: dict[str, Place]

    def of(self, record: FeedRecord) -> Place:
        found = self.known.get(record.details.text(AREA) or "")
        if found is None:
            raise AreaNotKnown("No area of this feed carries this code.", field=AREA)
        return found


async def places_of(
    uow: HouseholdsUnitOfWork, subject: Subject, records: Sequence[FeedRecord], *, within: str
) -> Places:
    """`within`: the area of the feed; what lies elsewhere does not exist for it."""
    if subject is Subject.POINT:
        numbers = {number for record in records if (number := record.details.text(SUPPLY_POINT)) is not None}
        points = await uow.points.by_numbers(sorted(numbers))
        inside = (point for point in points.values() if point.area_path.startswith(within))
        return _Points({point.number: Place(area_path=point.area_path, point_id=point.id) for point in inside})
    codes = {code for record in records if subject is Subject.AREA and (code := record.details.text(AREA)) is not None}
    areas = await uow.areas.by_codes(sorted(codes), uow.today) if codes else {}
    return _Areas({code: Place(area_path=area.path) for code, area in areas.items() if area.path.startswith(within)})
