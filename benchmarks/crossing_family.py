"""An invented family of which everything is told, and what the rules must make of it in whole numbers beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from benchmarks.crossing_tally import CrossingMissed, Tally
from risk_service.alerts.amountless import Step, raise_found, weigh_found
from risk_service.alerts.domain import Alert, AlertAmountChanged, AlertEvent
from risk_service.alerts.weighing import Scale, Scales
from risk_service.conditions.domain import Condition, WaterPolicy, ground_of, state_of
from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import AlertLevel, IncomeBasis, RiskFactor
from risk_service.signals.domain import Signal
from risk_service.signals.factors.facts import (
    AccidentLoss,
    Certificate,
    Detail,
    DisasterLoss,
    Fact,
    HousingGrade,
    Income,
    Person,
    Price,
    Schooling,
    Situation,
    Work,
)
from risk_service.signals.facts.weighing import Book, Known

NONE, YELLOW, RED = AlertLevel.NONE, AlertLevel.YELLOW, AlertLevel.RED
AREA = "99/01/01/001/201/"
TODAY = date(2020, 9, 18)
AT = datetime(2020, 9, 18, 2, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
MOTHER, FATHER, CHILD = (UUID(int=number) for number in (1, 2, 3))
PEOPLE = Situation(
    persons=(
        Person(id=MOTHER, date_of_birth=date(1985, 5, 1), able_to_work=True, in_school=False),
        Person(id=FATHER, date_of_birth=date(1983, 5, 1), able_to_work=True, in_school=False),
        Person(id=CHILD, date_of_birth=date(2010, 5, 1), able_to_work=False, in_school=True),
    )
)
MEMBERS = 3
LINE = 500_000
"""Cents by head and year of the default pack in 2020."""
BILLS = {  # Cents that must be exceeded, and what one record costs: around the lines, and sums that reach them.
    RiskFactor.ILLNESS: (200_000, 300_000, (50_000, 100_000, 100_001, 199_999, 200_000, 200_001, 300_000, 300_001)),
    RiskFactor.EDUCATION: (500_000, 1_000_000, (250_000, 500_000, 500_001, 999_999, 1_000_000, 1_000_001)),
    RiskFactor.DISASTER: (200_000, 500_000, (100_000, 200_000, 200_001, 300_000, 500_000, 500_001)),
    RiskFactor.ACCIDENT: (200_000, 500_000, (100_000, 200_000, 200_001, 300_000, 500_000, 500_001)),
}


@dataclass(slots=True)
class Family:
    """One story. `expected` holds the highest level the rules ever gave, by factor."""

    id: UUID
    pack: PolicyPack
    random: Random
    tally: Tally
    expected: dict[RiskFactor, AlertLevel] = field(default_factory=dict)
    sums: Counter[RiskFactor] = field(default_factory=Counter)
    production: int = 0
    net: int = 0
    number: int = 0
    water: list[Condition] = field(default_factory=list)
    scales: Scales = field(init=False)
    known: Known = field(init=False)
    book: Book = field(init=False)

    def __post_init__(self) -> None:
        self.known = Known(household_id=self.id, area_path=AREA, today=TODAY, pack=self.pack, situation=PEOPLE)
        self.book = Book(at=AT, households={self.id: self.known})
        self.scales = Scales(at=AT, zones={AREA: ZONE}, by_household={(self.id, factor): Scale() for factor in BILLS})

    def live(self) -> None:
        self._income()
        acts: list[Callable[[], None]] = [
            *(partial(self._bill, factor) for factor in BILLS for _ in range(3)),
            self._enrolment,
            self._certificate,
            self._arrears,
            self._work,
            self._home,
            self._injury,
            self._price,
            self._grade,
            self._grade,
            self._water,
            self._water,
            self._less,
        ]
        self.random.shuffle(acts)
        for act in acts:
            act()

    def _bill(self, factor: RiskFactor) -> None:
        yellow, red, amounts = BILLS[factor]
        cents = self.random.choice(amounts)
        self.sums[factor] += cents
        self._cost(factor, cents, "SETTLEMENT", None)
        total = self.sums[factor]
        found = RED if total > red else YELLOW if total > yellow else NONE
        self._check(factor, found)
        if factor is RiskFactor.DISASTER:
            self._tell(DisasterLoss(amount=Decimal(cents) / 100, home_usable=None), MOTHER)
            is_crop = self.production and total * 100 >= self.production * 30
            self._check(factor, YELLOW if is_crop else NONE)

    def _less(self) -> None:
        """Money comes back, and a better grade: nothing falls by it."""
        self._cost(RiskFactor.ILLNESS, -100, "REIMBURSEMENT", "1")
        self.sums[RiskFactor.ILLNESS] -= 100
        self._check(RiskFactor.ILLNESS, NONE)
        self._tell(Work(started=True, ended=None, arrears_months=0), MOTHER)
        self._check(RiskFactor.UNEMPLOYMENT, NONE)

    def _cost(self, factor: RiskFactor, cents: int, kind: str, corrects: str | None) -> None:
        self.number += 1
        signal = Signal(
            id=UUID(int=self.number),
            department=factor.value,
            record_id=str(self.number),
            version=1,
            household_id=self.id,
            member_id=CHILD,
            area_path=AREA,
            factor=factor,
            kind=kind,
            occurred_on=TODAY,
            amount=Decimal(cents) / 100,
            currency="CNY",
            corrects=corrects,
        )
        scale = self.scales.by_household[self.id, factor]
        scale.alert = self.known.alerts.get(factor)
        self.scales.exchange(None, signal)
        before = len(self.scales.settled)
        self.scales.weigh(signal, self.pack)
        self._note(factor, scale.alert, [event for _, event in self.scales.settled[before:]])

    def _tell(
        self, detail: Detail, member: UUID | None, *, on: date = TODAY, also: tuple[RiskFactor, ...] = ()
    ) -> None:
        self.number += 1
        fact = Fact(
            department="DEPARTMENT",
            record_id=str(self.number),
            version=1,
            household_id=self.id,
            member_id=member,
            area_path=AREA,
            kind="REPORT",
            occurred_on=on,
            received_at=AT,
            corrects=None,
            detail=detail,
        )
        self.book.exchange(None, fact)
        for factor in (fact.factor, *also):
            before = len(self.book.settled)
            self.book.weigh(self.id, factor)
            self._note(factor, self.known.alerts.get(factor), [event for _, event in self.book.settled[before:]])

    def _note(self, factor: RiskFactor, alert: Alert | None, events: list[AlertEvent]) -> None:
        """Counts what was raised or escalated; nothing may fall."""
        before = self.expected.get(factor, NONE)
        level = NONE if alert is None else alert.level
        if level < before:
            raise CrossingMissed(f"{factor} fell from {before.name} to {level.name}.")
        if alert is not None:
            self.known.alerts[factor] = alert
        if level > before:
            if not events or isinstance(events[-1], AlertAmountChanged):
                raise CrossingMissed(f"{factor} rose to {level.name} and nobody was told.")
            self.tally.crossings[factor] += 1
        self.expected[factor] = level
        self.tally.tellings += 1

    def _check(self, factor: RiskFactor, found: AlertLevel) -> None:
        """The level is at least what was reached now, and no more than was ever reached."""
        if self.expected.get(factor, NONE) < found:
            raise CrossingMissed(f"{factor} reached {found.name} and is {self.expected.get(factor, NONE).name}.")

    def _income(self) -> None:
        self.net = MEMBERS * self.random.choice((LINE - 1, LINE, LINE * 11 // 10 - 1, LINE * 11 // 10, LINE * 2))
        share = self.random.choice((0, 29, 30, 60, 100))
        self.production = self.net * share // 100
        self._tell(
            Income(
                basis=IncomeBasis.RECEIVED_12M,
                members=MEMBERS,
                net=Decimal(self.net) / 100,
                gross=Decimal(self.net) / 100,
                production=Decimal(self.production) / 100,
                rigid_expenses=Decimal(0),
                recorded=True,
            ),
            None,
        )
        line = MEMBERS * LINE
        found = RED if self.net < line else YELLOW if self.net * 10 < line * 11 else NONE
        self._exactly(RiskFactor.INCOME_DROP, found)

    def _enrolment(self) -> None:
        enrolled = self.random.random() < 0.3
        self._tell(Schooling(enrolled=enrolled, cost=None), CHILD)
        self._check(RiskFactor.EDUCATION, NONE if enrolled else RED)

    def _certificate(self) -> None:
        level, change = self.random.randint(1, 4), self.random.choice(("NEW", "WORSE", "RENEWED", ""))
        self._tell(Certificate(level=level, change=change), MOTHER)
        found = NONE if change == "RENEWED" else RED if level <= 2 else YELLOW
        self._exactly(RiskFactor.DISABILITY, found)

    def _arrears(self) -> None:
        months = self.random.randint(0, 2)
        self._tell(Work(started=None, ended=None, arrears_months=months), FATHER)
        self._check(RiskFactor.UNEMPLOYMENT, RED if months >= 1 else NONE)

    def _work(self) -> None:
        days = self.random.randint(28, 31)
        self._tell(Work(started=None, ended=True, arrears_months=None), FATHER, on=TODAY - timedelta(days=days))
        self._check(RiskFactor.UNEMPLOYMENT, YELLOW if days >= 30 else NONE)

    def _home(self) -> None:
        usable = self.random.random() < 0.5
        self._tell(DisasterLoss(amount=None, home_usable=usable), MOTHER)
        self._check(RiskFactor.DISASTER, NONE if usable else RED)

    def _injury(self) -> None:
        member = self.random.choice((MOTHER, CHILD))
        self._tell(AccidentLoss(amount=None, severe=True, home_usable=None), member)
        self._check(RiskFactor.ACCIDENT, RED if member == MOTHER else NONE)

    def _price(self) -> None:
        fall = self.random.choice((19, 20, 30, 39, 40))
        self._tell(Price(commodity="COTTON", index=Decimal(100 - fall)), None)
        found = NONE
        if self.production * 100 >= self.net * 30:
            found = RED if fall >= 40 or fall * self.production >= self.net * 30 else YELLOW if fall >= 20 else NONE
        self._exactly(RiskFactor.LIVELIHOOD_FAILURE, found)

    def _grade(self) -> None:
        grade = self.random.choice("ABCD")
        self._tell(HousingGrade(grade=grade), None, on=TODAY - timedelta(days=100 - self.number))
        self._check(RiskFactor.HOUSING_SAFETY, {"C": YELLOW, "D": RED}.get(grade, NONE))

    def _water(self) -> None:
        factor, rule = RiskFactor.WATER_SAFETY, self.pack.water_rules[0]
        self.number += 1
        self.water.append(
            Condition(
                id=UUID(int=self.number),
                department="WATER",
                record_id=str(self.number),
                version=1,
                point_id=UUID(int=9),
                area_path=AREA,
                kind="REPORT",
                occurred_on=TODAY,
                corrects=None,
                outage_days=self.random.choice((0, 2, 3, 6, 7)),
                quality_ok=self.random.random() < 0.7,
            )
        )
        policy, known = WaterPolicy(rule=rule, pack=self.pack), self.known.alerts.get(factor)
        ground = ground_of(state_of(self.water, rule=rule, day=TODAY), policy)
        step: Step | None
        if known is None:
            step = raise_found(ground, id=UUID(int=self.number), household_id=self.id, area_path=AREA, at=AT, on=TODAY)
        else:
            step = weigh_found(known, ground)
        self._note(factor, step[0] if step else known, [step[1]] if step else [])
        days = max(one.outage_days or 0 for one in self.water)
        failed = sum(1 for one in self.water if not one.quality_ok)
        found = RED if days >= 7 or failed >= 2 else YELLOW if days >= 3 or failed else NONE
        self._exactly(factor, found)

    def _exactly(self, factor: RiskFactor, found: AlertLevel) -> None:
        """Where nothing else of the story speaks of the factor."""
        if self.expected.get(factor, NONE) is not found:
            raise CrossingMissed(f"{factor} reached {found.name} and is {self.expected.get(factor, NONE).name}.")
