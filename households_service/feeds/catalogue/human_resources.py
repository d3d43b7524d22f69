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

HUMAN_RESOURCES = Feed(
    name="HUMAN_RESOURCES",
    departments=(Department.HUMAN_RESOURCES,),
    owner="County human resources and social security bureau",
    purpose="Work that ended and wages that are late, so that help is offered; never an employer's file on a person.",
    purposes=(
        MONITORING,
        FeedPurpose(
            name="EMPLOYMENT_SUPPORT", meaning="To offer help with work and with late wages.", spellings=("就业帮扶",)
        ),
    ),
    cadence_days=31,
    subject=Subject.PERSON,
    events=(
        FeedEvent(
            type=EventType.EMPLOYMENT_CHANGE,
            spellings=("就业变动",),
            needs=(("employmentStarted", "employmentEnded"), ("month",)),
        ),
        FeedEvent(type=EventType.WAGE_ARREARS, spellings=("欠薪",), needs=(("wageArrearsMonths",), ("month",))),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name="employmentStarted",
            kind=FieldKind.FLAG,
            meaning="Insured work began in the month.",
            spellings=("是否就业", "新就业"),
        ),
        FeedField(
            name="employmentEnded",
            kind=FieldKind.FLAG,
            meaning="Insured work ended in the month.",
            spellings=("是否失业", "离职"),
        ),
        FeedField(
            name="month", kind=FieldKind.MONTH, meaning="The month it speaks of.", spellings=("月份", "所属月份")
        ),
        FeedField(
            name="wageArrearsMonths",
            kind=FieldKind.WHOLE,
            meaning="Months of wages not paid.",
            spellings=("欠薪月数", "拖欠月数"),
            least=0,
            most=120,
        ),
    ),
    effect=EffectKind.NONE,
    part="employment",
)
