"""What a feed is, as data: who sends it, why, how often, which fields, about whom, and what a record does.

Parsing, storing, the file's columns, the message and the description of a feed all come from its declaration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from households_service.feeds.departments import CORRECTING, Department, EventType
from households_service.feeds.details import Details


class Subject(StrEnum):
    """Whom a record is about. POINT: whoever is served by a supply point. AREA: everybody in an area."""

    PERSON = "PERSON"
    POINT = "POINT"
    AREA = "AREA"


class FieldKind(StrEnum):
    AMOUNT = "AMOUNT"
    """Yuan with at most two decimals, not negative but in a reimbursement."""
    DAY = "DAY"
    """Not in the future."""
    MONTH = "MONTH"
    FLAG = "FLAG"
    WHOLE = "WHOLE"
    CHOICE = "CHOICE"
    CODE = "CODE"
    """At most 40 letters, digits and . _ -"""
    INDEX = "INDEX"
    """Two decimals, 0 to 1,000."""


class EffectKind(StrEnum):
    """What a linked record does here, beside the event that tells of it."""

    MEDICAL_EXPENSE = "MEDICAL_EXPENSE"
    SCHOOLING_EXPENSE = "SCHOOLING_EXPENSE"
    DISASTER_EXPENSE = "DISASTER_EXPENSE"
    BENEFIT_INCOME = "BENEFIT_INCOME"
    NONE = "NONE"
    """Only the event leaves: what it speaks of is a person's to check."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FeedField:
    """`name` as in JSON; `spellings`: other headers that mean it; `choices`: value -> other spellings of it.

    `message_name`: the field of the contract where it is not the name in snake case.
    """

    name: str
    kind: FieldKind
    meaning: str
    spellings: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    least: int = 0
    most: int = 0
    message_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """`needs`: of each group at least one field is given."""

    type: EventType
    spellings: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPurpose:
    """What a record may be used for, and for nothing else. `spellings`: other words for the name."""

    name: str
    meaning: str
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feed:
    """`amount`: the field whose money counts, if any; `dated_by`: the day it counts on (the event's by default).

    `purposes`: the only ones that its records may name. `part`: its place in the `oneof` of the contracts.
    """

    name: str
    departments: tuple[Department, ...]
    owner: str
    purpose: str
    purposes: tuple[FeedPurpose, ...]
    cadence_days: int
    subject: Subject
    events: tuple[FeedEvent, ...]
    fields: tuple[FeedField, ...]
    effect: EffectKind
    part: str
    amount: str | None = None
    dated_by: str | None = None

    def event(self, kind: EventType) -> FeedEvent:
        return next(event for event in self.events if event.type is kind)

    def first_events(self) -> tuple[EventType, ...]:
        """Those that correct nothing."""
        return tuple(event.type for event in self.events if event.type not in CORRECTING)

    def always_needed(self) -> frozenset[str]:
        """Fields that no first record can do without, whatever its event."""
        needs = [{group[0] for group in self.event(kind).needs if len(group) == 1} for kind in self.first_events()]
        return frozenset(set.intersection(*needs))

    def money_in(self, details: Details) -> Decimal:
        """What counts of a record, in yuan; nought where there is no money."""
        return (details.amount(self.amount) if self.amount is not None else None) or Decimal(0)

    def own(self, name: str) -> FeedField:
        return next(own for own in self.fields if own.name == name)


@cache
def event_types(feed: Feed) -> Mapping[str, EventType]:
    """Case-folded spelling -> event type."""
    return {spelling.casefold(): event.type for event in feed.events for spelling in (event.type, *event.spellings)}


@cache
def purpose_names(feed: Feed) -> Mapping[str, str]:
    """Case-folded spelling -> name."""
    return {
        spelling.casefold(): purpose.name
        for purpose in feed.purposes
        for spelling in (purpose.name, *purpose.spellings)
    }


@cache
def choices_of(own: FeedField) -> Mapping[str, str]:
    """Case-folded spelling -> value."""
    return {spelling.casefold(): value for value, others in own.choices.items() for spelling in (value, *others)}


def reimbursement(amount: str) -> FeedEvent:
    return FeedEvent(type=EventType.REIMBURSEMENT, spellings=("报销", "退费"), needs=((amount,),))


WITHDRAWAL = FeedEvent(type=EventType.WITHDRAWAL, spellings=("撤回", "作废"))

MONITORING = FeedPurpose(
    name="RETURN_TO_POVERTY_MONITORING",
    meaning="To see early who may fall back into poverty, and visit them.",
    spellings=("MONITORING", "防返贫监测", "监测帮扶"),
)
