"""Everything the households service tells, by message and case."""

from __future__ import annotations

from households_service.areas.domain import AreaChanged
from households_service.benefits.domain import BenefitReductionProposed
from households_service.feeds.domain import (
    DepartmentRecordUnlinked,
)
from households_service.identities.judgements.domain import PersonsMerged, PersonSplit
from households_service.officers.domain import OfficerChanged
from households_service.registry.state import HouseholdChanged
from households_service.statements.domain import (
    AccountingRules,
    IncomeStatementChanged,
    IncomeStatementFrozen,
    all_statements,
)
from tests.contract.record_facts import (
    BENEFIT,
    BILL_RECORD,
    CERTIFICATE,
    DISASTER,
    DRY_POINT,
    FIRE_DAMAGE,
    INSPECTION,
    MERGE,
    PAID_BACK,
    PRICE,
    PRICE_WITHDRAWN,
    SCHOOL_COST,
    WITHDRAWN,
    WORK_ENDED,
    _linked,
)
from tests.contract.registry_facts import (
    DISSOLVED_AREA,
    FROZEN,
    GONE,
    LEDGER,
    OFFICER,
    REDUCTION,
    SEED_COSTS,
    STATE,
    STATEMENTS,
    VILLAGE_AREA,
)
from tests.households_service.factories import (
    HOUSEHOLD_ID,
    MOTHER_ID,
    STORY_DAY,
    VILLAGE,
    uuid,
)

HOUSEHOLDS_FACTS: dict[str, object] = {
    "AreaChanged": AreaChanged(area=VILLAGE_AREA, code="990101001201"),
    "AreaChanged-dissolved": AreaChanged(area=DISSOLVED_AREA, code="990101001202"),
    "OfficerChanged": OfficerChanged(officer=OFFICER),
    "HouseholdChanged": HouseholdChanged(state=STATE),
    "HouseholdChanged-removed": HouseholdChanged(state=GONE),
    "IncomeStatementChanged": IncomeStatementChanged(
        household_id=HOUSEHOLD_ID, area_path=VILLAGE, statements=STATEMENTS
    ),
    "IncomeStatementChanged-costs": IncomeStatementChanged(
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        statements=all_statements([*LEDGER, SEED_COSTS], [], member_count=4, as_of=STORY_DAY, rules=AccountingRules()),
    ),
    "IncomeStatementFrozen": IncomeStatementFrozen(frozen=FROZEN),
    "BenefitReductionProposed": BenefitReductionProposed(reduction=REDUCTION, benefit="SUBSISTENCE_ALLOWANCE"),
    "DepartmentRecordLinked": _linked(BILL_RECORD),
    "DepartmentRecordLinked-reimbursement": _linked(PAID_BACK),
    "DepartmentRecordLinked-disability": _linked(CERTIFICATE),
    "DepartmentRecordLinked-education": _linked(SCHOOL_COST),
    "DepartmentRecordLinked-housing": _linked(INSPECTION),
    "DepartmentRecordLinked-civil_affairs": _linked(BENEFIT),
    "DepartmentRecordLinked-employment": _linked(WORK_ENDED),
    "DepartmentRecordLinked-emergency": _linked(DISASTER),
    "DepartmentRecordLinked-accident": _linked(FIRE_DAMAGE),
    "DepartmentRecordLinked-withdrawal": _linked(WITHDRAWN),
    "DepartmentRecordUnlinked": DepartmentRecordUnlinked(
        record=BILL_RECORD, household_id=HOUSEHOLD_ID, member_id=MOTHER_ID, area_path=VILLAGE, version=2
    ),
    "DepartmentRecordUnlinked-reimbursement": DepartmentRecordUnlinked(
        record=PAID_BACK, household_id=HOUSEHOLD_ID, member_id=MOTHER_ID, area_path=VILLAGE, version=2
    ),
    "PersonsMerged": PersonsMerged(merge=MERGE, surviving_household_id=HOUSEHOLD_ID, merged_household_id=uuid(0xA3)),
    "PersonSplit": PersonSplit(merge=MERGE, surviving_household_id=HOUSEHOLD_ID, split_household_id=uuid(0xA3)),
    "AreaConditionReported": DRY_POINT,
    "AreaConditionReported-agriculture": PRICE,
    "AreaConditionReported-withdrawal": PRICE_WITHDRAWN,
}
