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
    reimbursement,
)
from households_service.feeds.departments import Department, EventType

EMERGENCY = Feed(
    name="EMERGENCY",
    departments=(Department.EMERGENCY_MANAGEMENT,),
    owner="County emergency management bureau",
    purpose="What a flood, storm or quake cost a family, so that relief comes before papers.",
    purposes=(MONITORING, FeedPurpose(name="DISASTER_RELIEF", meaning="To bring relief.", spellings=("灾害救助",))),
    cadence_days=31,
    subject=Subject.PERSON,
    events=(
        FeedEvent(
            type=EventType.DISASTER_LOSS, spellings=("灾害损失", "灾损"), needs=(("disasterId",), ("lossAmount",))
        ),
        reimbursement("lossAmount"),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name="disasterId",
            kind=FieldKind.CODE,
            meaning="The bureau's number of the disaster.",
            spellings=("灾害编号", "灾情编号"),
        ),
        FeedField(
            name="lossAmount",
            kind=FieldKind.AMOUNT,
            meaning="Yuan lost after what others already replaced.",
            spellings=("损失金额", "loss"),
        ),
        FeedField(
            name="homeUsable",
            kind=FieldKind.FLAG,
            meaning="Whether the home can be lived in.",
            spellings=("房屋可用", "房屋能否居住"),
        ),
    ),
    effect=EffectKind.DISASTER_EXPENSE,
    part="emergency",
    amount="lossAmount",
)
