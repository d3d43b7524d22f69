"""One loader per relation, one per request: whatever many rows ask for is read in one batch, in key order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.clock import civil_date
from chassis.graph import Page
from chassis.identity import SYSTEM_ACTOR, Actor
from risk_service.alerts.domain import Alert, AlertChange
from risk_service.alerts.repository import AlertFilter
from risk_service.assessments.domain import Assessment, RecommendedMeasure
from risk_service.assessments.service import note_readings, recommended
from risk_service.cases.domain import CaseStep, MonitoringCase
from risk_service.cases.resolving import CaseMeasure
from risk_service.clearances.domain import Clearance
from risk_service.copies.domain import Reach
from risk_service.copies.reach import zones_of
from risk_service.monitoring.domain import Override
from risk_service.planning.offers.domain import AssistanceOffer
from risk_service.planning.offers.service import offers_by_household
from risk_service.publishing.domain import ModelVersion
from risk_service.uow import Begin, RiskUnitOfWork
from risk_service.verification.domain import VerificationTask, Visit

Key = TypeVar("Key")
Value = TypeVar("Value")
Read = Callable[[RiskUnitOfWork, Sequence[Key]], Awaitable[Mapping[Key, Value]]]
HouseholdAlerts = tuple[UUID, AlertFilter, int, str | None]


class Loaders:
    def __init__(self, begin: Begin, actor: Actor) -> None:
        self._begin = begin
        self._actor = actor

    @cached_property
    def reaches(self) -> DataLoader[UUID, Reach | None]:
        """Read as the system: it decides about sight, and whoever is paired may stand outside the area."""
        return self._of(lambda uow, ids: uow.copies.reaches(ids), None, actor=SYSTEM_ACTOR)

    @cached_property
    def alerts(self) -> DataLoader[UUID, Alert | None]:
        return self._of(lambda uow, ids: uow.alerts.many(ids), None)

    @cached_property
    def open_alerts(self) -> DataLoader[UUID, Sequence[Alert]]:
        return self._of(lambda uow, ids: uow.alerts.open_by_household(ids), ())

    @cached_property
    def household_alerts(self) -> DataLoader[HouseholdAlerts, Page[Alert]]:
        return self._of(lambda uow, keys: uow.alerts.pages_by_household(keys), Page(items=(), has_next=False))

    @cached_property
    def changes(self) -> DataLoader[UUID, Sequence[AlertChange]]:
        return self._of(lambda uow, ids: uow.alerts.changes(ids), ())

    @cached_property
    def watches(self) -> DataLoader[UUID, date | None]:
        return self._of(lambda uow, ids: uow.alerts.watch_by_household(ids), None)

    @cached_property
    def tasks(self) -> DataLoader[UUID, VerificationTask | None]:
        """The newest task by alert."""
        return self._of(lambda uow, ids: uow.verification.newest_by_alert(ids), None)

    @cached_property
    def visits(self) -> DataLoader[UUID, Sequence[Visit]]:
        """By alert, newest first."""
        return self._of(lambda uow, ids: uow.verification.visits_by_alert(ids), ())

    @cached_property
    def clearances(self) -> DataLoader[UUID, Clearance | None]:
        """By alert."""
        return self._of(lambda uow, ids: uow.clearances.by_alert(ids), None)

    @cached_property
    def days(self) -> DataLoader[str, date | None]:
        """Today, by area path."""

        async def today(uow: RiskUnitOfWork, area_paths: Sequence[str]) -> dict[str, date | None]:
            zones = await zones_of(uow, area_paths)
            return {path: civil_date(uow.now, zone) for path, zone in zones.items()}

        return self._of(today, None)

    @cached_property
    def cases(self) -> DataLoader[UUID, MonitoringCase | None]:
        """The newest by household."""
        return self._of(lambda uow, ids: uow.cases.newest(ids), None)

    @cached_property
    def case_steps(self) -> DataLoader[UUID, Sequence[CaseStep]]:
        return self._of(lambda uow, ids: uow.cases.steps(ids), ())

    @cached_property
    def case_measures(self) -> DataLoader[UUID, Sequence[CaseMeasure]]:
        return self._of(lambda uow, ids: uow.cases.measures(ids), ())

    @cached_property
    def assessments(self) -> DataLoader[UUID, Assessment | None]:
        return self._of(lambda uow, ids: uow.assessments.many(ids), None)

    @cached_property
    def models(self) -> DataLoader[str, ModelVersion | None]:
        """By version."""

        async def found(uow: RiskUnitOfWork, versions: Sequence[str]) -> dict[str, ModelVersion | None]:
            return {version: await uow.models.find(version) for version in versions}

        return self._of(found, None)

    @cached_property
    def overrides(self) -> DataLoader[UUID, Sequence[Override]]:
        """By household, newest first."""
        return self._of(lambda uow, ids: uow.watch.overrides(ids), ())

    @cached_property
    def noted(self) -> DataLoader[tuple[UUID, str], bool]:
        """Writes down that the caller looks at the likelihoods of households, given with their area paths."""

        async def note(uow: RiskUnitOfWork, places: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], bool]:
            await note_readings(uow, self._actor, dict(places))
            return dict.fromkeys(places, True)

        return self._of(note, missing=False, actor=SYSTEM_ACTOR)

    @cached_property
    def measures(self) -> DataLoader[UUID, Sequence[RecommendedMeasure]]:
        """By household."""
        return self._of(recommended, ())

    @cached_property
    def assistance_offers(self) -> DataLoader[UUID, Sequence[AssistanceOffer]]:
        """By household, newest first."""
        return self._of(offers_by_household, ())

    def _of(self, read: Read[Key, Value], missing: Value, *, actor: Actor | None = None) -> DataLoader[Key, Value]:
        async def load(keys: list[Key]) -> list[Value]:
            async with self._begin(actor or self._actor) as uow:
                found = await read(uow, list(dict.fromkeys(keys)))
            return [found.get(key, missing) for key in keys]

        return DataLoader(load_fn=load)
