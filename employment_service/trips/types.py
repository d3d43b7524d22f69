"""Trips and what is paid for them, as they are shown."""

from datetime import date

import strawberry

from chassis.graph import Money
from chassis.graph.scalars import money_of_cents
from employment_service.placements.domain import TravelWay
from employment_service.trips import domain

strawberry.enum(TravelWay, description="Own travel is always possible.")
strawberry.enum(domain.Direction)
strawberry.enum(domain.TripState)


@strawberry.type
class Trip:
    direction: domain.Direction
    way: TravelWay
    state: domain.TripState
    leaves_on: date | None

    @staticmethod
    def of(trip: domain.Trip) -> "Trip":
        return Trip(direction=trip.direction, way=trip.way, state=trip.state, leaves_on=trip.leaves_on)


@strawberry.type(
    description="By the distance, to whoever travelled by their own choice. Leaving later costs none of it."
)
class TravelSubsidy:
    placement_id: strawberry.ID
    km: int
    amount: Money
    owed_on: date
    paid_on: date | None

    @staticmethod
    def of(subsidy: domain.TravelSubsidy) -> "TravelSubsidy":
        return TravelSubsidy(
            placement_id=strawberry.ID(str(subsidy.placement_id)),
            km=subsidy.km,
            amount=money_of_cents(subsidy.cents),
            owed_on=subsidy.owed_on,
            paid_on=subsidy.paid_on,
        )

    @staticmethod
    def perhaps(subsidy: domain.TravelSubsidy | None) -> "TravelSubsidy | None":
        return None if subsidy is None else TravelSubsidy.of(subsidy)
