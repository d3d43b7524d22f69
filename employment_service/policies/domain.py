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
    call_lease_minutes: int = 15
    """A worker on the call list is one caller's for so long."""
    call_again_hours: int = 20
    call_tries: int = 3
    call_tries_rest_days: int = 7
    """After so many calls without an answer in a row nobody calls for a while."""
    call_rest_days: int = 14
    """After a talk, before the same reason leads to another."""
    call_overdue_days: int = 3
    """A follow-up without an answer leads to a call so long after its day."""
    call_silence_days: int = 15
    """A month's wage that was not confirmed leads to a call so long after its pay day."""
    call_expiring_days: int = 3
    call_ask_days: int = 180
    """Whoever asked for work nearby hears of new work by phone for so long."""
    call_request_days: int = 14
    regret_days: int = 14
    """For so many days a worker can take back that they left."""
    wages_yellow_days: int = 15
    """A wage is late, in yellow, more than so many days after its pay day."""
    wages_red_days: int = 30
    travel_subsidy: tuple[tuple[int, int], ...] = ((50, 20_000), (200, 30_000), (600, 40_000), (1_200, 60_000))
    """From so many road kilometres on, so many cents, once, for whoever travels by their own choice."""
    travel_subsidy_months: int = 0
    """Owed so many months after the start of work; leaving before does not cost it."""
    benefit_taper_months: int = 12
    """A wage changes a household's benefits no sooner, and then step by step."""
    benefit_taper_step_months: int = 3
    benefit_taper_step_percent: int = 25
    contact_days: int = 365
    """Calls, contacts that a worker told of, and hours they told are deleted so long after."""
    least_cell: int = 10
    """Counts below this are not shown in figures."""
    bulk_village_acceptances: int = 10
    """CF1: so many acceptances of one vacancy in one village, within `bulk_village_hours`."""
    bulk_village_hours: int = 24
    bulk_session_acceptances: int = 5
    """CF1: so many acceptances in one login session, within `bulk_session_minutes`."""
    bulk_session_minutes: int = 60
    no_decline_offers: int = 20
    no_decline_days: int = 30
    least_reading_seconds: int = 60
    repeat_contact_days: int = 90
    aid_link_days: int = 14
    firewall_days: int = 180
    """A cut of aid so many days after a no, a resignation or a grievance is reviewed first."""
    benefit_review_share_percent: int = 20
    """Of unrelated cuts, drawn by a keyed digest, so that a review tells nothing."""
    benefit_review_days: int = 15
    """No answer of a review is told sooner, whatever was found."""
    long_week_hours: int = 60
    long_weeks: int = 3
    no_exit_placements: int = 50
    no_exit_days: int = 180
    missed_follow_ups: int = 2
    follow_up_answer_days: int = 14
    """A follow-up without an answer so long after its day was missed."""
    critical_hours: int = 24
    monitor_task_days: int = 7
    call_back_share_percent: int = 20
    """Of acceptances without a helper; whoever was helped is always called back."""
    grievance_answer_days: int = 15
    retaliation_watch_days: int = 180

    @property
    def cooling(self) -> timedelta:
        return timedelta(hours=self.cooling_hours)


def in_force(policies: tuple[EmploymentPolicy, ...], *, area_path: str, on: date) -> EmploymentPolicy:
    """The policy of the nearest area that has one in force on that day, the latest of them."""
    fitting = [policy for policy in policies if area_path.startswith(policy.area_path) and policy.valid_from <= on]
    if not fitting:
        raise NoPolicyInForce("No employment policy is in force here on that day.")
    return max(fitting, key=lambda policy: (len(policy.area_path), policy.valid_from, policy.version))
