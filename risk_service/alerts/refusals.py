"""What can be refused of an alert."""

from __future__ import annotations

from chassis.errors import Conflict, Forbidden, NotFound


class AlertNotFound(NotFound):
    code = "ALERT_NOT_FOUND"


class AlertAlreadyCleared(Conflict):
    code = "ALERT_ALREADY_CLEARED"


class AlertChanged(Conflict):
    """The caller decided on an older version of the alert than the one that is stored."""

    code = "VERSION_CONFLICT"


class VerificationRequired(Conflict):
    """Nobody has visited since the alert was raised or escalated."""

    code = "VERIFICATION_REQUIRED"


class SecondPersonRequired(Forbidden):
    """Four eyes: who visited does not clear."""
