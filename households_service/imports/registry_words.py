"""Which words the cells of a registry sheet may hold, in small letters, and what each means."""

from __future__ import annotations

from households_service.members.domain import LabourCapacity, Relation
from households_service.registry.domain import MonitoringCategory, RegistrationHistory

RELATIONS = {
    spelling: relation.value
    for relation, spellings in {
        Relation.HEAD: ("户主", "本人", "户主本人", "head", "self"),
        Relation.SPOUSE: ("配偶", "妻", "夫", "妻子", "丈夫", "spouse", "wife", "husband"),
        Relation.CHILD: (
            "子女", "子", "女", "之子", "之女", "长子", "次子", "三子", "长女", "次女", "三女", "儿子", "女儿",
            "养子", "养女",
            "child", "son", "daughter",
        ),
        Relation.CHILD_IN_LAW: ("儿媳", "之儿媳", "女婿", "之女婿", "child_in_law", "son_in_law", "daughter_in_law"),
        Relation.GRANDCHILD: (
            "孙子", "孙女", "之孙子", "之孙女", "外孙子", "外孙女", "之外孙子", "之外孙女", "外孙", "孙",
            "grandchild", "grandson", "granddaughter",
        ),
        Relation.PARENT: ("父母", "父亲", "母亲", "之父", "之母", "父", "母", "parent", "father", "mother"),
        Relation.PARENT_IN_LAW: (
            "岳父", "岳母", "公公", "婆婆", "之岳父", "之岳母", "之公公", "之婆婆", "parent_in_law",
        ),
        Relation.GRANDPARENT: (
            "祖父", "祖母", "外祖父", "外祖母", "之祖父", "之祖母", "之外祖父", "之外祖母", "爷爷", "奶奶",
            "grandparent",
        ),
        Relation.SIBLING: (
            "兄弟姐妹", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹", "之兄弟姐妹", "sibling",
            "brother", "sister",
        ),
        Relation.OTHER: ("其他", "其它", "非亲属", "之曾孙子", "之曾孙女", "曾孙子", "曾孙女", "other"),
    }.items()
    for spelling in spellings
}  # fmt: skip

LABOUR_CAPACITIES = {
    "普通劳动力": LabourCapacity.FULL.value,
    "技能劳动力": LabourCapacity.FULL.value,
    "弱劳动力": LabourCapacity.PARTIAL.value,
    "弱劳动力或半劳动力": LabourCapacity.PARTIAL.value,
    "半劳动力": LabourCapacity.PARTIAL.value,
    "无劳动力": LabourCapacity.NONE.value,
    "丧失劳动力": LabourCapacity.NONE.value,
    "full": LabourCapacity.FULL.value,
    "partial": LabourCapacity.PARTIAL.value,
    "none": LabourCapacity.NONE.value,
}

# Only whether somebody lives with a disability is kept; an illness is not.
DISABLED, NOT_DISABLED = "DISABLED", "NOT_DISABLED"
DISABLED_BY_HEALTH = {
    "健康": NOT_DISABLED,
    "长期慢性病": NOT_DISABLED,
    "患有大病": NOT_DISABLED,
    "大病": NOT_DISABLED,
    "残疾": DISABLED,
    "残疾人": DISABLED,
    "长期慢性病,残疾": DISABLED,
    "残疾,长期慢性病": DISABLED,
    "患有大病,残疾": DISABLED,
    "残疾,患有大病": DISABLED,
    "healthy": NOT_DISABLED,
    "chronic illness": NOT_DISABLED,
    "serious illness": NOT_DISABLED,
    "disabled": DISABLED,
}

HEALTH_NAMED = (
    ("健康", "healthy"),
    ("长期慢性病", "chronic illness"),
    ("患有大病", "serious illness"),
    ("残疾", "disabled"),
)

PUPIL, NO_PUPIL = "PUPIL", "NO_PUPIL"
IN_SCHOOL_WORDS = {
    "是": PUPIL,
    "否": NO_PUPIL,
    "yes": PUPIL,
    "no": NO_PUPIL,
    "非在校生": NO_PUPIL,
    "不在校": NO_PUPIL,
    "学龄前儿童": NO_PUPIL,
    **dict.fromkeys(
        (
            "在校", "在校生", "学前教育", "幼儿园", "小学", "初中", "七年级", "八年级", "九年级", "高中", "中职",
            "技校", "大专", "高职", "高职高专", "本科", "硕士", "博士", "研究生", "硕士研究生及以上",
        ),
        PUPIL,
    ),
    **{
        f"{school}{year}年级": PUPIL
        for school in ("小学", "初中", "高中", "中职", "技校", "大专", "高职", "高职高专", "本科")
        for year in "一二三四五六"
    },
}  # fmt: skip

GRADUATION_WORDS = {
    "已脱贫": RegistrationHistory.GRADUATED.value,
    "脱贫": RegistrationHistory.GRADUATED.value,
    "脱贫户": RegistrationHistory.GRADUATED.value,
    "稳定脱贫": RegistrationHistory.GRADUATED.value,
    "已脱贫(享受政策)": RegistrationHistory.GRADUATED.value,
    "已脱贫(不享受政策)": RegistrationHistory.GRADUATED.value,
    "未脱贫": RegistrationHistory.REGISTERED.value,
    "返贫": RegistrationHistory.REGISTERED.value,
    "非贫困户": RegistrationHistory.NEVER_REGISTERED.value,
    "一般户": RegistrationHistory.NEVER_REGISTERED.value,
    "graduated": RegistrationHistory.GRADUATED.value,
    "not_graduated": RegistrationHistory.REGISTERED.value,
    "never_registered": RegistrationHistory.NEVER_REGISTERED.value,
}

REGISTRATION_WORDS = {
    **dict.fromkeys(
        ("非贫困户", "一般户", "一般农户", "never_registered"), RegistrationHistory.NEVER_REGISTERED.value
    ),
    **dict.fromkeys(
        (
            "一般贫困户", "贫困户", "低保贫困户", "五保贫困户", "特困供养贫困户", "低保户", "五保户", "特困供养户",
            "registered",
        ),
        RegistrationHistory.REGISTERED.value,
    ),
    **dict.fromkeys(
        ("脱贫户", "一般脱贫户", "低保脱贫户", "特困供养脱贫户", "graduated"), RegistrationHistory.GRADUATED.value
    ),
}  # fmt: skip

MONITORING_WORDS = {
    "无": MonitoringCategory.NONE.value,
    "否": MonitoringCategory.NONE.value,
    "脱贫不稳定户": MonitoringCategory.GRADUATED_UNSTABLE.value,
    "边缘易致贫户": MonitoringCategory.NEAR_POOR_AT_RISK.value,
    "边缘户": MonitoringCategory.NEAR_POOR_AT_RISK.value,
    "突发严重困难户": MonitoringCategory.SUDDEN_HARDSHIP.value,
    **{category.value.casefold(): category.value for category in MonitoringCategory},
}

# An attitude ("own motivation") among the causes is a score of a person, not a cause: refused and counted.
ATTITUDE_WORDS = ("动力", "motivation", "懒", "等靠要")
LACK_OF_LABOUR = ("缺劳动力", "缺劳力", "labour", "labor")
