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

HEALTH_INSURANCE = Feed(
    name="HEALTH_INSURANCE",
    departments=(Department.HEALTH_INSURANCE,),
    owner="County medical insurance bureau",
    purpose="Finds families whom the costs of an illness may overwhelm, so that somebody visits them.",
    purposes=(
        MONITORING,
        FeedPurpose(
            name="MEDICAL_COST_MONITORING",
            meaning="To see which families the costs of an illness may overwhelm.",
            spellings=("医疗费用监测",),
        ),
    ),
    cadence_days=31,
    subject=Subject.PERSON,
    events=(
        FeedEvent(type=EventType.SETTLEMENT, spellings=("结算",), needs=(("oopAmount",),)),
        reimbursement("oopAmount"),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name="oopAmount",
            kind=FieldKind.AMOUNT,
            meaning="Yuan paid by the person after insurance and aid.",
            spellings=("自付费用", "自付金额", "个人自付", "个人自付金额", "个人负担", "out of pocket"),
        ),
        FeedField(
            name="settlementDate",
            kind=FieldKind.DAY,
            meaning="The day of the settlement; the event's where it is missing.",
            spellings=("结算日期", "结算时间"),
        ),
        FeedField(
            name="careKind",
            kind=FieldKind.CHOICE,
            meaning="Where care was given; never a diagnosis.",
            spellings=("就诊类别", "医疗类别", "就医类别"),
            choices=MappingProxyType({"INPATIENT": ("住院",), "OUTPATIENT": ("门诊",), "CHRONIC": ("慢性病", "慢病")}),
            message_name="care_setting",
        ),
    ),
    effect=EffectKind.MEDICAL_EXPENSE,
    part="health_insurance",
    amount="oopAmount",
    dated_by="settlementDate",
)
