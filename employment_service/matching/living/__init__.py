"""A plan that goes on living: events change it where they must, and leave everybody else where they are.

A pure engine beside `assignment`: the state it keeps is who is where, and one price a vacancy.
"""

from __future__ import annotations

from employment_service.matching.living.domain import (
    Change,
    Event,
    Frozen,
    OptionsChanged,
    PlacesChanged,
    Thawed,
    VacancyClosed,
)
from employment_service.matching.living.plan import LivingPlan

__all__ = ["Change", "Event", "Frozen", "LivingPlan", "OptionsChanged", "PlacesChanged", "Thawed", "VacancyClosed"]
