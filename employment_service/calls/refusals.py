"""What the call list refuses."""

from __future__ import annotations

from chassis.errors import Conflict, InvalidInput, NotFound


class NobodyToCall(NotFound):
    code = "NOBODY_TO_CALL"


class NotOnCallList(NotFound):
    """Says no more: why somebody is not on the list is theirs."""

    code = "NOT_ON_CALL_LIST"


class CallClaimedByAnother(Conflict):
    code = "CALL_CLAIMED_BY_ANOTHER"


class CallClaimNotHeld(Conflict):
    code = "CALL_CLAIM_NOT_HELD"


class CallAlreadyRecorded(Conflict):
    code = "CALL_ALREADY_RECORDED"


class CallBackTime(InvalidInput):
    code = "CALL_BACK_TIME"


class TooManyCallsAtOnce(InvalidInput):
    code = "TOO_MANY_CALLS_AT_ONCE"
