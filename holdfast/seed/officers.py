"""Who works in the sample county, and which support officer knows which monitored family."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.identity import Role
from holdfast.seed import story
from holdfast.seed.families import MONITORED_PER_VILLAGE, REGISTERED_ON, Family
from holdfast.seed.ids import chance, sample_id
from holdfast.seed.names import family_name, full_name
from holdfast.seed.places import COUNTY, TOWNSHIPS, VILLAGES, Place
from households_service.officers.domain import Officer, Pairing

FAMILIES_PER_OFFICER = 10
SUPPORT_OFFICERS_PER_VILLAGE = MONITORED_PER_VILLAGE // FAMILIES_PER_OFFICER

_COUNTY_OFFICE = (
    (story.COUNTY_APPROVER, Role.COUNTY_APPROVER),
    (story.COUNTY_ADMIN, Role.COUNTY_ADMIN),
    (story.EMPLOYMENT_STAFF, Role.EMPLOYMENT_STAFF),
    ("sector-liaison-1", Role.SECTOR_LIAISON),
    ("planner-1", Role.PLANNER),
    ("supervisor-1", Role.SUPERVISOR),
)


def officers() -> tuple[Officer, ...]:
    county = [_officer(subject, role, COUNTY) for subject, role in _COUNTY_OFFICE]
    townships = [
        _officer(f"township-reviewer-{_short(place)}", Role.TOWNSHIP_REVIEWER, place.path) for place in TOWNSHIPS
    ]
    specialists = [
        _officer(f"village-specialist-{_short(place)}", Role.VILLAGE_SPECIALIST, place.path) for place in VILLAGES
    ]
    support = [
        _officer(_support_subject(place, number), Role.SUPPORT_OFFICER, place.path)
        for place in VILLAGES
        for number in range(1, SUPPORT_OFFICERS_PER_VILLAGE + 1)
    ]
    return (*county, *townships, *specialists, *support)


def pairings(village: Place, families: Sequence[Family]) -> tuple[Pairing, ...]:
    """The monitored families of a village, ten to an officer."""
    monitored = [family.household for family in families if family.household.monitored]
    return tuple(
        Pairing(
            id=sample_id("pairing", household.code),
            officer_id=sample_id("officer", _support_subject(village, order // FAMILIES_PER_OFFICER + 1)),
            household_id=household.id,
            area_path=village.path,
            valid_from=REGISTERED_ON,
        )
        for order, household in enumerate(monitored)
    )


def _officer(subject: str, role: Role, area_path: str) -> Officer:
    random = chance("officer", subject)
    return Officer(
        id=sample_id("officer", subject),
        subject=subject,
        display_name=full_name(random, family_name(random)),
        roles=frozenset({role}),
        area_path=area_path,
    )


def _support_subject(village: Place, number: int) -> str:
    return f"support-officer-{_short(village)}-{number}"


def _short(place: Place) -> str:
    """As in "001-201" for the path 99/01/01/001/201/."""
    return place.path.removeprefix(COUNTY).strip("/").replace("/", "-")
