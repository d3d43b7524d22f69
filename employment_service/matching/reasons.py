"""Why a pair fits and why it does not: codes in data, texts by language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from employment_service.matching.engine import Limits, Matches, MatchVacancy, MatchWorker, WhyNot


class Why(StrEnum):
    NEAR_HOME = "NEAR_HOME"
    WITHIN_DISTANCE = "WITHIN_DISTANCE"
    NEAR_CARE = "NEAR_CARE"
    HOURS_LEAVE_ROOM_FOR_CARE = "HOURS_LEAVE_ROOM_FOR_CARE"
    WAGE_ABOVE_FLOOR = "WAGE_ABOVE_FLOOR"
    WAGE_MEETS_FLOOR = "WAGE_MEETS_FLOOR"
    QUALIFIED = "QUALIFIED"
    HOUSED_FREE = "HOUSED_FREE"


NEAR_HOME_KM = 10.0

WHY: dict[Why, tuple[str, str]] = {
    Why.NEAR_HOME: ("离家近（{distance} 公里）", "Near home ({distance} km)"),
    Why.WITHIN_DISTANCE: ("在您愿意的距离之内（{distance} 公里）", "Within the distance you chose ({distance} km)"),
    Why.NEAR_CARE: (
        "离需要照料的人近（{care} 公里，最多 {radius} 公里）",
        "Near whoever you look after ({care} km of at most {radius} km)",
    ),
    Why.HOURS_LEAVE_ROOM_FOR_CARE: ("工作时间不影响照料", "The hours leave room for care"),
    Why.WAGE_ABOVE_FLOOR: ("工资比您的最低要求高 {gain}", "The wage is {gain} above your least wage"),
    Why.WAGE_MEETS_FLOOR: ("工资符合您的最低要求", "The wage meets your least wage"),
    Why.QUALIFIED: ("您具备所需资格", "You have the qualification it asks for"),
    Why.HOUSED_FREE: ("免费提供住宿", "Free housing"),
}

WHY_NOT: dict[WhyNot, tuple[str, str]] = {
    WhyNot.HOME_UNKNOWN: ("居住村庄的位置未知", "Where the home village lies is unknown"),
    WhyNot.TOO_FAR: ("超出愿意的距离（{distance} 公里）", "Farther than the distance chosen ({distance} km)"),
    WhyNot.COMMUTE_TOO_LONG: ("通勤时间太长（约 {commute} 分钟）", "The commute is too long (about {commute} minutes)"),
    WhyNot.QUALIFICATION_MISSING: ("缺少所需资格", "A qualification it asks for is missing"),
    WhyNot.CARE_TOO_FAR: (
        "离需要照料的人太远（{care} 公里，最多 {radius} 公里）",
        "Too far from whoever needs care ({care} km, at most {radius} km)",
    ),
    WhyNot.CARE_HOURS: ("工作时间与照料冲突", "The hours leave no room for care"),
    WhyNot.WAGE_BELOW_FLOOR: ("工资低于最低要求", "The wage is below the least wage"),
    WhyNot.HEALTH_LIMIT: ("不符合本人说明的健康限制", "Against a health limit the worker named"),
    WhyNot.TOO_YOUNG: ("未达到年龄要求", "Below the age it is open to"),
    WhyNot.MINOR_AWAY_FROM_HOME: (
        "未满18岁不得远离家乡或参加集体招工",
        "Under 18: no work away from home or in groups",
    ),
    WhyNot.IN_SCHOOL: ("仍在上学", "Still at school"),
    WhyNot.NO_PLACES_LEFT: ("没有空缺名额", "No places left"),
    WhyNot.EMPLOYER_NOT_IN_STANDING: ("用人单位目前不得招工", "The employer may not recruit at present"),
    WhyNot.VACANCY_CLOSED: ("岗位已关闭", "The vacancy is closed"),
    WhyNot.ALREADY_OFFERED: ("已经推荐过该岗位", "Was offered already"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suitability:
    """One pair, ready to be shown. Kilometres with one decimal; `None`: unknown, or no care duty."""

    worker_key: str
    vacancy_key: str
    possible: bool
    distance_km: float | None
    care_distance_km: float | None
    score: int
    wage_points: int
    distance_points: int
    care_points: int
    reasons: tuple[Reason, ...]
    why_not: tuple[Reason, ...]


def explain(
    matches: Matches, row: int, column: int, *, worker: MatchWorker, vacancy: MatchVacancy, limits: Limits, locale: str
) -> Suitability:
    distance = _kilometres(float(matches.distance_km[row, column]))
    care = _kilometres(float(matches.care_km[row, column]))
    broken = WhyNot(int(matches.why_not[row, column]))
    values = {
        "distance": "?" if distance is None else f"{distance:.1f}",
        "care": "?" if care is None else f"{care:.1f}",
        "radius": f"{limits.care_radius_km:.1f}",
        "commute": "?" if distance is None else f"{float(matches.commute_minutes[row, column]):.0f}",
        "gain": f"{int(matches.wage_gain_cents[row, column]) / 100:,.2f}",
    }
    return Suitability(
        worker_key=worker.key,
        vacancy_key=vacancy.key,
        possible=not broken,
        distance_km=distance,
        care_distance_km=care,
        score=int(matches.score[row, column]),
        wage_points=int(matches.wage_points[row, column]),
        distance_points=int(matches.distance_points[row, column]),
        care_points=int(matches.care_points[row, column]),
        reasons=tuple(
            Reason(code=code, text=_text(WHY[code], values, locale))
            for code in _whys(broken, distance, worker, vacancy, int(matches.wage_gain_cents[row, column]))
        ),
        why_not=tuple(
            Reason(code=str(bit.name), text=_text(WHY_NOT[bit], values, locale)) for bit in WhyNot if bit in broken
        ),
    )


def _whys(
    broken: WhyNot, distance_km: float | None, worker: MatchWorker, vacancy: MatchVacancy, gain_cents: int
) -> list[Why]:
    """What speaks for the pair; a broken limit never appears as a reason for it."""
    found: list[Why] = []
    if distance_km is not None and not broken & (WhyNot.TOO_FAR | WhyNot.COMMUTE_TOO_LONG):
        if distance_km <= NEAR_HOME_KM:
            found.append(Why.NEAR_HOME)
        elif worker.max_distance_km is not None:
            found.append(Why.WITHIN_DISTANCE)
    if worker.care_places and not broken & WhyNot.CARE_TOO_FAR:
        found.append(Why.NEAR_CARE)
    if worker.care_places and not broken & WhyNot.CARE_HOURS:
        found.append(Why.HOURS_LEAVE_ROOM_FOR_CARE)
    if worker.wage_floor_cents and gain_cents > 0:
        found.append(Why.WAGE_ABOVE_FLOOR)
    elif worker.wage_floor_cents and gain_cents == 0:
        found.append(Why.WAGE_MEETS_FLOOR)
    if vacancy.qualifications and not broken & WhyNot.QUALIFICATION_MISSING:
        found.append(Why.QUALIFIED)
    if vacancy.housed:
        found.append(Why.HOUSED_FREE)
    return found


def _kilometres(value: float) -> float | None:
    return None if value != value else round(value, 1)  # noqa: PLR0124  NaN is the only value unlike itself


def _text(labels: tuple[str, str], values: dict[str, str], locale: str) -> str:
    chinese, english = labels
    return (chinese if locale.lower().startswith("zh") else english).format(**values)
