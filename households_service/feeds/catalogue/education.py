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
    reimbursement,
)
from households_service.feeds.departments import Department, EventType

EDUCATION = Feed(
    name="EDUCATION",
    departments=(Department.EDUCATION,),
    owner="County education bureau",
    purpose="Costs of schooling that a family cannot carry, and children out of school: answered by support only.",
    purposes=(
        MONITORING,
        FeedPurpose(name="EDUCATION_SUPPORT", meaning="To offer support with schooling.", spellings=("教育帮扶",)),
    ),
    # A school term is reported twice.
    cadence_days=92,
    subject=Subject.PERSON,
    events=(
        FeedEvent(type=EventType.ENROLMENT, spellings=("学籍", "在学情况"), needs=(("enrolled",),)),
        FeedEvent(type=EventType.SCHOOL_COST, spellings=("教育支出", "学费"), needs=(("costAfterAid",),)),
        reimbursement("costAfterAid"),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name="enrolled",
            kind=FieldKind.FLAG,
            meaning="At school at present.",
            spellings=("是否在学", "在读", "在校"),
        ),
        FeedField(
            name="stage",
            kind=FieldKind.CHOICE,
            meaning="Stage of schooling.",
            spellings=("学段",),
            choices=MappingProxyType(
                {
                    "PRESCHOOL": ("学前", "幼儿园"),
                    "PRIMARY": ("小学",),
                    "JUNIOR_SECONDARY": ("初中",),
                    "SENIOR_SECONDARY": ("高中",),
                    "VOCATIONAL": ("中职", "职高"),
                    "HIGHER": ("大专", "本科", "高职", "大学"),
                }
            ),
        ),
        FeedField(
            name="costAfterAid",
            kind=FieldKind.AMOUNT,
            meaning="Yuan of the school year that the family pays after waivers and aid.",
            spellings=("资助后费用", "自负教育支出", "自付教育支出"),
        ),
    ),
    effect=EffectKind.SCHOOLING_EXPENSE,
    part="education",
    amount="costAfterAid",
)
