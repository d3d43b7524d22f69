"""Measures that a second person approved, for plans to be made with. Pure.

Only through such a list does a measured effect enter a plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson

from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound
from risk_service.planning.domain import Objective
from risk_service.planning.effects.domain import MeasureEffect
from risk_service.planning.plans.declaration import Declared, DeclaredMeasure, EffectBasis, require_sound
from risk_service.planning.plans.stored import declared_json

LONGEST_REASON = 2000
DECIMALS = 4


class CatalogueNotFound(NotFound):
    code = "MEASURE_CATALOGUE_NOT_FOUND"


class CatalogueNotApproved(Conflict):
    code = "MEASURE_CATALOGUE_NOT_APPROVED"


class CatalogueApproved(Conflict):
    code = "MEASURE_CATALOGUE_APPROVED"


class CatalogueChanged(Conflict):
    code = "MEASURE_CATALOGUE_CHANGED"


class CatalogueSecondPersonNeeded(Forbidden):
    code = "MEASURE_CATALOGUE_SECOND_PERSON_NEEDED"


class MeasureNotMeasured(InvalidInput):
    code = "MEASURE_NOT_MEASURED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueApproval:
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCatalogue:
    """Never changed; another list is another version."""

    id: UUID
    area_path: str
    currency: str
    measures: tuple[DeclaredMeasure, ...]
    proposed_by: str
    proposed_at: datetime
    approval: CatalogueApproval | None = None

    @property
    def declared(self) -> Declared:
        return Declared(area_path=self.area_path, objective=Objective.PEOPLE, budget=0, measures=self.measures)

    @property
    def content_hash(self) -> str:
        said = orjson.dumps(declared_json(self.declared), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(said).hexdigest()


def proposed(
    measures: Sequence[DeclaredMeasure],
    *,
    area_path: str,
    use_measured: Sequence[str],
    known: Mapping[str, MeasureEffect],
) -> tuple[DeclaredMeasure, ...]:
    """With the measured effects in place of the assumed ones that are named.

    Raises MeasureNotMeasured, AssistancePlanInvalid or MeasureNotPlannable.
    """
    codes = {one.code for one in measures}
    for number, code in enumerate(use_measured):
        found = known[code].measured if code in known and code in codes else None
        if found is None:
            raise MeasureNotMeasured(f"No effect of {code} was measured.", field=f"useMeasured.{number}")
        if found.effect < 10**-DECIMALS:
            raise MeasureNotMeasured(
                f"{code} averted nothing as measured: leave it out.", field=f"useMeasured.{number}"
            )
    made = tuple(_with(one, known) if one.code in use_measured else one for one in measures)
    require_sound(Declared(area_path=area_path, objective=Objective.PEOPLE, budget=0, measures=made))
    return made


def _with(one: DeclaredMeasure, known: Mapping[str, MeasureEffect]) -> DeclaredMeasure:
    found = known[one.code].measured
    assert found is not None  # noqa: S101 - `proposed` has looked
    return replace(
        one, effect=round(found.effect, DECIMALS), effect_basis=EffectBasis.MEASURED, assumed_effect=one.effect
    )


def approve(
    catalogue: MeasureCatalogue, *, approver: str, content_hash: str, reason: str, at: datetime
) -> MeasureCatalogue:
    """Raises CatalogueSecondPersonNeeded, CatalogueApproved, CatalogueChanged or InvalidInput."""
    if approver == catalogue.proposed_by:
        raise CatalogueSecondPersonNeeded("Who proposed these measures may not approve them: a second person decides.")
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput(f"A reason of 1 to {LONGEST_REASON} characters is needed.", field="reason")
    if catalogue.approval is not None:
        raise CatalogueApproved("These measures were approved before.")
    if content_hash != catalogue.content_hash:
        raise CatalogueChanged("These are not the measures you read; read them again.", field="contentHash")
    return replace(catalogue, approval=CatalogueApproval(by=approver, at=at, reason=reason.strip()))


def measures_for(catalogue: MeasureCatalogue | None, area_path: str) -> tuple[DeclaredMeasure, ...]:
    """Raises CatalogueNotFound or CatalogueNotApproved."""
    if catalogue is None or not area_path.startswith(catalogue.area_path):
        raise CatalogueNotFound("There is no such list of measures, or not for this area.", field="catalogue")
    if catalogue.approval is None:
        raise CatalogueNotApproved("A second person has to approve these measures first.", field="catalogue")
    return catalogue.measures
