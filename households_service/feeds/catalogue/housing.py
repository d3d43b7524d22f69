from __future__ import annotations

from types import MappingProxyType

from households_service.feeds.catalogue.declaration import (
    MONITORING,
    WITHDRAWAL,
    EffectKind,
    Feed,
    FeedEvent,
    FeedField,
    FeedPurpose,
    FieldKind,
    Subject,
)
from households_service.feeds.departments import Department, EventType

HOUSING = Feed(
    name="HOUSING",
    departments=(Department.HOUSING,),
    owner="County housing and construction bureau",
    purpose="Homes that are no longer safe. Whether a home is safe stays a person's check; a record only warns.",
    purposes=(
        MONITORING,
        FeedPurpose(
            name="HOUSING_SAFETY", meaning="To have a home that may be unsafe looked at.", spellings=("住房安全",)
        ),
    ),
    cadence_days=92,
    subject=Subject.PERSON,
    events=(
        FeedEvent(type=EventType.INSPECTION, spellings=("房屋鉴定", "鉴定"), needs=(("grade",),)),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name="grade",
            kind=FieldKind.CHOICE,
            meaning="A (sound) to D (dangerous as a whole).",
            spellings=("鉴定等级", "房屋等级", "危房等级"),
            choices=MappingProxyType({"A": ("A级",), "B": ("B级",), "C": ("C级",), "D": ("D级",)}),
        ),
        FeedField(
            name="inspectedOn",
            kind=FieldKind.DAY,
            meaning="The day somebody looked.",
            spellings=("鉴定日期", "检查日期", "inspection date"),
        ),
    ),
    effect=EffectKind.NONE,
    part="housing",
)
