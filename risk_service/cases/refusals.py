"""What is refused about a monitoring case, each named for the state it was refused in."""

from __future__ import annotations

from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound


class CaseNotFound(NotFound):
    code = "CASE_NOT_FOUND"


class CaseAlreadyOpen(Conflict):
    """The household has a case; a resolved one is reopened, not begun anew."""

    code = "CASE_ALREADY_OPEN"


class CaseChanged(Conflict):
    """The caller acted on an older version than the one that is stored."""

    code = "VERSION_CONFLICT"


class StepNotPossible(Conflict):
    """The case does not stand where this step begins."""

    code = "CASE_STEP_NOT_POSSIBLE"


class OtherPersonRequired(Forbidden):
    """Who took a step of this round, or visited, does not check or decide it."""


class NoteRequired(InvalidInput):
    code = "CASE_NOTE_REQUIRED"


class CaseDateInvalid(InvalidInput):
    code = "CASE_DATE_INVALID"


class RiskNotConfirmed(Conflict):
    """Nobody has visited and found a lasting risk."""

    code = "RISK_NOT_CONFIRMED"


class CategoryNotFound(Conflict):
    code = "MONITORING_CATEGORY_NOT_FOUND"


class IncomeNotKnown(Conflict):
    code = "INCOME_NOT_KNOWN"


class NoticeRunning(Conflict):
    """The notice has not hung for its full days."""

    code = "NOTICE_RUNNING"


class NoticeNotAllowed(InvalidInput):
    """A notice shows no identity number, phone, account or health of anybody."""

    code = "NOTICE_NOT_ALLOWED"


class MeasureNotFound(NotFound):
    code = "MEASURE_NOT_FOUND"


class MeasureAlreadyConfirmed(Conflict):
    code = "MEASURE_ALREADY_CONFIRMED"


class ResolutionTooEarly(Conflict):
    code = "RESOLUTION_TOO_EARLY"


class MeasureNotDelivered(Conflict):
    """No measure that the household, or a second person, confirmed."""

    code = "MEASURE_NOT_DELIVERED"


class IncomeNotOverLine(Conflict):
    code = "INCOME_NOT_OVER_LINE"


class IncomeNotStable(Conflict):
    code = "INCOME_NOT_STABLE"


class ExpensesNotSettled(Conflict):
    code = "EXPENSES_NOT_SETTLED"


class ChecksNotAllOk(Conflict):
    code = "CHECKS_NOT_ALL_OK"


class RiskStillOpen(Conflict):
    code = "RISK_STILL_OPEN"


class NobodyAbleToWork(Conflict):
    """Such a household is not called resolved; its support goes on."""

    code = "NOBODY_ABLE_TO_WORK"
