"""The states of a case, and every way from one to another. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class CaseStatus(StrEnum):
    PROPOSED = "PROPOSED"
    REVIEWED = "REVIEWED"
    ON_NOTICE = "ON_NOTICE"
    CHECKED = "CHECKED"
    NOT_IDENTIFIED = "NOT_IDENTIFIED"
    OPEN = "OPEN"
    REOPENED = "REOPENED"
    RESOLUTION_PROPOSED = "RESOLUTION_PROPOSED"
    RESOLUTION_REVIEWED = "RESOLUTION_REVIEWED"
    RESOLUTION_ON_NOTICE = "RESOLUTION_ON_NOTICE"
    RESOLUTION_CHECKED = "RESOLUTION_CHECKED"
    RESOLVED = "RESOLVED"


class CaseStepKind(StrEnum):
    PROPOSE = "PROPOSE"
    HOLD_REVIEW = "HOLD_REVIEW"
    PUBLISH_NOTICE = "PUBLISH_NOTICE"
    CHECK = "CHECK"
    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    PROPOSE_RESOLUTION = "PROPOSE_RESOLUTION"
    REOPEN = "REOPEN"


class DiscoveryChannel(StrEnum):
    """Of equal weight."""

    SELF_REPORT = "SELF_REPORT"
    GRASSROOTS_VISIT = "GRASSROOTS_VISIT"
    DEPARTMENT_SIGNAL = "DEPARTMENT_SIGNAL"
    GRIEVANCE = "GRIEVANCE"


_S, _K = CaseStatus, CaseStepKind
WAYS: Mapping[tuple[CaseStatus, CaseStepKind], CaseStatus] = MappingProxyType(
    {
        (_S.PROPOSED, _K.HOLD_REVIEW): _S.REVIEWED,
        (_S.REVIEWED, _K.PUBLISH_NOTICE): _S.ON_NOTICE,
        (_S.ON_NOTICE, _K.CHECK): _S.CHECKED,
        (_S.CHECKED, _K.APPROVE): _S.OPEN,
        **{(status, _K.DECLINE): _S.NOT_IDENTIFIED for status in (_S.PROPOSED, _S.REVIEWED, _S.ON_NOTICE, _S.CHECKED)},
        (_S.OPEN, _K.PROPOSE_RESOLUTION): _S.RESOLUTION_PROPOSED,
        (_S.REOPENED, _K.PROPOSE_RESOLUTION): _S.RESOLUTION_PROPOSED,
        (_S.RESOLUTION_PROPOSED, _K.HOLD_REVIEW): _S.RESOLUTION_REVIEWED,
        (_S.RESOLUTION_REVIEWED, _K.PUBLISH_NOTICE): _S.RESOLUTION_ON_NOTICE,
        (_S.RESOLUTION_ON_NOTICE, _K.CHECK): _S.RESOLUTION_CHECKED,
        (_S.RESOLUTION_CHECKED, _K.APPROVE): _S.RESOLVED,
        **{
            (status, step): to
            for status in (
                _S.RESOLUTION_PROPOSED,
                _S.RESOLUTION_REVIEWED,
                _S.RESOLUTION_ON_NOTICE,
                _S.RESOLUTION_CHECKED,
            )
            for step, to in ((_K.DECLINE, _S.OPEN), (_K.REOPEN, _S.REOPENED))
        },
        (_S.RESOLVED, _K.REOPEN): _S.REOPENED,
    }
)
# Another person's part: none of who took an earlier step of the round, and nobody who visited.
OTHER_PERSON = frozenset({_K.CHECK, _K.APPROVE, _K.DECLINE})
NOTE_REQUIRED = frozenset({_K.PROPOSE, _K.DECLINE, _K.PROPOSE_RESOLUTION, _K.REOPEN})
UNDECIDED = frozenset({_S.PROPOSED, _S.REVIEWED, _S.ON_NOTICE, _S.CHECKED})
SUPPORTED = frozenset(
    {
        _S.OPEN,
        _S.REOPENED,
        _S.RESOLUTION_PROPOSED,
        _S.RESOLUTION_REVIEWED,
        _S.RESOLUTION_ON_NOTICE,
        _S.RESOLUTION_CHECKED,
    }
)
