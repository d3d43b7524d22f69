from __future__ import annotations

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

SUPPLY_POINT = "supplyPointId"

WATER = Feed(
    name="WATER",
    departments=(Department.WATER,),
    owner="County water bureau",
    purpose="Drinking water that fails for everybody on a supply point; who is served is registered by the county.",
    purposes=(
        MONITORING,
        FeedPurpose(name="WATER_SAFETY", meaning="To have drinking water restored.", spellings=("饮水安全",)),
    ),
    cadence_days=31,
    subject=Subject.POINT,
    events=(
        FeedEvent(type=EventType.OUTAGE, spellings=("停水",), needs=((SUPPLY_POINT,), ("outageDays",))),
        FeedEvent(type=EventType.QUALITY_TEST, spellings=("水质检测",), needs=((SUPPLY_POINT,), ("qualityOk",))),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name=SUPPLY_POINT,
            kind=FieldKind.CODE,
            meaning="The bureau's own number of the supply point, as the county registered it.",
            spellings=("供水点编号", "供水点", "supply point"),
        ),
        FeedField(
            name="outageDays",
            kind=FieldKind.WHOLE,
            meaning="Days without water so far. An outage that lasts is sent again under its recordId.",
            spellings=("停水天数",),
            least=0,
            most=366,
        ),
        FeedField(
            name="qualityOk",
            kind=FieldKind.FLAG,
            meaning="Whether the test was passed.",
            spellings=("水质合格", "水质是否合格"),
        ),
    ),
    effect=EffectKind.NONE,
    part="water",
)
