from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from uuid import UUID

from risk_service.policy.factors import AlertLevel, RiskFactor
from risk_service.signals.factors.facts import Detail, Fact, Situation, Window, newest
from risk_service.signals.factors.judging import judge
from risk_service.signals.replay.history import Decision, DecisionKind, History, Replayed, Step
from risk_service.signals.replay.replaying import replay
from tests.risk_service.factories import FATHER, HOUSEHOLD, MOTHER, VILLAGE, default_pack
from tests.risk_service.unit.signals.telling import (
    ALONE,
    CHILD,
    COUPLE,
    accident,
    benefit,
    care,
    certificate,
    disaster,
    fact,
    grade,
    income,
    price,
    school,
    water,
    work,
)

UNTIL = date(2021, 6, 30)
NONE, YELLOW, RED = AlertLevel.NONE, AlertLevel.YELLOW, AlertLevel.RED


def replayed(*facts: Fact, decisions: tuple[Decision, ...] = (), situation: Situation = COUPLE) -> Replayed:
    situations = {one.household_id: situation for one in facts}
    history = History(facts=facts, decisions=decisions, until=UNTIL, situations=situations)
    return replay(history, lambda _, __: default_pack())


def steps(found: Replayed) -> list[tuple[str, str, date]]:
    return [(one.step.value, one.level.name, one.on) for one in found.warned]


def decision(kind: DecisionKind, factor: RiskFactor, on: date) -> Decision:
    at = datetime(on.year, on.month, on.day, 3, tzinfo=UTC)
    return Decision(household_id=HOUSEHOLD, area_path=VILLAGE, factor=factor, kind=kind, decided_at=at)


MARCH, MAY, JUNE = date(2020, 3, 5), date(2020, 5, 5), date(2020, 6, 5)
THREE_BILLS = (
    fact(care("1500.00"), record="M", on=MARCH),
    fact(care("700.00"), record="Y", on=MAY),
    fact(care("900.00"), record="J", on=JUNE),
)


def test_a03_the_same_warning_is_raised_once_and_escalates() -> None:
    assert steps(replayed(*THREE_BILLS)) == [("RAISED", "YELLOW", MAY), ("ESCALATED", "RED", JUNE)]


def test_a04_a_record_sent_again_and_money_paid_back_change_nothing() -> None:
    again = fact(care("900.00"), record="J", on=JUNE, received=date(2020, 6, 20))
    back = fact(care("-1000.00"), record="B", on=date(2020, 7, 1), kind="REIMBURSEMENT", corrects="M")
    assert steps(replayed(*THREE_BILLS, again, back)) == steps(replayed(*THREE_BILLS))


def test_a_late_bill_is_weighed_on_the_day_on_which_it_came() -> None:
    late = fact(care("3000.01"), on=MARCH, received=date(2020, 9, 18))
    assert steps(replayed(late)) == [("RAISED", "RED", date(2020, 9, 18))]


def test_after_a_clearing_only_new_costs_warn_and_money_paid_back_does_not_hide_them() -> None:
    cleared = decision(DecisionKind.CLEARED, RiskFactor.ILLNESS, date(2020, 6, 20))
    calm = fact(care("2000.00"), record="N1", on=date(2020, 7, 1))
    more = fact(care("0.01"), record="N2", on=date(2020, 7, 2))
    back = fact(care("-1500.00"), record="B", on=date(2020, 7, 3), kind="REIMBURSEMENT", corrects="M")
    assert steps(replayed(*THREE_BILLS, calm, decisions=(cleared,)))[2:] == []
    assert steps(replayed(*THREE_BILLS, calm, more, decisions=(cleared,)))[2:] == [
        ("RAISED", "YELLOW", date(2020, 7, 2))
    ]
    paid_back_first = fact(care("-1500.00"), record="B", on=date(2020, 6, 25), kind="REIMBURSEMENT", corrects="M")
    assert steps(replayed(*THREE_BILLS, paid_back_first, calm, more, decisions=(cleared,)))[2:] == [
        ("RAISED", "YELLOW", date(2020, 7, 2))
    ]
    assert back.detail == paid_back_first.detail


def test_what_only_time_brings_is_raised_on_its_day() -> None:
    ended = fact(work(ended=True), on=date(2020, 6, 1))
    assert steps(replayed(ended, situation=ALONE)) == [
        ("RAISED", "YELLOW", date(2020, 7, 1)),
        ("ESCALATED", "RED", date(2020, 7, 31)),
    ]


def test_a12_the_line_of_the_new_year_warns_on_its_first_day() -> None:
    """5,600 by head lies over 110 percent of the line of 2020 (5,500), and under the 6,000 of 2021."""
    told = fact(income("22400.00"), on=date(2020, 9, 18), member=None)
    assert steps(replayed(told)) == [("RAISED", "RED", date(2021, 1, 1))]


def test_an_income_a_person_cleared_warns_again_only_when_it_is_lower() -> None:
    low = fact(income("19000.00"), record="I1", on=date(2020, 3, 1), member=None)
    cleared = decision(DecisionKind.CLEARED, RiskFactor.INCOME_DROP, date(2020, 3, 20))
    same = fact(income("19000.00"), record="I2", on=date(2020, 4, 1), member=None)
    lower = fact(income("18999.99"), record="I3", on=date(2020, 5, 1), member=None)
    assert steps(replayed(low, same, lower, decisions=(cleared,))) == [
        ("RAISED", "RED", date(2020, 3, 1)),
        ("RAISED", "RED", date(2020, 5, 1)),
    ]


def test_a25_thirty_homes_on_one_point_are_thirty_red_warnings_and_a_second_telling_adds_none() -> None:
    homes = [UUID(int=number) for number in range(1, 31)]
    told = [fact(water(days=7), member=None, household=home) for home in homes]
    found = replayed(*told, *told)
    assert [(one.household_id, one.step, one.level) for one in found.warned] == [
        (home, Step.RAISED, RED) for home in homes
    ]


def _detail(random: Random, day: date) -> tuple[Detail, UUID | None]:
    member = random.choice((MOTHER, FATHER))
    amount = f"{random.choice((1999, 2000, 2001, 2999, 3001, 4999, 5001, 40, 700))}.{random.choice(('00', '01', '99'))}"
    kinds: list[tuple[Detail, UUID | None]] = [
        (care(amount), member),
        (certificate(random.randint(1, 4), random.choice(("NEW", "WORSE", "BETTER", "RENEWED", "ENDED", ""))), member),
        (school(amount, enrolled=random.choice((True, False, None))), CHILD),
        (work(ended=random.random() < 0.5, started=random.random() < 0.3), member),
        (work(owed=random.randint(0, 2)), member),
        (benefit(f"{random.randint(300, 500)}.00", day), member),
        (income(f"{random.randint(18, 40)}000.00", production=f"{random.randint(0, 17)}000.00"), None),
        (disaster(amount, usable=random.random() < 0.9), member),
        (accident(amount, severe=random.random() < 0.1), member),
        (price(f"{random.randint(50, 120)}"), None),
        (grade(random.choice("ABCD")), None),
        (water(days=random.randint(0, 8), ok=random.random() < 0.7), None),
    ]
    return random.choice(kinds)


def _generated(random: Random, *, households: int, facts: int) -> list[Fact]:
    found: list[Fact] = []
    for number in range(1, households + 1):
        for place in range(facts):
            on = date(2020, 1, 1) + timedelta(days=random.randint(0, 360))
            detail, member = _detail(random, on)
            found.append(
                fact(
                    detail,
                    record=f"R{place}",
                    on=on,
                    member=member,
                    household=UUID(int=number),
                    received=on + timedelta(days=random.randint(0, 40)),
                )
            )
    return found


def test_every_crossing_of_every_factor_raises_and_no_level_falls_by_itself() -> None:
    """2,400 generated facts of 200 families: what the rules say on the day of each fact is never more than what was
    warned of by then, and every warning is graver than the one before.
    """
    facts = _generated(Random(20200918), households=200, facts=12)
    found = replayed(*facts)
    levels: dict[tuple[UUID, RiskFactor], list[tuple[date, AlertLevel]]] = defaultdict(list)
    for one in found.warned:
        levels[one.household_id, one.factor].append((one.on, one.level))
    assert all(earlier[1] < later[1] for rising in levels.values() for earlier, later in pairwise(rising))
    crossings = 0
    by_household: dict[UUID, list[Fact]] = defaultdict(list)
    for told in sorted(facts, key=lambda fact: fact.received_at):
        known = by_household[told.household_id]
        known.append(told)
        day = told.received_at.date()
        window = Window(facts=newest(known))
        for factor in RiskFactor:
            said = judge(factor, window, pack=default_pack(), situation=COUPLE, day=day).level
            warned = [level for on, level in levels[told.household_id, factor] if on <= day]
            assert said <= max(warned, default=NONE), (factor, day)
            crossings += said is not NONE
    assert {factor for _, factor in levels} == set(RiskFactor)
    assert crossings > 5000


def test_every_crossing_of_a_line_of_cost_is_warned_of_on_the_day_of_its_bill() -> None:
    """Sums of 4,000 generated bills in whole cents, beside the warnings."""
    random = Random(7)
    facts: list[Fact] = []
    expected: list[tuple[UUID, date, AlertLevel]] = []
    for number in range(1, 801):
        total, level = 0, NONE
        for place in range(5):
            cents = random.choice((50_000, 99_999, 100_000, 100_001, 200_000, 200_001, 300_000, 300_001, 1))
            on = date(2020, 1, 10) + timedelta(days=60 * place)
            total += cents
            facts.append(fact(care(str(Decimal(cents) / 100)), record=f"R{place}", on=on, household=UUID(int=number)))
            reached = RED if total > 300_000 else YELLOW if total > 200_000 else NONE
            if reached > level:
                level = reached
                expected.append((UUID(int=number), on, reached))
    assert [(one.household_id, one.on, one.level) for one in replayed(*facts).warned] == expected
