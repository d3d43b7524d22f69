"""Why a pair fits and why it does not: codes in data, texts by language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from employment_service.matching.changes import Change, ChangeKind, smallest_changes
from employment_service.matching.engine import Limits, Matches, MatchVacancy, MatchWorker
from employment_service.matching.why_not import WhyNot


class Why(StrEnum):
    NEAR_HOME = "NEAR_HOME"
    WITHIN_DISTANCE = "WITHIN_DISTANCE"
    NEAR_CARE = "NEAR_CARE"
    HOURS_LEAVE_ROOM_FOR_CARE = "HOURS_LEAVE_ROOM_FOR_CARE"
    WAGE_ABOVE_FLOOR = "WAGE_ABOVE_FLOOR"
    WAGE_MEETS_FLOOR = "WAGE_MEETS_FLOOR"
    QUALIFIED = "QUALIFIED"
    HOUSED_FREE = "HOUSED_FREE"
    OPENS_WITH_ENOUGH = "OPENS_WITH_ENOUGH"


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
    Why.OPENS_WITH_ENOUGH: ("至少有 {batch} 人愿意去时才开放", "Opens when at least {batch} people want it"),
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
    WhyNot.OPT_IN_MISSING: ("本人目前没有求职意愿", "Does not look for work at present"),
    WhyNot.LANGUAGE_NEEDED: (
        "岗位需要您未登记的语言能力",
        "The job needs a language that is not among the skills named",
    ),
    WhyNot.SEASON_CLASH: ("与家里农忙时间冲突", "Falls into the months in which the farm needs you"),
    WhyNot.NOT_FREE_YET: ("开工日期早于您可以开始工作的日期", "Begins before the day you are free from"),
}

CHANGES: dict[ChangeKind, tuple[str, str]] = {
    ChangeKind.FARTHER: ("距离上限增加 {amount:.1f} 公里", "Going {amount:.1f} km farther"),
    ChangeKind.LONGER_WAY: (
        "单程通勤增加 {amount:.0f} 分钟（{km:.1f} 公里）",
        "{amount:.0f} minutes more each way ({km:.1f} km)",
    ),
    ChangeKind.LOWER_FLOOR: ("最低工资降低 {money}", "A least wage lower by {money} a month"),
    ChangeKind.LATER_START: ("开工推迟 {amount:.0f} 天", "A start {amount:.0f} days later"),
    ChangeKind.FARM_LEAVE: ("在 {codes} 月给予农忙假", "Leave for the farm in months {codes}"),
    ChangeKind.CARE_COVERED: ("有他人照料需要照料的人", "Somebody else giving care during these hours"),
    ChangeKind.QUALIFICATION: ("取得资格 {codes}", "The qualification {codes}"),
    ChangeKind.LANGUAGE: ("登记语言能力 {codes}", "The language {codes} among the skills named"),
}


# As plain numbers: an operation on a flag makes a flag, which takes longer than a whole rule.
_WHY_NOT = tuple((int(bit), str(bit.name), labels) for bit, labels in WHY_NOT.items())
_FAR = int(WhyNot.TOO_FAR | WhyNot.COMMUTE_TOO_LONG)
_CARE_TOO_FAR = int(WhyNot.CARE_TOO_FAR)
_CARE_HOURS = int(WhyNot.CARE_HOURS)
_QUALIFICATION_MISSING = int(WhyNot.QUALIFICATION_MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """score = (stable x gain x weight - way - care), in points, between 1 and 10,000. Money in cents a month."""

    stable: float
    gain_cents: int
    weight: float
    way_cents: int
    care_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChange:
    """One thing to move, with its figure (cents for a wage) and its text."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suitability:
    """One pair, ready to be shown. Kilometres with one decimal; `None`: unknown, or no care duty.

    `changes`: together they would open it; `None`: nothing that the worker could move does. `price`: what a place
    there is worth to whoever else wants it, in points, by the last plan of the area; `None`: there is none.
    """

    worker_key: str
    vacancy_key: str
    possible: bool
    distance_km: float | None
    commute_minutes: int | None
    care_distance_km: float | None
    monthly_wage_cents: int
    score: int
    parts: Parts
    price: int | None
    reasons: tuple[Reason, ...]
    why_not: tuple[Reason, ...]
    changes: tuple[ToldChange, ...] | None


def explain(
    matches: Matches,
    row: int,
    column: int,
    *,
    worker: MatchWorker,
    vacancy: MatchVacancy,
    limits: Limits,
    locale: str,
    price: int | None = None,
) -> Suitability:
    km = float(matches.distance_km[row, column])
    distance = _kilometres(km)
    care = _kilometres(float(matches.care_km[row, column]))
    bits = int(matches.why_not[row, column])
    minutes = float(matches.commute_minutes[row, column])
    gain_cents = int(matches.wage_gain_cents[row, column])
    language = _place_of(locale)
    values = {
        "distance": "?" if distance is None else f"{distance:.1f}",
        "care": "?" if care is None else f"{care:.1f}",
        "radius": f"{limits.care_radius_km:.1f}",
        "commute": "?" if distance is None else f"{minutes:.0f}",
        "batch": str(vacancy.minimum_batch),
        "gain": f"{gain_cents / 100:,.2f}",
    }
    found = matches.pairs
    changes = smallest_changes(worker, vacancy, broken=bits, km=km, minutes=minutes, limits=limits)
    return Suitability(
        worker_key=worker.key,
        vacancy_key=vacancy.key,
        possible=not bits,
        distance_km=distance,
        commute_minutes=None if distance is None or vacancy.housed else round(minutes),
        care_distance_km=care,
        monthly_wage_cents=vacancy.monthly_wage_cents,
        score=int(matches.score[row, column]),
        parts=Parts(
            stable=float(found.stable[row, column]),
            gain_cents=int(found.gain_cents[row, column]),
            weight=worker.weight,
            way_cents=round(float(found.way_cents[row, column])),
            care_cents=round(float(found.care_cents[row, column])),
        ),
        price=price,
        reasons=tuple(
            Reason(code=code, text=WHY[code][language].format_map(values))
            for code in _whys(bits, distance, worker, vacancy, gain_cents)
        ),
        why_not=tuple(
            Reason(code=code, text=labels[language].format_map(values)) for bit, code, labels in _WHY_NOT if bit & bits
        ),
        changes=None if changes is None else tuple(_told(change, language) for change in changes),
    )


def _told(change: Change, language: int) -> ToldChange:
    label = CHANGES[change.kind][language]
    text = label.format(
        amount=change.amount,
        km=change.km or 0.0,
        money=f"{change.amount / 100:,.2f}",
        codes=", ".join(change.codes),
    )
    return ToldChange(change=change, text=text)


def _whys(
    bits: int, distance_km: float | None, worker: MatchWorker, vacancy: MatchVacancy, gain_cents: int
) -> list[Why]:
    """What speaks for the pair; a broken limit never appears as a reason for it."""
    found: list[Why] = []
    if distance_km is not None and not bits & _FAR:
        if distance_km <= NEAR_HOME_KM:
            found.append(Why.NEAR_HOME)
        elif worker.max_distance_km is not None:
            found.append(Why.WITHIN_DISTANCE)
    if worker.care_places and not bits & _CARE_TOO_FAR:
        found.append(Why.NEAR_CARE)
    if worker.care_places and not bits & _CARE_HOURS:
        found.append(Why.HOURS_LEAVE_ROOM_FOR_CARE)
    if worker.wage_floor_cents and gain_cents > 0:
        found.append(Why.WAGE_ABOVE_FLOOR)
    elif worker.wage_floor_cents and gain_cents == 0:
        found.append(Why.WAGE_MEETS_FLOOR)
    if vacancy.qualifications and not bits & _QUALIFICATION_MISSING:
        found.append(Why.QUALIFIED)
    if vacancy.housed:
        found.append(Why.HOUSED_FREE)
    if vacancy.minimum_batch > 1:
        found.append(Why.OPENS_WITH_ENOUGH)
    return found


def _kilometres(value: float) -> float | None:
    return None if value != value else round(value, 1)  # noqa: PLR0124  NaN is the only value unlike itself


def _place_of(locale: str) -> int:
    """Among the words of a label."""
    return 0 if locale.lower().startswith("zh") else 1
