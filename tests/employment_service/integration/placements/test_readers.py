"""Every list of the working life, and each role that may read it: to everybody else it is forbidden, not empty."""

from __future__ import annotations

from tests.employment_service.factories import COUNTY, id_of
from tests.employment_service.town import (
    ADMIN,
    EMPLOYER,
    HEAD,
    MONITOR,
    OTHER_EMPLOYER,
    SPECIALIST,
    STAFF,
    STRANGE_STAFF,
    SUPERVISOR,
    TOWNSHIP_STAFF,
    Town,
    as_worker,
)

CALLERS = {
    "worker": as_worker(),
    "employer": EMPLOYER,
    "other employer": OTHER_EMPLOYER,
    "staff": STAFF,
    "township staff": TOWNSHIP_STAFF,
    "strange staff": STRANGE_STAFF,
    "monitor": MONITOR,
    "head": HEAD,
    "specialist": SPECIALIST,
    "admin": ADMIN,
    "supervisor": SUPERVISOR,
}
AREA, VACANCY = f'area: "{COUNTY}"', f'vacancyId: "{id_of(201)}"'
READERS = {
    "myOffers { totalCount }": {"worker"},
    "myNotices { totalCount }": {"worker"},
    f"placements({AREA}) {{ totalCount }}": {"worker", "employer", "other employer", "staff", "monitor"},
    f"tripsHome({AREA}) {{ placementId }}": {"staff"},
    f"travelSubsidiesOwed({AREA}) {{ placementId }}": {"staff"},
    f"wageClaims({AREA}) {{ workerName }}": {"staff", "monitor"},
    f"groupTrips({VACANCY}) {{ booked }}": {"staff", "employer"},
    f"groupRecruitment({VACANCY}, {AREA}) {{ confirmed }}": {"staff"},
}


async def test_each_list_opens_to_its_readers_and_to_nobody_else(town: Town) -> None:
    await town.ready()
    for asked, readers in READERS.items():
        answers = {name: (await town.answer(actor, f"{{ {asked} }}"))[1] for name, actor in CALLERS.items()}
        assert {name for name, errors in answers.items() if not errors} == readers, asked
        assert {tuple(errors) for errors in answers.values()} <= {(), ("FORBIDDEN",)}, asked
