"""How many places of a vacancy there are, held and taken, and how many people come at once. Pure."""

from __future__ import annotations

from dataclasses import replace

from chassis.errors import InvalidInput
from employment_service.vacancies.domain import Cost, NoPlacesLeft, Vacancy, VacancyClosed, WorkerPaidCost


class BatchOutOfRange(InvalidInput):
    code = "BATCH_OUT_OF_RANGE"


def require_publishable(*, places: int, costs: tuple[Cost, ...], minimum_batch: int = 1) -> None:
    if not 1 <= places <= 10_000:
        raise InvalidInput("A vacancy has between 1 and 10,000 places.", field="places")
    require_batch(minimum_batch, places=places)
    for cost in costs:
        if cost.cents != 0:
            raise WorkerPaidCost(f"Workers pay nothing: remove the {cost.kind} cost.", field="workerPaidCosts")


def require_batch(minimum: int, *, places: int) -> None:
    if not 1 <= minimum <= places:
        raise BatchOutOfRange(f"A batch has between 1 and {places} people: not more than places.", field="minimumBatch")


def with_minimum_batch(vacancy: Vacancy, minimum: int) -> Vacancy:
    if not vacancy.open:
        raise VacancyClosed("The vacancy is closed.")
    require_batch(minimum, places=vacancy.places)
    return replace(vacancy, minimum_batch=minimum, version=vacancy.version + 1)


def with_place_reserved(vacancy: Vacancy) -> Vacancy:
    if not vacancy.open:
        raise VacancyClosed("The vacancy is closed.")
    if vacancy.reserved + vacancy.taken >= vacancy.places:
        raise NoPlacesLeft("Every place is taken or held for an open offer.")
    return replace(vacancy, reserved=vacancy.reserved + 1)


def with_reservation_released(vacancy: Vacancy) -> Vacancy:
    return replace(vacancy, reserved=max(vacancy.reserved - 1, 0))


def with_place_taken(vacancy: Vacancy) -> Vacancy:
    """An acceptance turns the reservation into a taken place."""
    return replace(vacancy, reserved=max(vacancy.reserved - 1, 0), taken=vacancy.taken + 1)


def with_place_returned(vacancy: Vacancy, *, reserve: bool = False) -> Vacancy:
    """`reserve`: the place stays held for the same person, whose acceptance fell with the old terms."""
    return replace(vacancy, taken=max(vacancy.taken - 1, 0), reserved=vacancy.reserved + (1 if reserve else 0))


def with_place_taken_again(vacancy: Vacancy, *, only_if_free: bool) -> Vacancy:
    """An end that was taken back. NoPlacesLeft where the place must be free and is not."""
    if only_if_free and vacancy.reserved + vacancy.taken >= vacancy.places:
        raise NoPlacesLeft("The place has gone to somebody else meanwhile.")
    return replace(vacancy, taken=vacancy.taken + 1)


def with_places(vacancy: Vacancy, places: int) -> Vacancy:
    """Places are only ever added: taking one away could hit somebody who holds it."""
    if not vacancy.open:
        raise VacancyClosed("The vacancy is closed.")
    require_publishable(places=places, costs=())
    if places <= vacancy.places:
        raise InvalidInput(f"Places can be added to the {vacancy.places} there are.", field="places")
    return replace(vacancy, places=places, version=vacancy.version + 1)
