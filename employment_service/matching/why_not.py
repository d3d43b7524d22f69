"""The rules that can stand between a worker and a vacancy: one bit each, so that "why not" costs nothing."""

from __future__ import annotations

from enum import IntFlag


class WhyNot(IntFlag):
    """One bit for each limit that a pair breaks; 0: the pair is possible."""

    HOME_UNKNOWN = 1
    TOO_FAR = 1 << 1
    COMMUTE_TOO_LONG = 1 << 2
    QUALIFICATION_MISSING = 1 << 3
    CARE_TOO_FAR = 1 << 4
    CARE_HOURS = 1 << 5
    WAGE_BELOW_FLOOR = 1 << 6
    HEALTH_LIMIT = 1 << 7
    TOO_YOUNG = 1 << 8
    MINOR_AWAY_FROM_HOME = 1 << 9
    IN_SCHOOL = 1 << 10
    NO_PLACES_LEFT = 1 << 11
    EMPLOYER_NOT_IN_STANDING = 1 << 12
    VACANCY_CLOSED = 1 << 13
    ALREADY_OFFERED = 1 << 14
    OPT_IN_MISSING = 1 << 15
    """The person did not ask for work, or does not look for it now: nothing is ever proposed."""
    LANGUAGE_NEEDED = 1 << 16
    """A language that the job needs is not among the skills the worker named."""
    SEASON_CLASH = 1 << 17
    """The work falls into months in which the family's farm needs this worker."""
    NOT_FREE_YET = 1 << 18
    """The work begins before the day the worker is free from."""
