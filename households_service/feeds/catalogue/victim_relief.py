from __future__ import annotations

from households_service.feeds.catalogue.declaration import (
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

VICTIM_RELIEF = Feed(
    name="VICTIM_RELIEF",
    departments=(Department.TRAFFIC, Department.FIRE, Department.COURT),
    owner="Each sending office for its own records; the county's relief office for the feed",
    purpose="Relief of victims only: what an accident or a fire cost somebody. No fault, no offence, no file.",
    # Not even monitoring: what an accident cost is told for its victims' sake alone.
    purposes=(
        FeedPurpose(
            name="VICTIM_RELIEF",
            meaning="To relieve victims of an accident or a fire; nothing else.",
            spellings=("受害人救助",),
        ),
    ),
    cadence_days=31,
    subject=Subject.PERSON,
    events=(
        FeedEvent(type=EventType.TRAFFIC_ACCIDENT, spellings=("交通事故",), needs=(("uncompensatedLoss",),)),
        FeedEvent(type=EventType.FIRE_DAMAGE, spellings=("火灾",), needs=(("uncompensatedLoss",),)),
        FeedEvent(type=EventType.JUDICIAL_RELIEF, spellings=("司法救助",), needs=(("uncompensatedLoss",),)),
        reimbursement("uncompensatedLoss"),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name="uncompensatedLoss",
            kind=FieldKind.AMOUNT,
            meaning="Yuan that nobody has replaced.",
            spellings=("未获赔偿损失", "未获赔损失"),
        ),
        FeedField(
            name="severeInjuryOrDeath",
            kind=FieldKind.FLAG,
            meaning="Whether somebody was gravely hurt or died.",
            spellings=("重伤或死亡", "是否重伤或死亡"),
        ),
    ),
    effect=EffectKind.NONE,
    part="accident",
    amount="uncompensatedLoss",
)
