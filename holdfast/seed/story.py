"""The family of the story, HH-A, and whom it meets: ids, codes and numbers that the demo and the tests name.

Two adults and two children; the mother's own mother lives in another household of another village. Everybody is
invented; ID numbers carry the unassigned area 99xxxx.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from holdfast.seed.ids import sample_id
from households_service.linkage.identity_number import check_character
from households_service.members.domain import LabourCapacity, Relation

STORY_DAY = date(2020, 9, 18)
COUNTY = "99/01/01/"
VILLAGE = "99/01/01/001/201/"
VILLAGE_CODE = "990101001201"
PARENT_VILLAGE = "99/01/01/001/203/"
HOUSEHOLD_CODE = "990101001201-0001"
HOUSEHOLD_ID = sample_id("household", HOUSEHOLD_CODE)
PARENT_HOUSEHOLD_CODE = "990101001203-0001"

SPECIALIST = "village-specialist-001-201"
SUPPORT_OFFICER = "support-officer-001-201-1"
TOWNSHIP_REVIEWER = "township-reviewer-001"
COUNTY_APPROVER = "county-approver-1"
COUNTY_ADMIN = "county-admin-1"
EMPLOYMENT_STAFF = "employment-staff-1"
INDEPENDENT_MONITOR = "independent-monitor-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: UUID
    name: str
    date_of_birth: date
    id_number: str
    relation: Relation
    labour_capacity: LabourCapacity
    in_school: bool = False


def _person(  # noqa: PLR0917 - a table of people
    order: int,
    key: str,
    name: str,
    born: date,
    relation: Relation,
    labour_capacity: LabourCapacity,
    in_school: bool = False,
) -> Person:
    stem = f"990101{born:%Y%m%d}001"
    return Person(
        id=sample_id("member", key, order),
        name=name,
        date_of_birth=born,
        id_number=stem + check_character(stem),
        relation=relation,
        labour_capacity=labour_capacity,
        in_school=in_school,
    )


FATHER = _person(0, "story father", "禾远山", date(1984, 5, 12), Relation.HEAD, LabourCapacity.FULL)
MOTHER = _person(1, "story mother", "维拉·希尔凡", date(1986, 11, 3), Relation.SPOUSE, LabourCapacity.FULL)
FIRST_CHILD = _person(2, "story first child", "禾秋月", date(2010, 4, 2), Relation.CHILD, LabourCapacity.NONE, True)
SECOND_CHILD = _person(3, "story second child", "禾麦青", date(2016, 1, 15), Relation.CHILD, LabourCapacity.NONE)
FAMILY = (FATHER, MOTHER, FIRST_CHILD, SECOND_CHILD)
PATIENT = FIRST_CHILD
GRANDMOTHER = _person(0, "story grandmother", "娜薇拉·塔尔玛尼", date(1952, 2, 20), Relation.HEAD, LabourCapacity.NONE)
GRANDMOTHER_IN_LETTERS = ("Navila Tarmani", "Navila", "Navla")
"""Her name on other papers: whole, its first part alone, and that with a vowel lost. Nobody else is called so."""
GRANDFATHER = _person(1, "story grandfather", "塔伦·希尔凡", date(1949, 8, 8), Relation.SPOUSE, LabourCapacity.NONE)
PARENTS = (GRANDMOTHER, GRANDFATHER)
