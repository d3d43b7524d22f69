"""What can be wrong with a row, a household or a place in a registry sheet, beyond what one cell may hold."""

from __future__ import annotations

from chassis.errors import InvalidInput

DUPLICATE_HOUSEHOLD = "DUPLICATE_HOUSEHOLD"
DUPLICATE_ID_IN_FILE = "DUPLICATE_ID_IN_FILE"
DUPLICATE_ID_IN_REGISTRY = "DUPLICATE_ID_IN_REGISTRY"
DUPLICATE_MEMBER = "DUPLICATE_MEMBER"
DUPLICATE_MEMBER_NUMBER = "DUPLICATE_MEMBER_NUMBER"
HEAD_MISSING = "HEAD_MISSING"
HEAD_NOT_IN_SHEET = "HEAD_NOT_IN_SHEET"
HOUSEHOLD_SIZE_MISMATCH = "HOUSEHOLD_SIZE_MISMATCH"
HOUSEHOLD_VALUES_DIFFER = "HOUSEHOLD_VALUES_DIFFER"
HOUSEHOLD_HAS_ERRORS = "HOUSEHOLD_HAS_ERRORS"
CAUSE_DOUBTFUL = "CAUSE_DOUBTFUL"
MEMBER_NOT_IN_SHEET = "MEMBER_NOT_IN_SHEET"
PERSON_MAY_BE_REGISTERED = "PERSON_MAY_BE_REGISTERED"
SUPPLY_POINT_NOT_KNOWN = "SUPPLY_POINT_NOT_KNOWN"


class BirthDatesDiffer(InvalidInput):
    code = "BIRTH_DATES_DIFFER"


class BirthDateMissing(InvalidInput):
    code = "BIRTH_DATE_MISSING"


class HouseholdCodeMalformed(InvalidInput):
    code = "HOUSEHOLD_CODE_MALFORMED"


class LabourCapacityAssumed(InvalidInput):
    code = "LABOUR_CAPACITY_ASSUMED"


class WaterAnswersDiffer(InvalidInput):
    code = "WATER_ANSWERS_DIFFER"


class VillageUnknown(InvalidInput):
    code = "UNKNOWN_VILLAGE"


class VillageAmbiguous(InvalidInput):
    code = "AMBIGUOUS_VILLAGE"


class VillageOutsideArea(InvalidInput):
    code = "VILLAGE_OUTSIDE_AREA"
