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

AREA = "area"

AGRICULTURE = Feed(
    name="AGRICULTURE",
    departments=(Department.AGRICULTURE,),
    owner="County agriculture and rural affairs bureau",
    purpose="Prices of what people grow, area by area: nobody is named, no family is blamed.",
    purposes=(
        MONITORING,
        FeedPurpose(
            name="PRICE_MONITORING", meaning="To see early which products earn less.", spellings=("价格监测预警",)
        ),
    ),
    cadence_days=31,
    subject=Subject.AREA,
    events=(
        FeedEvent(
            type=EventType.PRICE_REPORT,
            spellings=("价格监测",),
            needs=(("commodityCode",), (AREA,), ("priceIndex",)),
        ),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name="commodityCode",
            kind=FieldKind.CODE,
            meaning="The product.",
            spellings=("产品代码", "commodity"),
        ),
        FeedField(
            name=AREA,
            kind=FieldKind.CODE,
            meaning="Code of the county, township or village the price was seen in.",
            spellings=("区划代码", "地区代码"),
            message_name="area_code",
        ),
        FeedField(
            name="priceIndex",
            kind=FieldKind.INDEX,
            meaning="Price in hundredths of the mean of the three years before: 80 is 20 % below it.",
            spellings=("价格指数",),
        ),
    ),
    effect=EffectKind.NONE,
    part="agriculture",
)
