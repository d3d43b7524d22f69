"""The county's registry sheet: one row a member, 26 Chinese columns, or the same in English.

Which column means what, and which words its cells may hold. Columns that are read but not kept are named so here:
a registry keeps what help needs, not what a sheet happens to carry.
"""

from __future__ import annotations

from households_service.files.columns import Column, ColumnSet
from households_service.members.domain import LabourCapacity, Relation
from households_service.registry.domain import MonitoringCategory, RegistrationHistory

COUNTY = "county"
TOWNSHIP = "township"
VILLAGE = "village"
VILLAGE_CODE = "village_code"
HAMLET = "hamlet"
HOUSEHOLD_CODE = "household_code"
MEMBER_NUMBER = "member_number"
NAME = "name"
ID_NUMBER = "id_number"
DATE_OF_BIRTH = "date_of_birth"
HOUSEHOLD_SIZE = "household_size"
RELATION = "relation"
EDUCATION = "education"
IN_SCHOOL = "in_school"
HEALTH = "health"
LABOUR_CAPACITY = "labour_capacity"
WORKING_WHERE = "working_where"
MONTHS_WORKED = "months_worked"
SERIOUS_ILLNESS_COVER = "serious_illness_cover"
GRADUATION_STATUS = "graduation_status"
REGISTRATION_HISTORY = "registration_history"
MAIN_CAUSE = "main_cause"
UNSAFE_HOUSE = "unsafe_house"
SAFE_WATER = "safe_water"
WATER_DIFFICULTY = "water_difficulty"
PER_CAPITA_INCOME = "per_capita_net_income"
PHONE = "phone"
MONITORING_CATEGORY = "monitoring_category"
LIVING_HERE = "living_here"

REGISTRY_COLUMNS = ColumnSet(
    columns=(
        Column(name=COUNTY, spellings=("县", "县市", "区县", "county_name")),
        Column(name=TOWNSHIP, spellings=("乡", "乡镇", "乡（镇）", "township_name", "town")),
        Column(name=VILLAGE, spellings=("行政村", "村", "village_name", "administrative_village")),
        Column(name=VILLAGE_CODE, spellings=("行政村代码", "村代码", "区划代码")),
        Column(name=HAMLET, spellings=("自然村", "村民小组", "natural_village")),
        Column(name=HOUSEHOLD_CODE, spellings=("户编号", "户号", "household_number", "household_no"), required=True),
        Column(name=MEMBER_NUMBER, spellings=("人编号", "person_number", "person_no", "member_no")),
        Column(name=NAME, spellings=("姓名", "成员姓名", "full_name", "member_name"), required=True),
        Column(
            name=ID_NUMBER,
            spellings=(
                "证件号码",
                "身份证号码",
                "身份证号",
                "身份证",
                "公民身份号码",
                "national_id",
                "identity_number",
                "id_no",
            ),
        ),
        Column(name=DATE_OF_BIRTH, spellings=("出生日期", "birth_date", "dob", "born")),
        Column(name=HOUSEHOLD_SIZE, spellings=("人数", "家庭人口", "家庭人数", "members", "member_count")),
        Column(
            name=RELATION, spellings=("与户主关系", "与户主的关系", "relation_to_head", "relationship"), required=True
        ),
        Column(name=EDUCATION, spellings=("文化程度", "education_level")),
        Column(name=IN_SCHOOL, spellings=("在校生状况", "在校状况", "school_status")),
        Column(name=HEALTH, spellings=("健康状况", "health_status")),
        Column(name=LABOUR_CAPACITY, spellings=("劳动技能", "劳动能力", "labor_capacity", "ability_to_work")),
        Column(name=WORKING_WHERE, spellings=("务工状况", "务工区域", "work_status")),
        Column(name=MONTHS_WORKED, spellings=("务工时间", "务工月数")),
        Column(name=SERIOUS_ILLNESS_COVER, spellings=("参加大病医疗", "大病医疗", "是否参加大病医疗")),
        Column(name=GRADUATION_STATUS, spellings=("脱贫属性", "graduated")),
        Column(name=REGISTRATION_HISTORY, spellings=("贫困户属性", "registered_as")),
        Column(name=MAIN_CAUSE, spellings=("主要致贫原因", "致贫原因", "cause")),
        Column(name=UNSAFE_HOUSE, spellings=("危房户", "是否危房户", "dangerous_house")),
        Column(name=SAFE_WATER, spellings=("饮水安全", "是否饮水安全", "drinking_water_safe")),
        Column(name=WATER_DIFFICULTY, spellings=("饮水困难", "是否饮水困难")),
        Column(name=PER_CAPITA_INCOME, spellings=("人均纯收入", "年人均纯收入", "per_capita_income")),
        Column(name=PHONE, spellings=("联系电话", "电话", "手机号", "phone_number", "telephone")),
        Column(name=MONITORING_CATEGORY, spellings=("监测对象类别", "监测类别", "风险类别")),
        Column(name=LIVING_HERE, spellings=("是否常住", "常住", "lives_here")),
    ),
    one_of=((VILLAGE_CODE, VILLAGE), (ID_NUMBER, DATE_OF_BIRTH)),
)

# Checked to be what they should be, then forgotten. Work and earnings stay out on purpose: nobody becomes a
# job seeker by a registry sheet, and income is what the ledger can show, not one declared figure.
NOT_KEPT = (HAMLET, EDUCATION, WORKING_WHERE, MONTHS_WORKED, SERIOUS_ILLNESS_COVER, MAIN_CAUSE, PER_CAPITA_INCOME)

RELATIONS = {
    spelling: relation
    for relation, spellings in {
        Relation.HEAD: ("户主", "本人", "户主本人", "head", "self"),
        Relation.SPOUSE: ("配偶", "妻", "夫", "妻子", "丈夫", "spouse", "wife", "husband"),
        Relation.CHILD: (
            "子", "女", "之子", "之女", "长子", "次子", "三子", "长女", "次女", "三女", "儿子", "女儿",
            "子女", "养子", "养女",
            "child", "son", "daughter",
        ),
        Relation.CHILD_IN_LAW: ("儿媳", "之儿媳", "女婿", "之女婿", "child_in_law", "son_in_law", "daughter_in_law"),
        Relation.GRANDCHILD: (
            "孙子", "孙女", "之孙子", "之孙女", "外孙子", "外孙女", "之外孙子", "之外孙女", "外孙", "孙",
            "grandchild", "grandson", "granddaughter",
        ),
        Relation.PARENT: ("父亲", "母亲", "之父", "之母", "父", "母", "父母", "parent", "father", "mother"),
        Relation.PARENT_IN_LAW: (
            "岳父", "岳母", "公公", "婆婆", "之岳父", "之岳母", "之公公", "之婆婆", "parent_in_law",
        ),
        Relation.GRANDPARENT: ("祖父", "祖母", "外祖父", "外祖母", "之祖父", "之祖母", "爷爷", "奶奶", "grandparent"),
        Relation.SIBLING: (
            "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹", "之兄弟姐妹", "兄弟姐妹", "sibling",
            "brother", "sister",
        ),
        Relation.OTHER: ("其他", "其它", "非亲属", "other"),
    }.items()
    for spelling in spellings
}  # fmt: skip

LABOUR_CAPACITIES = {
    "普通劳动力": LabourCapacity.FULL,
    "技能劳动力": LabourCapacity.FULL,
    "弱劳动力或半劳动力": LabourCapacity.PARTIAL,
    "弱劳动力": LabourCapacity.PARTIAL,
    "半劳动力": LabourCapacity.PARTIAL,
    "丧失劳动力": LabourCapacity.NONE,
    "无劳动力": LabourCapacity.NONE,
    "full": LabourCapacity.FULL,
    "partial": LabourCapacity.PARTIAL,
    "none": LabourCapacity.NONE,
}

# Only whether somebody lives with a disability is kept; an illness is not.
DISABLED_BY_HEALTH = {
    "健康": False,
    "长期慢性病": False,
    "患有大病": False,
    "大病": False,
    "残疾": True,
    "残疾人": True,
    "长期慢性病,残疾": True,
    "残疾,长期慢性病": True,
    "患有大病,残疾": True,
    "残疾,患有大病": True,
    "healthy": False,
    "chronic illness": False,
    "serious illness": False,
    "disabled": True,
}

IN_SCHOOL_WORDS = {
    "非在校生": False,
    "不在校": False,
    "学龄前儿童": False,
    "学前教育": True,
    "幼儿园": True,
    "小学": True,
    "初中": True,
    "七年级": True,
    "八年级": True,
    "九年级": True,
    "高中": True,
    "中职": True,
    "技校": True,
    "大专": True,
    "高职": True,
    "本科": True,
    "硕士": True,
    "是": True,
    "否": False,
    "yes": True,
    "no": False,
}

GRADUATION_WORDS = {
    "已脱贫": RegistrationHistory.GRADUATED,
    "脱贫": RegistrationHistory.GRADUATED,
    "脱贫户": RegistrationHistory.GRADUATED,
    "未脱贫": RegistrationHistory.REGISTERED,
    "返贫": RegistrationHistory.REGISTERED,
    "非贫困户": RegistrationHistory.NEVER_REGISTERED,
    "一般户": RegistrationHistory.NEVER_REGISTERED,
    "graduated": RegistrationHistory.GRADUATED,
    "not_graduated": RegistrationHistory.REGISTERED,
    "never_registered": RegistrationHistory.NEVER_REGISTERED,
}

REGISTRATION_WORDS = {
    "一般贫困户": RegistrationHistory.REGISTERED,
    "低保贫困户": RegistrationHistory.REGISTERED,
    "五保贫困户": RegistrationHistory.REGISTERED,
    "低保户": RegistrationHistory.REGISTERED,
    "特困供养户": RegistrationHistory.REGISTERED,
    "一般户": RegistrationHistory.NEVER_REGISTERED,
    "非贫困户": RegistrationHistory.NEVER_REGISTERED,
    "registered": RegistrationHistory.REGISTERED,
    "graduated": RegistrationHistory.GRADUATED,
    "never_registered": RegistrationHistory.NEVER_REGISTERED,
}

MONITORING_WORDS = {
    "无": MonitoringCategory.NONE,
    "否": MonitoringCategory.NONE,
    "脱贫不稳定户": MonitoringCategory.GRADUATED_UNSTABLE,
    "边缘易致贫户": MonitoringCategory.NEAR_POOR_AT_RISK,
    "边缘户": MonitoringCategory.NEAR_POOR_AT_RISK,
    "突发严重困难户": MonitoringCategory.SUDDEN_HARDSHIP,
    **{category.value.casefold(): category for category in MonitoringCategory},
}

# An attitude ("own motivation") among the causes is a score of a person, not a cause: refused and counted.
ATTITUDE_WORDS = ("动力", "motivation", "懒", "等靠要")
