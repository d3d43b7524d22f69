"""Work done before makes like work count for more, in lists and in runs, whether it was paid or not."""

from __future__ import annotations

import pytest

from employment_service.workers.domain import ExperienceKind, WorkerExperience
from tests.employment_service.factories import employer, id_of, vacancy, worker
from tests.employment_service.town import STAFF, Town

CHANCE = """query($id: ID!) { nearbyVacancies(worker: $id, first: 10) {
    edges { node { score scoreParts { stableChance } vacancy { id } } } } }"""
COOK, CARER, FARM_HAND = "5120", "5322", "9211"


async def chance(town: Town, occupation: str | None, *experience: WorkerExperience) -> float:
    await town.add_areas()
    await town.add(employer(), vacancy(1, occupation=occupation), worker(1, experience=experience))
    edges = (await town.ask(STAFF, CHANCE, {"id": str(id_of(301))}))["nearbyVacancies"]["edges"]
    assert [edge["node"]["vacancy"]["id"] for edge in edges] == [str(id_of(201))]
    return float(edges[0]["node"]["scoreParts"]["stableChance"])


def done(kind: ExperienceKind = ExperienceKind.WAGE, occupation: str | None = None) -> WorkerExperience:
    return WorkerExperience(title="Invented work", kind=kind, occupation=occupation)


PLAIN, LIKE, SAME = 0.779, 0.8115, 0.8402
"""logistic of 1.26, 1.46 and 1.66: two kilometres away, a year long."""


@pytest.mark.parametrize(
    ("offered", "experience", "expected"),
    [
        (None, done(occupation=COOK), PLAIN),
        (COOK, done(), PLAIN),
        (COOK, done(occupation=COOK), SAME),
        (COOK, done(occupation="5131"), LIKE),
        (CARER, done(ExperienceKind.CARE), LIKE),
        (CARER, done(ExperienceKind.CARE, CARER), SAME),
        (FARM_HAND, done(ExperienceKind.FARM), LIKE),
        (COOK, done(ExperienceKind.FARM), PLAIN),
    ],
)
async def test_the_chance_counts_the_work_done_before(
    town: Town, offered: str | None, experience: WorkerExperience, expected: float
) -> None:
    assert await chance(town, offered, experience) == pytest.approx(expected, abs=0.00006)


async def test_of_two_equal_posts_the_one_done_before_stands_first(town: Town) -> None:
    await town.add_areas()
    await town.add(employer(), vacancy(1, occupation=FARM_HAND), vacancy(2, occupation=COOK))
    await town.add(worker(1, experience=(done(occupation=COOK),)), worker(2, experience=(done(ExperienceKind.FARM),)))

    for number, first in ((1, 202), (2, 201)):
        edges = (await town.ask(STAFF, CHANCE, {"id": str(id_of(300 + number))}))["nearbyVacancies"]["edges"]
        assert edges[0]["node"]["vacancy"]["id"] == str(id_of(first))
