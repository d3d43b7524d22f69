"""Reads the policy in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import driver_of
from chassis.errors import Breakdown
from employment_service.policies.domain import EmploymentPolicy, in_force
from employment_service.policies.tables import employment_policies

KEYS = {"version", "area_path", "valid_from"}
FIGURES = {name: type(getattr(EmploymentPolicy(), name)) for name in EmploymentPolicy.__slots__ if name not in KEYS}

# What no area's policy goes below or beyond: it may give people more time and more care, never less.
AT_LEAST = {
    "cooling_hours": 72,
    "quiet_days": 90,
    "stable_months": 3,
    "least_age": 16,
    "adult_age": 18,
    "benefit_taper_months": 12,
    "benefit_taper_step_months": 3,
    "least_cell": 10,
    "bulk_village_hours": 24,
    "bulk_session_minutes": 60,
    "no_decline_days": 30,
    "least_reading_seconds": 60,
    "repeat_contact_days": 90,
    "contact_days": 180,
    "aid_link_days": 14,
    "firewall_days": 180,
    "benefit_review_share_percent": 20,
    "no_exit_days": 180,
    "call_back_share_percent": 20,
    "retaliation_watch_days": 180,
}
AT_MOST = {
    "benefit_taper_step_percent": 25,
    "contact_days": 365,
    "inspection_months": 12,
    "safeguards_months": 12,
    "wages_yellow_days": 15,
    "wages_red_days": 30,
    "bulk_village_acceptances": 10,
    "bulk_session_acceptances": 5,
    "no_decline_offers": 20,
    "long_week_hours": 60,
    "long_weeks": 3,
    "no_exit_placements": 50,
    "missed_follow_ups": 2,
    "critical_hours": 24,
    "monitor_task_days": 7,
}
TIERS = "travel_subsidy"
READ_AT_ONCE = 8
"""Texts of all policies that are kept as what they say: they change a few times a year."""

_SETTING = """
    select
        (select time_zone from copied_areas where path = any($1::text[]) order by length(path) desc limit 1) as zone,
        (select jsonb_agg(jsonb_build_array(version, applies_under, valid_from, figures))::text
            from employment_policies) as policies
"""


class PolicyUnreadable(Breakdown):
    code = "POLICY_UNREADABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What nearly every use case asks of an area. `zone`: of the nearest area that is known; `None`: none is."""

    area_path: str
    zone: ZoneInfo | None
    stored: str | None
    """Policies of all areas, as JSON; read where one is asked for."""

    def policy(self, on: date) -> EmploymentPolicy:
        """The default policy of the product holds wherever the table says nothing else. Raises PolicyUnreadable."""
        return in_force(_policies("[]" if self.stored is None else self.stored), area_path=self.area_path, on=on)


@dataclass(frozen=True, slots=True)
class PolicyRepository:
    connection: AsyncConnection

    async def in_force(self, *, area_path: str, on: date) -> EmploymentPolicy:
        return (await self.setting(area_path)).policy(on)

    async def setting(self, area_path: str) -> Setting:
        """In one round trip."""
        driver = await driver_of(self.connection)
        row = await driver.fetchrow(_SETTING, paths_above(area_path))
        zone, stored = (None, None) if row is None else (row["zone"], row["policies"])
        return Setting(area_path=area_path, zone=None if zone is None else ZoneInfo(zone), stored=stored)

    async def add(self, policy: EmploymentPolicy) -> None:
        default = EmploymentPolicy()
        figures = {name: getattr(policy, name) for name in FIGURES if getattr(policy, name) != getattr(default, name)}
        await self.connection.execute(
            insert(employment_policies).values(
                applies_under=policy.area_path,
                valid_from=policy.valid_from,
                version=policy.version,
                figures=figures,
            )
        )


@lru_cache(maxsize=READ_AT_ONCE)
def _policies(stored: str) -> tuple[EmploymentPolicy, ...]:
    read = (
        policy_of(version, under, date.fromisoformat(valid_from), figures)
        for version, under, valid_from, figures in orjson.loads(stored)
    )
    return (EmploymentPolicy(), *read)


def paths_above(area_path: str) -> list[str]:
    """The area and every one that holds it, down to the whole: what an index finds and a comparison of starts cannot.

    "99/01/" gives "", "99/" and "99/01/".
    """
    ends = [place + 1 for place, sign in enumerate(area_path) if sign == "/"]
    return sorted({"", area_path, *(area_path[:end] for end in ends)}, key=len)


def policy_of(version: str, area_path: str, valid_from: date, figures: object) -> EmploymentPolicy:
    """Raises PolicyUnreadable, naming the figure, for an unknown name, a value of the wrong kind, or one that would
    protect people less than the product does.
    """
    if not isinstance(figures, dict):
        raise PolicyUnreadable("The figures of a policy are an object.")
    policy = EmploymentPolicy(version=version, area_path=area_path, valid_from=valid_from)
    for name, value in figures.items():
        kind = FIGURES.get(name)
        if kind is None:
            raise PolicyUnreadable(f"{name} is no figure of an employment policy.")
        if name == TIERS:
            value = _tiers(value)  # noqa: PLW2901 - the same figure, in its own type
        elif kind is tuple:
            if not isinstance(value, list) or not all(type(day) is int and day > 0 for day in value):
                raise PolicyUnreadable(f"{name} is a list of days.")
            value = tuple(value)  # noqa: PLW2901 - the same figure, in its own type
        elif isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise PolicyUnreadable(f"{name} is a number above zero.")
        elif value < AT_LEAST.get(name, value):
            raise PolicyUnreadable(f"{name} is at least {AT_LEAST[name]}.")
        elif value > AT_MOST.get(name, value):
            raise PolicyUnreadable(f"{name} is at most {AT_MOST[name]}.")
        else:
            value = kind(value)  # noqa: PLW2901 - the same figure, in its own type
        policy = replace(policy, **{name: value})
    return policy


def _tiers(value: object) -> tuple[tuple[int, int], ...]:
    """[[kilometres, cents], ...], each farther and better paid than the one before."""
    if not isinstance(value, list) or not all(
        isinstance(tier, list) and len(tier) == 2 and all(type(part) is int and part > 0 for part in tier)
        for tier in value
    ):
        raise PolicyUnreadable(f"{TIERS} is a list of pairs: kilometres, cents.")
    tiers = tuple((int(km), int(cents)) for km, cents in value)
    if any(near[0] >= far[0] or near[1] > far[1] for near, far in pairwise(tiers)):
        raise PolicyUnreadable(f"{TIERS} rises with the distance.")
    return tiers
