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

DISABILITY = Feed(
    name="DISABILITY",
    departments=(Department.DISABILITY_FEDERATION,),
    owner="County disabled persons' federation",
    purpose="A new certificate or a worse level is a lasting loss of income and a load of care: help is offered.",
    purposes=(
        MONITORING,
        FeedPurpose(name="DISABILITY_SUPPORT", meaning="To offer care and support.", spellings=("残疾人帮扶",)),
    ),
    cadence_days=31,
    subject=Subject.PERSON,
    events=(
        FeedEvent(type=EventType.CERTIFICATE, spellings=("发证", "残疾评定"), needs=(("level",),)),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name="level",
            kind=FieldKind.WHOLE,
            meaning="1 (gravest) to 4, as on the certificate.",
            spellings=("残疾等级", "等级", "disability level"),
            least=1,
            most=4,
        ),
        FeedField(
            name="issuedOn",
            kind=FieldKind.DAY,
            meaning="The day of the certificate.",
            spellings=("发证日期", "评定日期", "issue date"),
        ),
        FeedField(
            name="change",
            kind=FieldKind.CHOICE,
            meaning="Against the certificate before.",
            spellings=("变更", "变更类型"),
            choices=MappingProxyType(
                {"NEW": ("新办",), "WORSE": ("加重",), "BETTER": ("减轻",), "RENEWED": ("换证",), "ENDED": ("注销",)}
            ),
        ),
    ),
    effect=EffectKind.NONE,
    part="disability",
)
