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

CIVIL_AFFAIRS = Feed(
    name="CIVIL_AFFAIRS",
    departments=(Department.CIVIL_AFFAIRS,),
    owner="County civil affairs bureau",
    purpose="Benefits paid each month: counted as income, and a cut or end of one is a reason to look.",
    purposes=(
        MONITORING,
        FeedPurpose(name="INCOME_VERIFICATION", meaning="To count benefits as income, once.", spellings=("收入核算",)),
    ),
    cadence_days=31,
    subject=Subject.PERSON,
    events=(
        FeedEvent(
            type=EventType.BENEFIT,
            spellings=("救助待遇", "待遇"),
            needs=(("benefitCode",), ("from",), ("monthlyAmount",)),
        ),
        WITHDRAWAL,
    ),
    fields=(
        FeedField(
            name="benefitCode",
            kind=FieldKind.CHOICE,
            meaning="Which benefit.",
            spellings=("救助类别", "待遇类别", "benefit"),
            choices=MappingProxyType(
                {
                    "SUBSISTENCE_ALLOWANCE": ("低保", "最低生活保障"),
                    "SPECIAL_HARDSHIP": ("特困供养", "特困"),
                    "TEMPORARY_RELIEF": ("临时救助",),
                    "DISABILITY_SUBSIDY": ("残疾人补贴", "两项补贴"),
                    "CHILD_ALLOWANCE": ("儿童生活费", "孤儿生活费"),
                    "OLD_AGE_ALLOWANCE": ("高龄津贴",),
                }
            ),
        ),
        FeedField(
            name="from",
            kind=FieldKind.MONTH,
            meaning="First month it is paid for.",
            spellings=("起始月份", "享受起始", "from month"),
            message_name="from_month",
        ),
        FeedField(
            name="to",
            kind=FieldKind.MONTH,
            meaning="Last month it is paid for; nothing: it goes on.",
            spellings=("截止月份", "享受截止", "to month"),
            message_name="to_month",
        ),
        FeedField(
            name="monthlyAmount",
            kind=FieldKind.AMOUNT,
            meaning="Yuan a month. A change is sent again under its recordId.",
            spellings=("月金额", "月发放金额", "每月金额"),
        ),
        FeedField(
            name="changeReasonCode",
            kind=FieldKind.CODE,
            meaning="The bureau's code of why amount or end changed.",
            spellings=("变更原因代码", "变更原因"),
        ),
    ),
    effect=EffectKind.BENEFIT_INCOME,
    part="civil_affairs",
)
