"""What is refused about a department's batch, a record of it, or a decision over a waiting row."""

from __future__ import annotations

from chassis.errors import Conflict, InvalidInput, NotFound


class DepartmentUnknown(InvalidInput):
    code = "DEPARTMENT_UNKNOWN"


class FeedAreaMissing(InvalidInput):
    code = "FEED_AREA_MISSING"


class UnknownField(InvalidInput):
    code = "UNKNOWN_FIELD"


class PurposeNotAllowed(InvalidInput):
    """The feed's records are not for this: its declaration says what for."""

    code = "PURPOSE_NOT_ALLOWED"


class BatchTooLarge(InvalidInput):
    code = "BATCH_TOO_LARGE"


class BatchEmpty(InvalidInput):
    code = "BATCH_EMPTY"


class BatchIdReused(Conflict):
    code = "BATCH_ID_REUSED"


class UnknownBatch(NotFound):
    code = "UNKNOWN_BATCH"


class RecordCurrencyDiffers(InvalidInput):
    code = "RECORD_CURRENCY_DIFFERS"


class NegativeAmount(InvalidInput):
    code = "NEGATIVE_AMOUNT"


class ReimbursementNotNegative(InvalidInput):
    code = "REIMBURSEMENT_NOT_NEGATIVE"


class CorrectsNotAllowed(InvalidInput):
    code = "CORRECTS_NOT_ALLOWED"


class CorrectsMissing(InvalidInput):
    code = "CORRECTS_MISSING"


class FieldNeeded(InvalidInput):
    """A field that this kind of event cannot do without."""

    code = "FIELD_NEEDED"


class WithdrawalNotBare(InvalidInput):
    code = "WITHDRAWAL_NOT_BARE"


class PersonNotAllowed(InvalidInput):
    code = "PERSON_NOT_ALLOWED"


class RecordWithdrawn(Conflict):
    """What was withdrawn takes no new version and no correction."""

    code = "RECORD_WITHDRAWN"


class SupplyPointNotKnown(InvalidInput):
    """The county has not registered this supply point, or it lies outside the feed's area."""

    code = "SUPPLY_POINT_NOT_KNOWN"


class AreaNotKnown(InvalidInput):
    code = "AREA_NOT_KNOWN"


class CorrectsUnknownRecord(InvalidInput):
    code = "CORRECTS_UNKNOWN_RECORD"


class ReimbursementTooLarge(InvalidInput):
    code = "REIMBURSEMENT_TOO_LARGE"


class PersonMissing(InvalidInput):
    code = "PERSON_MISSING"


class PersonChanged(InvalidInput):
    """A new version names another member: money cannot move between families under one record id."""

    code = "PERSON_CHANGED"


class RecordRepeated(InvalidInput):
    """A warning: an earlier row of the batch has the record id with other content."""

    code = "RECORD_REPEATED"


class RecordKindChanged(InvalidInput):
    code = "RECORD_KIND_CHANGED"


class EventDateInFuture(InvalidInput):
    code = "EVENT_DATE_IN_FUTURE"


class RecordIdMalformed(InvalidInput):
    code = "RECORD_ID_MALFORMED"


class UnknownReviewRow(NotFound):
    code = "UNKNOWN_REVIEW_ROW"


class RowAlreadyResolved(Conflict):
    code = "ROW_ALREADY_RESOLVED"


class ResolutionUnclear(InvalidInput):
    code = "RESOLUTION_UNCLEAR"
