from __future__ import annotations

from chassis.errors import Conflict, NotFound


class UnknownRecord(NotFound):
    code = "UNKNOWN_DEPARTMENT_RECORD"


class LinkNotStanding(Conflict):
    """The record is nobody's now: it waits, was rejected, or its link was undone before."""

    code = "LINK_NOT_STANDING"


class MembersApart(Conflict):
    """Two people of whom one cannot give way: a head with a family, or somebody who has left."""

    code = "MEMBERS_CANNOT_MERGE"
