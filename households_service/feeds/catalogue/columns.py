"""The headers that a file of each feed may carry; docs/feeds.md lists them from here.

Upper and lower case, blanks, `_` and `-`, width and bracketed units do not count, so that record_id is recordId.
"""

from __future__ import annotations

from functools import cache

from households_service.feeds.catalogue.declaration import Feed, Subject
from households_service.files.columns import Column, ColumnSet

PERSON_COLUMNS = (
    Column(
        name="idNumber",
        spellings=(
            "证件号码", "证件号", "身份证号码", "身份证号", "身份证", "公民身份号码", "居民身份证号码",
            "ID card number",
        ),
    ),
    Column(name="name", spellings=("姓名", "人员姓名", "本人姓名", "full name")),
    Column(name="dateOfBirth", spellings=("出生日期", "出生年月日", "生日", "birth date")),
    Column(name="villageCode", spellings=("行政村代码", "行政村编码", "村代码", "村编码")),
    Column(name="householdCode", spellings=("户编号", "户编码", "户代码", "户号", "household number")),
)  # fmt: skip
PERSON_NAMES = tuple(column.name for column in PERSON_COLUMNS)
FIRST_COLUMNS = (
    Column(name="recordId", spellings=("记录编号", "记录号", "流水号", "业务流水号", "record number"), required=True),
)
EVENT_COLUMNS = (
    Column(name="eventType", spellings=("事件类型", "事件类别", "业务类型", "业务类别"), required=True),
    Column(name="eventDate", spellings=("事件日期", "发生日期", "发生时间", "业务日期", "日期", "date"), required=True),
    Column(name="purposeCode", spellings=("用途代码", "用途", "使用目的", "purpose")),
    Column(name="sentAt", spellings=("发送时间", "报送时间", "推送时间")),
    Column(name="corrects", spellings=("更正记录编号", "原记录编号", "冲销流水号", "原流水号", "corrected record")),
)
# In a file that carries them in each row; they are those given with the file.
ENVELOPE_COLUMNS = (
    Column(name="department", spellings=("部门", "部门代码", "报送部门")),
    Column(name="batchId", spellings=("批次号", "批次编号")),
)


@cache
def columns_of(feed: Feed) -> ColumnSet:
    """Of a file of this feed."""
    about_people = feed.subject is Subject.PERSON
    always = feed.always_needed()
    return ColumnSet(
        columns=(
            *FIRST_COLUMNS,
            *(PERSON_COLUMNS if about_people else ()),
            *EVENT_COLUMNS,
            *(Column(name=own.name, spellings=own.spellings, required=own.name in always) for own in feed.fields),
            *ENVELOPE_COLUMNS,
        ),
        one_of=(PERSON_NAMES,) if about_people else (),
        health_detail_banned=True,
    )
