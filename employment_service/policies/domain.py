"""The clocks and limits of the employment rules: one effective-dated policy per area, never constants in code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from chassis.errors import NotFound


class NoPolicyInForce(NotFound):
    code = "NO_POLICY_IN_FORCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentPolicy:
    """Defaults are those of the sample county; a row of the policy table replaces them for an area from a day on."""

    version: str = "2020-1"
    area_path: str = ""
    """The policy holds at and below this path; the longest prefix wins. Empty: everywhere."""
    valid_from: date = date(2000, 1, 1)
    cooling_hours: int = 72
    """Between terms shown and acceptance, by the clock."""
    offer_days: int = 14
    decision_hours: int = 96
    """Whoever opens the terms late still has this long after the cooling period."""
    quiet_days: int = 90
    """No job message after a decline for so many days."""
    decline_detail_days: int = 30
    decline_tombstone_days: int = 180
    stable_months: int = 3
    follow_up_days: tuple[int, ...] = (7, 30, 90, 180)
    inspection_months: int = 12
    safeguards_months: int = 12
    """A safeguards record is renewed at least this often."""
    least_age: int = 16
    adult_age: int = 18
    care_radius_km: float = 15.0
    care_day_from_minutes: int = 7 * 60
    """With a care duty, work begins no earlier and ends no later than this (minutes after midnight)."""
    care_day_to_minutes: int = 19 * 60
    care_weekly_hours: int = 48
    minor_radius_km: float = 30.0
    """Further away is "remote work", closed to people under the adult age."""
    commute_km_per_hour: float = 30.0
    road_detour: float = 1.3
    """Road kilometres per kilometre of the great circle."""
    longest_commute_minutes: int = 180
    """Each way, for workers who named no longest commute."""
    way_cents_per_km: int = 30
    """What a kilometre of road costs, in fare or in fuel and time; `care_cents_per_km`: a month of being one kilometre
    farther from whoever is cared for."""
    care_cents_per_km: int = 2000
    keep_bonus_points: int = 250
    """A plan moves nobody from what it proposed before for less than this."""
    verification_attempts_a_day: int = 5

    @property
    def cooling(self) -> timedelta:
        return timedelta(hours=self.cooling_hours)


def in_force(policies: tuple[EmploymentPolicy, ...], *, area_path: str, on: date) -> EmploymentPolicy:
    """The policy of the nearest area that has one in force on that day, the latest of them."""
    fitting = [policy for policy in policies if area_path.startswith(policy.area_path) and policy.valid_from <= on]
    if not fitting:
        raise NoPolicyInForce("No employment policy is in force here on that day.")
    return max(fitting, key=lambda policy: (len(policy.area_path), policy.valid_from, policy.version))
