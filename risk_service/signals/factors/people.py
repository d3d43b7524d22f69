"""Certificates of disability, children out of school, and work that ended. Pure."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from risk_service.policy.factors import AlertLevel, DisabilityRule, SchoolingRule, UnemploymentRule
from risk_service.signals.factors.facts import Certificate, Fact, Person, Schooling, Situation, Window, Work
from risk_service.signals.factors.verdict import Finding, figure, keys


def disability(window: Window, rule: DisabilityRule, situation: Situation, day: date) -> Iterator[Finding]:
    """A certificate warns when it is new or graver than the one before; one that says neither counts as new.

    What a renewal or a better level reports was known before.
    """
    for member_id, facts in _by_member(window.told(), Certificate, day).items():
        certificates = [(fact, fact.detail) for fact in facts if isinstance(fact.detail, Certificate)]
        newest, detail = certificates[-1]
        earlier = certificates[-2][1] if len(certificates) > 1 else None
        if newest.key in window.cleared:
            continue
        is_graver = earlier is not None and detail.level < earlier.level and detail.change != "ENDED"
        if not (detail.change in rule.yellow_changes or detail.change == "" or is_graver):
            continue
        sole = situation.is_sole_earner(member_id, day)
        is_red = detail.level <= rule.red_to_level or (rule.red_for_sole_earner and sole)
        yield Finding(
            level=AlertLevel.RED if is_red else AlertLevel.YELLOW,
            texts=rule.told(),
            inputs=(
                figure("level", detail.level),
                figure("change", detail.change or "not said"),
                figure("sole_earner", "yes" if sole else "no"),
            ),
            records=keys([newest]),
        )


def schooling(window: Window, rule: SchoolingRule, situation: Situation, day: date) -> Iterator[Finding]:
    """The newest word on a child's enrolment. A child whose age is not known is asked after too."""
    for member_id, facts in _by_member(window.standing(), Schooling, day).items():
        said = [fact for fact in facts if isinstance(fact.detail, Schooling) and fact.detail.enrolled is not None]
        if not said or not isinstance(said[-1].detail, Schooling) or said[-1].detail.enrolled:
            continue
        person = situation.person(member_id)
        age = None if person is None else person.age_on(day)
        if age is not None and not rule.from_age <= age <= rule.to_age:
            yield Finding(level=AlertLevel.NONE, again_on=_of_age_on(person, rule.from_age, day))
            continue
        yield Finding(
            level=AlertLevel.RED,
            texts=rule.told(),
            inputs=(figure("enrolled", "no"), figure("age", "not known" if age is None else age)),
            records=keys(said[-1:]),
        )


def _of_age_on(person: Person | None, age: int, day: date) -> date | None:
    """The birthday on which a child reaches an age, if it is still to come; on 1 March for one of 29 February."""
    born = None if person is None else person.date_of_birth
    if born is None:
        return None
    year = born.year + age
    is_leap_day = (born.month, born.day) == (2, 29) and not isleap(year)
    birthday = date(year, 3, 1) if is_leap_day else born.replace(year=year)
    return birthday if birthday > day else None


def unemployment(window: Window, rule: UnemploymentRule, situation: Situation, day: date) -> Iterator[Finding]:
    """Days since work ended, if none began after; and wages owed, by the newest report of them."""
    for member_id, facts in _by_member(window.standing(), Work, day).items():
        yield from _ended(facts, rule, is_sole=situation.is_sole_earner(member_id, day), day=day)
        yield from _owed(facts, rule)


def _ended(facts: list[Fact], rule: UnemploymentRule, *, is_sole: bool, day: date) -> Iterator[Finding]:
    ended: Fact | None = None
    for fact in facts:
        if isinstance(fact.detail, Work) and fact.detail.started:
            ended = None
        if isinstance(fact.detail, Work) and fact.detail.ended:
            ended = fact
    if ended is None:
        return
    days = (day - ended.occurred_on).days
    steps = [(rule.yellow_days, AlertLevel.YELLOW)]
    if is_sole:
        steps.append((rule.red_days_sole_earner, AlertLevel.RED))
    reached = max((level for least, level in steps if days >= least), default=AlertLevel.NONE)
    ahead = [ended.occurred_on + timedelta(days=least) for least, _ in steps if days < least]
    yield Finding(
        level=reached,
        texts=rule.told(),
        inputs=(figure("days_without_work", days), figure("sole_earner", "yes" if is_sole else "no")),
        records=keys([ended]),
        again_on=min(ahead, default=None),
    )


def _owed(facts: list[Fact], rule: UnemploymentRule) -> Iterator[Finding]:
    reports = [fact for fact in facts if isinstance(fact.detail, Work) and fact.detail.arrears_months is not None]
    if not reports or not isinstance(reports[-1].detail, Work):
        return
    months = reports[-1].detail.arrears_months or 0
    if months >= rule.red_arrears_months:
        yield Finding(
            level=AlertLevel.RED,
            texts=rule.told(),
            inputs=(figure("months_of_wages_owed", months),),
            records=keys(reports[-1:]),
        )


def _by_member(
    facts: Iterable[Fact], kind: type[Certificate | Schooling | Work], day: date
) -> dict[UUID | None, list[Fact]]:
    found: dict[UUID | None, list[Fact]] = {}
    for fact in facts:
        if isinstance(fact.detail, kind) and fact.occurred_on <= day:
            found.setdefault(fact.member_id, []).append(fact)
    return found
