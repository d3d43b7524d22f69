"""What a worker has done before, as codes that a vacancy's occupation is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from employment_service.workers.domain import ExperienceKind, WorkerExperience

GROUPS: Mapping[ExperienceKind, frozenset[str]] = {
    ExperienceKind.WAGE: frozenset(),
    # ISCO-08: market and subsistence farmers, and those who work for them.
    ExperienceKind.FARM: frozenset({"61", "63", "92"}),
    # Personal care workers.
    ExperienceKind.CARE: frozenset({"53"}),
}
"""Of work whose code nobody chose: the two-digit groups it is like. A free title alone says nothing certain."""


def occupations_done(experience: Iterable[WorkerExperience]) -> frozenset[str]:
    codes: set[str] = set()
    for each in experience:
        codes |= GROUPS[each.kind] if each.occupation is None else {each.occupation}
    return frozenset(codes)
