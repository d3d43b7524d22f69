"""The caller, as the claims of a token say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from chassis.errors import Forbidden

AREA_PATH = re.compile(r"(?:\d{2}/){1,3}(?:\d{3}/){0,2}", re.ASCII)


class Role(StrEnum):
    """The closed list; the same as contracts.common.v1.Role."""

    HOUSEHOLD = "HOUSEHOLD"
    WORKER = "WORKER"
    EMPLOYER = "EMPLOYER"
    VILLAGE_SPECIALIST = "VILLAGE_SPECIALIST"
    SUPPORT_OFFICER = "SUPPORT_OFFICER"
    TOWNSHIP_REVIEWER = "TOWNSHIP_REVIEWER"
    COUNTY_APPROVER = "COUNTY_APPROVER"
    COUNTY_ADMIN = "COUNTY_ADMIN"
    EMPLOYMENT_STAFF = "EMPLOYMENT_STAFF"
    PLANNER = "PLANNER"
    SECTOR_LIAISON = "SECTOR_LIAISON"
    DEPARTMENT = "DEPARTMENT"
    SUPERVISOR = "SUPERVISOR"
    INDEPENDENT_MONITOR = "INDEPENDENT_MONITOR"
    SYSTEM = "SYSTEM"


class ScopeKind(StrEnum):
    AREA = "AREA"
    PAIRED = "PAIRED"
    SELF = "SELF"
    EMPLOYER = "EMPLOYER"
    DEPARTMENT = "DEPARTMENT"
    SYSTEM = "SYSTEM"


JsonClaims = Mapping[str, object]


class BadClaims(Forbidden):
    code = "BAD_CLAIMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks. `areas` are area paths; everything below them is in the AREA scope."""

    subject: str
    roles: frozenset[Role]
    areas: tuple[str, ...] = ()
    member_id: UUID | None = None
    employer_id: str | None = None
    department: str | None = None
    session: str | None = field(default=None, compare=False, repr=False)
    """Of the login, where the token names one; the same caller in another session is the same caller."""

    def has(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)

    def covers_area(self, area_path: str) -> bool:
        return any(area_path.startswith(prefix) for prefix in self.areas)

    def claims(self) -> dict[str, object]:
        """The token claims of this actor; `from_claims` reads them back."""
        claims: dict[str, object] = {
            "sub": self.subject,
            "roles": sorted(self.roles),
            "areas": list(self.areas),
        }
        if self.member_id is not None:
            claims["memberId"] = str(self.member_id)
        if self.employer_id is not None:
            claims["employerId"] = self.employer_id
        if self.department is not None:
            claims["department"] = self.department
        if self.session is not None:
            claims["sid"] = self.session
        return claims

    @staticmethod
    def from_claims(claims: JsonClaims) -> Actor:
        """Raises BadClaims, naming the claim."""
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject:
            raise BadClaims("The token names no subject.", field="sub")
        areas = _texts(claims, "areas")
        if not all(AREA_PATH.fullmatch(area) for area in areas):
            raise BadClaims("The token's areas are not area paths.", field="areas")
        try:
            roles = frozenset(Role(role) for role in _texts(claims, "roles"))
        except ValueError:
            raise BadClaims("The token holds an unknown role.", field="roles") from None
        member = _text(claims, "memberId")
        try:
            member_id = UUID(member) if member is not None else None
        except ValueError:
            raise BadClaims("The token's member is not an id.", field="memberId") from None
        return Actor(
            subject=subject,
            roles=roles,
            areas=areas,
            member_id=member_id,
            employer_id=_text(claims, "employerId"),
            department=_text(claims, "department"),
            # A provider that names no session still numbers its tokens.
            session=_text(claims, "sid") or _text(claims, "jti"),
        )


def _text(claims: JsonClaims, name: str) -> str | None:
    value = claims.get(name)
    if value is not None and not isinstance(value, str):
        raise BadClaims("A claim is not a text.", field=name)
    return value


def _texts(claims: JsonClaims, name: str) -> tuple[str, ...]:
    value = claims.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadClaims("A claim is not a list of texts.", field=name)
    return tuple(str(item) for item in value)


SYSTEM_ACTOR = Actor(subject="system", roles=frozenset({Role.SYSTEM}))
