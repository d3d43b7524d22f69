"""What is compared of a person, as texts; and in which terms the agreement of each field is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NAME, ID_NUMBER, DATE_OF_BIRTH, VILLAGE, HOUSEHOLD = "name", "idNumber", "dateOfBirth", "villageCode", "householdCode"
REVIEW_BITS = -5.0
"""Odds of 1 : 32; below it a person's time is better spent on another row."""


class LinkField(StrEnum):
    """Of the name the first part (own or given name) and the last (father's or family name) count by themselves."""

    FIRST_NAME = "FIRST_NAME"
    LAST_NAME = "LAST_NAME"
    ID_NUMBER = "ID_NUMBER"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    VILLAGE = "VILLAGE"
    HOUSEHOLD = "HOUSEHOLD"
    SAME_HOUSEHOLD_IN_BATCH = "SAME_HOUSEHOLD_IN_BATCH"
    """Rows of the batch that name one household found members of this one."""
    OTHER_CANDIDATES = "OTHER_CANDIDATES"
    """What speaks for others speaks against this one."""
    PRIOR = "PRIOR"
    """How likely any registered person is, before anything is compared; less what relatives and neighbours share."""


class Agreement(StrEnum):
    SAME = "SAME"
    CLOSE = "CLOSE"
    DIFFERENT = "DIFFERENT"
    NOT_GIVEN = "NOT_GIVEN"


FEATURES = (
    LinkField.FIRST_NAME,
    LinkField.LAST_NAME,
    LinkField.ID_NUMBER,
    LinkField.DATE_OF_BIRTH,
    LinkField.VILLAGE,
    LinkField.HOUSEHOLD,
)
"""In the order in which the engine compares them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """`place`: twelve digits of a village's path. "" for what is not known."""

    name: str = ""
    id_number: str = ""
    date_of_birth: str = ""
    place: str = ""
    household: str = ""

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return "Sketch(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAgreement:
    field: LinkField
    agreement: Agreement
